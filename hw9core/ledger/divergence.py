"""The ledger of problem 4a: the divergence is never negative, for densities on the line and for atoms.

One side of a line integrates over x by adaptive quadrature, the other over z = Φ⁻¹(F_p(x)) by the trapezoidal
rule, by draws, or in closed form.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.distributions.composite import Truncated
from hw9core.distributions.density import Density
from hw9core.distributions.line import Beta, Laplace, Normal
from hw9core.divergence.jensen import RatioAtoms, discrete_kl, support_mass
from hw9core.divergence.kl import kl_quadrature
from hw9core.ledger.errata import Erratum
from hw9core.ledger.ledger import Ledger, Switch
from hw9core.ledger.lines import QUADRATURE, SAMPLING, Line, Tolerance
from hw9core.numerics.monte_carlo import estimate

DRAWS = 20_000
SUPPORT = "q's mass lies where p > 0"
_REACH, _STEPS = 8.5, 6_000  # of z; beyond lies 2e-17 of p's mass
_TRAPEZOIDAL = Tolerance(2e-6, 2e-6, "the error of the trapezoidal rule where log q has a kink")


@dataclass(frozen=True)
class Pair:
    """Two densities on the line, atoms of a ratio r = q/p, and the seed of draws."""

    p: Density
    q: Density
    atoms: RatioAtoms
    seed: int

    @cached_property
    def draws(self) -> FloatArray:
        """DRAWS independent draws of p, (n,)."""
        return self.p.sample(DRAWS, np.random.default_rng(self.seed))

    @cached_property
    def by_quantiles(self) -> tuple[FloatArray, FloatArray]:
        """Points x = F_p⁻¹(Φ(z)) over evenly spaced z, and the weight φ(z) dz of each."""
        z = np.linspace(-_REACH, _REACH, _STEPS + 1)
        return self.p.from_normal(z), np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * (z[1] - z[0])

    def mean(self, function: Callable[[FloatArray], FloatArray]) -> float:
        """E_p[function(X)] by the trapezoidal rule over z."""
        x, weights = self.by_quantiles
        return float(np.sum(weights * function(x)))

    def log_ratio(self, x: FloatArray) -> FloatArray:
        """log p(x)/q(x) in nats."""
        return self.p.log_prob(x) - self.q.log_prob(x)


def _minus_log(mass: float) -> float:
    """−log, ∞ for no mass at all."""
    return -math.log(mass) if mass > 0.0 else math.inf


def _line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Pair]:
    return Line(name, left, right, why, *routes, **({"tolerance": QUADRATURE} | options))


_DEFINITION = r"E_p\!\left[\log\tfrac{p(X)}{q(X)}\right]"
_MINUS = r"E_p\!\left[-\log\tfrac{q(X)}{p(X)}\right]"
_JENSEN = r"-\log E_p\!\left[\tfrac{q(X)}{p(X)}\right]"
_MASS = r"-\log \int_{p>0} q"

LINES: tuple[Line[Pair], ...] = (
    _line(
        "the definition",
        r"D(p\,\|\,q) = \int p \log\tfrac{p}{q}",
        _DEFINITION,
        "an integral against p is a mean under p",
        lambda s: kl_quadrature(s.p, s.q).value,
        lambda s: s.mean(s.log_ratio),
        tolerance=_TRAPEZOIDAL,
    ),
    _line(
        "the same from draws",
        r"D(p\,\|\,q)",
        _DEFINITION,
        "the law of large numbers",
        lambda s: kl_quadrature(s.p, s.q).value,
        lambda s: estimate(s.log_ratio(s.draws)),
        tolerance=SAMPLING,
    ),
    _line(
        "the ratio turned over",
        _DEFINITION,
        _MINUS,
        "log(a/b) = −log(b/a)",
        lambda s: s.mean(s.log_ratio),
        lambda s: estimate(-(s.q.log_prob(s.draws) - s.p.log_prob(s.draws))),
        tolerance=SAMPLING,
    ),
    _line(
        "Jensen's inequality",
        _MINUS,
        _JENSEN,
        "−log is convex",
        lambda s: s.mean(s.log_ratio),
        lambda s: _minus_log(support_mass(s.p, s.q).value),
        relation="≥",
        tolerance=_TRAPEZOIDAL,
    ),
    _line(
        "p cancels",
        _JENSEN,
        _MASS,
        "p · q/p = q where p > 0",
        lambda s: _minus_log(support_mass(s.p, s.q).value),
        lambda s: _minus_log(sum(s.q.mass(low, high) for low, high in s.p.support)),
    ),
    _line(
        "q integrates to 1",
        _MASS,
        r"-\log 1 = 0",
        "all of q's mass lies where p > 0",
        lambda s: _minus_log(sum(s.q.mass(low, high) for low, high in s.p.support)),
        lambda _: 0.0,
        rests_on=frozenset({SUPPORT}),
    ),
    _line(
        "never negative",
        r"D(p\,\|\,q)",
        "0",
        "all lines together",
        lambda s: kl_quadrature(s.p, s.q).value,
        lambda _: 0.0,
        relation="≥",
    ),
    Line(
        "atoms: the definition",
        r"\sum_i p_i \log\tfrac{p_i}{q_i}",
        r"\sum_i p_i\,(-\log r_i)",
        "r = q/p",
        lambda s: discrete_kl(s.atoms.weights, s.atoms.q),
        lambda s: math.fsum(-w * math.log(r) for w, r in zip(s.atoms.weights, s.atoms.ratios, strict=True)),
    ),
    Line(
        "atoms: Jensen's inequality",
        r"\sum_i p_i\,(-\log r_i)",
        r"-\log \sum_i p_i r_i",
        "the centre of mass lies above the curve",
        lambda s: s.atoms.chord_height,
        lambda s: -math.log(math.fsum(w * r for w, r in zip(s.atoms.weights, s.atoms.ratios, strict=True))),
        relation="≥",
    ),
    Line(
        "atoms: q sums to 1",
        r"-\log \sum_i p_i r_i",
        r"-\log \sum_i q_i = 0",
        "p_i r_i = q_i",
        lambda s: s.atoms.curve_height,
        lambda _: 0.0,
    ),
    Line(
        "atoms: term by term",
        r"\sum_i p_i \log\tfrac{p_i}{q_i}",
        r"\sum_i p_i\,(r_i - 1 - \log r_i)",
        "Σ q = Σ p, and every term is at least 0",
        lambda s: discrete_kl(s.atoms.weights, s.atoms.q),
        lambda s: math.fsum(
            w * (r - 1.0 - math.log(r)) for w, r in zip(s.atoms.weights, s.atoms.ratios, strict=True)
        ),
    ),
)


# States


def _random(rng: np.random.Generator) -> Pair:
    kind = rng.integers(4)
    loc, scale = rng.uniform(-1.5, 1.5), rng.uniform(0.6, 2.0)
    if kind == 0:
        p, q = Normal(0.0, rng.uniform(0.6, 1.5)), Normal(loc, scale)
    elif kind == 1:
        p, q = Normal(0.0, rng.uniform(0.6, 1.5)), Laplace(loc, scale)
    elif kind == 2:
        p, q = Laplace(0.0, rng.uniform(0.6, 1.5)), Laplace(loc, scale)
    else:
        p, q = (Beta(*rng.uniform(1.2, 4.0, 2)) for _ in range(2))
    return Pair(p, q, _atoms(rng), int(rng.integers(2**31)))


def _atoms(rng: np.random.Generator) -> RatioAtoms:
    count = int(rng.integers(2, 9))
    return RatioAtoms(rng.uniform(0.1, 1.0, count), rng.uniform(0.05, 3.0, count))


def _truncated(s: Pair, rng: np.random.Generator) -> Pair:
    """p ends where q goes on: at a quantile of p that leaves q at least some hundredths outside."""
    p, q = Normal(0.0, rng.uniform(0.6, 1.5)), Normal(rng.uniform(-1.0, 1.0), rng.uniform(0.8, 2.0))
    ends = q.quantile(rng.uniform(0.05, 0.3)), q.isf(rng.uniform(0.05, 0.3))
    return replace(s, p=Truncated(p, float(ends[0]), float(ends[1])), q=q)


def _simpler(s: Pair) -> tuple[Pair, ...]:
    """Standard normal parts, q centred, ends at round numbers."""
    candidates: list[Pair] = []
    if s.q != Normal(0.0, 1.0):
        candidates.append(replace(s, q=Normal(0.0, 1.0)))
    p = s.p
    if isinstance(p, Truncated):
        standard = Truncated(Normal(0.0, 1.0), -1.0, 1.0)
        if p != standard:
            candidates.append(replace(s, p=standard))
    elif p != Normal(0.0, 1.0):
        candidates.append(replace(s, p=Normal(0.0, 1.0)))
    return tuple(candidates)


def _lost(s: Pair) -> float:
    """−log of q's mass within p's support, from the two tails that lie outside."""
    (low, high) = s.p.support[0]
    return -math.log1p(-float(s.q.cdf(low) + s.q.sf(high)))


def _erratum_3() -> Erratum[Pair]:
    handed_in = _line(
        "−log ∫ q as handed in",
        _JENSEN,
        r"-\log \int q = -\log 1 = 0",
        "the integral was taken over the whole line",
        lambda s: _minus_log(support_mass(s.p, s.q).value),
        lambda _: 0.0,
    )
    corrected = replace(
        handed_in,
        name="−log ∫ q corrected",
        right=_MASS,
        why="only where p > 0",
        right_route=_lost,
    )

    def showing(rng: np.random.Generator) -> Pair:
        return _truncated(_random(rng), rng)

    def hidden(s: Pair) -> str:
        inside = sum(s.q.mass(low, high) for low, high in s.p.support)
        return "All of q's mass lies where p > 0: the slip hides." if inside > 1 - 1e-12 else ""

    return Erratum(3, "−log ∫ q = 0 needs q's mass where p > 0", handed_in, corrected, showing, hidden)


LEDGER = Ledger(
    problem="4a",
    title="The divergence is never negative",
    lines=LINES,
    random_state=_random,
    simpler=_simpler,
    describe=lambda s: f"p = {s.p}, q = {s.q}",
    errata=(_erratum_3(),),
    switches={
        SUPPORT: Switch(
            SUPPORT, "p is cut off where q goes on", _truncated, measured="q integrates to 1", amount=_lost
        )
    },
)
