"""What breaks the claim of problem 6: a gap c(θ) > 0 that no φ closes, as of too small a family of q_φ.

Then max_φ g = f − c, and its maximiser is f's only where c′(θ*) = 0; otherwise it moves, to first order by
c′(θ*) / f″(θ*).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.joint_maximum.maximum import grid_points
from hw9core.joint_maximum.problems import HIGH, LOW, Problem
from hw9core.joint_maximum.verdict import ZERO_TOLERANCE
from hw9core.numerics.search import zoom_maximum

_DIFFERENCE = 1e-2  # of the fourth-order second difference: error about 1e-8 f⁗-like terms, rounding 1e-11


def sloped_gap(theta: FloatArray, star: float, size: float, slope: float) -> FloatArray:
    """c(θ) = size (1 + tanh(slope (θ − θ*) / size)): positive, c(θ*) = size > 0 and c′(θ*) = slope."""
    return size * (1.0 + np.tanh(slope * (theta - star) / size))


def bowl_gap(theta: FloatArray, star: float, size: float) -> FloatArray:
    """c(θ) = size + (θ − θ*)²: c′(θ*) = 0, so nothing moves."""
    return size + (theta - star) ** 2


def curvature(problem: Problem, theta: float) -> float:
    """f″(θ) by a fourth-order central difference; NaN where its five points leave the square."""
    step = _DIFFERENCE
    if not LOW + 2 * step <= theta <= HIGH - 2 * step:
        return float("nan")
    values = problem.f(theta + step * np.arange(-2, 3))
    return float(values @ np.array([-1.0, 16.0, -30.0, 16.0, -1.0]) / (12.0 * step**2))


def broken_assumption(least: FloatArray) -> str:
    """What c > 0 does to the assumption, from min_φ h without it at each θ of the grid, (n,)."""
    fails = "the assumption fails at every θ"
    if least.min() < -ZERO_TOLERANCE:
        return f"The assumption fails already without c, where h falls to {least.min():.4g}."
    if least.max() > ZERO_TOLERANCE:
        rest = f"c(θ) plus what no φ closed before, up to {least.max():.4g} on the grid"
        return f"With c added to h, the smallest h over φ is {rest}: {fails}."
    return f"With c added to h, the smallest h over φ is c(θ) > 0: {fails}."


@dataclass(frozen=True, eq=False)
class Shifts:
    """argmax of f − c for every size (a,) and slope (b,), and the first-order shift of each slope."""

    sizes: FloatArray
    slopes: FloatArray
    theta_hat: FloatArray  # (a, b)
    first_order: FloatArray  # (b,)


def sloped_shifts(problem: Problem, star: float, sizes: FloatArray, slopes: FloatArray) -> Shifts:
    """The maximiser of f − c on [−3, 3] for the sloped gap around ``star``."""
    size, slope = (a.ravel()[:, np.newaxis] for a in np.meshgrid(sizes, slopes, indexing="ij"))
    moved = _maximisers(problem, lambda t: sloped_gap(t, star, size, slope), size.shape[0])
    with np.errstate(divide="ignore"):
        first_order = slopes / curvature(problem, star)
    return Shifts(sizes, slopes, moved.reshape(sizes.size, slopes.size), first_order)


def bowl_shift(problem: Problem, star: float, size: float) -> float:
    """How far the maximiser moves under the bowl: 0 up to rounding."""
    return float(_maximisers(problem, lambda t: bowl_gap(t, star, size), 1)[0]) - star


def _maximisers(problem: Problem, gap: Callable[[FloatArray], FloatArray], rows: int) -> FloatArray:
    """The θ at which f − c is largest, one for each of ``rows`` gaps c, which are computed together."""
    axis = grid_points()
    k = np.argmax(problem.f(axis) - np.broadcast_to(gap(axis), (rows, axis.size)), axis=1)
    low, high = axis[np.maximum(k - 1, 0)], axis[np.minimum(k + 1, axis.size - 1)]
    return zoom_maximum(lambda theta: problem.f(theta) - gap(theta), low, high)[0]
