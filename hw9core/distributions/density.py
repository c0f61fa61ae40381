"""What a distribution answers here, in one vocabulary: any of them, and those on the line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from hw9core.arrays import FloatArray
from hw9core.checks import require_count, require_number
from hw9core.errors import InputError

Interval = tuple[float, float]

GRADED = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])


class Distribution(Protocol):
    """Any distribution: of numbers, of points (n,), of images."""

    def log_prob(self, x: ArrayLike) -> FloatArray:
        """log of the density in nats: (...) for x (...) on the line, for x (..., n) in Rⁿ."""

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """n independent draws: (n,) on the line, (n, dim) elsewhere."""


class Density(ABC):
    """A distribution on the line; subclasses are frozen dataclasses with finite parameters.

    All functions of x, or of a probability u, take and return float64 arrays of any shape. ``sf`` is 1 − cdf,
    accurate in the upper tail; ``quantile`` and ``isf`` are the inverses of ``cdf`` and ``sf``.
    """

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
    def log_prob(self, x: ArrayLike) -> FloatArray:
        """log p(x) in nats, −∞ where the density is 0."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def sf(self, x: ArrayLike) -> FloatArray: ...

    @abstractmethod
    def quantile(self, u: ArrayLike) -> FloatArray: ...

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
        return np.where(z < 0, self.quantile(tail), self.isf(tail))

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """n independent draws, (n,), by inversion unless a subclass says otherwise."""
        u = rng.random(require_count(n, "number of samples"))
        return self.quantile(np.maximum(u, 2.0**-54))  # 0 has no finite quantile


def around(loc: float, scale: float, reach: float) -> FloatArray:
    """Breakpoints for a density of that location and scale: both ways in doubling steps, up to ``reach``."""
    steps = np.append(GRADED[GRADED < reach], reach)
    return np.unique(loc + scale * np.concatenate([-steps, steps]))


def require_positive(value: float, name: str) -> None:
    """``InputError`` unless ``value`` is at least 1e-100."""
    if not 1e-100 <= value:
        raise InputError(f"The {name} must be greater than 0, not {value:g}.")
