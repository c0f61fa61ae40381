"""Additivity of the divergence over independent coordinates, and what correlation does to it (problem 4b).

X with independent coordinates under p and q: D(p‖q) = Σ_i D(p_i‖q_i). A Gaussian copula with correlation R
makes coordinates of any marginals dependent: X_i = F_i⁻¹(Φ(Z_i)) with Z ~ N(0, R). With p so correlated and q
a product, D(p‖q) − Σ_i D(p_i‖q_i) is p's total correlation −½ log det R, whatever the marginals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.checks import finite_array, require_count
from hw9core.distributions.covariance import require_covariance
from hw9core.distributions.density import Density
from hw9core.distributions.gaussian import solve_lower
from hw9core.divergence.kl import kl_quadrature
from hw9core.errors import InputError
from hw9core.numerics.monte_carlo import estimate
from hw9core.numerics.quadrature import GAUSS, KRONROD, NODES

MOST_COORDINATES = 6
_GRID_DIMENSIONS = 2
_REACH = 8.5  # standard deviations; beyond lies 2e-17 of the mass


@dataclass(frozen=True)
class Coordinate:
    """One coordinate's density under p and under q."""

    p: Density
    q: Density


@dataclass(frozen=True)
class Additivity:
    """D(p_i‖q_i) of every coordinate beside D(p‖q) of all together by a route of its own, in nats.

    ``error``: the grid's estimated error where ``monte_carlo`` is false, else one standard error.
    ``total_correlation`` is p's; it equals ``gap`` where q's coordinates are independent. Where D = +∞ the
    gap and the error are NaN.
    """

    parts: tuple[float, ...]
    joint: float
    error: float
    monte_carlo: bool
    total_correlation: float

    @property
    def gap(self) -> float:
        """D(p‖q) − Σ_i D(p_i‖q_i)."""
        return self.joint - sum(self.parts) if math.isfinite(self.joint) else math.nan


def additivity(
    coordinates: Sequence[Coordinate],
    p_correlation: ArrayLike | None = None,
    q_correlation: ArrayLike | None = None,
    n: int = 100_000,
    seed: int = 0,
) -> Additivity:
    """Compare Σ_i D(p_i‖q_i) with the joint D(p‖q), for 1 to 6 coordinates.

    The parts are integrals over x; the joint is an integral over a grid of Z for d ≤ 2, and the mean of
    log p(X)/q(X) over ``n`` draws above. Correlation matrices (d, d) are those of the Gaussian copulas; None
    is independence. Raises ``InputError``.
    """
    d = len(coordinates)
    if not 1 <= d <= MOST_COORDINATES:
        raise InputError(f"Additivity is shown for 1 to {MOST_COORDINATES} coordinates, not {d}.")
    p_copula, q_copula = (_factor(r, d) for r in (p_correlation, q_correlation))
    parts = tuple(kl_quadrature(c.p, c.q).value for c in coordinates)
    route = _grid if d <= _GRID_DIMENSIONS else _monte_carlo
    joint, error = route(coordinates, p_copula, q_copula, require_count(n, "number of samples", 2), seed)
    return Additivity(parts, joint, error, d > _GRID_DIMENSIONS, _total_correlation(p_copula))


def equicorrelation(d: int, correlation: float) -> NDArray[np.float64]:
    """The matrix (d, d) with 1 on the diagonal and ρ elsewhere; ``InputError`` unless −1/(d−1) < ρ < 1."""
    lowest = -1.0 / max(d - 1, 1)
    if not lowest < correlation < 1:
        raise InputError(
            f"In {d} dimensions a common correlation must lie strictly between {lowest:.4g} and 1, "
            f"not {correlation:g}."
        )
    return np.full((d, d), float(correlation)) + (1 - correlation) * np.eye(d)


def require_correlation(matrix: ArrayLike, d: int) -> NDArray[np.float64]:
    """A positive definite correlation matrix (d, d), float64; ``InputError`` otherwise."""
    correlation = finite_array(matrix, "correlation matrix")
    if correlation.shape != (d, d) or abs(np.diag(correlation) - 1).max() > 1e-12:
        raise InputError(f"The correlation matrix must be {d} × {d} with 1 on its diagonal.")
    return require_covariance(correlation)


def total_correlation(correlation: ArrayLike) -> float:
    """−½ log det R in nats: the divergence of a Gaussian copula from independence (Watanabe 1960)."""
    matrix = np.asarray(correlation, dtype=np.float64)
    return _total_correlation(_factor(matrix, len(matrix)))


