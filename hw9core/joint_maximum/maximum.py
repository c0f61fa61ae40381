"""Joint maximisation (problem 6): g(θ, φ) = f(θ) − h(θ, φ) on a grid, its ridge, its maxima, the lemma.

A set of maximisers holds every θ whose value lies within ``VALUE_TOLERANCE`` (relative to 1 + |maximum|) of
the largest. Grid maxima are refined in their bracket, so a θ is exact to about 1e-8, and sets are compared to
``ARGUMENT_TOLERANCE``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.joint_maximum.problems import HIGH, LOW, Problem
from hw9core.numerics.search import local_maxima, zoom_maximum

POINTS = 121
VALUE_TOLERANCE = 1e-9
ARGUMENT_TOLERANCE = 1e-5
ZERO_TOLERANCE = 1e-7  # what of h counts as 0
MOST_MINIMISERS = 8  # of h in φ, refined at each θ
MOST_MAXIMISERS = 12  # more than these are a plateau, and listing its points says nothing


def grid_points(points: int = POINTS) -> FloatArray:
    """The grid on either axis, (points,): the doubles nearest to the decimals on sliders and in URLs."""
    return np.round(np.linspace(LOW, HIGH, points), 10)


@dataclass(frozen=True, eq=False)
class Landscape:
    """f (n,), h and g (n, n) at θ = ``theta[i]``, φ = ``phi[j]``."""

    theta: FloatArray
    phi: FloatArray
    f: FloatArray
    h: FloatArray
    g: FloatArray


def landscape(problem: Problem, points: int = POINTS) -> Landscape:
    """f, h and g on the grid. Raises InputError where a typed formula is not finite."""
    axis = grid_points(points)
    f, h = problem.f(axis), problem.h(axis[:, np.newaxis], axis)
    return Landscape(axis, axis, f, h, f[:, np.newaxis] - h)


@dataclass(frozen=True)
class Lemma:
    """max over the pair and both iterated maxima, from the same array g."""

    pair: float
    theta_then_phi: float  # max_θ max_φ g
    phi_then_theta: float  # max_φ max_θ g


def lemma(g: FloatArray) -> Lemma:
    """The three maxima of g (n, m); equal to the last bit, for max never rounds."""
    return Lemma(float(g.max()), float(g.max(axis=1).max()), float(g.max(axis=0).max()))


@dataclass(frozen=True, eq=False)
class Ridge:
    """The minimisers of h: φ = ``phi[k]`` is one for θ = ``theta[k]``; ``least`` (n,): min_φ h at each θ."""

    theta: FloatArray
    phi: FloatArray
    least: FloatArray


def ridge(problem: Problem, theta: FloatArray, *, phi_points: int = POINTS) -> Ridge:
    """All minimisers of h(θ, ·) on [−3, 3] for each of ``theta`` (n,); of a flat stretch the first."""
    axis = grid_points(phi_points)
    i, j = np.nonzero(_lowest_dips(problem.h(theta[:, np.newaxis], axis)))
    low, high = axis[np.maximum(j - 1, 0)], axis[np.minimum(j + 1, axis.size - 1)]
    at = theta[i][:, np.newaxis]
    phi, value = zoom_maximum(lambda points: -problem.h(at, points), low, high)
    least = np.full(theta.shape, np.inf)
    np.minimum.at(least, i, -value)
    kept = -value <= least[i] + VALUE_TOLERANCE * (1.0 + np.abs(least[i]))
    return Ridge(theta[i][kept], phi[kept], least)


def _lowest_dips(h: FloatArray) -> NDArray[np.bool_]:
    """Local minima of each row of (n, m), the lowest ``MOST_MINIMISERS``: what is typed has bounded cost."""
    rising = np.diff(h, axis=1, prepend=np.inf) < 0  # of a flat stretch the first point only
    dips = np.where(local_maxima(-h) & rising, h, np.inf)
    limit = np.partition(dips, MOST_MINIMISERS - 1, axis=1)[:, MOST_MINIMISERS - 1 : MOST_MINIMISERS]
    return (dips <= limit) & np.isfinite(dips)


def profile(problem: Problem, theta: FloatArray) -> FloatArray:
    """max_φ g(θ, φ) for θ of any shape."""
    flat = np.ravel(theta)
    unique, index = np.unique(flat, return_inverse=True)
    values = problem.f(unique) - ridge(problem, unique, phi_points=61).least
    return values[index].reshape(np.shape(theta))


@dataclass(frozen=True)
class Maximisers:
    """The largest value and where it is attained; ``plateau`` when there are too many θ to list."""

    value: float
    theta: tuple[float, ...]
    plateau: bool = False


def maximisers_of_f(problem: Problem) -> Maximisers:
    """argmax f on [−3, 3], from f alone."""
    return _maximisers(problem.f)


def maximisers_of_g(problem: Problem) -> Maximisers:
    """{θ : (θ, φ) ∈ argmax g for some φ} on the square, by maximising over φ at each θ."""
    return _maximisers(lambda theta: profile(problem, theta))


def _maximisers(function) -> Maximisers:
    axis = grid_points()
    values = function(axis)
    # A maximum between two grid points may lie higher than a grid neighbour by this much of the local rise.
    rise = np.abs(np.diff(values, prepend=values[0])) + np.abs(np.diff(values, append=values[-1]))
    candidate = local_maxima(values) & (values + rise >= values.max() - VALUE_TOLERANCE)
    index = np.nonzero(candidate)[0]
    if index.size > MOST_MAXIMISERS:
        return Maximisers(float(values.max()), (float(axis[index[0]]), float(axis[index[-1]])), True)
    low, high = axis[np.maximum(index - 1, 0)], axis[np.minimum(index + 1, axis.size - 1)]
    theta, best = zoom_maximum(function, low, high)
    tolerance = VALUE_TOLERANCE * (1.0 + abs(best.max()))
    found = np.sort(theta[best >= best.max() - tolerance])
    apart = np.diff(found, prepend=-np.inf) > ARGUMENT_TOLERANCE
    return Maximisers(float(best.max()) + 0.0, tuple(float(t) for t in found[apart]))


def same_set(first: Maximisers, second: Maximisers) -> bool:
    """Whether two sets of maximisers agree to the stated tolerance."""
    if first.plateau != second.plateau or len(first.theta) != len(second.theta):
        return False
    return bool(np.allclose(first.theta, second.theta, rtol=0.0, atol=ARGUMENT_TOLERANCE))


# Whether the sets of maximisers agree, and whether the maxima do.
_AGREEMENT = {
    (True, True): "maximum and maximisers agree all the same",
    (True, False): "the maximisers agree, the maximum does not",
    (False, True): "the maximum agrees, the maximisers do not",
    (False, False): "neither maximum nor maximisers agree",
}


@dataclass(frozen=True)
class Verdict:
    """Whether the claim's assumption holds on the square, in one sentence, and whether the claim does."""

    assumption: bool
    claim: bool
    sentence: str


