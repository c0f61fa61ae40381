"""Data in the plane with known densities: two moons, rings, a checkerboard and a spiral.

All but the checkerboard are curves with Gaussian noise around them: p(x) is the mean of N(x; c, noise² I)
over the points c of the curves. That mean is an integral over the curves, computed to rounding by
quadrature. The checkerboard is uniform on every other square. All have about unit spread.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from hw9core.arrays import FloatArray
from hw9core.distributions.flow import LOG_SQRT_2PI

Interval = tuple[float, float]
Region = tuple[Interval, Interval]

NODES = 256  # per curve: neighbours are about half a noise apart, where the quadrature is exact to rounding
_CHUNK = 2_000  # points per pass bound the memory of (points, nodes) arrays
# Part of the digest of a data set: a new number says that the same seed no longer gives the same samples.
_SAMPLER = "numpy.random.default_rng, 1"


class PlaneDistribution(ABC):
    """A distribution of the plane that can be sampled and whose density is known."""

    @property
    @abstractmethod
    def region(self) -> Region:
        """A rectangle ((x₁ low, high), (x₂ low, high)) with all but 1e-6 of the mass."""

    @abstractmethod
    def log_prob(self, x: ArrayLike) -> FloatArray:
        """log p(x) in nats, float64 (...), of points (..., 2); −inf where there is no mass."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """n independent samples, float64 (n, 2)."""

    def grid_density(self, region: Region, cells: int) -> FloatArray:
        """p(x), float64 (cells, cells), at the points of :func:`grid_points`."""
        return np.exp(self.log_prob(grid_points(region, cells)[0]))


class NoisyCurves(PlaneDistribution):
    """Points spread evenly over curves, each moved by N(0, noise² I)."""

    noise: float

    @abstractmethod
    def curves(self, u: FloatArray) -> FloatArray:
        """Points (curves, m, 2) at positions u (m,) in [0, 1], which are uniform under the distribution."""

    @property
    def region(self) -> Region:
        points = self.curves(np.linspace(0.0, 1.0, NODES)).reshape(-1, 2)
        low, high = points.min(axis=0) - 5.5 * self.noise, points.max(axis=0) + 5.5 * self.noise
        return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))

    def log_prob(self, x: ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=np.float64)
        centres, log_weights = self._quadrature()
        points = x.reshape(-1, 2)
        parts = [self._log_mean(part, centres, log_weights) for part in _chunks(points)]
        return np.concatenate(parts).reshape(x.shape[:-1]) if parts else np.empty(x.shape[:-1])

    def distance(self, x: ArrayLike) -> FloatArray:
        """The distance of points (..., 2) from the nearest node of the curves, float64 (...)."""
        return _nodes(self).query(x)[0]

    def grid_density(self, region: Region, cells: int) -> FloatArray:
        centres, log_weights = self._quadrature()
        across, up = (
            np.exp(-0.5 * np.square((axis[:, np.newaxis] - centres[:, i]) / self.noise))
            for i, axis in enumerate(grid_axes(region, cells))
        )
        # A Gaussian of the plane is a product over the axes: the sum over the nodes is a product of matrices.
        return (up * np.exp(log_weights)) @ across.T / (2.0 * np.pi * self.noise**2)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        curves = self.curves(rng.random(n))
        chosen = curves[rng.integers(len(curves), size=n), np.arange(n)]
        return chosen + self.noise * rng.standard_normal((n, 2))

    def _log_mean(self, points: FloatArray, centres: FloatArray, log_weights: FloatArray) -> FloatArray:
        logs = log_weights - 0.5 * _squared(points, centres) / self.noise**2
        highest = logs.max(axis=1, keepdims=True)  # several times faster than logaddexp.reduce
        log_sum = highest[:, 0] + np.log(np.exp(logs - highest).sum(axis=1))
        return log_sum - 2.0 * (np.log(self.noise) + LOG_SQRT_2PI)

    def _quadrature(self) -> tuple[FloatArray, FloatArray]:
        """Points c (nodes, 2) of all curves and the logarithms of their Gauss–Legendre weights."""
        return _quadrature(self)


@dataclass(frozen=True)
class Moons(NoisyCurves):
    """Two half circles that reach into one another, as scikit-learn's ``make_moons`` has them, enlarged."""

    scale: float
    noise: float

    def curves(self, u: FloatArray) -> FloatArray:
        angle = np.pi * u
        upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=-1)
        return self.scale * np.stack([upper, -upper])


@dataclass(frozen=True)
class Rings(NoisyCurves):
    """Circles around the origin, each with the same share of the mass."""

    radii: tuple[float, ...]
    noise: float

    def curves(self, u: FloatArray) -> FloatArray:
        angle = 2.0 * np.pi * u
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return np.asarray(self.radii)[:, np.newaxis, np.newaxis] * circle


