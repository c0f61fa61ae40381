"""Fit q to p by gradient descent on D(p‖q) and on D(q‖p) from one start: covering against seeking modes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hw9core.distributions.gaussian import Gaussian
from hw9core.figures import gaussians as figures
from hw9core.figures.theme import ANOMALY, REFERENCE
from hw9core.gaussians.fit import FitPath, GaussianMixture, fit_forward, fit_reverse
from ui.lessons.gaussians import plane
from ui.lessons.gaussians.plane import P, Q
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Curve, VerticalLine
from ui.live.payloads import Payload
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

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

    numbers: tuple[float, ...]
    target: str = ONE
    distance: float = DISTANCE
    diagonal: bool = False
    unit: str = "nats"
    nats: float = 1.0


def fields() -> tuple[Field, ...]:
    """The step of both descents."""
    return (Field("fit_step", 0.0, 0.0, STEPS),)


def target(values: dict[str, float], request: Request) -> GaussianMixture:
    """p, or half of p on either side of its centre, ``distance`` apart along its axis b."""
    p = plane.gaussian(values, "p")
    if request.target == ONE:
        return GaussianMixture(np.ones(1), (p,))
    across = np.radians(values["p_angle"] + 90.0)
    half = request.distance / 2 * np.array([np.cos(across), np.sin(across)])
    sides = (Gaussian(p.mean + half, p.covariance), Gaussian(p.mean - half, p.covariance))
    return GaussianMixture(np.full(2, 0.5), sides)


@lru_cache(maxsize=32)
def payload(request: Request) -> Payload:
    """The packed scene of both descents; about a fifth of a second of work for a target of two parts."""
    return Payload.of(scene(request).payload())


def scene(request: Request) -> Scene:
    """Both paths on the target's density, and both divergences over the steps."""
    values = dict(zip((*P, *Q), request.numbers, strict=True))
    p = target(values, request)
    start = plane.gaussian(values, "q")
    paths = [run(p, start, request.diagonal, STEPS) for run in (fit_forward, fit_reverse)]
    losses = np.array([_padded(path.divergences) for path in paths]) * request.nats
    arrays = {}
    for (name, *_), path, loss in zip(_WAYS, paths, losses, strict=True):
        x, y = _outlines(path)
        arrays |= {f"{name}_x": x, f"{name}_y": y, f"{name}_loss": loss}
    return Scene(
        figures={
            "fit": Figure(_density_figure(p), 440, "The density of p with q on both ways"),
            "losses": Figure(
                figures.descent_figure(losses, [way[1] for way in _WAYS], request.unit),
                440,
                "Both divergences over the steps of the descent",
            ),
        },
        controls=(
            Slider(
                "fit_step",
                "step",
                0.0,
                float(STEPS),
                1.0,
                1.0,
                "step {fit_step:d}",
                format="d",
                play=12,
            ),
        ),
        values=tuple(Value(f"fit_{name}", "at", (f"{name}_loss", "fit_step")) for name, *_ in _WAYS),
        blocks=(
            ReadoutGroup(
                "fit",
                "",
                tuple(
                    Readout(
                        f"fit_{name}",
                        f"Descending {divergence} ({request.unit})",
                        ".4f",
                        f"This q {manner}.",
                    )
                    for name, divergence, manner, _ in _WAYS
                ),
                columns=2,
            ),
        ),
        marks=(
            *(
                Curve("fit", f"{name}_x", f"{name}_y", "fit_step", color, divergence, fill=True)
                for name, divergence, _, color in _WAYS
            ),
            VerticalLine("losses", "fit_step", "step {fit_step:d}", drag=True),
        ),
        rows=(
            (Cell(("figure:fit",), 1.2), Cell(("figure:losses",))),
            (Cell(("control:fit_step",)),),
            (Cell(("readouts:fit",)),),
        ),
        arrays=arrays,
    )


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
