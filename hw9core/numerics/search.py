"""Bracketed maxima and changes of sign of functions of one variable, for whole arrays of brackets at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray


def zoom_maximum(
    function: Callable[[FloatArray], FloatArray],
    low: FloatArray,
    high: FloatArray,
    rounds: int = 10,
    width: int = 17,
) -> tuple[FloatArray, FloatArray]:
    """Argument and value of the maximum in each bracket [low, high], arrays (n,).

    ``function`` takes arguments (n, k) and gives values (n, k), row by row. In every round the bracket closes
    in on the best of ``width`` points and its neighbours, to 2/(width − 1) of its length. A single local
    maximum is found, its argument to about the square root of float64 resolution, as by any comparison.
    """
    low, high = (np.array(end, dtype=np.float64) for end in (low, high))
    shares = np.linspace(0.0, 1.0, width)
    rows = np.arange(low.size)
    best_at, best = low.copy(), np.full(low.shape, -np.inf)
    for _ in range(rounds):
        points = low[:, np.newaxis] + (high - low)[:, np.newaxis] * shares
        values = function(points)
        k = np.argmax(values, axis=1)
        better = values[rows, k] > best
        best_at = np.where(better, points[rows, k], best_at)
        best = np.where(better, values[rows, k], best)
        low, high = points[rows, np.maximum(k - 1, 0)], points[rows, np.minimum(k + 1, width - 1)]
    return best_at, best


def bisect(
    is_left: Callable[[FloatArray], NDArray[np.bool_]], low: FloatArray, high: FloatArray, rounds: int = 60
) -> FloatArray:
    """Where ``is_left`` turns from true to false in each bracket [low, high]; arrays of one shape.

    ``is_left`` is asked at points of that shape. What is left of a bracket is 2^−rounds of its length.
    """
    for _ in range(rounds):
        middle = low + (high - low) / 2
        left = is_left(middle)
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return low + (high - low) / 2


def local_maxima(values: FloatArray) -> NDArray[np.bool_]:
    """Whether each entry of (…, n) is not below its neighbours along the last axis; an end has only one."""
    padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(1, 1)], constant_values=-np.inf)
    return (values >= padded[..., :-2]) & (values >= padded[..., 2:])
