"""The ledger of problem 4b: the divergence adds up over independent coordinates, in two dimensions.

Where two coordinates are dependent, it is through a Gaussian copula: z_i = Φ⁻¹(F_i(x_i)) have correlation ρ.
One side of a line is the core's grid of Gauss–Kronrod panels, the other the trapezoidal rule over z,
integrals over x, or closed forms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.distributions.line import Laplace, Normal
from hw9core.divergence.additivity import Coordinate, additivity, equicorrelation, total_correlation
from hw9core.divergence.kl import kl_closed_form, kl_quadrature
from hw9core.ledger.ledger import Ledger, Switch
from hw9core.ledger.lines import QUADRATURE, SAMPLING, Line, Tolerance
from hw9core.numerics.monte_carlo import estimate
from hw9core.numerics.quadrature import integrate

DRAWS = 20_000
P_INDEPENDENT, Q_INDEPENDENT = "p's coordinates are independent", "q's coordinates are independent"
_REACH, _STEPS = 8.5, 400  # of each z
_TRAPEZOIDAL = Tolerance(5e-4, 5e-4, "the error of the trapezoidal rule at the kinks of log q")
_SHOWS_NATS = 0.01  # far more than that error


@dataclass(frozen=True)
class Joint:
    """Two coordinates with their densities under p and q, both copulas' correlations, the seed of draws."""

    coordinates: tuple[Coordinate, Coordinate]
    seed: int
    rho_p: float = 0.0
    rho_q: float = 0.0

    @cached_property
    def joint(self) -> float:
        """D(p‖q) of both coordinates together, in nats, by the core's grid."""
        matrices = (equicorrelation(2, rho) if rho else None for rho in (self.rho_p, self.rho_q))
        return additivity(self.coordinates, *matrices).joint

    @cached_property
    def draws(self) -> FloatArray:
        """DRAWS independent draws of p, (2, n)."""
        e = np.random.default_rng(self.seed).standard_normal((2, DRAWS))
        z = np.stack([e[0], self.rho_p * e[0] + math.sqrt(1 - self.rho_p**2) * e[1]])
        return np.stack([c.p.from_normal(row) for c, row in zip(self.coordinates, z, strict=True)])

    def log_ratio(self, x: FloatArray) -> FloatArray:
        """log p(x)/q(x) of both coordinates together, x (2, n)."""
        pairs = list(zip(self.coordinates, x, strict=True))
        value = sum(c.p.log_prob(row) - c.q.log_prob(row) for c, row in pairs)
        value = value + _log_copula(self.rho_p, *(c.p.to_normal(row) for c, row in pairs))
        return value - _log_copula(self.rho_q, *(c.q.to_normal(row) for c, row in pairs))

    def mean_of_one(self, i: int) -> float:
        """E_p[log p_i/q_i] over both coordinates, by the trapezoidal rule over z."""
        z = np.linspace(-_REACH, _REACH, _STEPS + 1)
        first, second = np.meshgrid(z, z, indexing="ij")
        weights = np.exp(-0.5 * (first**2 + second**2) + _log_copula(self.rho_p, first, second))
        weights *= (z[1] - z[0]) ** 2 / (2 * math.pi)
        x = self.coordinates[i].p.from_normal(z)
        ratio = self.coordinates[i].p.log_prob(x) - self.coordinates[i].q.log_prob(x)
        return float(np.sum(weights.sum(axis=1 - i) * ratio))


def _log_copula(rho: float, first: FloatArray, second: FloatArray) -> FloatArray:
    """log N(z; 0, R) − log N(z₁; 0, 1) − log N(z₂; 0, 1), written out for two coordinates."""
    square = 1.0 - rho**2
    inner = rho**2 * (first**2 + second**2) - 2 * rho * first * second
    return -0.5 * math.log(square) - inner / (2 * square)


def _mass(s: Joint, i: int) -> float:
    p = s.coordinates[i].p
    return integrate(lambda x: np.exp(p.log_prob(x)), p.breakpoints).value


def _one_dimensional(s: Joint, i: int) -> float:
    return kl_quadrature(s.coordinates[i].p, s.coordinates[i].q).value


def _separate(s: Joint) -> FloatArray:
    return sum(
        c.p.log_prob(row[:1]) - c.q.log_prob(row[:1]) for c, row in zip(s.coordinates, s.draws, strict=True)
    )


def _log_of_products(s: Joint) -> float:
    """log of p(x)/q(x) at one point, from the products of the densities and the copulas themselves."""
    x = s.draws[:, 0]
    p, q = (
        math.prod(
            math.exp(getattr(c, which).log_prob(value)) for c, value in zip(s.coordinates, x, strict=True)
        )
        * math.exp(
            _log_copula(rho, *(getattr(c, which).to_normal(v) for c, v in zip(s.coordinates, x, strict=True)))
        )
        for which, rho in (("p", s.rho_p), ("q", s.rho_q))
    )
    return math.log(p / q)


def _closed(s: Joint) -> float:
    return math.fsum(kl_closed_form(c.p, c.q) for c in s.coordinates)


def _line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Joint]:
    return Line(name, left, right, why, *routes, **({"tolerance": QUADRATURE} | options))


_BOTH = frozenset({P_INDEPENDENT, Q_INDEPENDENT})
_TERM = r"E_p\!\left[\log\tfrac{p_%d(X_%d)}{q_%d(X_%d)}\right]"
_ALONE = r"\int p_%d \log\tfrac{p_%d}{q_%d}\,dx_%d"

