"""The Kullback–Leibler divergence D(p‖q) = E_p[log p(X)/q(X)] in nats, and why it is ≥ 0 (problem 4a).

Jensen: E_p[−log q/p] ≥ −log E_p[q/p] = −log ∫_{p>0} q ≥ 0. Conventions: 0·log(0/q) = 0, and p·log(p/0) = +∞.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, ndtr, psi, rel_entr

from hw9core.arrays import FloatArray
from hw9core.checks import finite_array, require_count
from hw9core.distributions.line import Beta, Density, Laplace, Normal, Uniform
from hw9core.errors import InputError
from hw9core.numerics.monte_carlo import Estimate, RunningMean, estimate, running_mean
from hw9core.numerics.quadrature import Integral, integrate

# Discrete distributions


def probabilities(values: ArrayLike, name: str = "probabilities") -> FloatArray:
    """Values (n,) ≥ 0 that sum to 1 within 1e-9, divided by their sum; ``InputError`` otherwise."""
    p = finite_array(values, name)
    if p.ndim != 1 or p.size == 0 or p.min() < 0 or abs(p.sum() - 1) > 1e-9:
        raise InputError(f"The {name} must be numbers that are not negative and sum to 1.")
    return p / p.sum()


def discrete_kl(p: ArrayLike, q: ArrayLike) -> float:
    """Σ p_i log(p_i/q_i) in nats, +∞ where p has mass and q has none. Raises ``InputError``."""
    p, q = probabilities(p), probabilities(q)
    if p.shape != q.shape:
        raise InputError(f"p has {p.size} probabilities, but q has {q.size}.")
    # Σ (q − p) = 0 up to rounding makes every summand ≥ 0, and p = q exactly 0.
    return float(np.sum(rel_entr(p, q) - p + q))


@dataclass(frozen=True, eq=False)
class RatioAtoms:
    """Atoms of the ratio r = q/p: ``weights`` p_i > 0 (n,) and ``ratios`` r_i ≥ 0 (n,), n from 2 to 8.

    Renormalised: weights are divided by their sum, then all ratios by E_p[r], so that q_i = p_i r_i sums to
    1. Raises ``InputError``.
    """

    weights: FloatArray
    ratios: FloatArray

    def __post_init__(self) -> None:
        weights, ratios = finite_array(self.weights, "weights"), finite_array(self.ratios, "ratios")
        if weights.ndim != 1 or weights.shape != ratios.shape or not 2 <= weights.size <= 8:
            raise InputError("The atoms need 2 to 8 weights and as many ratios.")
        if weights.min() <= 0 or ratios.min() < 0 or ratios.max() == 0:
            raise InputError("Weights must be greater than 0, and ratios not negative and not all 0.")
        weights = weights / weights.sum()
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "ratios", ratios / (weights @ ratios))

    @property
    def q(self) -> FloatArray:
        """q_i = p_i r_i, (n,)."""
        return self.weights * self.ratios

    @property
    def chord_height(self) -> float:
        """E_p[−log r], the height at r = 1 of the chord (n > 2: a point of the hull); ∞ if an r is 0."""
        with np.errstate(divide="ignore"):
            return float(-(self.weights @ np.log(self.ratios)))

    @property
    def curve_height(self) -> float:
        """−log E_p[r], 0 up to rounding: the curve under the chord at the mean ratio 1."""
        return -math.log(float(self.weights @ self.ratios))

    @property
    def jensen_gap(self) -> float:
        """Chord minus curve at the mean, which is D(p‖q)."""
        return self.chord_height - self.curve_height

    def with_ratio(self, index: int, ratio: float) -> RatioAtoms:
        """Atom ``index`` dragged to ``ratio``: it stays there, all others are scaled so that E_p[r] = 1.

        Raises ``InputError`` if p_i·ratio is not below 1, or nothing else is there to scale.
        """
        share = float(self.weights[index]) * float(ratio)
        others = 1.0 - float(self.weights[index] * self.ratios[index])
        if not 0.0 <= share < 1.0 or others <= 0:
            limit = 1 / self.weights[index]
            raise InputError(
                f"This atom's ratio must lie between 0 and {limit:.6g} = 1/weight, not {ratio:g}."
            )
        ratios = self.ratios * ((1 - share) / others)
        ratios[index] = ratio
        return RatioAtoms(self.weights, ratios)

    def with_weight(self, index: int, weight: float) -> RatioAtoms:
        """Atom ``index`` given ``weight``: other weights scaled to sum to 1, then all ratios by E_p[r].

        Raises ``InputError`` unless 0 < weight < 1.
        """
        if not 0.0 < weight < 1.0:
            raise InputError(f"The weight must lie strictly between 0 and 1, not {weight:g}.")
        weights = self.weights * ((1 - weight) / (1 - self.weights[index]))
        weights[index] = weight
        return RatioAtoms(weights, self.ratios)


# Densities on the line


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
    log_p, log_q = p.log_pdf(x), q.log_pdf(x)
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
    Not for E_p[q/p], whose variance is infinite once σ_q² ≥ 2σ_p²: that is :func:`support_mass`.
    """
    x = p.sample(require_count(n, "number of samples", 2), seed)
    draws = p.log_pdf(x) - q.log_pdf(x)
    if not np.isfinite(draws).all():
        infinite = np.array([math.inf])
        return MonteCarloKl(Estimate(math.inf, math.nan, n), RunningMean(np.array([n]), infinite, infinite))
    return MonteCarloKl(estimate(draws), running_mean(draws))


def support_mass(p: Density, q: Density) -> Integral:
    """E_p[q/p] = ∫_{p>0} q by quadrature: 1 if q's mass lies where p > 0, less otherwise (erratum 3)."""
    value = error = 0.0
    for low, high in p.support:
        points = np.concatenate([q.breakpoints, p.breakpoints, [low, high]])
        ends = max(low, q.breakpoints[0]), min(high, q.breakpoints[-1])
        if ends[0] < ends[1]:
            part = integrate(lambda x: np.exp(q.log_pdf(x)), np.clip(points, *ends))
            value, error = value + part.value, error + part.error
    return Integral(value, error)


@dataclass(frozen=True)
class JensenChain:
    """D(p‖q) ≥ −log E_p[q/p] ≥ 0 in nats; the last ≥ is strict where q has mass outside p's support.

    ``exact_mass`` is ∫_{p>0} q from q's distribution function, a second route to ``mass``. Where the mass is
    positive but too small for float64, both are 0 and its logarithm is NaN.
    """

    kl: float
    minus_log_mass: float
    mass: float
    exact_mass: float


def jensen_chain(p: Density, q: Density) -> JensenChain:
    """The numbers of problem 4a's proof, as corrected by erratum 3."""
    mass = support_mass(p, q).value
    exact = sum(q.mass(low, high) for low, high in p.support)
    if mass > 0:
        minus_log_mass = -math.log(mass)
    else:
        overlap = any(max(a, c) < min(b, d) for a, b in p.support for c, d in q.support)
        minus_log_mass = math.nan if overlap else math.inf
    return JensenChain(kl_quadrature(p, q).value, minus_log_mass, mass, exact)


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
