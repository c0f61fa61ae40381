"""What is lost when a weight of the one-dimensional flow is negative (homework problem 2, broken on purpose).

Σ w = 1 keeps ∫ F′ = 1 whatever the signs. What may fail is that F never falls, and then F leaves [0, 1] or
Φ⁻¹(F) has several x for one z. A negative weight need not break it: 1.3 N(0, 1) − 0.3 N(0, 0.3²) is fine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from hw9core.arrays import FloatArray
from hw9core.distributions.flow import LOG_SQRT_2PI
from hw9core.errors import ConfigError
from hw9core.numerics.search import bisect

_SCAN_WIDTH, _SCAN_POINTS = 12.0, 2001  # in units of each σ: F′ is below 1e-31 beyond


@dataclass(frozen=True, eq=False)
class SignedMixtureReport:
    """F of any weights: ∫ F′, ∫ |F′|, the extremes of F, and the x where F turns, float64 (m,)."""

    integral: float
    total_variation: float
    lowest: float
    highest: float
    turning_points: FloatArray

    @property
    def is_monotone(self) -> bool:
        """Whether F never falls, so that u = F(x) has one x."""
        return self.turning_points.size == 0

    @property
    def is_distribution(self) -> bool:
        """Whether F is monotone from 0 to 1, so that Φ⁻¹(F(x)) exists everywhere."""
        return self.is_monotone and abs(self.integral - 1.0) <= 1e-9


def signed_cdf(x: ArrayLike, weights: ArrayLike, locs: ArrayLike, scales: ArrayLike) -> FloatArray:
    """F(x) = Σ_k w_k Φ((x − μ_k)/σ_k), same shape as x, for weights of any sign."""
    return ndtr(_standardized(x, locs, scales)) @ np.asarray(weights, dtype=np.float64)


def signed_density(x: ArrayLike, weights: ArrayLike, locs: ArrayLike, scales: ArrayLike) -> FloatArray:
    """F′(x) = Σ_k w_k N(x; μ_k, σ_k), same shape as x; negative where F falls."""
    normals = np.exp(-0.5 * np.square(_standardized(x, locs, scales)) - LOG_SQRT_2PI)
    return normals @ (np.asarray(weights, dtype=np.float64) / scales)


def signed_mixture_report(weights: ArrayLike, locs: ArrayLike, scales: ArrayLike) -> SignedMixtureReport:
    """Where F turns, and what that does to it; 1-D arguments of one length K, weights of any sign.

    F between its turning points is monotone, so ∫ |F′| is the sum of |ΔF| between them, without quadrature.
    F′ is scanned in steps of 0.012 of every σ: a dip narrower than that is not seen. Raises ``ConfigError``
    for lengths that differ, numbers not finite and scales not above 0.
    """
    w, m, s = (np.asarray(values, dtype=np.float64) for values in (weights, locs, scales))
    if not (w.ndim == 1 and w.size and w.shape == m.shape == s.shape):
        raise ConfigError("weights, locs and scales must have one number for each component.")
    if not (np.all(np.isfinite([w, m, s])) and np.all(s > 0)):
        raise ConfigError("weights, locs and scales must be finite numbers, and every scale above 0.")
    turning_points = _turning_points(w, m, s)
    values = np.concatenate([[0.0], signed_cdf(turning_points, w, m, s), [w.sum()]])
    return SignedMixtureReport(
        integral=float(w.sum()),
        total_variation=float(np.abs(np.diff(values)).sum()),
        lowest=float(values.min()),
        highest=float(values.max()),
        turning_points=turning_points,
    )


def _turning_points(weights: FloatArray, locs: FloatArray, scales: FloatArray) -> FloatArray:
    """The x where F′ changes its sign, ascending, by a scan and bisection."""
    scan = np.linspace(-_SCAN_WIDTH, _SCAN_WIDTH, _SCAN_POINTS)
    x = np.unique(locs[:, np.newaxis] + scales[:, np.newaxis] * scan)
    sign = np.sign(signed_density(x, weights, locs, scales))
    x, sign = x[sign != 0], sign[sign != 0]  # far out F′ underflows to 0
    change = np.flatnonzero(sign[:-1] != sign[1:])
    left_sign = sign[change]
    return bisect(
        lambda middle: np.sign(signed_density(middle, weights, locs, scales)) == left_sign,
        x[change],
        x[change + 1],
    )


def _standardized(x: ArrayLike, locs: ArrayLike, scales: ArrayLike) -> FloatArray:
    """(x − μ_k)/σ_k of shape (*x.shape, K)."""
    return (np.asarray(x, dtype=np.float64)[..., np.newaxis] - locs) / np.asarray(scales)
