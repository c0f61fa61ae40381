"""What problem 3 proves about the Jacobian of a coupling layer, at points and along every coordinate.

The homework writes x = P_σ (x_Ω; x_Ωᶜ). In block order, B = P_σᵀ J P_σ, the Jacobian J is lower triangular,
and so log|det J| is the sum of s. What a drag of one coordinate shows is a :class:`Family`: each coordinate
takes every position of a grid while the others stay, and one batch gives all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hw9core.arrays import FloatArray
from hw9core.coupling.layers import (
    AffineCouplingTransform,
    LeakyCouplingTransform,
    as_points,
    complex_step_jacobian,
    jacobian,
    proper_masks,
    require_mask,
)

Layer = AffineCouplingTransform | LeakyCouplingTransform


@dataclass(frozen=True, eq=False)
class BlockForm:
    """A Jacobian taken apart as P B P⁻¹: ``permutation`` P_σ (n, n) and ``block`` B (..., n, n)."""

    permutation: FloatArray
    block: FloatArray

    @property
    def corrected(self) -> FloatArray:
        """P B P⁻¹, which is the Jacobian."""
        return self.permutation @ self.block @ self.permutation.T

    @property
    def as_handed_in(self) -> FloatArray:
        """P⁻¹ B P, as the homework wrote it (erratum 1): right only where σ is its own inverse."""
        return self.permutation.T @ self.block @ self.permutation

    @property
    def order_gap(self) -> FloatArray:
        """The largest difference between two entries of both, (...); 0 where the fault is hidden."""
        return np.abs(self.corrected - self.as_handed_in).max(axis=(-2, -1))


@dataclass(frozen=True, eq=False)
class LogDeterminants:
    """log|det ∂z/∂x| by three routes, in nats, each float64 (...) for points (..., n)."""

    sum_of_s: FloatArray
    slogdet: FloatArray
    sum_of_log_diagonal: FloatArray


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


def block_order(mask: Sequence[int], dim: int) -> tuple[int, ...]:
    """The coordinates with Ω first and Ωᶜ after it, both ascending."""
    mask = require_mask(mask, dim)
    return (*mask, *(i for i in range(dim) if i not in mask))


def block_permutation(mask: Sequence[int], dim: int) -> FloatArray:
    """P_σ, float64 (n, n), with x = P_σ (x_Ω; x_Ωᶜ): it carries block order back to the original order."""
    return np.eye(dim)[:, block_order(mask, dim)]


def block_form(mask: Sequence[int], whole: FloatArray) -> BlockForm:
    """Jacobians ``whole`` (..., n, n) in block order: B = P_σᵀ J P_σ, which for a coupling layer is
    [[I, 0], [⋆, diag(e^s)]], lower triangular."""
    p = block_permutation(mask, whole.shape[-1])
    return BlockForm(p, p.T @ whole @ p)


def three_log_determinants(layer: Layer, x: ArrayLike, whole: FloatArray) -> LogDeterminants:
    """Σ s as the layer reports it; log|det| of the whole Jacobian; Σ log|diagonal of B|.

    ``whole`` (..., n, n) are the Jacobians at points x (..., n). The three agree for a coupling layer; for a
    leaky one only the second is the log-determinant.
    """
    diagonal = np.diagonal(block_form(_coupling_of(layer).mask, whole).block, axis1=-2, axis2=-1)
    return LogDeterminants(
        sum_of_s=layer.call_and_ladj(x)[1],
        slogdet=np.linalg.slogdet(whole).logabsdet,
        sum_of_log_diagonal=np.log(np.abs(diagonal)).sum(axis=-1),
    )


def grid_through(point: ArrayLike, positions: ArrayLike) -> FloatArray:
    """The point (n,) with each coordinate moved to each of m positions, and itself: (n, m + 1, n)."""
    point, positions = np.asarray(point, np.float64), np.asarray(positions, np.float64)
    points = np.tile(point, (point.size, positions.size + 1, 1))
    for j in range(point.size):
        points[j, :-1, j] = positions
    return points


def family(layer: Layer, point: ArrayLike, positions: ArrayLike) -> Family:
    """The layer along every coordinate through ``point`` (n,); ``positions`` (m,)."""
    coupling = _coupling_of(layer)
    rest = list(coupling.rest)
    x = grid_through(as_points(point, coupling.dim), positions)
    s, whole = layer.log_scale(x), jacobian(layer, x)
    x_ds = x[..., rest, np.newaxis] * complex_step_jacobian(layer.log_scale, x)
    through_s = np.zeros_like(whole)
    through_s[..., rest, :] = np.exp(s)[..., np.newaxis] * x_ds
    return Family(
        points=x,
        z=layer.call_and_ladj(x)[0],
        log_scale=s,
        shift=coupling.shift(x),
        jacobian=whole,
        through_s=through_s,
        log_det=three_log_determinants(layer, x, whole),
        order_gap=block_form(coupling.mask, whole).order_gap,
        leak_gap=np.linalg.slogdet(np.eye(len(rest)) + x_ds[..., rest]).logabsdet,
    )


def _coupling_of(layer: Layer) -> AffineCouplingTransform:
    """The coupling layer itself, where ``layer`` is one that leaks."""
    return layer.coupling if isinstance(layer, LeakyCouplingTransform) else layer


def shows_order_erratum(mask: Sequence[int], dim: int) -> bool:
    """Whether erratum 1 can show: it is hidden when the permutation is its own inverse."""
    p = block_permutation(mask, dim)
    return not np.array_equal(p, p.T)


def masks_that_show_order_erratum(dim: int) -> list[tuple[int, ...]]:
    """Every Ω, from 0, for which erratum 1 shows: none at n = 2, two of six at n = 3."""
    return [mask for mask in proper_masks(dim) if shows_order_erratum(mask, dim)]
