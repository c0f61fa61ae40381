"""Fit q to p by gradient descent on D(p‖q) and on D(q‖p) from one start: covering against seeking modes."""

from dataclasses import dataclass

import numpy as np

from hw9core.distributions.gaussian import Gaussian
from hw9core.figures import gaussians as figures
from hw9core.figures.theme import ANOMALY, REFERENCE
from hw9core.gaussians.fit import FitPath, GaussianMixture, fit_forward, fit_reverse
from ui.lessons.gaussians import plane
from ui.lessons.gaussians.plane import P, Q
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Curve, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, named
from ui.words import UNITS

STEPS = 80
OUTLINE = 73
ONE, TWO = TARGETS = ("p itself", "p split in two modes")
DISTANCE = 4.5  # far enough for q to settle on one mode
# Of each direction: what it descends, how it behaves, its colour.
_WAYS = (
    ("forward", "D(p‖q)", "covers every mode", ANOMALY),
    ("reverse", "D(q‖p)", "seeks one mode", REFERENCE),
)


@dataclass(frozen=True)
class Request:
    """What determines both descents: the committed numbers, the target, whether q is diagonal, the unit."""

    numbers: plane.Numbers
    target: str = ONE
    distance: float = DISTANCE
    diagonal: bool = False
    unit: str = "nats"


STEP = Slider("fit_step", "step", default=0, low=0, high=STEPS, step=1, format="d", play=12, tabulated=True)


def target(values: dict[str, float], request: Request) -> GaussianMixture:
    """p, or half of p on either side of its centre, ``distance`` apart along its axis b."""
    p = plane.gaussian(values, P)
    if request.target == ONE:
        return GaussianMixture(np.ones(1), (p,))
    across = np.radians(values["p_angle"] + 90.0)
    half = request.distance / 2 * np.array([np.cos(across), np.sin(across)])
    sides = (Gaussian(p.mean + half, p.covariance), Gaussian(p.mean - half, p.covariance))
    return GaussianMixture(np.full(2, 0.5), sides)


@published(32)
def scene(request: Request) -> Scene:
    """Both paths on the target's density, and both divergences over the steps.

    About a fifth of a second of work for a target of two parts.
    """
    values = {slider.name: number for slider, number in zip(plane.CONTROLS, request.numbers, strict=True)}
    p = target(values, request)
    start = plane.gaussian(values, Q)
    paths = [run(p, start, request.diagonal, STEPS) for run in (fit_forward, fit_reverse)]
    losses = np.array([_padded(path.divergences) for path in paths]) * UNITS[request.unit]
    return Scene(
        (
            (Cell((STEP.spoken(f"step {STEP:d}"),)),),
            (
                Cell((_density(p, paths),), 1.2),
                Cell((_descent(losses, request.unit),)),
                Cell((_readouts(losses, request.unit),), 0.6),
            ),
        ),
        stage=2,
    )


def _density(p: GaussianMixture, paths: list[FitPath]) -> Figure:
    marks = []
    for (name, divergence, _, color), path in zip(_WAYS, paths, strict=True):
        x, y = _outlines(path)
        marks.append(Curve(Data(f"{name}_x", x), Data(f"{name}_y", y), STEP, color, divergence, fill=True))
    return Figure("fit", _density_figure(p), 440, "The density of p with q on both ways", tuple(marks))


def _descent(losses: np.ndarray, unit: str) -> Figure:
    figure = figures.descent_figure(losses, [way[1] for way in _WAYS], unit)
    line = VerticalLine(STEP, f"step {STEP:d}", drag=True)
    return Figure("losses", figure, 440, "Both divergences over the steps of the descent", (line,))


def _readouts(losses: np.ndarray, unit: str) -> ReadoutGroup:
    readouts = (
        Readout(
            named(f"fit_{name}", at(Data(f"{name}_loss", loss), STEP)),
            f"Descending {divergence} ({unit})",
            ".4f",
            f"This q {manner}.",
        )
        for (name, divergence, manner, _), loss in zip(_WAYS, losses, strict=True)
    )
    return ReadoutGroup("fit", "", tuple(readouts))


def _padded(series: np.ndarray) -> np.ndarray:
    """One entry per step: what converged early stays as it is."""
    return np.concatenate([series, np.repeat(series[-1:], STEPS + 1 - len(series), axis=0)])


def _outlines(path: FitPath) -> tuple[np.ndarray, np.ndarray]:
    """The ellipse of one standard deviation at every step: x and y, (steps, m)."""
    turn = np.linspace(0, 2 * np.pi, OUTLINE)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    points = _padded(path.means)[:, :, None] + np.linalg.cholesky(_padded(path.covariances)) @ circle
    return points[:, 0].astype(np.float32), points[:, 1].astype(np.float32)


def _density_figure(p: GaussianMixture):
    x, y = np.linspace(*figures.X_RANGE, 101), np.linspace(*figures.Y_RANGE, 81)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    figure = figures.density_figure(x, y, np.exp(p.log_prob(points)).reshape(y.size, x.size))
    for _, divergence, manner, color in _WAYS:
        figures.add_legend(figure, f"descends {divergence}: {manner}", color)
    return figure
