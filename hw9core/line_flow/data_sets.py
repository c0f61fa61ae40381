"""One-dimensional data for the flow of problem 2: five distributions with known densities.

``two`` and ``three`` are the homework's Gaussian mixtures; ``skewed`` is a Gumbel, ``heavy`` a Student t and
``uniform`` a uniform distribution, which no Gaussian mixture of finite size equals.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from hw9core.arrays import FloatArray, Seed
from hw9core.distributions.flow import LOG_SQRT_2PI
from hw9core.numerics.quadrature import integrate_line

# Part of the digest of a data set: a new number says that the same seed no longer gives the same samples.
_SAMPLER = "numpy.random.default_rng, 1"


class DataDistribution(Protocol):
    """A distribution on the line that can be sampled and whose density is known."""

    @property
    def support(self) -> tuple[float, float]:
        """The interval outside which the density is 0."""

    def log_prob(self, x: ArrayLike) -> FloatArray:
        """log p(x) in nats, float64 of the shape of x; −inf outside the support."""

    def sample(self, n: int, seed: Seed) -> FloatArray:
        """n independent samples, float64 (n,), the same for one seed."""


@dataclass(frozen=True)
class GaussianMixture:
    """Σ_k w_k N(μ_k, σ_k²)."""

    weights: tuple[float, ...]
    locs: tuple[float, ...]
    scales: tuple[float, ...]

    support = (-math.inf, math.inf)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        a = (np.asarray(x, dtype=np.float64)[..., np.newaxis] - self.locs) / self.scales
        heights = np.log(np.divide(self.weights, self.scales)) - LOG_SQRT_2PI
        return np.logaddexp.reduce(heights - 0.5 * a**2, axis=-1)

    def sample(self, n: int, seed: Seed) -> FloatArray:
        rng = np.random.default_rng(seed)
        component = rng.choice(len(self.weights), size=n, p=self.weights)
        return np.take(self.locs, component) + np.take(self.scales, component) * rng.standard_normal(n)


@dataclass(frozen=True)
class Gumbel:
    """exp(−a − e^−a)/scale with a = (x − loc)/scale: skewed to the right, entropy log scale + γ + 1."""

    loc: float
    scale: float

    support = (-math.inf, math.inf)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        a = (np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        with np.errstate(over="ignore"):  # far to the left log p is −inf
            return -a - np.exp(-a) - math.log(self.scale)

    def sample(self, n: int, seed: Seed) -> FloatArray:
        return np.random.default_rng(seed).gumbel(self.loc, self.scale, n)


@dataclass(frozen=True)
class StudentT:
    """Student's t with ``df`` degrees of freedom, stretched by ``scale``.

    From 2 degrees down the KL divergence to any Gaussian mixture is infinite: log q falls like −x².
    """

    df: float
    scale: float

    support = (-math.inf, math.inf)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        a = np.asarray(x, dtype=np.float64) / self.scale
        norm = gammaln((self.df + 1) / 2) - gammaln(self.df / 2) - 0.5 * math.log(self.df * math.pi)
        return norm - math.log(self.scale) - (self.df + 1) / 2 * np.log1p(a**2 / self.df)

    def sample(self, n: int, seed: Seed) -> FloatArray:
        return self.scale * np.random.default_rng(seed).standard_t(self.df, n)


@dataclass(frozen=True)
class Uniform:
    """Uniform between ``low`` and ``high``."""

    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high

    def log_prob(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, -math.log(self.high - self.low), -np.inf)

    def sample(self, n: int, seed: Seed) -> FloatArray:
        return np.random.default_rng(seed).uniform(self.low, self.high, n)


DATA_SETS: Mapping[str, DataDistribution] = {
    "two": GaussianMixture((0.5, 0.5), (-1.0, 0.25), (0.25, 0.5)),
    "three": GaussianMixture((1 / 3, 1 / 3, 1 / 3), (-1.0, 1.5, 0.0), (0.25, 0.35, 0.2)),
    "skewed": Gumbel(-0.5, 0.5),
    "heavy": StudentT(3.0, 0.4),
    "uniform": Uniform(-1.5, 1.5),
}


def entropy(distribution: DataDistribution) -> float:
    """−∫ p log p dx in nats, by quadrature: the smallest mean NLL that any model can reach."""

    def integrand(x: FloatArray) -> FloatArray:
        log_p = distribution.log_prob(x)
        p = np.exp(log_p)
        return -p * np.where(p > 0, log_p, 0.0)

    return integrate_line(integrand, *distribution.support).value


def definition_digest(name: str) -> str:
    """64 hex digits that change when the distribution of that name, or the way it is sampled, changes."""
    return hashlib.sha256(f"{DATA_SETS[name]!r}; {_SAMPLER}".encode()).hexdigest()
