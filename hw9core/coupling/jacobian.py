"""What problem 3 proves about the Jacobian of a coupling layer: its blocks, determinant and dependencies.

The homework writes x = P_σ (x_Ω; x_Ωᶜ). In block order, P_σᵀ J P_σ, the Jacobian is lower triangular.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

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


@dataclass(frozen=True, eq=False)
class LogDeterminants:
    """log|det ∂z/∂x| by three routes, in nats, each float64 (...) for points (..., n)."""

    sum_of_s: FloatArray
    slogdet: FloatArray
    sum_of_log_diagonal: FloatArray


class Path(Enum):
    """How an input reaches an output."""

    NONE = "does not reach it"
    IDENTITY = "is copied"
    DIRECT = "is multiplied by its scale"
    NETWORKS = "sets scale and shift"


@dataclass(frozen=True)
class Dependency:
    """∂z_i/∂x_j and the terms it is the sum of.

    ``direct`` is 1 where the input is copied and e^{s_i} where it is scaled; ``through_s`` is
    e^{s_i} x_i ∂s_i/∂x_j and ``through_t`` is ∂t_i/∂x_j. Terms that do not occur are 0.
    """

    path: Path
    direct: float = 0.0
    through_s: float = 0.0
    through_t: float = 0.0

    @property
    def total(self) -> float:
        return self.direct + self.through_s + self.through_t


@dataclass(frozen=True, eq=False)
class OrderErratum:
    """The Jacobian rebuilt from its block form B: P B P⁻¹, and P⁻¹ B P as it was handed in; both (n, n)."""

    corrected: FloatArray
    as_handed_in: FloatArray

    @property
    def gap(self) -> float:
        """The largest difference between two entries; 0 where the fault is hidden."""
        return float(np.abs(self.corrected - self.as_handed_in).max())


def block_order(mask: Sequence[int], dim: int) -> tuple[int, ...]:
    """The coordinates with Ω first and Ωᶜ after it, both ascending."""
    mask = require_mask(mask, dim)
    return (*mask, *(i for i in range(dim) if i not in mask))


def block_permutation(mask: Sequence[int], dim: int) -> FloatArray:
    """P_σ, float64 (n, n), with x = P_σ (x_Ω; x_Ωᶜ): it carries block order back to the original order."""
    return np.eye(dim)[:, block_order(mask, dim)]


def block_jacobian(coupling: AffineCouplingTransform | LeakyCouplingTransform, x: ArrayLike) -> FloatArray:
    """P_σᵀ J P_σ at points x (..., n): [[I, 0], [⋆, diag(e^s)]], lower triangular (but for a leaky layer)."""
    layer = coupling.coupling if isinstance(coupling, LeakyCouplingTransform) else coupling
    p = block_permutation(layer.mask, layer.dim)
    return p.T @ jacobian(coupling, x) @ p


def log_det_three_ways(
    coupling: AffineCouplingTransform | LeakyCouplingTransform, x: ArrayLike
) -> LogDeterminants:
    """Σ s; log|det| of the whole Jacobian in original order; Σ log|diagonal|; x (..., n).

    The three agree for a coupling layer. For a leaky one only the second is the log-determinant.
    """
    x = as_points(x, coupling.dim)
    whole = jacobian(coupling, x)
    # Block order moves both rows and columns, so the diagonal is the same but for its order.
    diagonal = np.diagonal(whole, axis1=-2, axis2=-1)
    return LogDeterminants(
        sum_of_s=coupling.call_and_ladj(x)[1],
        slogdet=np.linalg.slogdet(whole).logabsdet,
        sum_of_log_diagonal=np.log(np.abs(diagonal)).sum(axis=-1),
    )


def dependency(coupling: AffineCouplingTransform, x: ArrayLike, i: int, j: int) -> Dependency:
    """How z_i depends on x_j at one point x (n,): the entry (i, j) of the Jacobian, taken apart; from 0."""
    x = as_points(x, coupling.dim)
    if i in coupling.mask:
        return Dependency(Path.IDENTITY, direct=1.0) if i == j else Dependency(Path.NONE)
    row = coupling.rest.index(i)
    scale = float(np.exp(coupling.log_scale(x)[row]))
    if j not in coupling.mask:
        return Dependency(Path.DIRECT, direct=scale) if i == j else Dependency(Path.NONE)
    ds = complex_step_jacobian(coupling.log_scale, x)[row, j]
    dt = complex_step_jacobian(coupling.shift, x)[row, j]
    return Dependency(Path.NETWORKS, through_s=float(scale * x[i] * ds), through_t=float(dt))


def order_erratum(coupling: AffineCouplingTransform, x: ArrayLike) -> OrderErratum:
    """Erratum 1 of problem 3 at one point x (n,): ∂z/∂x is P B P⁻¹, not P⁻¹ B P."""
    p, block = block_permutation(coupling.mask, coupling.dim), block_jacobian(coupling, x)
    return OrderErratum(corrected=p @ block @ p.T, as_handed_in=p.T @ block @ p)


def shows_order_erratum(mask: Sequence[int], dim: int) -> bool:
    """Whether erratum 1 can show: it is hidden when the permutation is its own inverse."""
    p = block_permutation(mask, dim)
    return not np.array_equal(p, p.T)


def masks_that_show_order_erratum(dim: int) -> list[tuple[int, ...]]:
    """Every Ω, from 0, for which erratum 1 shows: none at n = 2, two of six at n = 3."""
    return [mask for mask in proper_masks(dim) if shows_order_erratum(mask, dim)]
