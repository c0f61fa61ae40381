"""A coupling layer's Jacobian along every coordinate through one point: what a drag of one x_j shows.

Each coordinate takes every position of a grid while the others stay at the point; the point itself is the
last position of every coordinate. One batch gives all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hw9core.arrays import FloatArray
from hw9core.coupling.jacobian import LogDeterminants, block_permutation
from hw9core.coupling.layers import (
    AffineCouplingTransform,
    LeakyCouplingTransform,
    as_points,
    complex_step_jacobian,
    jacobian,
)


@dataclass(frozen=True, eq=False)
class Family:
    """Everything at ``points`` (n, m + 1, n): coordinate j moved to position k, or nothing moved (k = m).

    All arrays are float64 and start with the two axes of the points: ``z`` (…, n), ``log_scale`` and
    ``shift`` (…, n − |Ω|), ``jacobian`` and its part through s, ``through_s`` with entries
    e^{s_i} x_i ∂s_i/∂x_j (…, n, n). ``order_gap``: the largest entry of |P B P⁻¹ − P⁻¹ B P| (erratum 1);
    ``leak_gap``: log|det(I + diag(x_Ωᶜ) ∂s/∂x_Ωᶜ)|, which is 0 where s does not see x_Ωᶜ.
    """

    points: FloatArray
    z: FloatArray
    log_scale: FloatArray
    shift: FloatArray
    jacobian: FloatArray
    through_s: FloatArray
    log_det: LogDeterminants
    order_gap: FloatArray
    leak_gap: FloatArray


def grid_through(point: ArrayLike, positions: ArrayLike) -> FloatArray:
    """The point (n,) with each coordinate moved to each of m positions, and itself: (n, m + 1, n)."""
    point, positions = np.asarray(point, np.float64), np.asarray(positions, np.float64)
    points = np.tile(point, (point.size, positions.size + 1, 1))
    for j in range(point.size):
        points[j, :-1, j] = positions
    return points


def family(
    layer: AffineCouplingTransform | LeakyCouplingTransform, point: ArrayLike, positions: ArrayLike
) -> Family:
    """The layer along every coordinate through ``point`` (n,); ``positions`` (m,)."""
    coupling = layer.coupling if isinstance(layer, LeakyCouplingTransform) else layer
    rest, identity = list(coupling.rest), np.eye(coupling.dim)
    x = grid_through(as_points(point, coupling.dim), positions)
    z, sum_of_s = layer.call_and_ladj(x)
    s, whole = layer.log_scale(x), jacobian(layer, x)
    x_ds = x[..., rest, np.newaxis] * complex_step_jacobian(layer.log_scale, x)
    through_s = np.zeros_like(whole)
    through_s[..., rest, :] = np.exp(s)[..., np.newaxis] * x_ds
    p = block_permutation(coupling.mask, coupling.dim)
    block = p.T @ whole @ p
    return Family(
        points=x,
        z=z,
        log_scale=s,
        shift=coupling.shift(x),
        jacobian=whole,
        through_s=through_s,
        log_det=LogDeterminants(
            sum_of_s=sum_of_s,
            slogdet=np.linalg.slogdet(whole).logabsdet,
            # The diagonal that stands in block order, not the original one: the third route is its own.
            sum_of_log_diagonal=np.log(np.abs(np.diagonal(block, axis1=-2, axis2=-1))).sum(axis=-1),
        ),
        order_gap=np.abs(p @ block @ p.T - p.T @ block @ p).max(axis=(-2, -1)),
        leak_gap=np.linalg.slogdet(identity[np.ix_(rest, rest)] + x_ds[..., rest]).logabsdet,
    )
