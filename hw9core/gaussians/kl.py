"""The Kullback–Leibler divergence between multivariate Gaussians, in nats (problem 5).

D(N(μ0, Σ0) ‖ N(μ1, Σ1)) = ½ [log(det Σ1/det Σ0) + (μ1 − μ0)ᵀ Σ1⁻¹ (μ1 − μ0) + tr(Σ1⁻¹ Σ0) − d]

>>> p, q = Gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 0.1]]), Gaussian([0.0, 0.0], [[2.0, 0.0], [0.0, 0.1]])
>>> round(kl_terms(p, q).kl, 4)
0.0966
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.checks import require_count
from hw9core.distributions.covariance import EPS
from hw9core.distributions.gaussian import Gaussian, congruence, require_same_dimension, solve_lower
from hw9core.numerics.monte_carlo import Estimate, estimate

_NEARLY_EQUAL = 0.5
_NUMBERS_AT_ONCE = 1 << 18  # of draws: 2 MB, about what a core's cache holds


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
    require_same_dimension(p, q)
    white = solve_lower(q.cholesky, q.mean - p.mean)
    with np.errstate(over="ignore"):  # beyond 1.8e308 the divergence is +∞
        mahalanobis = float(white @ white)
    if math.isfinite(mahalanobis):
        mahalanobis -= float(white @ q.cholesky_defect @ white)
    delta = np.linalg.eigvalsh(congruence(q.cholesky, p.covariance - q.covariance))
    if abs(delta).max() <= _NEARLY_EQUAL:
        log_det, trace_minus_d = 0.0 - float(np.log1p(delta).sum()), float(delta.sum())
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
    require_same_dimension(p, q)
    return p.log_prob(points) - q.log_prob(points)


def kl_monte_carlo(p: Gaussian, q: Gaussian, n: int, seed: int) -> Estimate:
    """D(p‖q) = E_p[log p(X)/q(X)] from n ≥ 2 draws of p, whose coordinates are in memory a part at a time."""
    n, rng = require_count(n, "number of samples", 2), np.random.default_rng(seed)
    rows = max(1, _NUMBERS_AT_ONCE // p.dimension)
    parts = [log_ratio(p, q, p.sample(min(rows, n - start), rng)) for start in range(0, n, rows)]
    return estimate(np.concatenate(parts))


def jensen_shannon(p: Gaussian, q: Gaussian, n: int, seed: int) -> Estimate:
    """½ D(p‖m) + ½ D(q‖m) with m = (p + q)/2, in nats, at most log 2; n ≥ 2 draws of each.

    It has no closed form. With t = log p/q the two integrands are log 2 − log(1 + e^∓t), which are bounded.
    """
    n = require_count(n, "number of samples", 2)
    rng = np.random.default_rng(seed)
    under_p, under_q = log_ratio(p, q, p.sample(n, rng)), log_ratio(p, q, q.sample(n, rng))
    return estimate(math.log(2.0) - (np.logaddexp(0.0, -under_p) + np.logaddexp(0.0, under_q)) / 2)


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


def _log_det_ratio(p: Gaussian, q: Gaussian) -> float:
    """log(det Σ1/det Σ0); log det Σ = 2 Σ log L_ii + tr F + O(F²)."""
    ratios = np.diag(q.cholesky) / np.diag(p.cholesky)
    return float(2 * np.log(ratios).sum() + np.trace(q.cholesky_defect) - np.trace(p.cholesky_defect))


def _trace(p: Gaussian, q: Gaussian) -> float:
    """tr(Σ1⁻¹ Σ0) = ‖L1⁻¹ L0‖² with first-order corrections for both defects."""
    factor = solve_lower(q.cholesky, p.cholesky)
    defect = factor.T @ q.cholesky_defect @ factor
    return float((factor**2).sum() + np.sum(factor.T @ factor * p.cholesky_defect) - np.trace(defect))
