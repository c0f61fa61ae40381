"""Multivariate Gaussians: the distribution, its Cholesky factor with what rounding did to it, whitening."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.checks import finite_array, require_count
from hw9core.distributions.covariance import EPS, LARGEST, random_covariance, require_covariance
from hw9core.errors import InputError

_REFINED_DIMENSIONS = 64  # beyond, the exact residual takes long and plain Cholesky has to do


@dataclass(frozen=True, eq=False)
class Gaussian:
    """N(mean, covariance): read-only float64 of shapes (d,) and (d, d); scalars make a 1-D Gaussian.

    The covariance is symmetrised exactly. Raises ``InputError`` (see ``covariance.require_covariance``).
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def __post_init__(self) -> None:
        mean = np.atleast_1d(finite_array(self.mean, "mean"))
        covariance = require_covariance(self.covariance)
        if mean.shape != covariance.shape[:1]:
            shape = " × ".join(map(str, mean.shape))
            d = len(covariance)
            raise InputError(f"The mean has shape {shape}, but the covariance is {d} × {d}.")
        if abs(mean).max() > LARGEST:
            raise InputError(f"The mean must lie within ±{LARGEST}, not {mean[abs(mean).argmax()]:g}.")
        for name, array in (("mean", mean), ("covariance", covariance)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def dimension(self) -> int:
        return len(self.mean)

    @cached_property
    def cholesky(self) -> NDArray[np.float64]:
        """The lower triangular L of Σ = L Lᵀ, (d, d)."""
        return np.linalg.cholesky(self.covariance)

    @cached_property
    def cholesky_defect(self) -> NDArray[np.float64]:
        """F = L⁻¹ (Σ − L Lᵀ) L⁻ᵀ, (d, d): what rounding did to L, of size ε·cond, so that Σ = L (I + F) Lᵀ.

        One step of refinement with F takes the ε·cond out of determinants and quadratic forms.
        """
        if self.dimension > _REFINED_DIMENSIONS:
            return np.zeros_like(self.covariance)
        return congruence(self.cholesky, _residual(self.covariance, self.cholesky))

    @cached_property
    def condition_number(self) -> float:
        """λ_max/λ_min of the covariance."""
        eigenvalues = np.linalg.eigvalsh(self.covariance)
        return float(eigenvalues[-1] / max(eigenvalues[0], eigenvalues[-1] * EPS**2))

    def log_prob(self, points: ArrayLike) -> NDArray[np.float64]:
        """log density in nats at points (n, d): shape (n,)."""
        x = np.asarray(points, dtype=np.float64)
        white = solve_lower(self.cholesky, (x - self.mean).T)
        log_det = 2 * np.log(np.diag(self.cholesky)).sum()
        return -0.5 * ((white**2).sum(axis=0) + self.dimension * math.log(2 * math.pi) + log_det)

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """n independent draws, (n, d)."""
        normal = rng.normal(size=(require_count(n, "number of samples"), self.dimension))
        return self.mean + normal @ self.cholesky.T


def random_gaussian(d: int, seed: int, condition_number: float = 10.0) -> Gaussian:
    """A Gaussian with standard normal means and a random covariance of the given condition number.

    Raises ``InputError`` unless 1 ≤ condition_number ≤ 1e14 and d is 1 to 64.
    """
    if not (float(d).is_integer() and 1 <= d <= 64):
        raise InputError(f"The dimension must be a whole number from 1 to 64, not {d}.")
    if not 1.0 <= condition_number <= 1e14:
        raise InputError(f"The condition number must lie between 1 and 1e14, not {condition_number:g}.")
    rng = np.random.default_rng(seed)
    return Gaussian(rng.normal(size=int(d)), random_covariance(int(d), rng, float(condition_number)))


def solve_lower(lower: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """L⁻¹ B by forward substitution; L (d, d), B (d,) or (d, n).

    LAPACK's own costs a millisecond at d = 2 on a busy computer: its threads wait for each other.
    """
    solution = np.empty_like(right, dtype=np.float64)
    for i, row in enumerate(lower):
        solution[i] = (right[i] - row[:i] @ solution[:i]) / row[i]
    return solution


def require_same_dimension(p: Gaussian, q: Gaussian) -> None:
    """``InputError`` unless both have one dimension."""
    if p.dimension != q.dimension:
        raise InputError(f"The two Gaussians differ in dimension: {p.dimension} and {q.dimension}.")


def congruence(lower: NDArray[np.float64], symmetric: NDArray[np.float64]) -> NDArray[np.float64]:
    """L⁻¹ M L⁻ᵀ for symmetric M, exactly symmetric."""
    half = solve_lower(lower, symmetric)
    whole = solve_lower(lower, half.T)
    return (whole + whole.T) / 2


def _residual(covariance: NDArray[np.float64], lower: NDArray[np.float64]) -> NDArray[np.float64]:
    """Σ − L Lᵀ, each entry rounded once: exact products (Dekker 1971) and Python's exact sum."""
    residual = np.empty_like(covariance)
    for i, row in enumerate(lower):
        product, rest = _exact_product(row[None, :], lower)
        for j in range(len(lower)):
            residual[i, j] = math.fsum([covariance[i, j], *-product[j], *-rest[j]])
    return residual


def _exact_product(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """a·b as the rounded product and the rest that rounding lost."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest


def _halves(x: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """x as the sum of two numbers of at most 26 bits (Veltkamp)."""
    scaled = 134217729.0 * x  # 2^27 + 1
    high = scaled - (scaled - x)
    return high, x - high
