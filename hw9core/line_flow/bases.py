"""The base distributions that a one-dimensional flow may map onto: N(0, 1), uniform on (0, 1), logistic.

Beside what every density on the line answers, each gives the logarithms of its distribution function and of
its upper tail, and its quantiles from those two logarithms, so that a probability of 1e-300 in either tail
keeps all its digits. All arguments and results are float64 arrays of one shape.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_expit, log_ndtr, ndtri_exp

from hw9core.arrays import FloatArray
from hw9core.distributions.density import Density, around
from hw9core.distributions.flow import LOG_SQRT_2PI


class Base(Density):
    """A base distribution: its name, and the z from ``low`` to ``high`` that a flow onto it may be asked for.

    Both tails hold at least e^−690 there, so probabilities are normal floating-point numbers; the uniform
    base ends at 1 − 1e-12, because numbers just below 1 are too far apart to go on.
    """

    name: ClassVar[str]
    low: ClassVar[float]
    high: ClassVar[float]

    @abstractmethod
    def log_cdf(self, x: ArrayLike) -> FloatArray:
        """log P(Z ≤ x)."""

    @abstractmethod
    def log_sf(self, x: ArrayLike) -> FloatArray:
        """log P(Z > x)."""

    @abstractmethod
    def quantile_from_logs(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        """The z with these two tail probabilities; whichever tail is smaller decides."""

    def cdf(self, x: ArrayLike) -> FloatArray:
        return np.exp(self.log_cdf(x))

    def sf(self, x: ArrayLike) -> FloatArray:
        return np.exp(self.log_sf(x))

    def quantile(self, u: ArrayLike) -> FloatArray:
        return self.quantile_from_logs(*_logs(u))

    def isf(self, u: ArrayLike) -> FloatArray:
        return self.quantile_from_logs(*_logs(u)[::-1])


@dataclass(frozen=True)
class NormalBase(Base):
    """N(0, 1), the base of the homework."""

    name: ClassVar[str] = "normal"
    low: ClassVar[float] = -37.0
    high: ClassVar[float] = 37.0

    support = ((-math.inf, math.inf),)
    breakpoints = around(0.0, 1.0, 40.0)
    mean, variance = 0.0, 1.0

    def log_prob(self, x: ArrayLike) -> FloatArray:
        return -0.5 * np.square(x) - LOG_SQRT_2PI

    def log_cdf(self, x: ArrayLike) -> FloatArray:
        return log_ndtr(x)

    def log_sf(self, x: ArrayLike) -> FloatArray:
        return log_ndtr(np.negative(x))

    def quantile_from_logs(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        lower = log_cdf < log_sf
        z = ndtri_exp(np.where(lower, log_cdf, log_sf))
        return np.where(lower, z, -z)

    def entropy(self) -> float:
        return 0.5 + LOG_SQRT_2PI

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return rng.standard_normal(n)


@dataclass(frozen=True)
class UniformBase(Base):
    """Uniform on (0, 1), the base of the course's own example: z is the distribution function itself."""

    name: ClassVar[str] = "uniform"
    low: ClassVar[float] = 1e-299
    high: ClassVar[float] = 1.0 - 1e-12

    support = ((0.0, 1.0),)
    breakpoints = np.array([0.0, 1.0])
    kinks = (0.0, 1.0)
    mean, variance = 0.5, 1 / 12

    def log_prob(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        return np.where((x >= 0.0) & (x <= 1.0), 0.0, -np.inf)

    def log_cdf(self, x: ArrayLike) -> FloatArray:
        return _logs(np.clip(x, 0.0, 1.0))[0]

    def log_sf(self, x: ArrayLike) -> FloatArray:
        return _logs(np.clip(x, 0.0, 1.0))[1]

    def quantile_from_logs(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        return np.where(log_cdf < log_sf, np.exp(log_cdf), -np.expm1(log_sf))

    def entropy(self) -> float:
        return 0.0

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return np.clip(rng.random(n), self.low, self.high)


@dataclass(frozen=True)
class LogisticBase(Base):
    """The standard logistic distribution, density e^−z / (1 + e^−z)²: z is the log-odds of u."""

    name: ClassVar[str] = "logistic"
    low: ClassVar[float] = -689.0
    high: ClassVar[float] = 689.0

    support = ((-math.inf, math.inf),)
    breakpoints = around(0.0, 1.0, 700.0)
    mean, variance = 0.0, math.pi**2 / 3

    def log_prob(self, x: ArrayLike) -> FloatArray:
        return log_expit(x) + log_expit(np.negative(x))

    def log_cdf(self, x: ArrayLike) -> FloatArray:
        return log_expit(x)

    def log_sf(self, x: ArrayLike) -> FloatArray:
        return log_expit(np.negative(x))

    def quantile_from_logs(self, log_cdf: FloatArray, log_sf: FloatArray) -> FloatArray:
        return log_cdf - log_sf

    def entropy(self) -> float:
        return 2.0

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return rng.logistic(size=n)


def _logs(u: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """log u and log(1 − u); −∞ at the ends."""
    with np.errstate(divide="ignore"):
        return np.log(u), np.log1p(np.negative(u))


NORMAL = NormalBase()
BASES: Mapping[str, Base] = {base.name: base for base in (NORMAL, UniformBase(), LogisticBase())}