def verdict(problem: Problem, of_f: Maximisers, of_g: Maximisers) -> Verdict:
    """Checks h ≥ 0 on the grid and min_φ h = 0 at each θ, then compares the two sets of maximisers."""
    land = landscape(problem)
    least = ridge(problem, land.theta).least
    sets, values = same_set(of_f, of_g), abs(of_f.value - of_g.value) <= ZERO_TOLERANCE
    claim = sets and values
    agree = _AGREEMENT[sets, values]
    lowest = min(float(land.h.min()), float(least.min()))
    if lowest < -ZERO_TOLERANCE:
        i, j = np.unravel_index(int(np.argmin(land.h)), land.h.shape)
        where = f"near (θ, φ) = ({land.theta[i]:.2f}, {land.phi[j]:.2f})"
        return Verdict(False, claim, f"The assumption fails: h falls to {lowest:.4g} {where}; {agree}.")
    missed = np.abs(least) > ZERO_TOLERANCE
    if not missed.any():
        return Verdict(
            True, claim, "The assumption holds on the square: h ≥ 0, and its minimum over φ is 0 for every θ."
        )
    at_best = ridge(problem, np.array(of_f.theta)).least
    if (at_best > ZERO_TOLERANCE).any():
        where = f"θ = {of_f.theta[int(np.argmax(at_best))]:.4f}, where f is largest"
        sentence = f"The assumption fails: min over φ of h = {at_best.max():.4g} at {where}; {agree}."
        return Verdict(False, claim, sentence)
    worst = int(np.argmax(least))
    where = f"{least[worst]:.4g} at θ = {land.theta[worst]:.2f}"
    return Verdict(
        False,
        claim,
        f"The minimum of h over φ is not 0 everywhere ({where}), but it is 0 where f is "
        "largest, and with h ≥ 0 elsewhere that is all the claim needs.",
    )


def maximisers_phi(problem: Problem, of_g: Maximisers) -> tuple[float, ...]:
    """The φ that belong to the maximisers of g, ascending, each once; () on a plateau."""
    if of_g.plateau:
        return ()
    found = np.sort(ridge(problem, np.array(of_g.theta)).phi)
    apart = np.diff(found, prepend=-np.inf) > ARGUMENT_TOLERANCE
    return tuple(float(p) for p in found[apart][:MOST_MAXIMISERS])
