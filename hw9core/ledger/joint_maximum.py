"""The ledger of problem 6: maximising g = f − h over both arguments maximises f.

One side of a line is a search in the plane from the best of many starts, the other maximises one argument
after the other on grids that it refines: two computations, where one array would be compared with itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.joint_maximum.maximum import ridge
from hw9core.joint_maximum.problems import HIGH, LOW, Problem
from hw9core.ledger.errata import Erratum
from hw9core.ledger.ledger import Ledger, Switch
from hw9core.ledger.lines import CHOICE, Line, Tolerance
from hw9core.numerics.search import zoom_maximum

CLOSES = "some φ closes the gap at every θ"
_STARTS = 241  # of the search in the plane, along each axis
_COARSE = 60  # of the search over φ
_CELLS = 240  # of the searches along one axis
_PLACE = Tolerance(1e-6, 2e-6, "a maximiser is known to the square root of rounding")


class Heights:
    """What a state of this ledger does with its f, h and point: g, and the maxima by two computations.

    A gap that no φ closes, size · (1 + tanh(slope · θ / size)), is part of h; it is 0 for size 0.
    """

    theta: float
    phi: float
    size: float
    slope: float

    def added(self, theta: FloatArray) -> FloatArray:
        """The gap that no φ closes."""
        if not self.size:
            return np.zeros_like(theta)
        return self.size * (1.0 + np.tanh(self.slope * theta / self.size))

    def g(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return self.f(theta) - self.h(theta, phi)

    @cached_property
    def pair(self) -> tuple[float, float, float]:
        """The largest g over the square and its θ, φ: the best start, then ever smaller steps."""
        axis = np.linspace(LOW, HIGH, _STARTS)
        values = self.g(axis[:, None], axis[None, :])
        i, j = np.unravel_index(np.argmax(values), values.shape)
        theta, phi, step = float(axis[i]), float(axis[j]), float(axis[1] - axis[0])
        around = np.linspace(-1.0, 1.0, 9)
        while step > 1e-10:
            thetas, phis = (np.clip(x + step * around, LOW, HIGH) for x in (theta, phi))
            near = self.g(thetas[:, None], phis[None, :])
            i, j = np.unravel_index(np.argmax(near), near.shape)
            theta, phi = float(thetas[i]), float(phis[j])
            step /= 2.0
        return float(self.g(np.float64(theta), np.float64(phi))), theta, phi

    @cached_property
    def iterated(self) -> float:
        """max_θ max_φ g, one argument after the other."""
        return _best(lambda theta: _over_phi(self, theta))[1]


@dataclass(frozen=True)
class OnPage(Heights):
    """A problem of the lesson with the point in hand."""

    problem: Problem
    theta: float
    phi: float
    size: float = 0.0
    slope: float = 0.0

    def f(self, theta: FloatArray) -> FloatArray:
        return self.problem.f(theta)

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return self.problem.h(theta, phi) + self.added(theta)

    def gap(self, theta: FloatArray) -> FloatArray:
        """min_φ h(θ, φ), from the ridge that the lesson draws."""
        return ridge(self.problem, np.ravel(theta)).least.reshape(np.shape(theta)) + self.added(theta)


@dataclass(frozen=True)
class Surface(Heights):
    """f(θ) = −½ a (θ − b)² + c cos kθ and h(θ, φ) = s (φ − m sin(θ + n))² + the gap that no φ closes."""

    a: float
    b: float
    c: float
    k: float
    s: float
    m: float
    n: float
    theta: float
    phi: float
    size: float = 0.0
    slope: float = 0.0

    def f(self, theta: FloatArray) -> FloatArray:
        return -0.5 * self.a * (theta - self.b) ** 2 + self.c * np.cos(self.k * theta)

    def gap(self, theta: FloatArray) -> FloatArray:
        """min_φ h(θ, φ), by its formula."""
        return self.added(theta)

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return self.s * (phi - self.m * np.sin(theta + self.n)) ** 2 + self.added(theta)


def _best(function: Callable[[FloatArray], FloatArray]) -> tuple[float, float]:
    """Argument and value of the largest of a function of one argument: the best of a grid, refined."""
    axis = np.linspace(LOW, HIGH, _CELLS + 1)
    k = int(np.argmax(function(axis)))
    at, value = zoom_maximum(function, axis[[max(k - 1, 0)]], axis[[min(k + 1, _CELLS)]])
    return float(at[0]), float(value[0])


def _over_phi(s: Heights, theta: FloatArray) -> FloatArray:
    """max_φ g(θ, φ) for θ of any shape: the best of a coarse grid, then golden-section search around it."""
    axis = np.linspace(LOW, HIGH, _COARSE + 1)
    k = np.argmax(s.g(theta[..., None], axis), axis=-1)
    low, high = axis[np.maximum(k - 1, 0)], axis[np.minimum(k + 1, _COARSE)]
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    for _ in range(60):
        first, second = high - ratio * (high - low), low + ratio * (high - low)
        left = s.g(theta, first) > s.g(theta, second)
        low, high = np.where(left, low, first), np.where(left, second, high)
    return s.g(theta, (low + high) / 2)


def _over_theta(s: Heights, phi: FloatArray) -> FloatArray:
    """max_θ g(θ, φ) for φ of any shape: the best of a fine grid, refined."""
    flat = phi.ravel()
    axis = np.linspace(LOW, HIGH, _CELLS + 1)
    values = s.g(axis[None, :], flat[:, None])
    k = np.argmax(values, axis=1)
    low, high = axis[np.maximum(k - 1, 0)], axis[np.minimum(k + 1, _CELLS)]
    _, best = zoom_maximum(lambda points: s.g(points, flat[:, None]), low, high)
    return best.reshape(phi.shape)


def _line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Heights]:
    return Line(name, left, right, why, *routes, **({"tolerance": CHOICE} | options))


_PAIR = r"\max_{\theta,\varphi} g(\theta,\varphi)"
_ITERATED = r"\max_\theta \max_\varphi g(\theta,\varphi)"
_CLOSED = frozenset({CLOSES})

LINES: tuple[Line[Heights], ...] = (
    _line(
        "h is never negative",
        r"h(\theta, \varphi)",
        "0",
        "the assumption, at the point in hand",
        lambda s: float(s.f(np.float64(s.theta)) - s.g(np.float64(s.theta), np.float64(s.phi))),
        lambda _: 0.0,
        relation="≥",
    ),
    _line(
        "g lies below f",
        r"g(\theta, \varphi)",
        r"f(\theta)",
        "h ≥ 0",
        lambda s: float(s.g(np.float64(s.theta), np.float64(s.phi))),
        lambda s: float(s.f(np.array([s.theta]))[0]),
        relation="≤",
    ),
    _line(
        "the gap closes",
        r"\min_\varphi h(\theta, \varphi)",
        "0",
        "the assumption, at the θ in hand",
        lambda s: -_best(lambda phi: -s.h(np.float64(s.theta), phi))[1],
        lambda _: 0.0,
        rests_on=_CLOSED,
    ),
    _line(
        "maximising over φ",
        r"\max_\varphi g(\theta, \varphi)",
        r"f(\theta) - \min_\varphi h(\theta, \varphi)",
        "f does not depend on φ",
        lambda s: float(_over_phi(s, np.array([s.theta]))[0]),
        lambda s: float(s.f(np.float64(s.theta)) + _best(lambda phi: -s.h(np.float64(s.theta), phi))[1]),
    ),
    _line(
        "the best pair at its own θ",
        r"g(\theta^*, \varphi^*)",
        r"\max_\varphi g(\theta^*, \varphi)",
        "φ* is one of the φ",
        lambda s: s.pair[0],
        lambda s: float(_over_phi(s, np.array([s.pair[1]]))[0]),
        relation="≤",
    ),
    _line(
        "at most the iterated maximum",
        r"\max_\varphi g(\theta^*, \varphi)",
        _ITERATED,
        "θ* is one of the θ",
        lambda s: _best(lambda phi: s.g(np.float64(s.pair[1]), phi))[1],
        lambda s: s.iterated,
        relation="≤",
    ),
    _line(
        "the iterated maximum is attained",
        _ITERATED,
        _PAIR,
        "it is the value at one pair",
        lambda s: s.iterated,
        lambda s: s.pair[0],
        relation="≤",
    ),
    _line(
        "in the other order",
        r"\max_\varphi \max_\theta g(\theta,\varphi)",
        _PAIR,
        "the same two lines with θ and φ exchanged",
        lambda s: _best(lambda phi: _over_theta(s, phi))[1],
        lambda s: s.pair[0],
    ),
    _line(
        "the maximum of g",
        _PAIR,
        r"\max_\theta\left(f(\theta) - \min_\varphi h(\theta,\varphi)\right)",
        "both inequalities together",
        lambda s: s.pair[0],
        lambda s: _best(lambda theta: s.f(theta) - s.gap(theta))[1],
    ),
    _line(
        "the maximum of f",
        _PAIR,
        r"\max_\theta f(\theta)",
        "the gap closes",
        lambda s: s.pair[0],
        lambda s: _best(s.f)[1],
        rests_on=_CLOSED,
    ),
    _line(
        "f at the maximiser of g",
        r"f(\theta^*)",
        r"\max_\theta f(\theta)",
        "so the maximiser of g is one of f",
        lambda s: float(s.f(np.float64(s.pair[1]))),
        lambda s: _best(s.f)[1],
        rests_on=_CLOSED,
    ),
    _line(
        "g at the maximiser of f",
        r"\max_\varphi g(\hat\theta, \varphi), \quad \hat\theta \in \operatorname{argmax} f",
        _PAIR,
        "and the maximiser of f is one of g",
        lambda s: float(_over_phi(s, np.array([_best(s.f)[0]]))[0]),
        lambda s: s.pair[0],
        rests_on=_CLOSED,
    ),
)


# States


def _random(rng: np.random.Generator) -> Surface:
    theta, phi = rng.uniform(LOW, HIGH, 2)
    return Surface(
        a=rng.uniform(0.4, 2.0),
        b=rng.uniform(-1.5, 1.5),
        c=rng.uniform(0.0, 1.0),
        k=rng.uniform(0.5, 3.0),
        s=rng.uniform(0.3, 2.0),
        m=rng.uniform(0.5, 2.0),
        n=rng.uniform(-1.0, 1.0),
        theta=float(theta),
        phi=float(phi),
    )


def _open(s: Heights, rng: np.random.Generator) -> Heights:
    slope = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.0))
    return replace(s, size=float(rng.uniform(0.5, 1.5)), slope=slope)


def _simpler(s: Surface) -> tuple[Surface, ...]:
    """A parabola for f, h around φ = 0, round numbers."""
    plain = {"c": 0.0, "k": 1.0, "n": 0.0, "a": 1.0, "s": 1.0, "m": 1.0, "b": 0.0, "theta": 0.0, "phi": 0.0}
    if s.size:
        plain |= {"size": 1.0, "slope": 0.5}
    return tuple(replace(s, **{name: value}) for name, value in plain.items() if getattr(s, name) != value)


def _describe(s: Surface) -> str:
    gap = f" + {s.size:.3g}·(1 + tanh({s.slope / s.size:.3g} θ))" if s.size else ""
    return (
        f"f = −{s.a / 2:.3g} (θ − {s.b:.3g})² + {s.c:.3g} cos({s.k:.3g} θ), "
        f"h = {s.s:.3g} (φ − {s.m:.3g} sin(θ + {s.n:.3g}))²{gap}"
    )


def _erratum_6() -> Erratum[Surface]:
    def with_one_phi(s: Heights) -> float:
        """The maximiser over θ for the one φ in hand."""
        return _best(lambda theta: s.g(theta, np.full_like(theta, s.phi)))[0]

    handed_in = _line(
        "one φ* as handed in",
        r"\operatorname{argmax}_\theta f",
        r"\{\theta : (\theta, \varphi^*) \in \operatorname{argmax} g\}",
        "φ* stood for one point and for the function φ*(θ)",
        lambda s: _best(s.f)[0],
        with_one_phi,
        tolerance=_PLACE,
    )
    corrected = replace(
        handed_in,
        name="some φ corrected",
        right=r"\{\theta : (\theta, \varphi) \in \operatorname{argmax} g \text{ for some } \varphi\}",
        why="for some φ, which may differ from θ to θ",
        right_route=lambda s: s.pair[1],
    )

    def showing(rng: np.random.Generator) -> Surface:
        """One maximum of f, inside, and a φ in hand that does not belong to it."""
        while True:
            s = replace(_random(rng), c=0.0)
            if abs(s.phi - s.m * math.sin(s.b + s.n)) > 0.5 and abs(math.cos(s.b + s.n)) > 0.3:
                return s

    def hidden(s: Heights) -> str:
        own = abs(with_one_phi(s) - _best(s.f)[0]) < 1e-5
        return "The φ in hand is the one that belongs to the maximiser of f: the slip hides." if own else ""

    return Erratum(6, "“∃ φ” was dropped", handed_in, corrected, showing, hidden)


LEDGER = Ledger(
    problem="6",
    title="Joint maximisation",
    lines=LINES,
    random_state=_random,
    simpler=_simpler,
    describe=_describe,
    errata=(_erratum_6(),),
    switches={
        CLOSES: Switch(
            CLOSES,
            "a gap that no φ closes is added to h",
            _open,
            measured="the gap closes",
            amount=lambda s: s.size * (1.0 + math.tanh(s.slope * s.theta / s.size)),
        )
    },
)
