"""Problem 5: the divergence between the two ellipses on the stage, and what adds up to it."""

from __future__ import annotations

from ui.lessons.gaussians import stage
from ui.lessons.gaussians.plane import P, Q, Sliders
from ui.takehome.recipe import Recipe, State

_IMPORTS = """\
import math

from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from hw9core.gaussians.kl import jensen_shannon, kl_terms"""


def recipe(state: State) -> Recipe | None:
    """For the stage alone."""
    if state.view != "gaussian-kl":
        return None
    code = f"""\
{state.unit}


def gaussian(x, y, a, b, degrees):
    ellipse = Ellipse(a, b, math.radians(degrees))
    return Gaussian([x, y], covariance_from_ellipse(ellipse))


p = gaussian({_numbers(state, P)})
q = gaussian({_numbers(state, Q)})
forward, backward = kl_terms(p, q), kl_terms(q, p)
half_way = jensen_shannon(p, q, n={stage.DRAWS}, seed={stage.SEED})"""
    numbers = {
        "kl_pq": "UNIT * forward.kl",
        "kl_qp": "UNIT * backward.kl",
        "jeffreys": "UNIT * (forward.kl + backward.kl)",
        "jensen_shannon": "UNIT * half_way.value",
        "log_det": "UNIT * forward.log_det",
        "mahalanobis": "UNIT * forward.mahalanobis",
        "trace_minus_d": "UNIT * forward.trace_minus_d",
    }
    return Recipe(_IMPORTS, code, numbers)


def _numbers(state: State, sliders: Sliders) -> str:
    return ", ".join(repr(state.values[slider.name]) for slider in sliders)
