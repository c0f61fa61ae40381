"""Why the divergence is never negative (problem 4a): Jensen's inequality for atoms and for densities.

E_p[−log q/p] ≥ −log E_p[q/p] = −log ∫_{p>0} q ≥ 0. Conventions: 0·log(0/q) = 0, and p·log(p/0) = +∞.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import rel_entr

from hw9core.arrays import FloatArray
from hw9core.checks import finite_array
from hw9core.distributions.density import Density
from hw9core.divergence.kl import kl_quadrature
from hw9core.errors import InputError
from hw9core.numerics.quadrature import Integral, integrate


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


def support_mass(p: Density, q: Density) -> Integral:
    """E_p[q/p] = ∫_{p>0} q by quadrature: 1 if q's mass lies where p > 0, less otherwise (erratum 3)."""
    value = error = 0.0
    for low, high in p.support:
        points = np.concatenate([q.breakpoints, p.breakpoints, [low, high]])
        ends = max(low, q.breakpoints[0]), min(high, q.breakpoints[-1])
        if ends[0] < ends[1]:
            part = integrate(lambda x: np.exp(q.log_prob(x)), np.clip(points, *ends))
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
