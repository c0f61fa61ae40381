"""The lesson on Gaussians on the start page: p's centre under the pointer, q beside it, D both ways round."""

import math

import numpy as np

from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.gaussians.kl import kl
from ui.home.miniature import Axis, Miniature, Number, Shape, Word, carried_by, square_window
from ui.lessons.gaussians.plane import P, Q, Sliders, gaussian
from ui.shared import shared

WINDOW = square_window(1.7)
STATES = 41, 15
CIRCLE = np.linspace(0.0, 2.0 * np.pi, 65)


@shared(entries=1)
def miniature() -> Miniature:
    """Both as the lesson begins with them, but for p's centre."""
    across, up = (
        Axis(control.address, np.round(np.linspace(*ends, count), 2))
        for control, ends, count in zip((P.x, P.y), WINDOW, STATES, strict=True)
    )
    q = gaussian(_start(), Q)
    pairs = [
        [(gaussian(_start() | {P.x.name: x, P.y.name: y}, P), q) for y in up.values] for x in across.values
    ]
    forward, backward = (
        np.array([[kl(*pair[::way]) for pair in column] for column in pairs]) for way in (1, -1)
    )
    centre = np.array([[Q.x.default, Q.y.default]])
    return Miniature(
        window=WINDOW,
        across=across,
        up=up,
        drawn=(
            Shape(centre + _ellipse(Q), ANOMALY, "area", dash=True),
            Shape(carried_by(_ellipse(P), across, up), IN_DISTRIBUTION, "area"),
            Shape(centre, ANOMALY, "dots"),
            Shape(carried_by(np.zeros((1, 2)), across, up), IN_DISTRIBUTION, "dots"),
            Word(centre + [0.2, 0.1], "q", "start"),
            Word(carried_by(np.array([[-0.2, 0.1]]), across, up), "p", "end"),
        ),
        numbers=(
            Number("kl_pq", "D(p‖q)", forward, ".4f"),
            Number("kl_qp", "D(q‖p)", backward, ".4f"),
        ),
    )


def _start() -> dict[str, float]:
    return {control.name: control.default for control in (*P, *Q)}


def _ellipse(sliders: Sliders) -> np.ndarray:
    """The outline of one standard deviation around the origin, (65, 2)."""
    ellipse = Ellipse(sliders.first.default, sliders.second.default, math.radians(sliders.angle.default))
    factor = Gaussian([0.0, 0.0], covariance_from_ellipse(ellipse)).cholesky
    return np.stack([np.cos(CIRCLE), np.sin(CIRCLE)], axis=-1) @ factor.T
