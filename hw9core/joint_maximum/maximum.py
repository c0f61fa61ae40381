"""Joint maximisation (problem 6): g(θ, φ) = f(θ) − h(θ, φ) on one grid, its ridge, its maxima, the lemma.

Whatever is said of a problem is looked for on this grid and refined between its points, so that a peak
narrower than a step may be missed. A set of maximisers holds every θ whose value lies within
``VALUE_TOLERANCE`` (relative to 1 + |maximum|) of the largest; a θ is exact to about 1e-8, and sets are
compared to ``ARGUMENT_TOLERANCE``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.joint_maximum.problems import HIGH, LOW, Problem
from hw9core.numerics.search import local_maxima, zoom_maximum

POINTS = 121
VALUE_TOLERANCE = 1e-9
ARGUMENT_TOLERANCE = 1e-5
MOST_DIPS = 600  # minima of h over φ that are refined, over all θ: what is typed has bounded cost
MOST_MAXIMISERS = 20  # a flat f has one at every grid point, and listing them says nothing
_OUTER_ROUNDS = 10  # to 1e-7 of θ, each with a search over φ inside


def grid_points(points: int = POINTS) -> FloatArray:
    """The grid on either axis, (points,): the doubles nearest to the decimals on sliders and in URLs."""
    return np.round(np.linspace(LOW, HIGH, points), 10)


@dataclass(frozen=True, eq=False)
class Ridge:
    """The minimisers of h: φ = ``phi[k]`` is one for θ = ``theta[k]``; ``least`` (n,): min_φ h at each θ.

    ``complete`` is false where h has so many minima that only the lowest on the grid were refined at each θ.
    """

    theta: FloatArray
    phi: FloatArray
    least: FloatArray
    complete: bool


@dataclass(frozen=True, eq=False)
class Landscape:
    """f (n,), h and g (n, n) of a problem at θ = ``theta[i]``, φ = ``phi[j]``."""

    problem: Problem
    theta: FloatArray
    phi: FloatArray
    f: FloatArray
    h: FloatArray
    g: FloatArray

    @cached_property
    def ridge(self) -> Ridge:
        """The minimisers of h at each θ of the grid."""
        return _ridge(self.problem, self.theta, self.phi, self.h)

    @cached_property
    def profile(self) -> FloatArray:
        """max_φ g at each θ of the grid, (n,)."""
        return self.f - self.ridge.least


def landscape(problem: Problem, points: int = POINTS) -> Landscape:
    """f, h and g on the grid. Raises InputError where a typed formula is not finite."""
    axis = grid_points(points)
    f, h = problem.f(axis), problem.h(axis[:, np.newaxis], axis)
    return Landscape(problem, axis, axis, f, h, f[:, np.newaxis] - h)


@dataclass(frozen=True)
class Lemma:
    """max over the pair and both iterated maxima, from the same array g."""

    pair: float
    theta_then_phi: float  # max_θ max_φ g
    phi_then_theta: float  # max_φ max_θ g


def lemma(g: FloatArray) -> Lemma:
    """The three maxima of g (n, m); equal to the last bit, for max never rounds."""
    return Lemma(float(g.max()), float(g.max(axis=1).max()), float(g.max(axis=0).max()))


def ridge(problem: Problem, theta: FloatArray) -> Ridge:
    """The minimisers of h(θ, ·) on [−3, 3] for each of ``theta`` (n,); of a flat stretch the first."""
    axis = grid_points()
    return _ridge(problem, theta, axis, problem.h(theta[:, np.newaxis], axis))


def _ridge(problem: Problem, theta: FloatArray, axis: FloatArray, h: FloatArray) -> Ridge:
    dips, complete = _dips(h)
    i, j = np.nonzero(dips)
    low, high = axis[np.maximum(j - 1, 0)], axis[np.minimum(j + 1, axis.size - 1)]
    at = theta[i][:, np.newaxis]
    phi, value = zoom_maximum(lambda points: -problem.h(at, points), low, high)
    least = np.full(theta.shape, np.inf)
    np.minimum.at(least, i, -value)
    kept = -value <= least[i] + VALUE_TOLERANCE * (1.0 + np.abs(least[i]))
    return Ridge(theta[i][kept], phi[kept], least, complete)


def _dips(h: FloatArray) -> tuple[NDArray[np.bool_], bool]:
    """Local minima of each row of (n, m), of too many the lowest of the row, and whether these are all."""
    falling = np.diff(h, axis=1, prepend=np.inf) < 0  # of a flat stretch the first point only
    dips = local_maxima(-h) & falling
    if np.count_nonzero(dips) <= MOST_DIPS:
        return dips, True
    most = MOST_DIPS // len(h)
    limit = np.partition(np.where(dips, h, np.inf), most - 1, axis=1)[:, most - 1 : most]
    return dips & (h <= limit), False


@dataclass(frozen=True)
class Maximisers:
    """The largest value and where it is attained.

    ``plateau``: more than ``MOST_MAXIMISERS`` θ share it on the grid; the first and the last are given, and
    neither they nor the value are refined.
    """

    value: float
    theta: tuple[float, ...]
    plateau: bool = False


def maximisers_of_f(problem: Problem) -> Maximisers:
    """argmax f on [−3, 3], from f alone."""
    axis = grid_points()
    values = problem.f(axis)
    index = _candidates(values)
    if index.size > MOST_MAXIMISERS:
        return _plateau(axis, values, index)
    return _attained(*zoom_maximum(problem.f, *_neighbours(axis, index)))


def maximisers_of_g(land: Landscape) -> Maximisers:
    """{θ : (θ, φ) ∈ argmax g for some φ} on the square, by maximising over φ at each θ."""
    index = _candidates(land.profile)
    if index.size > MOST_MAXIMISERS:
        return _plateau(land.theta, land.profile, index)
    crests = _crests(land, index)

    def profile(theta: FloatArray) -> FloatArray:
        low, high = (end.ravel() for end in crests.around(theta))
        at = theta.reshape(-1, 1)
        _, value = zoom_maximum(lambda phi: -land.problem.h(at, phi), low, high)
        return land.problem.f(theta) + value.reshape(theta.shape)

    return _attained(*zoom_maximum(profile, *_neighbours(land.theta, crests.index), rounds=_OUTER_ROUNDS))


@dataclass(frozen=True, eq=False)
class _Crests:
    """The ridge through the grid points ``index`` (k,): φ there, and its slope to the left and the right."""

    index: NDArray[np.intp]
    theta: FloatArray
    phi: FloatArray
    left: FloatArray
    right: FloatArray
    step: float

    def around(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where to look for φ*(θ) at θ (k, m) between the neighbours of each grid point."""
        away = theta - self.theta[:, np.newaxis]
        middle = self.phi[:, np.newaxis] + away * np.where(
            away < 0, self.left[:, np.newaxis], self.right[:, np.newaxis]
        )
        reach = self.step * (1.0 + np.abs(self.right - self.left) / 4.0)[:, np.newaxis]
        return np.clip(middle - reach, LOW, HIGH), np.clip(middle + reach, LOW, HIGH)


