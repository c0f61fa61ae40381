"""The base distributions that a one-dimensional flow may map onto: N(0, 1), uniform on (0, 1), logistic.

Each gives its log density, the logarithms of its distribution function and of the upper tail, and its
quantiles from those two logarithms, so that a probability of 1e-300 in either tail keeps all its digits.
All arguments and results are float64 arrays of one shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_expit, log_ndtr, ndtri_exp

from hw9core.arrays import FloatArray
from hw9core.distributions.flow import LOG_SQRT_2PI, BaseDistribution


class Base(BaseDistribution, Protocol):
    """A base distribution: its name, and the z from ``low`` to ``high`` that a flow onto it may be asked for.

    Both tails hold at least e^−690 there, so probabilities are normal floating-point numbers; the uniform
    base ends at 1 − 1e-12, because numbers just below 1 are too far apart to go on.
    """

    name: ClassVar[str]
    low: ClassVar[float]
    high: ClassVar[float]

    def log_cdf(self, z: ArrayLike) -> FloatArray:
        """log P(Z ≤ z)."""

    def log_sf(self, z: ArrayLike) -> FloatArray:
        """log P(Z > z)."""

    def quantile(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        """The z with these two tail probabilities; whichever tail is smaller decides."""


@dataclass(frozen=True)
class NormalBase:
    """N(0, 1), the base of the homework."""

    name: ClassVar[str] = "normal"
    low: ClassVar[float] = -37.0
    high: ClassVar[float] = 37.0

    def log_prob(self, z: ArrayLike) -> FloatArray:
        return -0.5 * np.square(z) - LOG_SQRT_2PI

    def log_cdf(self, z: ArrayLike) -> FloatArray:
        return log_ndtr(z)

    def log_sf(self, z: ArrayLike) -> FloatArray:
        return log_ndtr(np.negative(z))

    def quantile(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        lower = log_cdf < log_sf
        z = ndtri_exp(np.where(lower, log_cdf, log_sf))
        return np.where(lower, z, -z)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return rng.standard_normal(n)


@dataclass(frozen=True)
class UniformBase:
    """Uniform on (0, 1), the base of the course's own example: z is the distribution function itself."""

    name: ClassVar[str] = "uniform"
    low: ClassVar[float] = 1e-299
    high: ClassVar[float] = 1.0 - 1e-12

    def log_prob(self, z: ArrayLike) -> FloatArray:
        z = np.asarray(z, dtype=np.float64)
        return np.where((z >= 0.0) & (z <= 1.0), 0.0, -np.inf)

    def log_cdf(self, z: ArrayLike) -> FloatArray:
        return np.log(z)

    def log_sf(self, z: ArrayLike) -> FloatArray:
        return np.log1p(np.negative(z))

    def quantile(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        return np.where(log_cdf < log_sf, np.exp(log_cdf), -np.expm1(log_sf))

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return np.clip(rng.random(n), self.low, self.high)


@dataclass(frozen=True)
class LogisticBase:
    """The standard logistic distribution, density e^−z / (1 + e^−z)²: z is the log-odds of u."""

    name: ClassVar[str] = "logistic"
    low: ClassVar[float] = -689.0
    high: ClassVar[float] = 689.0

    def log_prob(self, z: ArrayLike) -> FloatArray:
        return log_expit(z) + log_expit(np.negative(z))

    def log_cdf(self, z: ArrayLike) -> FloatArray:
        return log_expit(z)

    def log_sf(self, z: ArrayLike) -> FloatArray:
        return log_expit(np.negative(z))

    def quantile(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        return log_cdf - log_sf

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return rng.logistic(size=n)


NORMAL = NormalBase()
BASES: Mapping[str, Base] = {base.name: base for base in (NORMAL, UniformBase(), LogisticBase())}
