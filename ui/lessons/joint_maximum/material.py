"""What every view shows of a problem, computed once for all sessions."""

from dataclasses import dataclass
from functools import cached_property

import plotly.graph_objects as go

from hw9core.figures.joint_maximum import heat_figure
from hw9core.joint_maximum.maximum import (
    Landscape,
    Maximisers,
    Ridge,
    landscape,
    maximisers_of_f,
    maximisers_of_g,
    maximisers_phi,
)
from hw9core.joint_maximum.problems import PROBLEMS, Problem, Typed
from hw9core.joint_maximum.verdict import Verdict, verdict
from ui.shared import shared

OWN = "own"
OWN_EXAMPLE = ("-(θ - 1)**2 + cos(3*θ)", "(φ - sin(θ))**2")
TITLES = {key: problem.title for key, problem in PROBLEMS.items()} | {OWN: "Your own f and h"}


@dataclass(frozen=True)
class Material:
    """A problem with its grid, ridge and maximisers. Equal problems make equal materials."""

    problem: Problem

    @cached_property
    def land(self) -> Landscape:
        return landscape(self.problem)

    @cached_property
    def ridge(self) -> Ridge:
        return self.land.ridge

    @cached_property
    def of_f(self) -> Maximisers:
        return maximisers_of_f(self.problem)

    @cached_property
    def of_g(self) -> Maximisers:
        return maximisers_of_g(self.land)

    @cached_property
    def of_g_phi(self) -> tuple[float, ...]:
        return maximisers_phi(self.problem, self.of_g)

    @cached_property
    def verdict(self) -> Verdict:
        return verdict(self.land, self.of_f, self.of_g)

    @cached_property
    def heat(self) -> go.Figure:
        """The heat map with ridge and maximisers, which every start of a path shares."""
        marked = self.of_g.theta, self.of_g_phi
        return heat_figure(self.land.theta, self.land.g, (self.ridge.theta, self.ridge.phi), marked)


@shared(entries=32)
def shipped(key: str) -> Material:
    """One of the problems of the lesson."""
    return Material(PROBLEMS[key])


@shared(entries=16)
def typed(text_f: str, text_h: str) -> Material:
    """The visitor's own problem, computed as far as its verdict. Raises InputError."""
    material = Material(Typed(text_f, text_h))
    _ = material.land, material.verdict, material.ridge
    return material
