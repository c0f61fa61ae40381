"""A normalizing flow: an invertible transform onto a base distribution, whatever the dimension.

The one-dimensional flow of problem 2, the flows of the plane and the flow of images differ in transform and
base alone; density and samples are these few lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from hw9core.arrays import FloatArray
from hw9core.distributions.density import Distribution

LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)


class Transform(Protocol):
    """A bijection x → z that knows its log|det ∂z/∂x|. Points are (...) on the line, (..., n) in Rⁿ."""

    def call_and_ladj(self, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """z, of the shape of x, and log|det ∂z/∂x| (...)."""

    def inverse_and_ladj(self, z: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """x, of the shape of z, and log|det ∂x/∂z| (...)."""


@dataclass(frozen=True)
class StandardNormal:
    """N(0, I) in ``dim`` dimensions."""

    dim: int

    def log_prob(self, z: ArrayLike) -> FloatArray:
        """log N(z; 0, I) in nats, (...), of z (..., dim)."""
        return -0.5 * np.square(z).sum(axis=-1) - self.dim * LOG_SQRT_2PI

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """n independent draws, float64 (n, dim)."""
        return rng.standard_normal((n, self.dim))


@dataclass(frozen=True, eq=False)
class NormalizingFlow:
    """The distribution of x for which z = transform(x) follows ``base``.

    >>> NormalizingFlow(random_coupling(2, mask=(0,)), StandardNormal(2)).log_prob([0.0, 1.0])
    """

    transform: Transform
    base: Distribution

    def log_prob(self, x: ArrayLike) -> FloatArray:
        """log p(x) = log base(z) + log|det ∂z/∂x| in nats, (...)."""
        z, ladj = self.transform.call_and_ladj(x)
        return self.base.log_prob(z) + ladj

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """n independent draws, float64: z from the base, carried back to x."""
        return self.transform.inverse_and_ladj(self.base.sample(n, rng))[0]
