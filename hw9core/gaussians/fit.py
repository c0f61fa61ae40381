"""Fit a Gaussian q to p by gradient descent on D(p‖q) or on D(q‖p): mode covering and mode seeking.

Both descend from one start, in q's own whitened coordinates x = μ + L z (the natural gradient, Amari 1998),
so that the path does not depend on the units of x. Expectations under q are sums over a fixed grid of z:
exact for a Gaussian p; for a mixture, whose log density bends sharply between its modes, to about 1e-3 nats
in 2-D and 1e-5 in 1-D (modes of comparable width).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from hw9core.checks import finite_array, require_count
from hw9core.distributions.gaussian import Gaussian, solve_lower
from hw9core.errors import InputError

_GRID = {1: (8.0, 1025), 2: (6.5, 65)}  # ends ±z and nodes per dimension, by dimension, under a mixture
_RATE = 0.2  # of a full natural-gradient step: small enough to watch
_CONVERGED = 1e-18  # squared length of the natural gradient, nats


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """p(x) = Σ_k w_k N(x; μ_k, Σ_k); weights are divided by their sum. One component is a Gaussian.

    Raises ``InputError`` unless all weights are greater than 0, dimensions agree, and several components
    have d ≤ 2 (their divergences are computed on a grid).
    """

    weights: NDArray[np.float64]
    components: tuple[Gaussian, ...]

    def __post_init__(self) -> None:
        weights = finite_array(self.weights, "mixture's weights")
        if weights.shape != (len(self.components),) or weights.size == 0 or weights.min() <= 0:
            raise InputError("A mixture needs one weight greater than 0 per component.")
        dimensions = {component.dimension for component in self.components}
        if len(dimensions) > 1 or (len(weights) > 1 and max(dimensions) > 2):
            raise InputError("The components of a mixture must share one dimension, 1 or 2.")
        object.__setattr__(self, "weights", weights / weights.sum())

    @property
    def dimension(self) -> int:
        return self.components[0].dimension

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """E_p[X], (d,)."""
        return self.weights @ np.array([c.mean for c in self.components])

    @cached_property
    def covariance(self) -> NDArray[np.float64]:
        """Cov_p[X], (d, d): the mean of the covariances plus the covariance of the means."""
        away = np.array([c.mean for c in self.components]) - self.mean
        within = np.einsum("k,kij->ij", self.weights, np.array([c.covariance for c in self.components]))
        return within + np.einsum("k,ki,kj->ij", self.weights, away, away)

    def entropy(self) -> float:
        """−E_p[log p(X)] in nats, by a sum over the grid under each component."""
        z, w = _normal_grid(self)
        means = [w @ self.log_prob(c.mean + z @ c.cholesky.T) for c in self.components]
        return -float(self.weights @ np.array(means))

    def log_prob(self, points: ArrayLike) -> NDArray[np.float64]:
        """log density in nats at points (n, d): shape (n,)."""
        return logsumexp(self._log_parts(points), axis=0)

    def score(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """∇ log p at points (n, d), (n, d): the components' scores, weighted by their responsibilities."""
        parts = self._log_parts(points)
        responsibility = np.exp(parts - logsumexp(parts, axis=0))
        scores = [
            -np.linalg.solve(c.cholesky.T, solve_lower(c.cholesky, (points - c.mean).T)).T
            for c in self.components
        ]
        return np.einsum("kn,knd->nd", responsibility, np.array(scores))

    def _log_parts(self, points: ArrayLike) -> NDArray[np.float64]:
        return np.array(
            [math.log(w) + c.log_prob(points) for w, c in zip(self.weights, self.components, strict=True)]
        )


@dataclass(frozen=True, eq=False)
class FitPath:
    """q along the descent: means (t, d), covariances (t, d, d), divergences (t,) in nats, start first.

    ``divergences`` never rise. ``converged``: the natural gradient vanished before the steps ran out.
    """

    means: NDArray[np.float64]
    covariances: NDArray[np.float64]
    divergences: NDArray[np.float64]
    converged: bool

    @property
    def last(self) -> Gaussian:
        return Gaussian(self.means[-1], self.covariances[-1])


Slope = tuple[float, NDArray[np.float64], NDArray[np.float64]]
Objective = Callable[[NDArray[np.float64], NDArray[np.float64]], Slope]


