"""The Kullback–Leibler divergence D(p‖q) = E_p[log p(X)/q(X)] of densities on the line, in nats (problem 4).

Three routes: closed form, quadrature, Monte Carlo. Conventions: 0·log(0/q) = 0, and p·log(p/0) = +∞.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, ndtr, psi

from hw9core.arrays import FloatArray
from hw9core.checks import require_count
from hw9core.distributions.density import Density
from hw9core.distributions.line import Beta, Laplace, Normal, Uniform
from hw9core.numerics.monte_carlo import Estimate, RunningMean, estimate, running_mean
from hw9core.numerics.quadrature import Integral, integrate


def covers(q: Density, p: Density) -> bool:
    """Whether q's support contains p's, up to single points: without it D(p‖q) = +∞."""
    return all(any(a <= low and high <= b for a, b in q.support) for low, high in p.support)


def kl_closed_form(p: Density, q: Density) -> float | None:
    """D(p‖q) in nats where a formula is known, else None; 0 for equal densities, +∞ without cover.

    Known: any of Normal, Laplace, Uniform, Beta against Normal; Normal and Laplace against Laplace; Beta
    against Beta; any of the four against Uniform.
    """
    if p == q:
        return 0.0
    if not covers(q, p):
        return math.inf
    cross = _cross_entropy(p, q)
    return None if cross is None else max(0.0, cross - p.entropy())


def kl_quadrature(p: Density, q: Density) -> Integral:
    """∫ p log(p/q) in nats by adaptive quadrature; (+∞, 0) where p has mass and q has none."""
    if not covers(q, p):
        return Integral(math.inf, 0.0)
    return integrate(lambda x: kl_integrand(p, q, x), _breakpoints(p, q))


def kl_integrand(p: Density, q: Density, x: ArrayLike) -> FloatArray:
    """p(x) log(p(x)/q(x)) in nats per unit of x: 0 where p is 0, +∞ where only q is."""
    log_p, log_q = p.log_prob(x), q.log_prob(x)
    inside = ~np.isneginf(log_p)
    with np.errstate(invalid="ignore"):
        return np.where(inside, np.exp(log_p) * (log_p - log_q), 0.0)


@dataclass(frozen=True)
class SignedAreas:
    """∫ max(f, 0) and ∫ max(−f, 0) of f = p log(p/q), in nats: D is their difference."""

    positive: float
    negative: float


def signed_areas(p: Density, q: Density) -> SignedAreas:
    """The areas above and below 0 of the integrand; the first is +∞ where p has mass and q has none."""
    points = _breakpoints(p, q)
    if not covers(q, p):
        negative = integrate(lambda x: np.maximum(-kl_integrand(p, q, x), 0.0), points).value
        return SignedAreas(math.inf, negative)
    signed = integrate(lambda x: kl_integrand(p, q, x), points).value
    # Not the integral of max(f, 0): where that is 0 at all nodes of a panel, it looks finished.
    unsigned = integrate(lambda x: abs(kl_integrand(p, q, x)), points).value
    return SignedAreas(max(0.0, (unsigned + signed) / 2), max(0.0, (unsigned - signed) / 2))


@dataclass(frozen=True)
class MonteCarloKl:
    """An estimate of D(p‖q) with the running mean that led to it, in nats."""

    estimate: Estimate
    running: RunningMean


def kl_monte_carlo(p: Density, q: Density, n: int, seed: int) -> MonteCarloKl:
    """The mean of log p(X)/q(X) over n ≥ 2 draws of p.

    It may be finite where D = +∞: no draw need fall where q has no mass.
    Not for E_p[q/p], whose variance is infinite once σ_q² ≥ 2σ_p²: that is :func:`.jensen.support_mass`.
    """
    x = p.sample(require_count(n, "number of samples", 2), np.random.default_rng(seed))
    draws = p.log_prob(x) - q.log_prob(x)
    if not np.isfinite(draws).all():
        infinite = np.array([math.inf])
        return MonteCarloKl(Estimate(math.inf, math.nan, n), RunningMean(np.array([n]), infinite, infinite))
    return MonteCarloKl(estimate(draws), running_mean(draws))


def negentropy(p: Density) -> float:
    """D(p‖N) for the normal N of p's mean and variance, in nats: what a Gaussian formula misses (problem 5).

    ½ log(2πe·variance) − entropy; 0.07236494 for every Laplace density.
    """
    return 0.5 * math.log(2 * math.pi * math.e * p.variance) - p.entropy()


def _breakpoints(p: Density, q: Density) -> NDArray[np.float64]:
    """Those of both within p's reach; q's support ends included."""
    ends = p.breakpoints[[0, -1]]
    edges = [x for interval in (*p.support, *q.support) for x in interval if math.isfinite(x)]
    return np.unique(np.clip(np.concatenate([p.breakpoints, q.breakpoints, edges]), *ends))


def _cross_entropy(p: Density, q: Density) -> float | None:
    """−E_p[log q(X)] in nats where a formula is known; q covers p."""
    if not isinstance(p, Normal | Laplace | Uniform | Beta):
        return None
    if isinstance(q, Normal):
        spread = (p.variance + (p.mean - q.loc) ** 2) / q.scale**2
        return 0.5 * math.log(2 * math.pi) + math.log(q.scale) + 0.5 * spread
    if isinstance(q, Uniform):
        return q.entropy()
    if isinstance(q, Laplace) and isinstance(p, Normal | Laplace):
        return math.log(2 * q.scale) + _mean_distance(p, q.loc) / q.scale
    if isinstance(q, Beta) and isinstance(p, Beta):
        total = psi(p.a + p.b)
        pulls = (q.a - 1) * (psi(p.a) - total) + (q.b - 1) * (psi(p.b) - total)
        return float(betaln(q.a, q.b) - pulls)
    return None


def _mean_distance(p: Normal | Laplace, point: float) -> float:
    """E_p|X − point|."""
    away = abs(p.loc - point)
    if isinstance(p, Laplace):
        return away + p.scale * math.exp(-away / p.scale)
    z = away / p.scale
    density = math.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return p.scale * 2 * density + away * float(2 * ndtr(z) - 1)
