"""One-dimensional data for the flow of problem 2: five distributions with known densities.

``two`` and ``three`` are the homework's Gaussian mixtures; ``skewed`` is a Gumbel, ``heavy`` a Student t and
``uniform`` a uniform distribution, which no Gaussian mixture of finite size equals.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv, betaln, gammaln, psi, stdtr

from hw9core.arrays import FloatArray
from hw9core.distributions.composite import FiniteMixture
from hw9core.distributions.density import Density, around, require_positive
from hw9core.distributions.flow import LOG_SQRT_2PI
from hw9core.distributions.line import Normal, Uniform
from hw9core.errors import InputError

# Part of the digest of a data set: a new number says that the same seed no longer gives the same samples.
_SAMPLER = "numpy.random.default_rng, 1"


@dataclass(frozen=True)
class GaussianMixture(FiniteMixture):
    """Σ_k w_k N(μ_k, σ_k²); the weights are above 0 and sum to 1."""

    weights: tuple[float, ...]
    locs: tuple[float, ...]
    scales: tuple[float, ...]
    components: tuple[Normal, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if min(self.weights, default=0.0) <= 0 or abs(sum(self.weights) - 1) > 1e-9:
            raise InputError("The weights of a Gaussian mixture must be above 0 and sum to 1.")
        if not len(self.weights) == len(self.locs) == len(self.scales):
            raise InputError("A Gaussian mixture needs one weight, loc and scale for each component.")
        components = tuple(Normal(loc, scale) for loc, scale in zip(self.locs, self.scales, strict=True))
        object.__setattr__(self, "components", components)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        a = (np.asarray(x, dtype=np.float64)[..., np.newaxis] - self.locs) / self.scales
        heights = np.log(np.divide(self.weights, self.scales)) - LOG_SQRT_2PI
        return np.logaddexp.reduce(heights - 0.5 * a**2, axis=-1)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        component = rng.choice(len(self.weights), size=n, p=self.weights)
        return np.take(self.locs, component) + np.take(self.scales, component) * rng.standard_normal(n)


@dataclass(frozen=True)
class Gumbel(Density):
    """exp(−a − e^−a)/scale with a = (x − loc)/scale: skewed to the right."""

    loc: float
    scale: float

    support = ((-math.inf, math.inf),)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.scale, "scale of a Gumbel density")

    @property
    def breakpoints(self) -> FloatArray:
        # To the left the density falls doubly exponentially.
        return self.loc + self.scale * np.unique(np.maximum(around(0.0, 1.0, 700.0), -7.0))

    @property
    def mean(self) -> float:
        return self.loc + np.euler_gamma * self.scale

    @property
    def variance(self) -> float:
        return (math.pi * self.scale) ** 2 / 6

    def log_prob(self, x: ArrayLike) -> FloatArray:
        a = self._standardized(x)
        with np.errstate(over="ignore"):  # far to the left log p is −inf
            return -a - np.exp(-a) - math.log(self.scale)

    def cdf(self, x: ArrayLike) -> FloatArray:
        with np.errstate(over="ignore"):
            return np.exp(-np.exp(-self._standardized(x)))

    def sf(self, x: ArrayLike) -> FloatArray:
        with np.errstate(over="ignore"):
            return -np.expm1(-np.exp(-self._standardized(x)))

    def quantile(self, u: ArrayLike) -> FloatArray:
        with np.errstate(divide="ignore"):  # the ends lie at ±∞
            return self.loc - self.scale * np.log(-np.log(u))

    def isf(self, u: ArrayLike) -> FloatArray:
        with np.errstate(divide="ignore"):
            return self.loc - self.scale * np.log(-np.log1p(np.negative(u)))

    def entropy(self) -> float:
        return math.log(self.scale) + np.euler_gamma + 1

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return rng.gumbel(self.loc, self.scale, n)

    def _standardized(self, x: ArrayLike) -> FloatArray:
        return (np.asarray(x, dtype=np.float64) - self.loc) / self.scale


@dataclass(frozen=True)
class StudentT(Density):
    """Student's t with ``df`` degrees of freedom, stretched by ``scale``; df > 2, so that it has a variance.

    From 2 degrees down the KL divergence to any Gaussian mixture is infinite: log q falls like −x².
    """

    df: float
    scale: float

    support = ((-math.inf, math.inf),)
    mean = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.scale, "scale of a Student density")
        if self.df <= 2:
            raise InputError(f"A Student density needs more than 2 degrees of freedom here, not {self.df:g}.")

    @property
    def breakpoints(self) -> FloatArray:
        ends = np.geomspace(1.0, 10.0 ** (300.0 / self.df), 500)
        return self.scale * np.concatenate([-ends[::-1], [0.0], ends])

    @property
    def variance(self) -> float:
        return self.scale**2 * self.df / (self.df - 2)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        a = np.asarray(x, dtype=np.float64) / self.scale
        norm = gammaln((self.df + 1) / 2) - gammaln(self.df / 2) - 0.5 * math.log(self.df * math.pi)
        return norm - math.log(self.scale) - (self.df + 1) / 2 * np.log1p(a**2 / self.df)

    def cdf(self, x: ArrayLike) -> FloatArray:
        return stdtr(self.df, np.asarray(x, dtype=np.float64) / self.scale)

    def sf(self, x: ArrayLike) -> FloatArray:
        return self.cdf(np.negative(x))

    def quantile(self, u: ArrayLike) -> FloatArray:
        # Not stdtrit, which is infinite from u = 1e-150 down: with y = df/(df + a²) both tails are I_y/2.
        u = np.asarray(u, dtype=np.float64)
        both = 2 * np.minimum(u, 1 - u)
        with np.errstate(divide="ignore"):  # the ends lie at ±∞
            odds = betainccinv(0.5, self.df / 2, both) / betaincinv(self.df / 2, 0.5, both)
        return self.scale * np.copysign(np.sqrt(self.df * odds), u - 0.5)

    def isf(self, u: ArrayLike) -> FloatArray:
        return -self.quantile(u)

    def entropy(self) -> float:
        half = self.df / 2
        spread = (half + 0.5) * (psi(half + 0.5) - psi(half))
        return float(spread + betaln(half, 0.5) + 0.5 * math.log(self.df)) + math.log(self.scale)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        return self.scale * rng.standard_t(self.df, n)


DATA_SETS: Mapping[str, Density] = {
    "two": GaussianMixture((0.5, 0.5), (-1.0, 0.25), (0.25, 0.5)),
    "three": GaussianMixture((1 / 3, 1 / 3, 1 / 3), (-1.0, 1.5, 0.0), (0.25, 0.35, 0.2)),
    "skewed": Gumbel(-0.5, 0.5),
    "heavy": StudentT(3.0, 0.4),
    "uniform": Uniform(-1.5, 1.5),
}


def definition_digest(name: str) -> str:
    """64 hex digits that change when the distribution of that name, or the way it is sampled, changes."""
    return hashlib.sha256(f"{DATA_SETS[name]!r}; {_SAMPLER}".encode()).hexdigest()