def fit_forward(p: GaussianMixture | Gaussian, start: Gaussian, diagonal: bool, steps: int = 300) -> FitPath:
    """Descend D(p‖q) over q's mean and covariance (``diagonal``: only its diagonal): mode covering.

    The minimum has p's mean and covariance, or of the latter its diagonal. Raises ``InputError`` if
    dimensions differ.
    """
    target = _mixture(p)
    constant = target.dimension * math.log(2 * math.pi) / 2 - target.entropy()

    def objective(mean: NDArray[np.float64], factor: NDArray[np.float64]) -> Slope:
        away = solve_lower(factor, target.mean - mean)
        half = solve_lower(factor, target.covariance)
        second_moment = solve_lower(factor, half.T) + np.outer(away, away)
        value = constant + np.log(np.diag(factor)).sum() + np.trace(second_moment) / 2
        return float(value), -away, np.eye(len(mean)) - second_moment

    return _descend(objective, target, start, diagonal, steps)


def fit_reverse(p: GaussianMixture | Gaussian, start: Gaussian, diagonal: bool, steps: int = 300) -> FitPath:
    """Descend D(q‖p) over q's mean and covariance (``diagonal``: only its diagonal): mode seeking.

    For a Gaussian p and diagonal q the minimum has p's mean and 1/σ_i² = (Σ⁻¹)_ii (MacKay 2003, ch. 33).
    Raises ``InputError`` if dimensions differ.
    """
    target = _mixture(p)
    z, w = _normal_grid(target)
    constant = -target.dimension * math.log(2 * math.pi * math.e) / 2

    def objective(mean: NDArray[np.float64], factor: NDArray[np.float64]) -> Slope:
        x = mean + z @ factor.T
        value = constant - np.log(np.diag(factor)).sum() - w @ target.log_prob(x)
        pull = w[:, None] * (target.score(x) @ factor)
        return float(value), -pull.sum(axis=0), -np.eye(len(mean)) - pull.T @ z

    return _descend(objective, target, start, diagonal, steps)


def _descend(
    objective: Objective, target: GaussianMixture, start: Gaussian, diagonal: bool, steps: int
) -> FitPath:
    """Natural-gradient descent that halves a step until the objective falls enough (Armijo)."""
    if start.dimension != target.dimension:
        raise InputError(f"p has dimension {target.dimension}, but the start of q has {start.dimension}.")
    mean, factor = start.mean, np.linalg.cholesky(_restrict(start.covariance, diagonal))
    value, mean_slope, factor_slope = objective(mean, factor)
    path = [(mean, factor @ factor.T, value)]
    converged = False
    for _ in range(require_count(steps, "number of steps")):
        # In whitened coordinates the Fisher metric is 1 for the mean and L's lower part, 2 for log diag L.
        triangle = _restrict(np.tril(factor_slope), diagonal)
        triangle[np.diag_indices_from(triangle)] /= 2
        fall = float(mean_slope @ mean_slope + np.sum(triangle * factor_slope))
        converged = fall <= _CONVERGED
        rate = _RATE
        while not converged:
            trial = mean - rate * factor @ mean_slope, factor @ _unit_step(-rate * triangle)
            slope = objective(*trial)
            if slope[0] <= value - 1e-4 * rate * fall:
                (mean, factor), (value, mean_slope, factor_slope) = trial, slope
                path.append((mean, factor @ factor.T, value))
                break
            rate /= 2
            # No representable step lowers the objective any more.
            converged = rate * fall <= 1e-15 * max(1.0, abs(value))
        if converged:
            break
    means, covariances, values = (np.array(part) for part in zip(*path, strict=True))
    return FitPath(means, covariances, values, converged)


def _unit_step(step: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lower triangular factor near I: exp on the diagonal, so that it stays positive."""
    return np.tril(step, -1) + np.diag(np.exp(np.clip(np.diag(step), -1.0, 1.0)))


def _restrict(matrix: NDArray[np.float64], diagonal: bool) -> NDArray[np.float64]:
    return np.diag(np.diag(matrix)) if diagonal else matrix.copy()


def _mixture(p: GaussianMixture | Gaussian) -> GaussianMixture:
    return GaussianMixture(np.ones(1), (p,)) if isinstance(p, Gaussian) else p


def _normal_grid(p: GaussianMixture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes (n, d) and weights (n,) of E[f(Z)], Z ~ N(0, I), for f made of log p or its gradient.

    Under one Gaussian f is quadratic, so three Gauss–Hermite nodes a dimension are exact. Under a mixture the
    trapezoidal rule suffers less from f's bends than Gauss–Hermite of the same size.
    """
    if len(p.components) == 1:
        node, weight = np.polynomial.hermite_e.hermegauss(3)
    else:
        end, count = _GRID[p.dimension]
        node = np.linspace(-end, end, count)
        weight = np.exp(-(node**2) / 2)
    nodes = np.stack(np.meshgrid(*[node] * p.dimension, indexing="ij"), axis=-1).reshape(-1, p.dimension)
    weights = np.ones(1)
    for _ in range(p.dimension):
        weights = np.multiply.outer(weights, weight / weight.sum()).ravel()
    return nodes, weights
