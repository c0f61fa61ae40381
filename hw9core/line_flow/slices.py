"""Equal shares of a flow's mass, followed from x to z: that their areas stay is the change of variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.checks import require_count
from hw9core.line_flow.bases import NORMAL
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform

# The outermost slices would reach to infinity; this much of the mass is cut off at each end.
TAIL = 1e-6


@dataclass(frozen=True, eq=False)
class QuantileSlices:
    """``points`` x, float64 (m,) ascending, and which of them are the ``count`` + 1 edges of the slices."""

    flow: MixtureCDFTransform
    points: FloatArray
    edge_index: NDArray[np.intp]

    @property
    def edges(self) -> FloatArray:
        """The quantiles that separate the slices, float64 (count + 1,), ends included."""
        return self.points[self.edge_index]

    def areas(self, t: float) -> FloatArray:
        """The area of each slice under p_t, float64 (count,): the trapezoids under what is drawn.

        1/count at every t, but for the trapezoids and the 1e-6 that the outer slices lack.
        """
        curve = self.flow.interpolated(self.points, t)
        trapezoids = 0.5 * (curve.density[1:] + curve.density[:-1]) * np.diff(curve.points)
        return np.add.reduceat(trapezoids, self.edge_index[:-1])


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
    return QuantileSlices(flow, points, np.searchsorted(points, edges))
