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
    rounds: int = 12,
    width: int = 9,
) -> tuple[FloatArray, FloatArray]:
    """Argument and value of the maximum in each bracket [low, high], arrays (n,).

    ``function`` takes arguments (n, k) and gives values (n, k), row by row: first at the ends, then in every
    round at ``width`` − 2 points between them, on the best of which and its neighbours the bracket closes in,
    to 2/(width − 1) of its length. A single local maximum is found, its argument to about the square root of
    float64 resolution, as by any comparison.
    """
    points = np.stack([low, high], axis=1).astype(np.float64)
    low, high = points.T
    values = function(points)
    rows, k = np.arange(low.size), np.argmax(values, axis=1)
    best_at, best = points[rows, k], values[rows, k]
    shares = np.linspace(0.0, 1.0, width)
    for _ in range(rounds):
        points = low[:, np.newaxis] + (high - low)[:, np.newaxis] * shares
        values = function(points[:, 1:-1])
        k = np.argmax(values, axis=1)
        better = values[rows, k] > best
        best_at = np.where(better, points[rows, k + 1], best_at)
        best = np.where(better, values[rows, k], best)
        low, high = points[rows, k], points[rows, k + 2]
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
