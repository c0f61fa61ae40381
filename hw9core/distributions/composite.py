"""Densities made of others: a density truncated to an interval, and finite mixtures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from hw9core.arrays import FloatArray
from hw9core.checks import require_count, require_number
from hw9core.distributions.density import Density, Interval
from hw9core.errors import InputError
from hw9core.numerics.quadrature import integrate
from hw9core.numerics.search import bisect

_LEAST_MASS = 1e-6  # of a truncation: quantiles of a smaller one lose too many digits


class _ByQuadrature(Density):
    """Moments and entropy by quadrature, for densities without a formula for them."""

    @cached_property
    def _moments(self) -> tuple[float, float]:
        mean = integrate(lambda x: x * np.exp(self.log_prob(x)), self.breakpoints).value
        spread = integrate(lambda x: (x - mean) ** 2 * np.exp(self.log_prob(x)), self.breakpoints).value
        return mean, spread

    @property
    def mean(self) -> float:
        return self._moments[0]

    @property
    def variance(self) -> float:
        return self._moments[1]

    def entropy(self) -> float:
        return integrate(lambda x: -_p_log_p(self.log_prob(x)), self.breakpoints).value


@dataclass(frozen=True)
class Truncated(_ByQuadrature):
    """``base`` given that it lies in [low, high]; an end may be infinite.

    Raises ``InputError`` where the base has less than 1e-6 of its mass there.
    """

    base: Density
    low: float
    high: float

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))
        if not self.base.mass(self.low, self.high) >= _LEAST_MASS:  # NaN fails too
            raise InputError(f"Less than {_LEAST_MASS:g} of the density's mass lies in the truncation.")

    @cached_property
    def _kept(self) -> float:
        return self.base.mass(self.low, self.high)

    @property
    def support(self) -> tuple[Interval, ...]:
        clipped = ((max(a, self.low), min(b, self.high)) for a, b in self.base.support)
        return tuple((a, b) for a, b in clipped if a < b)

    @property
    def breakpoints(self) -> FloatArray:
        return np.unique(np.clip([self.low, *self.base.breakpoints, self.high], *self._ends))

    @property
    def kinks(self) -> tuple[float, ...]:
        inner = (x for x in self.base.kinks if self.low < x < self.high)
        return (*inner, *(end for end in (self.low, self.high) if math.isfinite(end)))

    def log_prob(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, self.base.log_prob(x) - math.log(self._kept), -math.inf)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return self._share(self.low, np.clip(x, self.low, self.high))

    def sf(self, x: ArrayLike) -> FloatArray:
        return self._share(np.clip(x, self.low, self.high), self.high)

    def quantile(self, u: ArrayLike) -> FloatArray:
        u = np.asarray(u, dtype=np.float64)
        below, above = float(self.base.cdf(self.low)), float(self.base.sf(self.low))
        x = (
            self.base.isf(above - u * self._kept)
            if below > 0.5
            else self.base.quantile(below + u * self._kept)
        )
        return np.clip(x, self.low, self.high)

    def isf(self, u: ArrayLike) -> FloatArray:
        u = np.asarray(u, dtype=np.float64)
        below, above = float(self.base.cdf(self.high)), float(self.base.sf(self.high))
        x = (
            self.base.isf(above + u * self._kept)
            if below > 0.5
            else self.base.quantile(below - u * self._kept)
        )
        return np.clip(x, self.low, self.high)

    @property
    def _ends(self) -> Interval:
        points = self.base.breakpoints
        return max(self.low, points[0]), min(self.high, points[-1])

    def _share(self, low: ArrayLike, high: ArrayLike) -> FloatArray:
        base = self.base
        from_above = base.sf(low) - base.sf(high)
        return np.where(base.cdf(low) > 0.5, from_above, base.cdf(high) - base.cdf(low)) / self._kept


class FiniteMixture(_ByQuadrature):
    """Σ_k weights_k · components_k, whatever the fields of a subclass are; weights > 0 that sum to 1."""

    weights: tuple[float, ...]
    components: tuple[Density, ...]

    @property
    def support(self) -> tuple[Interval, ...]:
        merged: list[Interval] = []
        for low, high in sorted(interval for c in self.components for interval in c.support):
            if merged and low <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(merged[-1][1], high)
            else:
                merged.append((low, high))
        return tuple(merged)

    @property
    def breakpoints(self) -> FloatArray:
        return np.unique(np.concatenate([c.breakpoints for c in self.components]))

    @property
    def kinks(self) -> tuple[float, ...]:
        return tuple(x for c in self.components for x in c.kinks)

    @property
    def mean(self) -> float:
        return self._average([c.mean for c in self.components])

    @property
    def variance(self) -> float:
        return self._average([c.variance + (c.mean - self.mean) ** 2 for c in self.components])

    def log_prob(self, x: ArrayLike) -> FloatArray:
        parts = [math.log(w) + c.log_prob(x) for w, c in zip(self.weights, self.components, strict=True)]
        return logsumexp(np.array(parts), axis=0)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return self._average([c.cdf(x) for c in self.components])

    def sf(self, x: ArrayLike) -> FloatArray:
        return self._average([c.sf(x) for c in self.components])

    def quantile(self, u: ArrayLike) -> FloatArray:
        u = np.asarray(u, dtype=np.float64)
        return self._invert(lambda x: self.cdf(x) < u, [c.quantile(u) for c in self.components])

    def isf(self, u: ArrayLike) -> FloatArray:
        u = np.asarray(u, dtype=np.float64)
        return self._invert(lambda x: self.sf(x) > u, [c.isf(u) for c in self.components])

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        chosen = rng.choice(len(self.weights), size=require_count(n, "number of samples"), p=self.weights)
        draws = np.array([c.sample(n, rng) for c in self.components])
        return draws[chosen, np.arange(n)]

    def _average(self, parts: list) -> float | FloatArray:
        """Σ_k w_k parts_k."""
        return sum(w * part for w, part in zip(self.weights, parts, strict=True))

    @staticmethod
    def _invert(
        is_left: Callable[[FloatArray], NDArray[np.bool_]], quantiles: list[FloatArray]
    ) -> FloatArray:
        """A mixture's quantile lies between the smallest and the largest one of its components."""
        return bisect(is_left, np.min(quantiles, axis=0), np.max(quantiles, axis=0))


@dataclass(frozen=True)
class Mixture(FiniteMixture):
    """Σ_k weights_k · components_k; the weights are divided by their sum, components of weight 0 dropped."""

    weights: tuple[float, ...]
    components: tuple[Density, ...]

    def __post_init__(self) -> None:
        weights = [require_number(w, "weight of a mixture") for w in self.weights]
        if len(weights) != len(self.components) or min(weights, default=-1.0) < 0 or sum(weights) == 0:
            raise InputError("A mixture needs one weight per component, none negative and not all 0.")
        kept = [(w / sum(weights), c) for w, c in zip(weights, self.components, strict=True) if w > 0]
        object.__setattr__(self, "weights", tuple(w for w, _ in kept))
        object.__setattr__(self, "components", tuple(c for _, c in kept))


def _p_log_p(log_p: FloatArray) -> FloatArray:
    """p log p from log p, 0 where p is 0."""
    return np.where(np.isneginf(log_p), 0.0, np.exp(log_p) * np.where(np.isneginf(log_p), 0.0, log_p))