LINES: tuple[Line[Joint], ...] = (
    _line(
        "the log of the product",
        r"\log\tfrac{p_1(x_1)\,p_2(x_2)}{q_1(x_1)\,q_2(x_2)}",
        r"\log\tfrac{p_1(x_1)}{q_1(x_1)} + \log\tfrac{p_2(x_2)}{q_2(x_2)}",
        "the log of a product is a sum",
        _log_of_products,
        lambda s: float(_separate(s)[0]),
        rests_on=_BOTH,
    ),
    _line(
        "the mean of the sum",
        r"D(p\,\|\,q)",
        _TERM % (1, 1, 1, 1) + " + " + _TERM % (2, 2, 2, 2),
        "the mean is linear",
        lambda s: s.joint,
        lambda s: s.mean_of_one(0) + s.mean_of_one(1),
        tolerance=_TRAPEZOIDAL,
        rests_on=_BOTH,
    ),
    _line(
        "the same from draws",
        r"D(p\,\|\,q)",
        r"E_p\!\left[\log\tfrac{p(X)}{q(X)}\right]",
        "the law of large numbers",
        lambda s: s.joint,
        lambda s: estimate(s.log_ratio(s.draws)),
        tolerance=SAMPLING,
    ),
    *(
        _line(
            f"coordinate {i + 1} by itself",
            _TERM % ((i + 1,) * 4),
            _ALONE % ((i + 1,) * 4) + rf" \cdot \int p_{2 - i}\,dx_{2 - i}",
            "the other coordinate integrates by itself",
            lambda s, i=i: s.mean_of_one(i),
            lambda s, i=i: _one_dimensional(s, i) * _mass(s, 1 - i),
            tolerance=_TRAPEZOIDAL,
        )
        for i in range(2)
    ),
    *(
        _line(
            f"p{'₁₂'[i]} integrates to 1",
            rf"\int p_{i + 1}\,dx_{i + 1}",
            "1",
            "it is a density",
            lambda s, i=i: _mass(s, i),
            lambda _: 1.0,
        )
        for i in range(2)
    ),
    _line(
        "the sum of the parts",
        _ALONE % (1, 1, 1, 1) + " + " + _ALONE % (2, 2, 2, 2),
        r"D(p_1\,\|\,q_1) + D(p_2\,\|\,q_2)",
        "the definition, in one dimension",
        lambda s: _one_dimensional(s, 0) + _one_dimensional(s, 1),
        _closed,
    ),
    _line(
        "additivity",
        r"D(p\,\|\,q)",
        r"D(p_1\,\|\,q_1) + D(p_2\,\|\,q_2)",
        "all lines together",
        lambda s: s.joint,
        _closed,
        rests_on=_BOTH,
    ),
)


# States


def _random(rng: np.random.Generator) -> Joint:
    return Joint((_coordinate(rng), _coordinate(rng)), int(rng.integers(2**31)))


def _coordinate(rng: np.random.Generator) -> Coordinate:
    loc, scale, own = rng.uniform(-1.0, 1.0), rng.uniform(0.8, 1.6), rng.uniform(0.7, 1.4)
    kind = rng.integers(3)
    if kind == 0:
        return Coordinate(Normal(0.0, own), Normal(loc, scale))
    if kind == 1:
        return Coordinate(Normal(0.0, own), Laplace(loc, scale))
    return Coordinate(Laplace(0.0, own), Laplace(loc, scale))


def _correlation(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 0.8))


def _correlated_q(s: Joint, rng: np.random.Generator) -> Joint:
    """q with a correlation that shows: what it adds to the divergence may have either sign, and be 0."""
    while True:
        broken = replace(s, rho_q=_correlation(rng))
        if abs(broken.joint - broken.mean_of_one(0) - broken.mean_of_one(1)) > _SHOWS_NATS:
            return broken


def _simpler(s: Joint) -> tuple[Joint, ...]:
    """Standard normal coordinates, q equal to p, round correlations."""
    standard = Coordinate(Normal(0.0, 1.0), Normal(0.0, 1.0))
    candidates = [
        replace(s, coordinates=tuple(standard if j == i else c for j, c in enumerate(s.coordinates)))
        for i in range(2)
        if s.coordinates[i] != standard
    ]
    for name in ("rho_p", "rho_q"):
        rho = getattr(s, name)
        if rho not in (0.0, 0.5):
            candidates.append(replace(s, **{name: 0.5}))
    return tuple(candidates)


def _describe(s: Joint) -> str:
    pairs = "; ".join(f"p = {c.p}, q = {c.q}" for c in s.coordinates)
    return f"{pairs}; ρ of p = {s.rho_p:.3g}, of q = {s.rho_q:.3g}"


LEDGER = Ledger(
    problem="4b",
    title="The divergence adds up over independent coordinates",
    lines=LINES,
    random_state=_random,
    simpler=_simpler,
    describe=_describe,
    switches={
        P_INDEPENDENT: Switch(
            P_INDEPENDENT,
            "p's coordinates are correlated, q stays a product",
            lambda s, rng: replace(s, rho_p=_correlation(rng)),
            measured="additivity",
            amount=lambda s: total_correlation(equicorrelation(2, s.rho_p)),
        ),
        Q_INDEPENDENT: Switch(
            Q_INDEPENDENT,
            "q's coordinates are correlated, p stays a product",
            _correlated_q,
        ),
    },
)
