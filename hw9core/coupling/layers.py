"""Affine coupling layers and their Jacobians, homework problem 3, in NumPy.

Coordinates are numbered from 0 here, as NumPy does; the homework numbers them from 1, so that its Ω = {2, 4}
is ``mask=(1, 3)``. Every transform takes points (..., n), float64 or complex128: with complex points the
derivative by a complex step is exact to rounding, since nothing is subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.distributions.flow import Transform
from hw9core.errors import ConfigError

Array = NDArray[np.float64] | NDArray[np.complex128]

DEFAULT_DIM = 4
DEFAULT_MASK = (1, 3)  # Ω = {2, 4} in the homework's numbering: here P⁻¹ [block] P is not the Jacobian
DEFAULT_BOUND = 2.0  # e^±2: every scale stays between 0.14 and 7.4
_STEP = 1e-30  # a complex step has no cancellation, so it may be far below rounding


class VectorTransform(Transform, Protocol):
    """A bijection of Rⁿ, n = ``dim``."""

    dim: int


@dataclass(frozen=True, eq=False)
class Network:
    """A perceptron with tanh after every hidden layer; ``layers``: pairs (weight (out, in), bias (out,))."""

    layers: tuple[tuple[FloatArray, FloatArray], ...]

    def __call__(self, x: Array) -> Array:
        """Outputs (..., out) of inputs (..., in)."""
        for weight, bias in self.layers[:-1]:
            x = np.tanh(x @ weight.T + bias)
        weight, bias = self.layers[-1]
        return x @ weight.T + bias


def random_network(seed: int | tuple[int, ...], n_in: int, n_out: int, hidden: int = 8) -> Network:
    """A network with two hidden layers of ``hidden`` units and weights N(0, 1/fan_in), biases N(0, 0.25)."""
    rng = np.random.default_rng(seed)
    layers = []
    for fan_in, fan_out in pairwise((n_in, hidden, hidden, n_out)):
        weight = rng.standard_normal((fan_out, fan_in)) / np.sqrt(fan_in)
        layers.append((weight, 0.5 * rng.standard_normal(fan_out)))
    return Network(tuple(layers))


def bounded(free: Array, bound: float) -> Array:
    """bound · tanh(free/bound), which is within ±bound; ``free`` itself for an infinite bound."""
    return free if np.isinf(bound) else bound * np.tanh(free / bound)


@dataclass(frozen=True, eq=False)
class AffineCouplingTransform:
    """z_Ω = x_Ω and z_Ωᶜ = e^{s(x_Ω)} ⊙ x_Ωᶜ + t(x_Ω), with ladj = Σ_i s(x_Ω)_i.

    ``mask`` holds the coordinates in Ω, from 0; ``s_theta`` and ``t_theta`` take x_Ω in ascending order of
    the coordinates and give one number for each of the others. s = ``bound`` · tanh(s_theta/bound) is
    smooth and keeps every scale between e^−bound and e^bound; an infinite bound leaves s free. Raises
    ``ConfigError`` for a dimension below 2, for an Ω that is empty, full or no set of coordinates, and for a
    bound that is not above 0. Dinh, Sohl-Dickstein & Bengio (2017).
    """

    dim: int
    mask: tuple[int, ...]
    s_theta: Network
    t_theta: Network
    bound: float = DEFAULT_BOUND

    def __post_init__(self) -> None:
        object.__setattr__(self, "mask", require_mask(self.mask, self.dim))
        if not self.bound > 0:
            raise ConfigError(f"The bound on s must be a number above 0, not {self.bound}.")

    @property
    def rest(self) -> tuple[int, ...]:
        """Ωᶜ, the coordinates that are scaled and shifted, ascending."""
        return tuple(i for i in range(self.dim) if i not in self.mask)

    def log_scale(self, x: Array) -> Array:
        """s(x_Ω) of shape (..., n − |Ω|)."""
        return bounded(self.s_theta(x[..., self.mask]), self.bound)

    def shift(self, x: Array) -> Array:
        """t(x_Ω) of shape (..., n − |Ω|)."""
        return self.t_theta(x[..., self.mask])

    def call_and_ladj(self, x: Array) -> tuple[Array, Array]:
        x = as_points(x, self.dim)
        s = self.log_scale(x)
        z = x.astype(np.result_type(x, s))
        z[..., self.rest] = np.exp(s) * x[..., self.rest] + self.shift(x)
        return z, s.sum(axis=-1)

    def inverse_and_ladj(self, z: Array) -> tuple[Array, Array]:
        z = as_points(z, self.dim)
        s = self.log_scale(z)  # z_Ω = x_Ω, which is why the inverse needs no inverse of a network
        x = z.astype(np.result_type(z, s))
        x[..., self.rest] = (z[..., self.rest] - self.shift(z)) * np.exp(-s)
        return x, -s.sum(axis=-1)


@dataclass(frozen=True)
class ComposedTransform:
    """The transforms one after the other, the first one first; log-determinants add."""

    transforms: tuple[VectorTransform, ...]

    def __post_init__(self) -> None:
        if len({transform.dim for transform in self.transforms}) != 1:
            raise ConfigError("A composition needs transforms of one dimension, at least one.")

    @property
    def dim(self) -> int:
        return self.transforms[0].dim

    def call_and_ladj(self, x: Array) -> tuple[Array, Array]:
        total = 0.0
        for transform in self.transforms:
            x, ladj = transform.call_and_ladj(x)
            total = total + ladj
        return x, total

    def inverse_and_ladj(self, z: Array) -> tuple[Array, Array]:
        total = 0.0
        for transform in reversed(self.transforms):
            z, ladj = transform.inverse_and_ladj(z)
            total = total + ladj
        return z, total


@dataclass(frozen=True, eq=False)
class LeakyCouplingTransform:
    """A coupling layer broken on purpose: s sees the transformed half too, t does not.

    s = bound · tanh((s_theta(x_Ω) + strength · leak(x_Ωᶜ))/bound). The ladj of ``call_and_ladj`` is still
    Σ s, as if nothing had happened; at ``strength`` 0 it is right. There is no inverse: to undo the scale
    one would need the x_Ωᶜ that is sought.
    """

    coupling: AffineCouplingTransform
    leak: Network
    strength: float

    @property
    def dim(self) -> int:
        return self.coupling.dim

    def log_scale(self, x: Array) -> Array:
        """s(x) of shape (..., n − |Ω|)."""
        layer = self.coupling
        free = layer.s_theta(x[..., layer.mask]) + self.strength * self.leak(x[..., layer.rest])
        return bounded(free, layer.bound)

    def call_and_ladj(self, x: Array) -> tuple[Array, Array]:
        x = as_points(x, self.dim)
        layer, s = self.coupling, self.log_scale(x)
        z = x.astype(np.result_type(x, s))
        z[..., layer.rest] = np.exp(s) * x[..., layer.rest] + layer.shift(x)
        return z, s.sum(axis=-1)


def random_coupling(
    dim: int = DEFAULT_DIM, mask: Sequence[int] = DEFAULT_MASK, seed: int = 0, bound: float = DEFAULT_BOUND
) -> AffineCouplingTransform:
    """A coupling layer with random networks; ``mask`` from 0. Raises ``ConfigError``."""
    mask = require_mask(mask, dim)
    n_in, n_out = len(mask), dim - len(mask)
    s_theta, t_theta = (random_network((seed, part), n_in, n_out) for part in (0, 1))
    return AffineCouplingTransform(dim, mask, s_theta, t_theta, bound)


def random_leak(coupling: AffineCouplingTransform, strength: float, seed: int = 0) -> LeakyCouplingTransform:
    """The same layer with a random network that lets s see x_Ωᶜ."""
    n_rest = len(coupling.rest)
    return LeakyCouplingTransform(coupling, random_network((seed, 2), n_rest, n_rest), strength)


def require_mask(mask: Sequence[int], dim: int) -> tuple[int, ...]:
    """Ω ascending; ``ConfigError``, one sentence, unless it is a proper non-empty subset of 0 … dim − 1."""
    if dim < 2:
        raise ConfigError(f"A coupling layer needs at least 2 coordinates, not {dim}: some set the others.")
    chosen = tuple(sorted(set(mask)))
    if not chosen:
        raise ConfigError("Ω is empty: s and t would have no input, so that scale and shift are constants.")
    if not (0 <= chosen[0] and chosen[-1] < dim) or len(chosen) != len(mask):
        raise ConfigError(f"Ω must name different coordinates from 0 to {dim - 1}, not {tuple(mask)}.")
    if len(chosen) == dim:
        raise ConfigError("Ω holds every coordinate: nothing is left to transform, so that z = x.")
    return chosen


def proper_masks(dim: int) -> list[tuple[int, ...]]:
    """Every Ω that is neither empty nor full, 2ⁿ − 2 of them, the small ones first."""
    return [mask for size in range(1, dim) for mask in combinations(range(dim), size)]


def as_points(x: ArrayLike, dim: int) -> Array:
    """x as float64 or complex128 (..., dim); ``ValueError`` for another shape."""
    x = np.asarray(x)
    if not np.iscomplexobj(x):
        x = x.astype(np.float64)
    if x.shape[-1:] != (dim,):
        raise ValueError(f"Points must have shape (..., {dim}), not {x.shape}.")
    return x


def complex_step_jacobian(function: Callable[[Array], Array], x: ArrayLike) -> FloatArray:
    """∂function_i/∂x_j at real points x (..., n), float64 (..., m, n), as Im function(x + i h e_j)/h.

    Exact to rounding for analytic functions. Squire & Trapp (1998).
    """
    x = np.asarray(x, dtype=np.float64)
    steps = 1j * _STEP * np.eye(x.shape[-1])
    return np.swapaxes(function(x[..., np.newaxis, :] + steps).imag / _STEP, -1, -2)


def jacobian(transform: VectorTransform | LeakyCouplingTransform, x: ArrayLike) -> FloatArray:
    """∂z_i/∂x_j at points x (..., n), float64 (..., n, n), rows i in the original order."""
    return complex_step_jacobian(lambda points: transform.call_and_ladj(points)[0], x)
