"""Mass carried from x to z, in one stage or by way of u (problem 2): where each x is at every t, and slices.

A straight line from a to b, both rising with x, is monotone at every t, so the density along it is exact:
p_t = p(x) / ((1 − t) da/dx + t db/dx). It shows the map; t is no model's time. Slices of equal mass keep
their areas at every t: that is the change of variables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.checks import require_count
from hw9core.line_flow.bases import NORMAL
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform

# The outermost slices would reach to infinity; this much of the mass is cut off at each end.
TAIL = 1e-6


@dataclass(frozen=True, eq=False)
class Journey:
    """Where each x is at each t and the density there: float64 (times, m) both."""

    points: FloatArray
    density: FloatArray

    def areas(self, edge_index: NDArray[np.intp]) -> FloatArray:
        """The area between points of ``edge_index`` (c + 1,) at each t, by trapezoids: float64 (times, c)."""
        heights = 0.5 * (self.density[:, 1:] + self.density[:, :-1])
        trapezoids = heights * np.diff(self.points, axis=1)
        return np.add.reduceat(trapezoids, edge_index[:-1], axis=1)


def direct_journey(flow: MixtureCDFTransform, x: ArrayLike, times: ArrayLike) -> Journey:
    """x_t = (1 − t) x + t z for ascending x (m,) and t in [0, 1]."""
    x = np.asarray(x, dtype=np.float64)
    z, ladj = flow.call_and_ladj(x)
    return _straight(x, np.zeros_like(x), z, ladj, flow.flow.log_prob(x), np.asarray(times, dtype=np.float64))


def two_stage_journey(flow: MixtureCDFTransform, x: ArrayLike, times: ArrayLike) -> Journey:
    """From x to u = F(x) while t goes from 0 to 1, and from u to z while it goes from 1 to 2."""
    x, times = np.asarray(x, dtype=np.float64), np.asarray(times, dtype=np.float64)
    z, ladj = flow.call_and_ladj(x)
    u, log_slope = flow.cdf(x), flow.mixture_log_prob(x)
    log_p = flow.flow.log_prob(x)
    to_u = _straight(x, np.zeros_like(x), u, log_slope, log_p, np.minimum(times, 1.0))
    to_z = _straight(u, log_slope, z, ladj, log_p, np.maximum(times - 1.0, 0.0))
    first = (times <= 1.0)[:, np.newaxis]
    return Journey(np.where(first, to_u.points, to_z.points), np.where(first, to_u.density, to_z.density))


def _straight(
    a: FloatArray,
    log_slope_a: FloatArray,
    b: FloatArray,
    log_slope_b: FloatArray,
    log_p: FloatArray,
    times: FloatArray,
) -> Journey:
    """From a to b, given the logarithms of their slopes in x and of the density of x."""
    t = times[:, np.newaxis]
    with np.errstate(divide="ignore"):  # log 0 at either end leaves one slope out of the sum
        log_slope = np.logaddexp(np.log1p(-t) + log_slope_a, np.log(t) + log_slope_b)
    return Journey((1.0 - t) * a + t * b, np.exp(log_p - log_slope))


@dataclass(frozen=True, eq=False)
class QuantileSlices:
    """``points`` x, float64 (m,) ascending, and which of them are the edges of the slices, (count + 1,)."""

    points: FloatArray
    edge_index: NDArray[np.intp]


def quantile_slices(flow: MixtureCDFTransform, count: int = 8, m: int = 1000) -> QuantileSlices:
    """``count`` slices of equal mass, with about (2 + K) m points over all of them.

    m points are even in x, m even in z and m around each component, because what is narrow at one end of the
    map may be wide at the other, and both are drawn. Raises ``ValueError`` for no slice or no point.
    """
    count, m = require_count(count, "number of slices"), require_count(m, "number of points")
    levels = np.clip(np.arange(count + 1) / count, TAIL, 1.0 - TAIL)
    # In units of N(0, 1) whatever the base: points even in a uniform z would leave the tails of x bare.
    onto_normal = MixtureCDFTransform(flow.weights, flow.locs, flow.scales)
    q = NORMAL.quantile(levels)
    edges = onto_normal.inverse(q)
    grids = [
        np.linspace(edges[0], edges[-1], m),
        onto_normal.inverse(np.linspace(q[0], q[-1], m)),
        (flow.locs + flow.scales * np.linspace(-6.0, 6.0, m)[:, np.newaxis]).ravel(),
    ]
    inner = np.concatenate(grids)
    points = np.unique(np.append(edges, inner[(inner > edges[0]) & (inner < edges[-1])]))
    return QuantileSlices(points, np.searchsorted(points, edges))