def _crests(land: Landscape, index: NDArray[np.intp]) -> _Crests:
    """The ridge at and beside each of ``index``; where it has several φ, as many as the bound allows."""
    step = float(land.theta[1] - land.theta[0])
    by_theta = [land.ridge.phi[land.ridge.theta == theta] for theta in land.theta]
    most = max(1, MOST_MAXIMISERS // index.size)
    rows = []
    for i in index:
        for phi in by_theta[i][:most]:
            beside = [by_theta[k] if 0 <= k < land.theta.size else np.array([phi]) for k in (i - 1, i + 1)]
            before, after = (float(other[np.argmin(np.abs(other - phi))]) for other in beside)
            rows.append((i, phi, (phi - before) / step, (after - phi) / step))
    at, phi, left, right = (np.array(column) for column in zip(*rows, strict=True))
    return _Crests(at, land.theta[at], phi, left, right, step)


def _candidates(values: FloatArray) -> NDArray[np.intp]:
    """The local maxima on the grid near which the largest value may lie."""
    # A maximum between two grid points may lie higher than a grid neighbour by this much of the local rise.
    rise = np.abs(np.diff(values, prepend=values[0])) + np.abs(np.diff(values, append=values[-1]))
    return np.nonzero(local_maxima(values) & (values + rise >= values.max() - VALUE_TOLERANCE))[0]


def _neighbours(axis: FloatArray, index: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    return axis[np.maximum(index - 1, 0)], axis[np.minimum(index + 1, axis.size - 1)]


def _plateau(axis: FloatArray, values: FloatArray, index: NDArray[np.intp]) -> Maximisers:
    return Maximisers(float(values.max()), (float(axis[index[0]]), float(axis[index[-1]])), True)


def _attained(theta: FloatArray, values: FloatArray) -> Maximisers:
    """The largest of the values, and the θ within tolerance of it, each once."""
    tolerance = VALUE_TOLERANCE * (1.0 + abs(values.max()))
    return Maximisers(float(values.max()) + 0.0, apart(theta[values >= values.max() - tolerance]))


def apart(numbers: FloatArray) -> tuple[float, ...]:
    """The numbers in ascending order, of those closer than ``ARGUMENT_TOLERANCE`` the first."""
    ordered = np.sort(numbers)
    return tuple(ordered[np.diff(ordered, prepend=-np.inf) > ARGUMENT_TOLERANCE].tolist())


def maximisers_phi(problem: Problem, of_g: Maximisers) -> tuple[float, ...]:
    """The φ that belong to the maximisers of g, ascending, each once; () on a plateau."""
    return () if of_g.plateau else apart(ridge(problem, np.array(of_g.theta)).phi)


def same_set(first: Maximisers, second: Maximisers) -> bool:
    """Whether two sets of maximisers agree to the stated tolerance."""
    if first.plateau != second.plateau or len(first.theta) != len(second.theta):
        return False
    return bool(np.allclose(first.theta, second.theta, rtol=0.0, atol=ARGUMENT_TOLERANCE))
