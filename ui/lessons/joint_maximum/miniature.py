"""The joint maximisation on the start page: the level lines of g, its ridge, and a point on the landscape."""

import numpy as np

from hw9core.figures.theme import ANOMALY, HIGHLIGHT, IN_DISTRIBUTION
from hw9core.joint_maximum.maximum import grid_points
from hw9core.joint_maximum.problems import HIGH, LOW, Quadratic
from ui.home.miniature import Axis, Miniature, Number, Shape, Word, carried_by, still
from ui.lessons.joint_maximum.material import shipped
from ui.lessons.joint_maximum.names import PHI, THETA
from ui.shared import shared

KEY = "quadratic"
EVERY = 2  # grid points of the lesson
DEPTHS = (0.05, 0.3, 0.8, 1.6, 2.8, 4.5, 7.0)
TURN = np.linspace(0.0, 2.0 * np.pi, 73)


@shared(entries=1)
def miniature() -> Miniature:
    """The quadratic problem over the lesson's square."""
    shown = shipped(KEY)
    land, ridge = shown.land, shown.ridge
    theta, phi = (
        Axis(control.address, grid_points()[::EVERY], start) for control, start in ((THETA, 0.2), (PHI, 0.8))
    )
    point = carried_by(np.zeros((1, 2)), theta, phi)
    top = still(np.array(shown.of_g.theta), np.array(shown.of_g_phi))
    return Miniature(
        window=((LOW, HIGH), (LOW, HIGH)),
        across=theta,
        up=phi,
        drawn=(
            *(Shape(_level(shown.problem, depth), IN_DISTRIBUTION, "area") for depth in reversed(DEPTHS)),
            Shape(still(ridge.theta, ridge.phi), dash=True),
            Word(np.array([[-2.95, -0.8]]), "ridge: h = 0", "start"),
            Shape(top, HIGHLIGHT, "dots"),
            Shape(point, ANOMALY, "dots"),
        ),
        numbers=(
            Number("g", "g(θ, φ)", land.g[::EVERY, ::EVERY], ".4f"),
            Number("h", "gap h", land.h[::EVERY, ::EVERY], ".4f"),
        ),
    )


def _level(problem: Quadratic, depth: float) -> np.ndarray:
    """Where g lies ``depth`` below its maximum: ½ (θ − peak)² + (φ − θ/2)² = depth, an ellipse (73, 2)."""
    theta = problem.peak + np.sqrt(2.0 * depth) * np.cos(TURN)
    return still(theta, 0.5 * theta + np.sqrt(depth) * np.sin(TURN))
