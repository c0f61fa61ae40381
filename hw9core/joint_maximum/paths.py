"""Ways up g(θ, φ) from one start: coordinate ascent, joint gradient ascent, and climbing along the ridge.

Coordinate ascent maximises over φ, then over θ, then over φ again. Where f is a log-likelihood and h the
divergence to the posterior, these are the E-step and the M-step of EM (Neal and Hinton, 1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.joint_maximum.maximum import grid_points
from hw9core.joint_maximum.problems import HIGH, LOW, Problem
from hw9core.numerics.search import local_maxima, zoom_maximum

STEPS = 30
_DIFFERENCE = 1e-5  # of central differences; their error is about 1e-10 here
_STEP_SIZES = 2.0 ** -np.arange(30)
_LONGEST = 0.25  # a step of a gradient: longer ones jump over what there is to see
_SUFFICIENT = 1e-4  # Armijo's constant
_ROUNDS, _WIDTH = 4, 65  # few calls with many points: a call costs more than its points
_MOST_TOPS = 8  # local maxima on a line that are refined
_TIE = 1e-12  # maxima on a line that differ by less, relative to 1 + |maximum|, are equal


@dataclass(frozen=True, eq=False)
class Path:
    """Positions and values, (steps + 1,) each; step 0 is the start, and g never falls but by rounding."""

    theta: FloatArray
    phi: FloatArray
    f: FloatArray
    h: FloatArray

    @property
    def g(self) -> FloatArray:
        return self.f - self.h


def coordinate_ascent(problem: Problem, theta: float, phi: float, steps: int = STEPS) -> Path:
    """Odd steps maximise over φ (E-step), even ones over θ (M-step), each over all of [−3, 3]."""

    def step(k: int, theta: float, phi: float) -> tuple[float, float]:
        if k % 2:
            return theta, best_phi(problem, theta, phi)
        return best_theta(problem, theta, phi), phi

    return _path(problem, theta, phi, steps, step)


def gradient_ascent(problem: Problem, theta: float, phi: float, steps: int = STEPS) -> Path:
    """θ and φ move together along the gradient of g; the step is halved until g rises enough (Armijo)."""

    def step(_: int, theta: float, phi: float) -> tuple[float, float]:
        return _climb(
            problem,
            theta,
            phi,
            np.array([_slope_theta(problem, theta, phi), _slope_phi(problem, theta, phi)]),
        )

    return _path(problem, theta, phi, steps, step)


def iterated_ascent(problem: Problem, theta: float, phi: float, steps: int = STEPS) -> Path:
    """max_θ max_φ: φ is maximised out at every θ, and θ climbs the profile max_φ g.

    The profile's slope is ∂g/∂θ at φ*(θ) (envelope theorem). Step 1 only goes to the ridge.
    """

    def step(k: int, theta: float, phi: float) -> tuple[float, float]:
        if k > 1:
            theta, _ = _climb(problem, theta, phi, np.array([_slope_theta(problem, theta, phi), 0.0]))
        return theta, best_phi(problem, theta, phi)

    return _path(problem, theta, phi, steps, step)


def best_phi(problem: Problem, theta: float, phi: float) -> float:
    """The φ in [−3, 3] that maximises g(θ, ·); ``phi`` itself when nothing is better."""
    at = np.array([[theta]])
    return _best(lambda points: -problem.h(at, points), phi)


def best_theta(problem: Problem, theta: float, phi: float) -> float:
    """The θ in [−3, 3] that maximises g(·, φ); ``theta`` itself when nothing is better."""
    at = np.array([[phi]])
    return _best(lambda points: problem.f(points) - problem.h(points, at), theta)


def _best(function, present: float) -> float:
    """The maximiser of ``function``, (1, k) → (1, k); of several as good as each other the nearest."""
    axis = grid_points()
    values = function(axis[np.newaxis])[0]
    tops = np.nonzero(local_maxima(values))[0]
    tops = tops[np.argsort(values[tops], kind="stable")[-_MOST_TOPS:]]
    low, high = axis[np.maximum(tops - 1, 0)], axis[np.minimum(tops + 1, axis.size - 1)]
    # One problem on a line, several brackets: their points go through the function as one row.
    found, value = zoom_maximum(
        lambda points: function(points.reshape(1, -1)).reshape(points.shape), low, high, _ROUNDS, _WIDTH
    )
    good = found[value >= value.max() - _TIE * (1.0 + abs(value.max()))]
    nearest = good[np.argmin(np.abs(good - present))]
    better = function(np.array([[nearest]])) > function(np.array([[present]]))
    return float(nearest) if better.all() else present


def _path(problem: Problem, theta: float, phi: float, steps: int, step) -> Path:
    points = [(theta, phi)]
    for k in range(1, steps + 1):
        points.append(step(k, *points[-1]))
        if k > 3 and points[-1] == points[-2] == points[-3]:
            points += [points[-1]] * (steps - k)
            break
    at = np.array(points)
    return Path(at[:, 0], at[:, 1], problem.f(at[:, 0]), problem.h(at[:, 0], at[:, 1]))


def _slope_theta(problem: Problem, theta: float, phi: float) -> float:
    ends = _around(theta)
    return _quotient(problem.f(ends) - problem.h(ends, np.full(2, phi)), ends)


def _slope_phi(problem: Problem, theta: float, phi: float) -> float:
    ends = _around(phi)
    return _quotient(-problem.h(np.full(2, theta), ends), ends)


def _around(x: float) -> FloatArray:
    return np.clip(np.array([x - _DIFFERENCE, x + _DIFFERENCE]), LOW, HIGH)


def _quotient(values: FloatArray, ends: FloatArray) -> float:
    return float((values[1] - values[0]) / (ends[1] - ends[0]))


def _climb(problem: Problem, theta: float, phi: float, slope: FloatArray) -> tuple[float, float]:
    """The longest of the halved steps along ``slope`` after which g is sufficiently larger; none: stay."""
    here = np.array([theta, phi])
    sizes = _STEP_SIZES * min(1.0, _LONGEST / max(float(np.hypot(*slope)), 1e-300))
    points = np.clip(here + sizes[:, np.newaxis] * slope, LOW, HIGH)
    values = problem.f(points[:, 0]) - problem.h(points[:, 0], points[:, 1])
    start = problem.f(here[:1]) - problem.h(here[:1], here[1:])
    good = values > start + _SUFFICIENT * ((points - here) @ slope)
    if not good.any():
        return theta, phi
    found = points[int(np.argmax(good))]
    return float(found[0]), float(found[1])
