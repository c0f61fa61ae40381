"""Distributions on the line in closed form: Normal, Laplace, Uniform, Beta.

Truncated ones and mixtures are in ``composite``; what all of them answer is in ``density``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    betaln,
    ndtr,
    ndtri,
    psi,
    xlog1py,
    xlogy,
)

from hw9core.arrays import FloatArray
from hw9core.distributions.density import GRADED, Density, Interval, around, require_positive
from hw9core.errors import InputError

_INSIDE_UNIT = 1e-300, 1 - 2.0**-53  # a quantile is never an end, where the density may be infinite


@dataclass(frozen=True)
class Normal(Density):
    """N(loc, scale²)."""

    loc: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.scale, "scale of a normal density")

    @property
    def support(self) -> tuple[Interval, ...]:
        return ((-math.inf, math.inf),)

    @property
    def breakpoints(self) -> FloatArray:
        return around(self.loc, self.scale, 40.0)

    @property
    def mean(self) -> float:
        return self.loc

    @property
    def variance(self) -> float:
        return self.scale**2

    def log_prob(self, x: ArrayLike) -> FloatArray:
        return -0.5 * self.to_normal(x) ** 2 - math.log(self.scale) - 0.5 * math.log(2 * math.pi)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return ndtr(self.to_normal(x))

    def sf(self, x: ArrayLike) -> FloatArray:
        return ndtr(-self.to_normal(x))

    def quantile(self, u: ArrayLike) -> FloatArray:
        return self.loc + self.scale * ndtri(u)

    def isf(self, u: ArrayLike) -> FloatArray:
        return self.loc - self.scale * ndtri(u)

    def entropy(self) -> float:
        return 0.5 * math.log(2 * math.pi * math.e) + math.log(self.scale)

    def to_normal(self, x: ArrayLike) -> FloatArray:
        return (np.asarray(x, dtype=np.float64) - self.loc) / self.scale

    def from_normal(self, z: ArrayLike) -> FloatArray:
        return self.loc + self.scale * np.asarray(z, dtype=np.float64)


@dataclass(frozen=True)
class Laplace(Density):
    """exp(−|x − loc|/scale)/(2·scale); variance 2·scale²."""

    loc: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.scale, "scale of a Laplace density")

    @property
    def support(self) -> tuple[Interval, ...]:
        return ((-math.inf, math.inf),)

    @property
    def breakpoints(self) -> FloatArray:
        return around(self.loc, self.scale, 740.0)

    @property
    def kinks(self) -> tuple[float, ...]:
        return (self.loc,)

    @property
    def mean(self) -> float:
        return self.loc

    @property
    def variance(self) -> float:
        return 2 * self.scale**2

    def log_prob(self, x: ArrayLike) -> FloatArray:
        return -abs(np.asarray(x, dtype=np.float64) - self.loc) / self.scale - math.log(2 * self.scale)

    def cdf(self, x: ArrayLike) -> FloatArray:
        z = (np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        tail = 0.5 * np.exp(-abs(z))
        return np.where(z < 0, tail, 1 - tail)

    def sf(self, x: ArrayLike) -> FloatArray:
        return self.cdf(2 * self.loc - np.asarray(x, dtype=np.float64))

    def quantile(self, u: ArrayLike) -> FloatArray:
        u = np.asarray(u, dtype=np.float64)
        with np.errstate(divide="ignore"):
            distance = -np.log(2 * np.minimum(u, 1 - u))
        return self.loc + self.scale * np.where(u < 0.5, -distance, distance)

    def isf(self, u: ArrayLike) -> FloatArray:
        return 2 * self.loc - self.quantile(u)

    def entropy(self) -> float:
        return 1 + math.log(2 * self.scale)


@dataclass(frozen=True)
class Uniform(Density):
    """1/(high − low) on [low, high]."""

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low >= self.high:
            raise InputError(f"A uniform density needs low < high, not {self.low:g} and {self.high:g}.")

    @property
    def support(self) -> tuple[Interval, ...]:
        return ((self.low, self.high),)

    @property
    def breakpoints(self) -> FloatArray:
        return np.array([self.low, self.high])

    @property
    def kinks(self) -> tuple[float, ...]:
        return self.low, self.high

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def variance(self) -> float:
        return (self.high - self.low) ** 2 / 12

    def log_prob(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        return np.where((x >= self.low) & (x <= self.high), -math.log(self.high - self.low), -math.inf)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return np.clip((np.asarray(x, dtype=np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)

    def sf(self, x: ArrayLike) -> FloatArray:
        return np.clip((self.high - np.asarray(x, dtype=np.float64)) / (self.high - self.low), 0.0, 1.0)

    def quantile(self, u: ArrayLike) -> FloatArray:
        return self.low + (self.high - self.low) * np.asarray(u, dtype=np.float64)

    def isf(self, u: ArrayLike) -> FloatArray:
        return self.high - (self.high - self.low) * np.asarray(u, dtype=np.float64)

    def entropy(self) -> float:
        return math.log(self.high - self.low)


@dataclass(frozen=True)
class Beta(Density):
    """x^(a−1) (1 − x)^(b−1) / B(a, b) on (0, 1), for a and b from ½ (arcsine) to 1e6.

    For b < 1 the density is infinite at 1, where float64 cannot resolve x: quadrature is then good to 1e-8.
    """

    a: float = 2.0
    b: float = 2.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for value in (self.a, self.b):
            if not 0.5 <= value <= 1e6:  # a smaller b puts > 1e-8 of the mass within float64's rounding of 1
                raise InputError(
                    f"The parameters of a Beta density must lie between 0.5 and 1e6, not {value:g}."
                )

    @property
    def support(self) -> tuple[Interval, ...]:
        return ((0.0, 1.0),)

    @property
    def breakpoints(self) -> FloatArray:
        points = self.mean + math.sqrt(self.variance) * np.concatenate([-GRADED[::-1], GRADED])
        return np.unique([0.0, 1.0, *points[(points > 0) & (points < 1)]])

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        return self.mean * (1 - self.mean) / (self.a + self.b + 1)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= 0) & (x <= 1)
        safe = np.where(inside, x, 0.5)
        value = xlogy(self.a - 1, safe) + xlog1py(self.b - 1, -safe) - betaln(self.a, self.b)
        return np.where(inside, value, -math.inf)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return betainc(self.a, self.b, np.clip(x, 0.0, 1.0))

    def sf(self, x: ArrayLike) -> FloatArray:
        return betaincc(self.a, self.b, np.clip(x, 0.0, 1.0))

    def quantile(self, u: ArrayLike) -> FloatArray:
        return np.clip(betaincinv(self.a, self.b, u), *_INSIDE_UNIT)

    def isf(self, u: ArrayLike) -> FloatArray:
        return np.clip(betainccinv(self.a, self.b, u), *_INSIDE_UNIT)

    def entropy(self) -> float:
        a, b = self.a, self.b
        return float(betaln(a, b) - (a - 1) * psi(a) - (b - 1) * psi(b) + (a + b - 2) * psi(a + b))
