"""Multivariate Gaussians and the Kullback–Leibler divergence between them, in nats (problem 5).

D(N(μ0, Σ0) ‖ N(μ1, Σ1)) = ½ [log(det Σ1/det Σ0) + (μ1 − μ0)ᵀ Σ1⁻¹ (μ1 − μ0) + tr(Σ1⁻¹ Σ0) − d]

>>> p, q = Gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 0.1]]), Gaussian([0.0, 0.0], [[2.0, 0.0], [0.0, 0.1]])
>>> round(kl_terms(p, q).kl, 4)
0.0966
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.checks import finite_array, require_count
from hw9core.distributions.covariance import EPS, LARGEST, random_covariance, require_covariance
from hw9core.errors import InputError
from hw9core.numerics.monte_carlo import Estimate, estimate

_REFINED_DIMENSIONS = 64  # beyond, the exact residual takes long and plain Cholesky has to do
_NEARLY_EQUAL = 0.5


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
        return _congruence(self.cholesky, _residual(self.covariance, self.cholesky))

    @cached_property
    def condition_number(self) -> float:
        """λ_max/λ_min of the covariance."""
        eigenvalues = np.linalg.eigvalsh(self.covariance)
        return float(eigenvalues[-1] / max(eigenvalues[0], eigenvalues[-1] * EPS**2))

    def log_pdf(self, points: ArrayLike) -> NDArray[np.float64]:
        """log density in nats at points (n, d): shape (n,)."""
        x = np.asarray(points, dtype=np.float64)
        white = solve_lower(self.cholesky, (x - self.mean).T)
        log_det = 2 * np.log(np.diag(self.cholesky)).sum()
        return -0.5 * ((white**2).sum(axis=0) + self.dimension * math.log(2 * math.pi) + log_det)

    def sample(self, n: int, seed: int | np.random.Generator) -> NDArray[np.float64]:
        """n independent draws, (n, d)."""
        shape = (require_count(n, "number of samples"), self.dimension)
        normal = np.random.default_rng(seed).normal(size=shape)
        return self.mean + normal @ self.cholesky.T


@dataclass(frozen=True)
class KlTerms:
    """The three terms of 2·D(p‖q) in nats, and ``kl`` = D(p‖q) itself, at least 0.

    ``kl`` is half the terms' sum, but computed without the cancellation between ``log_det`` and
    ``trace_minus_d`` that adding them would suffer when Σ0 ≈ Σ1.
    """

    log_det: float
    mahalanobis: float
    trace_minus_d: float
    kl: float


def kl_terms(p: Gaussian, q: Gaussian) -> KlTerms:
    """log(det Σ1/det Σ0), (μ1 − μ0)ᵀ Σ1⁻¹ (μ1 − μ0), tr(Σ1⁻¹ Σ0) − d, and D(p‖q).

    Cholesky factors and triangular solves only, corrected by ``Gaussian.cholesky_defect``. Where all
    eigenvalues 1 + δ of Σ1⁻¹ Σ0 lie within ½ of 1, the δ come from Σ0 − Σ1, and D from Σ (δ − log(1 + δ)).
    Raises ``InputError`` if the dimensions differ.
    """
    _require_same_dimension(p, q)
    white = solve_lower(q.cholesky, q.mean - p.mean)
    mahalanobis = float(white @ white - white @ q.cholesky_defect @ white)
    delta = np.linalg.eigvalsh(_congruence(q.cholesky, p.covariance - q.covariance))
    if abs(delta).max() <= _NEARLY_EQUAL:
        log_det, trace_minus_d = -float(np.log1p(delta).sum()), float(delta.sum())
        spread = float(log1p_gap(delta).sum())
    else:
        log_det, trace_minus_d = _log_det_ratio(p, q), _trace(p, q) - p.dimension
        spread = log_det + trace_minus_d
    # D ≥ 0: what rounding leaves below is no divergence.
    return KlTerms(log_det, mahalanobis, trace_minus_d, max(0.0, (spread + mahalanobis) / 2))


def kl(p: Gaussian, q: Gaussian) -> float:
    """D(p‖q) in nats."""
    return kl_terms(p, q).kl


def jeffreys(p: Gaussian, q: Gaussian) -> float:
    """D(p‖q) + D(q‖p) in nats: symmetric, and the log determinants cancel."""
    return kl(p, q) + kl(q, p)


def error_bound(p: Gaussian, q: Gaussian) -> float:
    """A bound on the rounding error of D(p‖q) in nats: 50·ε·cond·½(|log det| + Mahalanobis + |trace − d|).

    ε = 2.2e-16, cond the larger condition number. A reader needs it from cond = 1e6 on.
    """
    terms = kl_terms(p, q)
    magnitude = (abs(terms.log_det) + terms.mahalanobis + abs(terms.trace_minus_d)) / 2
    return 50 * EPS * max(p.condition_number, q.condition_number) * magnitude


def log_ratio(p: Gaussian, q: Gaussian, points: ArrayLike) -> NDArray[np.float64]:
    """log p(x)/q(x) in nats at points (n, d): shape (n,)."""
    _require_same_dimension(p, q)
    return p.log_pdf(points) - q.log_pdf(points)


def kl_monte_carlo(p: Gaussian, q: Gaussian, n: int, seed: int) -> Estimate:
    """D(p‖q) = E_p[log p(X)/q(X)] from n ≥ 2 draws of p."""
    return estimate(log_ratio(p, q, p.sample(require_count(n, "number of samples", 2), seed)))


def jensen_shannon(p: Gaussian, q: Gaussian, n: int, seed: int) -> Estimate:
    """½ D(p‖m) + ½ D(q‖m) with m = (p + q)/2, in nats, at most log 2; n ≥ 2 draws of each.

    It has no closed form. With t = log p/q the two integrands are log 2 − log(1 + e^∓t), which are bounded.
    """
    n = require_count(n, "number of samples", 2)
    rng = np.random.default_rng(seed)
    under_p, under_q = log_ratio(p, q, p.sample(n, rng)), log_ratio(p, q, q.sample(n, rng))
    return estimate(math.log(2.0) - (np.logaddexp(0.0, -under_p) + np.logaddexp(0.0, under_q)) / 2)


def whitened(p: Gaussian, q: Gaussian) -> tuple[Gaussian, Gaussian]:
    """The pair after x → L1⁻¹ (x − μ1), which makes q N(0, I) and leaves every divergence as it was."""
    _require_same_dimension(p, q)
    factor = solve_lower(q.cholesky, p.cholesky)
    mean = solve_lower(q.cholesky, p.mean - q.mean)
    covariance = factor @ factor.T
    standard = Gaussian(np.zeros(p.dimension), np.eye(p.dimension))
    return Gaussian(mean, (covariance + covariance.T) / 2), standard


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


def log1p_gap(x: ArrayLike) -> NDArray[np.float64]:
    """x − log(1 + x) ≥ 0 to full relative accuracy, for x > −1 of any shape.

    Near 0 with r = x/(2 + x): log(1 + x) = 2 artanh r and x − 2r = x r, so nothing cancels.
    """
    x = np.asarray(x, dtype=np.float64)
    r = x / (2.0 + x)
    odd = np.arange(3, 25, 2)
    series = x * r - 2 * r * (r[..., None] ** (odd - 1) / odd).sum(axis=-1)
    with np.errstate(divide="ignore"):
        return np.where(abs(x) < 0.25, series, x - np.log1p(x))


def _require_same_dimension(p: Gaussian, q: Gaussian) -> None:
    if p.dimension != q.dimension:
        raise InputError(f"The two Gaussians differ in dimension: {p.dimension} and {q.dimension}.")


def _log_det_ratio(p: Gaussian, q: Gaussian) -> float:
    """log(det Σ1/det Σ0); log det Σ = 2 Σ log L_ii + tr F + O(F²)."""
    ratios = np.diag(q.cholesky) / np.diag(p.cholesky)
    return float(2 * np.log(ratios).sum() + np.trace(q.cholesky_defect) - np.trace(p.cholesky_defect))


def _trace(p: Gaussian, q: Gaussian) -> float:
    """tr(Σ1⁻¹ Σ0) = ‖L1⁻¹ L0‖² with first-order corrections for both defects."""
    factor = solve_lower(q.cholesky, p.cholesky)
    defect = factor.T @ q.cholesky_defect @ factor
    return float((factor**2).sum() + np.sum(factor.T @ factor * p.cholesky_defect) - np.trace(defect))


def _congruence(lower: NDArray[np.float64], symmetric: NDArray[np.float64]) -> NDArray[np.float64]:
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
