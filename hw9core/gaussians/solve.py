"""Which mean, or which scale, gives a wanted divergence between two Gaussians."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hw9core.checks import finite_array, require_finite
from hw9core.distributions.gaussian import Gaussian, solve_lower
from hw9core.errors import InputError
from hw9core.gaussians.kl import kl, kl_terms, log1p_gap

_LARGEST_LOG_SCALE = math.log(1e40)  # beyond, variances leave what a Gaussian accepts
_ROUNDING = 1e-13  # nats: a wanted value this little below the least one is the least one


@dataclass(frozen=True)
class Solutions:
    """The two answers, ``low`` ≤ ``high``, with the value between them where the divergence is ``least``.

    At ``least`` itself the two answers are one.
    """

    low: float
    high: float
    at_least: float
    least: float


def shift_for_divergence(p: Gaussian, q: Gaussian, direction: ArrayLike, divergence: float) -> Solutions:
    """The t for which D(N(μ0 + t·u, Σ0) ‖ q) is ``divergence`` nats; u is ``direction`` (d,) of length 1.

    Closed form: only the Mahalanobis term depends on t, and is quadratic in it. Moving q's mean instead is
    the same with −t. Raises ``InputError`` if no mean on the line comes that close to q.
    """
    unit = finite_array(direction, "direction")
    length = float(np.linalg.norm(unit))
    if unit.shape != p.mean.shape or length == 0:
        raise InputError(f"The direction must be {p.dimension} numbers that are not all 0.")
    along = solve_lower(q.cholesky, unit / length)
    away = solve_lower(q.cholesky, p.mean - q.mean)
    slope = float(along @ along)
    nearest = -float(along @ away) / slope
    least = kl(_shifted(p, nearest * unit / length), q)
    half_width = math.sqrt(2 * _excess(divergence, least, "mean along this direction") / slope)
    return Solutions(nearest - half_width, nearest + half_width, nearest, least)


def scale_p_for_divergence(p: Gaussian, q: Gaussian, divergence: float) -> Solutions:
    """The s > 0 for which D(N(μ0, s²Σ0) ‖ q) is ``divergence`` nats, one on either side of the minimum.

    With u = s²·tr(Σ1⁻¹Σ0)/d the divergence is its minimum plus d/2·(u − 1 − log u). Raises ``InputError`` if
    every scale gives more, or if the answer lies beyond 1e±40.
    """
    d = p.dimension
    trace = kl_terms(p, q).trace_minus_d + d
    best = math.sqrt(d / trace)
    least = kl(scaled(p, best), q)
    low, high = _log_roots(2 / d * _excess(divergence, least, "scale of p"))
    return Solutions(_scale(best, low), _scale(best, high), best, least)


def scale_q_for_divergence(p: Gaussian, q: Gaussian, divergence: float) -> Solutions:
    """The s > 0 for which D(p ‖ N(μ1, s²Σ1)) is ``divergence`` nats, one on either side of the minimum.

    As :func:`scale_p_for_divergence` with u = (tr(Σ1⁻¹Σ0) + Mahalanobis)/(d·s²).
    """
    d = p.dimension
    terms = kl_terms(p, q)
    best = math.sqrt((terms.trace_minus_d + d + terms.mahalanobis) / d)
    least = kl(p, scaled(q, best))
    low, high = _log_roots(2 / d * _excess(divergence, least, "scale of q"))
    return Solutions(_scale(best, -high), _scale(best, -low), best, least)


def scaled(gaussian: Gaussian, scale: float) -> Gaussian:
    """N(μ, s²Σ)."""
    return Gaussian(gaussian.mean, scale**2 * gaussian.covariance)


def _scale(best: float, log_u: float) -> float:
    """best·√u; ``InputError`` where no Gaussian of that scale can be handled."""
    if abs(math.log(best) + log_u / 2) > _LARGEST_LOG_SCALE:
        raise InputError("The wanted divergence needs a scale beyond 1e-40 or 1e40: ask for a smaller one.")
    return best * math.exp(log_u / 2)


def _shifted(gaussian: Gaussian, shift: ArrayLike) -> Gaussian:
    return Gaussian(gaussian.mean + shift, gaussian.covariance)


def _excess(divergence: float, least: float, what: str) -> float:
    """How far the wanted divergence lies above the least one; ``InputError`` if it lies below."""
    try:
        wanted = require_finite(divergence, "wanted divergence")
    except ValueError as error:
        raise InputError(str(error)) from error
    if wanted < least - _ROUNDING * max(1.0, least):
        raise InputError(
            f"No {what} gives a divergence of {wanted:g} nats: the least possible is {least:.6g}."
        )
    return max(0.0, wanted - least)


def _log_roots(k: float) -> tuple[float, float]:
    """Both x with eˣ − 1 − x = k ≥ 0, the negative one first, to full relative accuracy.

    Newton's method from outside both roots, −(k + √(2k)) and log(1 + k + √(2k)) (Chatzigeorgiou 2013): the
    function is convex, so every step stays outside and the last one that moves is the root.
    """
    if k == 0.0:
        return 0.0, 0.0
    reach = k + math.sqrt(2 * k)
    return _newton(-reach, k), _newton(math.log1p(reach), k)


def _newton(x: float, k: float) -> float:
    for _ in range(100):
        slope = math.expm1(x)
        # log1p_gap(eˣ − 1) is eˣ − 1 − x without the cancellation that the difference has near 0.
        value = float(log1p_gap(slope)) if abs(x) < 0.2 else slope - x
        step = (value - k) / slope
        if abs(step) <= 2e-16 * abs(x):
            break
        x -= step
    return x
