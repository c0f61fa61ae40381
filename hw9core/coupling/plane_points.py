"""Points on their way through layers in the plane: between two of them, how far, and where they began."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.layers import AffineCouplingTransform
from hw9core.coupling.plane_sets import Interval, Region

SECTORS = 8
SPACING = 0.5  # of grids
LINE_POINTS = 41


def between(first: FloatArray, second: FloatArray, share: float | FloatArray) -> FloatArray:
    """Where points are at a ``share`` from 0 to 1 of the straight way from ``first`` to ``second``.

    To the last bit, a point that does not move stays, and at 1 it is the second one. The browser's twin is
    ``between`` of between.js.
    """
    return np.where(np.less(share, 1.0), first + share * (second - first), second)


def way_through(rows: FloatArray, steps: int) -> FloatArray:
    """Rows (rows, …) and between each and the next ``steps`` − 1 more: ((rows − 1) · steps + 1, …)."""
    share = np.arange(steps).reshape(-1, *(1,) * (rows.ndim - 1)) / steps
    return np.concatenate([*(between(*pair, share) for pair in pairwise(rows)), rows[-1:]])


def log_areas_on_the_way(layers: Sequence[AffineCouplingTransform], x: ArrayLike, steps: int) -> FloatArray:
    """Logarithm of the factor by which :func:`way_through` stretches a small area at x (2,), at each step.

    A ``share`` of the straight way through a layer stretches by 1 + share (e^s − 1). float64 of shape
    (layers · steps + 1,). The browser's twin is ``carriedLogArea`` of kernel_coupling.js.
    """
    share, passed, way = np.arange(steps) / steps, 0.0, []
    for layer in layers:
        x, s = layer.call_and_ladj(x)
        way.append(passed + np.log1p(share * np.expm1(s)))
        passed += s
    return np.concatenate([*way, [passed]])


def largest_moves(points: FloatArray, steps: int) -> FloatArray:
    """How far points (layers + 1, n, 2) have moved at most along the first coordinate, at every step of
    :func:`way_through`."""
    way = way_through(points[..., 0], steps)
    return np.abs(way - way[0]).max(axis=1)


def number_outside(points: FloatArray, region: Region) -> NDArray[np.int32]:
    """How many of the points (rows, n, 2) are outside a rectangle, as one that is nowhere is; (rows,)."""
    low, high = np.array(region).T
    inside = np.all((points >= low) & (points <= high), axis=-1)  # False for NaN
    return np.count_nonzero(~inside, axis=-1).astype(np.int32)


def sectors(points: FloatArray, centre: FloatArray) -> NDArray[np.uint8]:
    """The number (n,), from 0, of the one of ``SECTORS`` sectors around ``centre`` (2,) that points (n, 2)
    lie in; counter-clockwise from due west."""
    x, y = (points - centre).T
    turns = np.arctan2(y, x) / (2.0 * np.pi) + 0.5
    return np.minimum(SECTORS * turns, SECTORS - 1).astype(np.uint8)


def grid_lines(region: Region) -> FloatArray:
    """A square grid inside a rectangle, (lines, LINE_POINTS, 2): upright lines, then level ones."""
    first, second = (_ticks(interval) for interval in region)
    upright = _lines(first, second[[0, -1]])
    level = _lines(second, first[[0, -1]])[..., ::-1]
    return np.concatenate([upright, level])


def _ticks(interval: Interval) -> FloatArray:
    first, last = np.ceil(interval[0] / SPACING), np.floor(interval[1] / SPACING)
    return SPACING * np.arange(first, last + 1)


def _lines(at: FloatArray, ends: FloatArray) -> FloatArray:
    along = np.broadcast_to(np.linspace(*ends, LINE_POINTS), (at.size, LINE_POINTS))
    return np.stack([np.broadcast_to(at[:, np.newaxis], along.shape), along], axis=-1)
