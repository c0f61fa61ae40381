"""The points, grids and colours that the views of a flow in the plane share."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_sets import Region
from hw9core.figures.coupling import SECTOR_COLORS

FRAME: Region = ((-3.0, 3.0), (-3.0, 3.0))  # of x that is shown; it holds every shipped data set
SPACING = 0.5  # of grids
LINE_POINTS = 41
CLOSE = 5.0  # x and z fill half of this window; some layers throw points out of it
CLIPPED = 0.02  # the share of the points, at each end of an axis, that may leave the plot
_MARGIN = 0.06
_FARTHEST = 1e6  # what float32 and the browser's paths can still place


def frame(region: Region) -> Region:
    """The square of x that is shown: the same for all data sets but a visitor's own points far out."""
    half = max(FRAME[0][1], float(np.ceil(np.abs(region).max())))
    return ((-half, half), (-half, half))


def sectors(points: FloatArray, centre: FloatArray) -> NDArray[np.uint8]:
    """The number (n,) of the sector around ``centre`` that points (n, 2) lie in: their colour."""
    x, y = (points - centre).T
    turns = np.arctan2(y, x) / (2.0 * np.pi) + 0.5
    count = len(SECTOR_COLORS)
    return np.minimum(count * turns, count - 1).astype(np.uint8)


def grid_lines(region: Region) -> FloatArray:
    """A square grid inside a rectangle, (lines, LINE_POINTS, 2): upright lines, then level ones."""
    first, second = (_ticks(interval) for interval in region)
    upright = _lines(first, second[[0, -1]])
    level = _lines(second, first[[0, -1]])[..., ::-1]
    return np.concatenate([upright, level])


def window(points: FloatArray, close: bool) -> Region:
    """The square around x and z, or the rectangle that shows nearly all points (rows, n, 2) of every row."""
    if close:
        return ((-CLOSE, CLOSE), (-CLOSE, CLOSE))
    low, high = np.quantile(finite(points), [CLIPPED, 1.0 - CLIPPED], axis=1)
    low = np.minimum(low.min(axis=0), -CLOSE)
    high = np.maximum(high.max(axis=0), CLOSE)
    margin = _MARGIN * (high - low)
    return tuple((float(a), float(b)) for a, b in zip(low - margin, high + margin, strict=True))


def share_outside(points: FloatArray, region: Region) -> FloatArray:
    """The share of the points (rows, n, 2) outside a rectangle, (rows,)."""
    low, high = np.array(region).T
    return np.any((points < low) | (points > high), axis=-1).mean(axis=-1)


def between(rows: FloatArray, steps: int) -> FloatArray:
    """Rows (rows, …) and, on the straight way from each to the next, ``steps`` − 1 more."""
    share = np.arange(steps).reshape(-1, *(1,) * (rows.ndim - 1)) / steps
    inner = [first + share * (second - first) for first, second in pairwise(rows)]
    return np.concatenate([*inner, rows[-1:]])


def table(points: FloatArray) -> NDArray[np.float32]:
    """Points as a swarm or a mesh takes them."""
    return finite(points).astype(np.float32)


def finite(points: FloatArray) -> FloatArray:
    """Points within a million, also where a training went astray."""
    return np.clip(np.nan_to_num(points, nan=_FARTHEST), -_FARTHEST, _FARTHEST)


def _ticks(interval: tuple[float, float]) -> FloatArray:
    first, last = np.ceil(interval[0] / SPACING), np.floor(interval[1] / SPACING)
    return SPACING * np.arange(first, last + 1)


def _lines(at: FloatArray, ends: FloatArray) -> FloatArray:
    along = np.broadcast_to(np.linspace(*ends, LINE_POINTS), (at.size, LINE_POINTS))
    return np.stack([np.broadcast_to(at[:, np.newaxis], along.shape), along], axis=-1)
