"""The coupling lesson on the start page: data with a grid, and beside it both on their way to z."""

import numpy as np

from hw9core.coupling.plane_points import grid_lines, log_areas_on_the_way
from hw9core.coupling.stack import points_by_layer
from hw9core.figures.coupling import GRID
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.home.miniature import Axis, Miniature, Number, Shape, Word, square_window
from ui.lessons.coupling.plane.layers import STEPS, layer_slider
from ui.lessons.coupling.plane.material import Material, shipped
from ui.lessons.coupling.plane.square import SIDE, centre
from ui.shared import shared

DATA_SET = "moons"
EVERY = 5  # steps of the lesson's slider
SHOWN = 160  # samples
WINDOW = square_window(3.4)
APART = 0.5 * WINDOW[0][1]
RIGHT = np.array([APART, 0.0])
CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])


def miniature() -> Miniature:
    """Two moons through the shipped layers. Raises CheckpointError."""
    return _of(shipped(DATA_SET))


@shared(entries=1)
def _of(shown: Material) -> Miniature:
    layers, layer = shown.layers(), layer_slider(shown.depth)
    middle = np.array([control.default for control in centre(shown)])
    log_area = log_areas_on_the_way(layers, middle, STEPS)[::EVERY]
    values = layer.grid[::EVERY]
    lines, cell = grid_lines(shown.region), middle + 0.5 * SIDE.default * _square()
    ways = [points_by_layer(layers, points) for points in (lines, shown.test[:SHOWN], cell)]
    return Miniature(
        window=WINDOW,
        across=Axis(layer.address, values, start=0.1),
        drawn=(
            *_plane(-RIGHT, *(rows[:1] for rows in ways)),
            *_plane(RIGHT, *ways),
            Word(-RIGHT - [[2.6, -2.2]], "x", "end"),
            Word(RIGHT - [[-2.6, -2.2]], "→ z", "start"),
        ),
        numbers=(
            Number("layer", "layers", values, ".1f"),
            Number("factor", "exp(Σ s)", np.exp(log_area), ".4f"),
        ),
        address={"part": "Two dimensions"},
    )


def _plane(centre: np.ndarray, lines: np.ndarray, points: np.ndarray, cell: np.ndarray) -> tuple[Shape, ...]:
    """What is drawn of one plane, everything (rows, …, 2), without what would lie in the other one."""
    lines, points = (np.where(np.abs(rows[..., :1]) < APART, rows, np.nan) for rows in (lines, points))
    return (
        Shape(centre + _joined(lines), GRID),
        Shape(centre + points, IN_DISTRIBUTION, "dots", small=True),
        Shape(centre + cell, ANOMALY, "area"),
    )


def _square(per_side: int = 12) -> np.ndarray:
    """The outline of the square [−1, 1]², (4 · per_side, 2)."""
    share = np.arange(per_side)[:, np.newaxis] / per_side
    sides = zip(CORNERS, np.roll(CORNERS, -1, axis=0), strict=True)
    return np.concatenate([(1 - share) * first + share * last for first, last in sides])


def _joined(lines: np.ndarray) -> np.ndarray:
    """Lines (rows, lines, m, 2) as one of (rows, lines · (m + 1), 2), the pen lifted after each."""
    lifted = np.pad(lines, ((0, 0), (0, 0), (0, 1), (0, 0)), constant_values=np.nan)
    return lifted.reshape(len(lines), -1, 2)
