"""Samples and densities carried from x to z, in one stage or by way of u (problem 2).

A straight line from a to b, both rising with x, is monotone at every t, so the density along it is exact:
p_t = p(x) / ((1 − t) da/dx + t db/dx). It shows the map; t is no model's time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform


@dataclass(frozen=True, eq=False)
class Path:
    """Where each x is at each t and the density there: float64 (times, m) both."""

    points: FloatArray
    density: FloatArray

    def areas(self, edge_index: NDArray[np.intp]) -> FloatArray:
        """The area between points of ``edge_index`` (c + 1,) at each t, by trapezoids: float64 (times, c)."""
        heights = 0.5 * (self.density[:, 1:] + self.density[:, :-1])
        trapezoids = heights * np.diff(self.points, axis=1)
        return np.add.reduceat(trapezoids, edge_index[:-1], axis=1)


def direct_path(flow: MixtureCDFTransform, x: ArrayLike, times: ArrayLike) -> Path:
    """x_t = (1 − t) x + t z for ascending x (m,) and t in [0, 1]."""
    x = np.asarray(x, dtype=np.float64)
    z, ladj = flow.call_and_ladj(x)
    return _straight(x, np.zeros_like(x), z, ladj, flow.flow.log_prob(x), np.asarray(times, dtype=np.float64))


def two_stage_path(flow: MixtureCDFTransform, x: ArrayLike, times: ArrayLike) -> Path:
    """From x to u = F(x) while t goes from 0 to 1, and from u to z while it goes from 1 to 2."""
    x, times = np.asarray(x, dtype=np.float64), np.asarray(times, dtype=np.float64)
    z, ladj = flow.call_and_ladj(x)
    u, log_slope = flow.cdf(x), flow.mixture_log_prob(x)
    log_p = flow.flow.log_prob(x)
    to_u = _straight(x, np.zeros_like(x), u, log_slope, log_p, np.minimum(times, 1.0))
    to_z = _straight(u, log_slope, z, ladj, log_p, np.maximum(times - 1.0, 0.0))
    first = (times <= 1.0)[:, np.newaxis]
    return Path(np.where(first, to_u.points, to_z.points), np.where(first, to_u.density, to_z.density))


def _straight(
    a: FloatArray,
    log_slope_a: FloatArray,
    b: FloatArray,
    log_slope_b: FloatArray,
    log_p: FloatArray,
    times: FloatArray,
) -> Path:
    """From a to b, given the logarithms of their slopes in x and of the density of x."""
    t = times[:, np.newaxis]
    with np.errstate(divide="ignore"):  # log 0 at either end leaves one slope out of the sum
        log_slope = np.logaddexp(np.log1p(-t) + log_slope_a, np.log(t) + log_slope_b)
    return Path((1.0 - t) * a + t * b, np.exp(log_p - log_slope))
