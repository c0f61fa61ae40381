"""Other routes to what the coupling package says: an entry of the Jacobian taken apart, the gap of a leak;
and a transform that is no coupling layer."""

from __future__ import annotations

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
)


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


def leak_gap(leaky: LeakyCouplingTransform, x: ArrayLike) -> FloatArray:
    """log|det ∂z/∂x| − Σ s = log|det(I + diag(x_Ωᶜ) ∂s/∂x_Ωᶜ)| at points x (..., n), (...) out."""
    x, rest = as_points(x, leaky.dim), list(leaky.coupling.rest)
    ds = complex_step_jacobian(leaky.log_scale, x)[..., rest]
    return np.linalg.slogdet(np.eye(len(rest)) + x[..., rest, np.newaxis] * ds).logabsdet


@dataclass(frozen=True)
class PermutationTransform:
    """z_i = x_{order[i]}: volume stays as it is, and the next coupling layer sees other coordinates."""

    order: tuple[int, ...]

    @property
    def dim(self) -> int:
        return len(self.order)

    def call_and_ladj(self, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
        x = as_points(x, self.dim)
        return x[..., self.order], np.zeros(x.shape[:-1], dtype=x.dtype)

    def inverse_and_ladj(self, z: ArrayLike) -> tuple[FloatArray, FloatArray]:
        z = as_points(z, self.dim)
        return z[..., np.argsort(self.order)], np.zeros(z.shape[:-1], dtype=z.dtype)
