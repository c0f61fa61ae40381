"""The one-dimensional flow of homework problem 2: x → u = F(x) → z, in NumPy and float64.

F is the distribution function of a Gaussian mixture and z the quantile of the base at u, so the flow is
monotone and its density log p(x) = log base(z) + log dz/dx is the mixture's. Both tails of F are computed as
logarithms, F = Σ w Φ and 1 − F = Σ w Φ(−·): a single F would be exactly 1 from a few standard deviations on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr

from hw9core.arrays import FloatArray
from hw9core.distributions.flow import LOG_SQRT_2PI, NormalizingFlow
from hw9core.errors import ConfigError, InputError
from hw9core.line_flow.bases import NORMAL, Base

MAX_COMPONENTS = 100
_MAX_STEPS = 200  # bisection alone takes about 60 from ±20 down to neighbouring numbers


@dataclass(frozen=True, eq=False)
class MixtureCDFTransform:
    """x → z = B⁻¹(Σ_k w_k Φ((x − μ_k)/σ_k)), B the distribution function of ``base``.

    ``weights`` w (K,) are not negative and sum to 1, ``locs`` μ and ``scales`` σ > 0 are (K,) in the units of
    x. While z lies from ``base.low`` to ``base.high`` (|z| ≤ 37 for N(0, 1)) every value is finite. z never
    falls as x grows but for rounding (a few units in the last place), and rises strictly wherever f moves by
    more than that: between narrow components far apart F is flat in floating point, whatever the formula.
    Raises ``ConfigError`` for parameters of which this is no distribution, ``InputError`` for x not finite.

    >>> z, ladj = MixtureCDFTransform([0.5, 0.5], [-1, 0.25], [0.25, 0.5]).call_and_ladj([0.0])
    """

    weights: FloatArray
    locs: FloatArray
    scales: FloatArray
    base: Base = NORMAL
    _log_weights: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("weights", "locs", "scales"):
            object.__setattr__(self, name, _parameter(name, getattr(self, name)))
        if not self.weights.shape == self.locs.shape == self.scales.shape:
            raise ConfigError("weights, locs and scales must have one number for each component.")
        if np.any(self.weights < 0) or abs(self.weights.sum() - 1) > 1e-9:
            raise ConfigError("The weights must not be negative and must sum to 1: then F is a distribution.")
        if np.any(self.scales <= 0):
            raise ConfigError("Every scale must be above 0: a component without width has no density.")
        with np.errstate(divide="ignore"):  # log 0 = −∞ leaves a component without weight out of every sum
            object.__setattr__(self, "_log_weights", np.log(self.weights))

    @classmethod
    def from_snapshots(
        cls, arrays: Mapping[str, NDArray], base: Base = NORMAL, epoch: int = -1
    ) -> MixtureCDFTransform:
        """The flow after ``epoch`` epochs, from the arrays (epochs + 1, K) of a trained flow's checkpoint."""
        return cls(arrays["weights"][epoch], arrays["locs"][epoch], arrays["scales"][epoch], base)

    # The mixture: stage x → u

    def log_cdf(self, x: ArrayLike) -> FloatArray:
        """log u = log F(x), same shape as x; exact in the left tail."""
        return np.logaddexp.reduce(self._log_weights + log_ndtr(self._standardized(x)), axis=-1)

    def log_sf(self, x: ArrayLike) -> FloatArray:
        """log(1 − u), same shape as x; exact in the right tail."""
        return np.logaddexp.reduce(self._log_weights + log_ndtr(-self._standardized(x)), axis=-1)

    def cdf(self, x: ArrayLike) -> FloatArray:
        """u = F(x) in [0, 1], same shape as x."""
        return np.exp(self.log_cdf(x))

    def mixture_log_prob(self, x: ArrayLike) -> FloatArray:
        """log Σ_k w_k N(x; μ_k, σ_k) in nats, which is log dF/dx."""
        normals = -0.5 * np.square(self._standardized(x)) - np.log(self.scales) - LOG_SQRT_2PI
        return np.logaddexp.reduce(self._log_weights + normals, axis=-1)

    # The flow: x → z

    def __call__(self, x: ArrayLike) -> FloatArray:
        """z, same shape as x."""
        return self.base.quantile_from_logs(self.log_cdf(x), self.log_sf(x))[()]

    def call_and_ladj(self, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """z and log dz/dx = log dF/dx − log base(z), both of the shape of x."""
        z = self(x)
        return z, self.mixture_log_prob(x) - self.base.log_prob(z)

    @property
    def flow(self) -> NormalizingFlow:
        """This map as a distribution of x: log p(x), and samples."""
        return NormalizingFlow(self, self.base)

    def inverse(self, z: ArrayLike) -> FloatArray:
        """x with f(x) = z, by Newton steps inside a bracket that bisection shrinks when they fail.

        The bracket is exact: a quantile of a mixture lies between the smallest and the largest quantile of
        its components. x is found to 4 units in the last place of max(|x|, smallest σ), so f(x) differs from
        z by dz/dx times that. Raises ``InputError`` for z outside ``base.low`` … ``base.high``.
        """
        z = np.asarray(z, dtype=np.float64)
        if not np.all((z >= self.base.low) & (z <= self.base.high)):
            raise InputError(f"z must lie between {self.base.low:g} and {self.base.high:.15g} for this base.")
        # Whatever the base, this is solved in units of N(0, 1), in which f is nearly straight in the tails.
        return self._solve(NORMAL.quantile_from_logs(self.base.log_cdf(z), self.base.log_sf(z)))[()]

    def inverse_and_ladj(self, z: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """x = f⁻¹(z) and log dx/dz, both of the shape of z."""
        x = self.inverse(z)
        return x, -self.call_and_ladj(x)[1]

    def _standardized(self, x: ArrayLike) -> FloatArray:
        """(x − μ_k)/σ_k of shape (*x.shape, K)."""
        x = np.asarray(x, dtype=np.float64)
        if not np.all(np.isfinite(x)):
            raise InputError("A flow needs finite numbers x.")
        return (x[..., np.newaxis] - self.locs) / self.scales

    def _solve(self, q: FloatArray) -> FloatArray:
        """x with Φ⁻¹(F(x)) = q; the safeguarded Newton iteration of Numerical Recipes, section 9.4."""
        onto_normal = MixtureCDFTransform(self.weights, self.locs, self.scales)
        used = self.weights > 0
        ends = self.locs[used] + self.scales[used] * q[..., np.newaxis]
        low, high = ends.min(axis=-1), ends.max(axis=-1)
        x, step = 0.5 * (low + high), high - low
        for _ in range(_MAX_STEPS):
            z, ladj = onto_normal.call_and_ladj(x)
            low, high = np.where(z < q, x, low), np.where(z < q, high, x)
            with np.errstate(over="ignore", invalid="ignore"):  # a flat stretch: no Newton step, bisect
                newton = x - (z - q) * np.exp(-ladj)
            is_good = (newton >= low) & (newton <= high) & (np.abs(newton - x) <= 0.5 * np.abs(step))
            following = np.where(is_good, newton, 0.5 * (low + high))
            step, x = following - x, following
            resolution = np.finfo(float).eps * np.maximum(np.abs(x), self.scales[used].min())
            if np.all((np.abs(step) <= 2 * resolution) | (high - low <= 4 * resolution)):
                break
        return x


def _parameter(name: str, values: ArrayLike) -> FloatArray:
    array = np.array(values, dtype=np.float64)
    if array.ndim != 1 or not 1 <= array.size <= MAX_COMPONENTS:
        raise ConfigError(f"{name} must be 1 to {MAX_COMPONENTS} numbers, one for each component.")
    if not np.all(np.isfinite(array)):
        raise ConfigError(f"{name} must be finite numbers.")
    array.setflags(write=False)
    return array