@dataclass(frozen=True)
class Spiral(NoisyCurves):
    """Two arms around the origin, each ``turns`` long, from radius ``inner`` to ``outer``."""

    inner: float
    outer: float
    turns: float
    noise: float

    def curves(self, u: FloatArray) -> FloatArray:
        # The radius grows with the root, so that the arms are about evenly filled along their length.
        radius = np.sqrt(self.inner**2 + (self.outer**2 - self.inner**2) * u)
        angle = 2.0 * np.pi * self.turns * (radius - self.inner) / (self.outer - self.inner)
        arm = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return np.stack([arm, -arm])


@dataclass(frozen=True)
class Checkerboard(PlaneDistribution):
    """Uniform on every other one of ``side``² squares (an even number) of edge ``edge`` around the origin."""

    side: int
    edge: float

    @property
    def region(self) -> Region:
        half = 0.5 * self.side * self.edge
        return (-half, half), (-half, half)

    def log_prob(self, x: ArrayLike) -> FloatArray:
        cell = np.floor(np.asarray(x, dtype=np.float64) / self.edge + 0.5 * self.side)
        inside = ((cell >= 0) & (cell < self.side)).all(axis=-1) & (cell.sum(axis=-1) % 2 == 0)
        return np.where(inside, -np.log(0.5 * self.side**2 * self.edge**2), -np.inf)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        row = rng.integers(self.side, size=n)
        column = 2 * rng.integers(self.side // 2, size=n) + row % 2
        corner = np.stack([column, row], axis=-1)
        return self.edge * (corner + rng.random((n, 2)) - 0.5 * self.side)


PLANE_SETS: Mapping[str, PlaneDistribution] = {
    "moons": Moons(1.35, 0.135),
    "rings": Rings((0.75, 1.75), 0.12),
    "checkerboard": Checkerboard(4, 1.0),
    "spiral": Spiral(0.3, 2.2, 1.25, 0.1),
}


def plane_entropy(distribution: PlaneDistribution, cells: int = 240) -> float:
    """−∫ p log p dx in nats over the region: the smallest mean NLL that any model can reach.

    The rectangle rule on ``cells``² squares: for smooth densities exact to many digits once a noise is
    several squares wide, and exact for the checkerboard, whose edges it meets.
    """
    p = distribution.grid_density(distribution.region, cells)
    return float(-cell_area(distribution.region, cells) * np.sum(p * np.log(np.where(p > 0, p, 1.0))))


def grid_points(region: Region, cells: int) -> tuple[FloatArray, float]:
    """Centres (cells, cells, 2) of a grid's squares over a rectangle, rows by x₂, and a square's area."""
    x1, x2 = np.meshgrid(*grid_axes(region, cells))
    return np.stack([x1, x2], axis=-1), cell_area(region, cells)


def grid_axes(region: Region, cells: int) -> tuple[FloatArray, FloatArray]:
    """The x₁ and the x₂ of the centres of a grid's squares over a rectangle, (cells,) each."""
    widths = [(high - low) / cells for low, high in region]
    x1, x2 = (low + w * (np.arange(cells) + 0.5) for (low, _), w in zip(region, widths, strict=True))
    return x1, x2


def cell_area(region: Region, cells: int) -> float:
    """The area of one of a grid's squares over a rectangle."""
    return float(np.prod([(high - low) / cells for low, high in region]))


def plane_digest(name: str) -> str:
    """64 hex digits that change when the distribution of that name, or the way it is sampled, changes."""
    return hashlib.sha256(f"{PLANE_SETS[name]!r}; {_SAMPLER}".encode()).hexdigest()


@lru_cache(maxsize=16)
def _quadrature(curves: NoisyCurves) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    points = curves.curves(0.5 * (nodes + 1.0))
    log_weights = np.log(0.5 * weights / len(points))
    return points.reshape(-1, 2), np.tile(log_weights, len(points))


@lru_cache(maxsize=16)
def _nodes(curves: NoisyCurves):
    from scipy.spatial import KDTree  # takes longer to import than the rest of this package

    return KDTree(_quadrature(curves)[0])


def _chunks(points: FloatArray) -> list[FloatArray]:
    return [points[start : start + _CHUNK] for start in range(0, len(points), _CHUNK)]


def _squared(points: FloatArray, centres: FloatArray) -> FloatArray:
    """Squared distances (m, nodes) of points (m, 2) from centres (nodes, 2)."""
    return sum(np.square(points[:, i, np.newaxis] - centres[:, i]) for i in (0, 1))