def _total_correlation(factor: NDArray[np.float64]) -> float:
    return 0.0 - float(np.log(np.diag(factor)).sum())


def _factor(correlation: ArrayLike | None, d: int) -> NDArray[np.float64]:
    return np.eye(d) if correlation is None else np.linalg.cholesky(require_correlation(correlation, d))


def _log_ratio(
    coordinates: Sequence[Coordinate],
    p_copula: NDArray[np.float64],
    q_copula: NDArray[np.float64],
    z: Sequence[NDArray[np.float64]],
) -> NDArray[np.float64]:
    """log p(x)/q(x) at x_i = F_i⁻¹(Φ(z_i)) under p; one array of z per coordinate, shapes that broadcast."""
    x = [c.p.from_normal(z_i) for c, z_i in zip(coordinates, z, strict=True)]
    value = _log_copula(p_copula, z)
    for c, x_i in zip(coordinates, x, strict=True):
        value = value + (c.p.log_prob(x_i) - c.q.log_prob(x_i))
    if np.any(q_copula != np.eye(len(x))):
        value = value - _log_copula(
            q_copula, [c.q.to_normal(x_i) for c, x_i in zip(coordinates, x, strict=True)]
        )
    return value


def _log_copula(factor: NDArray[np.float64], z: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """log N(z; 0, R) − Σ_i log N(z_i; 0, 1), with R = factor factorᵀ."""
    points = np.stack(np.broadcast_arrays(*z))
    white = solve_lower(factor, points.reshape(len(z), -1)).reshape(points.shape)
    return ((points**2).sum(axis=0) - (white**2).sum(axis=0)) / 2 - np.log(np.diag(factor)).sum()


def _monte_carlo(
    coordinates: Sequence[Coordinate],
    p_copula: NDArray[np.float64],
    q_copula: NDArray[np.float64],
    n: int,
    seed: int,
) -> tuple[float, float]:
    z = p_copula @ np.random.default_rng(seed).normal(size=(len(coordinates), n))
    result = estimate(_log_ratio(coordinates, p_copula, q_copula, list(z)))
    return result.value, result.standard_error


def _grid(
    coordinates: Sequence[Coordinate],
    p_copula: NDArray[np.float64],
    q_copula: NDArray[np.float64],
    n: int,
    seed: int,
) -> tuple[float, float]:
    """E[log p/q] over a grid of independent normal e with z = L e; panels end where a log density bends.

    The inner panels' ends follow the outer node, because there e_2 = (z_2 − L_21 e_1)/L_22.
    """
    bends = [_bends(c) for c in coordinates]
    e, weights, coarse = _panels(np.zeros(1), bends[0])
    z = [e[0]]
    if len(coordinates) == 2:
        (_, _), (slope, scale) = p_copula
        inner, inner_weights, inner_coarse = _panels(slope / scale * e[0], bends[1] / scale)
        z = [e[0][:, None], slope * e[0][:, None] + scale * inner]
        weights, coarse = weights[0][:, None] * inner_weights, coarse[0][:, None] * inner_coarse
    values = _log_ratio(coordinates, p_copula, q_copula, z)
    if not np.isfinite(values).all():
        return math.inf, math.nan
    fine = float(np.sum(weights * values))
    return fine, abs(fine - float(np.sum(coarse * values)))


def _bends(coordinate: Coordinate) -> NDArray[np.float64]:
    """The z at which the coordinate's log densities are not smooth."""
    x = np.array([*coordinate.p.kinks, *coordinate.q.kinks], dtype=np.float64)
    return coordinate.p.to_normal(x)


def _panels(
    shift: NDArray[np.float64], bends: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Per row of ``shift`` (m,): nodes e and their 15- and 7-node weights under N(0, 1), each (m, nodes).

    Panels end at every whole number within ±8.5 and at ``bends`` − shift.
    """
    whole = np.concatenate([[-_REACH], np.arange(-8.0, 9.0), [_REACH]])
    edges = np.concatenate(
        [np.tile(whole, (len(shift), 1)), np.clip(bends - shift[:, None], -_REACH, _REACH)], axis=1
    )
    edges.sort(axis=1)
    half = np.diff(edges, axis=1)[..., None] / 2
    e = edges[:, :-1, None] + half * (1 + NODES)
    mass = half * np.exp(-(e**2) / 2) / math.sqrt(2 * math.pi)
    return tuple(part.reshape(len(shift), -1) for part in (e, mass * KRONROD, mass * GAUSS))
