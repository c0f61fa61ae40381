"""The flow lesson on the start page: slices of equal mass on their way from the data to N(0, 1)."""

import numpy as np

from hw9core.figures.line_flow import slice_colors
from hw9core.figures.theme import TRUTH
from hw9core.line_flow.journey import direct_journey, quantile_slices
from ui.home.miniature import Axis, Miniature, Number, Shape, Word, still
from ui.lessons.line_flow.journey import SLICES, Options, time_slider
from ui.lessons.line_flow.material import DATA_SET_NAMES, Material, shipped
from ui.shared import shared

DATA_SET, BASE = "three", "normal"
POINTS_PER_SLICE = 24


def miniature() -> Miniature:
    """Three Gaussians onto N(0, 1). Raises CheckpointError."""
    return _of(shipped(DATA_SET, BASE))


@shared(entries=1)
def _of(shown: Material) -> Miniature:
    t = time_slider(Options())
    slices = quantile_slices(shown.final, SLICES)
    journey = direct_journey(shown.final, slices.points, t.grid)
    areas = journey.areas(slices.edge_index)
    low, high = shown.z_range
    ends = zip(slices.edge_index[:-1], slices.edge_index[1:], strict=True)
    drawn = (np.linspace(first, last, POINTS_PER_SLICE).astype(np.intp) for first, last in ends)
    outlines = (_outline(journey.points, journey.density, index) for index in drawn)
    colored = zip(outlines, slice_colors(SLICES), strict=True)
    z = np.linspace(low, high, 81)
    highest = 1.05 * float(journey.density[0].max())
    return Miniature(
        window=((low, high), (0.0, highest)),
        across=Axis(t.address, t.grid, start=0.3),
        drawn=(
            *(Shape(points, color, "area") for points, color in colored),
            Shape(still(z, np.exp(shown.base.log_prob(z))), TRUTH, dash=True),
            Word(np.array([[2.0, 0.3]]), "N(0, 1)", "start"),
        ),
        numbers=(
            Number("t", "t", t.grid, ".2f"),
            Number("area_0", "area of the first slice", areas[:, 0], ".5f"),
        ),
        address={"data": DATA_SET_NAMES[DATA_SET]},
    )


def _outline(x: np.ndarray, density: np.ndarray, index: np.ndarray) -> np.ndarray:
    """A slice at every t, (times, points + 2, 2), closed along the axis."""
    x, y = x[:, index], density[:, index]
    return still(np.concatenate([x[:, :1], x, x[:, -1:]], axis=1), np.pad(y, ((0, 0), (1, 1))))
