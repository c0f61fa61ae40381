"""One-dimensional probability densities in NumPy: Normal, Laplace, Uniform, Beta.

Truncated ones and mixtures are in ``composite_densities``.

Every density answers ``log_pdf``, ``cdf`` and ``sf`` (1 − cdf, accurate in the upper tail), their inverses
``ppf`` and ``isf``, ``sample``, ``mean``, ``variance``, ``entropy`` in nats and ``support``. All functions of
x take and return float64 arrays of any shape.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

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
from hw9core.checks import require_count, require_number
from hw9core.errors import InputError

Interval = tuple[float, float]

_INSIDE_UNIT = 1e-300, 1 - 2.0**-53  # a quantile is never an end, where the density may be infinite
_GRADED = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])


class Density(ABC):
    """What all densities share; subclasses are frozen dataclasses with finite parameters."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float | np.number):
                object.__setattr__(self, field.name, require_number(value, field.name))

    @property
    @abstractmethod
    def support(self) -> tuple[Interval, ...]:
        """Where the density is not 0: disjoint intervals in ascending order."""

    @property
    @abstractmethod
    def breakpoints(self) -> FloatArray:
        """Ascending finite x for quadrature: kinks, scales, and ends beyond which lies < 1e-300 of mass."""

    @property
    def kinks(self) -> tuple[float, ...]:
        """Finite x where log p is not smooth."""
        return ()

    @property
    @abstractmethod
    def mean(self) -> float: ...

    @property
    @abstractmethod
    def variance(self) -> float: ...

    @abstractmethod
    def log_pdf(self, x: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def cdf(self, x: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def sf(self, x: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def ppf(self, u: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def isf(self, u: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def entropy(self) -> float:
        """−E[log p(X)] in nats."""

    def mass(self, low: float, high: float) -> float:
        """P(low ≤ X ≤ high), from whichever tail is the smaller."""
        if low >= high:
            return 0.0
        if self.cdf(low) > 0.5:
            return float(self.sf(low) - self.sf(high))
        return float(self.cdf(high) - self.cdf(low))

    def to_normal(self, x: ArrayLike) -> FloatArray:
        """z = Φ⁻¹(F(x)), within ±37 where F or 1 − F underflows."""
        lower, upper = self.cdf(x), self.sf(x)
        tiny = 1e-300
        return np.where(lower < 0.5, ndtri(np.maximum(lower, tiny)), -ndtri(np.maximum(upper, tiny)))

    def from_normal(self, z: ArrayLike) -> FloatArray:
        """x = F⁻¹(Φ(z)), the inverse of :meth:`to_normal`."""
        z = np.asarray(z, dtype=np.float64)
        tail = ndtr(-abs(z))
        return np.where(z < 0, self.ppf(tail), self.isf(tail))

    def sample(self, n: int, seed: int | np.random.Generator) -> FloatArray:
        """n independent draws, (n,), by inversion."""
        u = np.random.default_rng(seed).random(require_count(n, "number of samples"))
        return self.ppf(np.maximum(u, 2.0**-54))  # 0 has no finite quantile


@dataclass(frozen=True)
class Normal(Density):
    """N(loc, scale²)."""

    loc: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_positive(self.scale, "scale of a normal density")

    @property
    def support(self) -> tuple[Interval, ...]:
        return ((-math.inf, math.inf),)

    @property
    def breakpoints(self) -> FloatArray:
        return _around(self.loc, self.scale, 40.0)

    @property
    def mean(self) -> float:
        return self.loc

    @property
    def variance(self) -> float:
        return self.scale**2

    def log_pdf(self, x: ArrayLike) -> FloatArray:
        return -0.5 * self.to_normal(x) ** 2 - math.log(self.scale) - 0.5 * math.log(2 * math.pi)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return ndtr(self.to_normal(x))

    def sf(self, x: ArrayLike) -> FloatArray:
        return ndtr(-self.to_normal(x))

    def ppf(self, u: ArrayLike) -> FloatArray:
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
        _require_positive(self.scale, "scale of a Laplace density")

    @property
    def support(self) -> tuple[Interval, ...]:
        return ((-math.inf, math.inf),)

    @property
    def breakpoints(self) -> FloatArray:
        return _around(self.loc, self.scale, 740.0)

    @property
    def kinks(self) -> tuple[float, ...]:
        return (self.loc,)

    @property
    def mean(self) -> float:
        return self.loc

    @property
    def variance(self) -> float:
        return 2 * self.scale**2

    def log_pdf(self, x: ArrayLike) -> FloatArray:
        return -abs(np.asarray(x, dtype=np.float64) - self.loc) / self.scale - math.log(2 * self.scale)

    def cdf(self, x: ArrayLike) -> FloatArray:
        z = (np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        tail = 0.5 * np.exp(-abs(z))
        return np.where(z < 0, tail, 1 - tail)

    def sf(self, x: ArrayLike) -> FloatArray:
        return self.cdf(2 * self.loc - np.asarray(x, dtype=np.float64))

    def ppf(self, u: ArrayLike) -> FloatArray:
        u = np.asarray(u, dtype=np.float64)
        with np.errstate(divide="ignore"):
            distance = -np.log(2 * np.minimum(u, 1 - u))
        return self.loc + self.scale * np.where(u < 0.5, -distance, distance)

    def isf(self, u: ArrayLike) -> FloatArray:
        return 2 * self.loc - self.ppf(u)

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

    def log_pdf(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        return np.where((x >= self.low) & (x <= self.high), -math.log(self.high - self.low), -math.inf)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return np.clip((np.asarray(x, dtype=np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)

    def sf(self, x: ArrayLike) -> FloatArray:
        return np.clip((self.high - np.asarray(x, dtype=np.float64)) / (self.high - self.low), 0.0, 1.0)

    def ppf(self, u: ArrayLike) -> FloatArray:
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
        points = self.mean + math.sqrt(self.variance) * np.concatenate([-_GRADED[::-1], _GRADED])
        return np.unique([0.0, 1.0, *points[(points > 0) & (points < 1)]])

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        return self.mean * (1 - self.mean) / (self.a + self.b + 1)

    def log_pdf(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= 0) & (x <= 1)
        safe = np.where(inside, x, 0.5)
        value = xlogy(self.a - 1, safe) + xlog1py(self.b - 1, -safe) - betaln(self.a, self.b)
        return np.where(inside, value, -math.inf)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return betainc(self.a, self.b, np.clip(x, 0.0, 1.0))

    def sf(self, x: ArrayLike) -> FloatArray:
        return betaincc(self.a, self.b, np.clip(x, 0.0, 1.0))

    def ppf(self, u: ArrayLike) -> FloatArray:
        return np.clip(betaincinv(self.a, self.b, u), *_INSIDE_UNIT)

    def isf(self, u: ArrayLike) -> FloatArray:
        return np.clip(betainccinv(self.a, self.b, u), *_INSIDE_UNIT)

    def entropy(self) -> float:
        a, b = self.a, self.b
        return float(betaln(a, b) - (a - 1) * psi(a) - (b - 1) * psi(b) + (a + b - 2) * psi(a + b))


def _around(loc: float, scale: float, reach: float) -> FloatArray:
    steps = np.append(_GRADED[_GRADED < reach], reach)
    return np.unique(loc + scale * np.concatenate([-steps, steps]))


def _require_positive(value: float, name: str) -> None:
    if not 1e-100 <= value:
        raise InputError(f"The {name} must be greater than 0, not {value:g}.")
