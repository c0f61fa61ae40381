"""The ledger of problem 2: a one-dimensional flow by the distribution function of a mixture.

One side of a line is the core's map in logarithms of both tails, the other plain sums of Φ, finite
differences and quadrature over x.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from hw9core.arrays import FloatArray
from hw9core.distributions.composite import Mixture
from hw9core.distributions.line import Normal
from hw9core.ledger.ledger import Ledger, Switch
from hw9core.ledger.lines import DIFFERENCES, QUADRATURE, SAMPLING, Line, Tolerance
from hw9core.line_flow.journey import direct_journey, quantile_slices
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.line_flow.signed_mixture import signed_cdf, signed_density, signed_mixture_report
from hw9core.numerics.monte_carlo import estimate
from hw9core.numerics.quadrature import integrate_line

RISING = "F never falls"
DRAWS = 20_000
_SLICES = 8
_TRAPEZOIDS = Tolerance(0.0, 1e-4, "the trapezoids of the slices' outlines")


@dataclass(frozen=True)
class Flow:
    """A mixture Σ w_k N(μ_k, σ_k²) as a flow onto N(0, 1), a point x, a time t; data of another mixture."""

    weights: tuple[float, ...]
    locs: tuple[float, ...]
    scales: tuple[float, ...]
    x: float
    t: float
    data: Mixture
    seed: int

    @property
    def mixture(self) -> tuple[tuple[float, ...], ...]:
        return self.weights, self.locs, self.scales

    @cached_property
    def map(self) -> MixtureCDFTransform | None:
        """The flow; None where a negative weight leaves no flow."""
        return MixtureCDFTransform(*self.mixture) if min(self.weights) >= 0 else None

    @cached_property
    def breakpoints(self) -> FloatArray:
        """Where quadrature over x looks closer."""
        reach = np.arange(-9.0, 10.0, 1.5)
        return np.unique(np.add.outer(np.array(self.locs), np.zeros(1)) + np.outer(self.scales, reach))

    @cached_property
    def draws(self) -> FloatArray:
        """DRAWS independent draws of the data, (n,)."""
        return self.data.sample(DRAWS, np.random.default_rng(self.seed))

    def cdf(self, x: float) -> float:
        """F(x) = Σ w_k Φ((x − μ_k)/σ_k), as it stands."""
        terms = zip(*self.mixture, strict=True)
        return math.fsum(w * float(ndtr((x - m) / s)) for w, m, s in terms)

    def density(self, x: float) -> float:
        """F′(x), as it stands."""
        terms = zip(*self.mixture, strict=True)
        normal = (w / s * math.exp(-0.5 * ((x - m) / s) ** 2) for w, m, s in terms)
        return math.fsum(normal) / math.sqrt(2 * math.pi)

    def z(self, x: float) -> float:
        """Φ⁻¹(F(x)), as it stands; NaN where F leaves (0, 1)."""
        return float(ndtri(self.cdf(x))) if 0.0 < self.cdf(x) < 1.0 else math.nan

    @property
    def mapped(self) -> tuple[float, float]:
        """z and log dz/dx by the flow; NaN where there is none."""
        if self.map is None:
            return math.nan, math.nan
        z, ladj = self.map.call_and_ladj(np.array([self.x]))
        return float(z[0]), float(ladj[0])

    @property
    def log_density(self) -> float:
        """log p(x), the logarithm of the mixture's density; NaN where that is not above 0."""
        density = self.density(self.x)
        return math.log(density) if density > 0 else math.nan


def _derivative(function: Callable[[float], float], x: float, step: float) -> float:
    """Central differences of two widths, extrapolated (Richardson): the error falls as the fourth power."""
    wide = (function(x + 2 * step) - function(x - 2 * step)) / (4 * step)
    narrow = (function(x + step) - function(x - step)) / (2 * step)
    return (4 * narrow - wide) / 3


def _step(s: Flow) -> float:
    return 1e-3 * min(s.scales)


def _moved_density(s: Flow) -> float:
    """p_t at x_t as the derivative of the mass to the left by the place it has moved to."""

    def moved(x: float) -> float:
        return (1 - s.t) * x + s.t * s.z(x)

    mass = _derivative(s.cdf, s.x, _step(s))
    return mass / _derivative(moved, s.x, _step(s))


def _journey_density(s: Flow) -> float:
    if s.map is None:
        return math.nan
    return float(direct_journey(s.map, np.array([s.x]), np.array([s.t])).density[0, 0])


def _slice_area(s: Flow) -> float:
    """The area of the third slice on its way, by trapezoids."""
    if s.map is None:
        return math.nan
    slices = quantile_slices(s.map, _SLICES)
    return float(direct_journey(s.map, slices.points, np.array([s.t])).areas(slices.edge_index)[0, 2])


def _cross_entropy(s: Flow) -> float:
    """−∫ data log p dx by quadrature."""
    if s.map is None:
        return math.nan
    points = np.unique(np.concatenate([s.breakpoints, s.data.breakpoints]))
    model = _normals(*s.mixture)

    def integrand(x: FloatArray) -> FloatArray:
        return -np.exp(s.data.log_prob(x)) * model.log_prob(x)

    low, high = points[[0, -1]]
    return integrate_line(integrand, low, high, points).value


def _mean_loss(s: Flow):
    return estimate(-s.map.flow.log_prob(s.draws)) if s.map is not None else math.nan


def _line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Flow]:
    return Line(name, left, right, why, *routes, **options)


_ROOT = Tolerance(1e-9, 1e-9, "rounding errors, large where F is close to 1")
_RISES = frozenset({RISING})

LINES: tuple[Line[Flow], ...] = (
    _line(
        "F′ integrates to 1",
        r"\int F'(x)\,dx",
        r"\sum_k w_k = 1",
        "each component integrates to 1",
        lambda s: integrate_line(lambda x: signed_density(x, *s.mixture), breakpoints=s.breakpoints).value,
        lambda s: math.fsum(s.weights),
        tolerance=QUADRATURE,
    ),
    _line(
        "F never falls",
        r"\int \left|F'(x)\right| dx",
        "1",
        "all weights are at least 0",
        lambda s: signed_mixture_report(*s.mixture).total_variation,
        lambda _: 1.0,
        rests_on=_RISES,
    ),
    _line(
        "F is a probability",
        r"\max_x F(x)",
        "1",
        "F rises from 0 to 1",
        lambda s: signed_mixture_report(*s.mixture).highest,
        lambda _: 1.0,
        relation="≤",
        rests_on=_RISES,
    ),
    _line(
        "the derivative of F",
        r"F'(x)",
        r"\sum_k w_k\, N(x; \mu_k, \sigma_k)",
        "the derivative of Φ is φ",
        lambda s: _derivative(s.cdf, s.x, _step(s)),
        lambda s: float(signed_density(np.array([s.x]), *s.mixture)[0]),
        tolerance=DIFFERENCES,
    ),
    _line(
        "u from z",
        r"\Phi(z)",
        r"\sum_k w_k\, \Phi\!\left(\tfrac{x-\mu_k}{\sigma_k}\right)",
        "z = Φ⁻¹(F(x))",
        lambda s: float(ndtr(s.mapped[0])),
        lambda s: float(signed_cdf(np.array([s.x]), *s.mixture)[0]),
        tolerance=_ROOT,
        rests_on=_RISES,
    ),
    _line(
        "the slope of the map",
        r"\tfrac{dz}{dx}",
        r"\tfrac{F'(x)}{\varphi(z)}",
        "the inverse function's derivative",
        lambda s: _derivative(s.z, s.x, _step(s)),
        lambda s: math.exp(s.mapped[1]),
        tolerance=DIFFERENCES,
        rests_on=_RISES,
    ),
    _line(
        "the change of variables",
        r"\log p(x)",
        r"\log\varphi(z) + \log\tfrac{dz}{dx}",
        "mass is kept",
        lambda s: s.log_density,
        lambda s: -0.5 * s.mapped[0] ** 2 - 0.5 * math.log(2 * math.pi) + s.mapped[1],
        tolerance=_ROOT,
        rests_on=_RISES,
    ),
    _line(
        "the density on the way",
        r"p_t(x_t)",
        r"\tfrac{p(x)}{(1-t) + t f'(x)}",
        "x_t rises with x at every t",
        _moved_density,
        _journey_density,
        tolerance=DIFFERENCES,
        rests_on=_RISES,
    ),
    _line(
        "a slice keeps its mass",
        r"\int_{\text{slice}} p_t",
        r"\tfrac18",
        "the same x are in it at every t",
        _slice_area,
        lambda _: 1.0 / _SLICES,
        tolerance=_TRAPEZOIDS,
        heavy=True,
        rests_on=_RISES,
    ),
    _line(
        "the density integrates to 1",
        r"\int p(x)\,dx",
        "1",
        "it is that of z carried back",
        lambda s: (
            integrate_line(
                lambda x: np.exp(s.map.flow.log_prob(x)) if s.map is not None else np.full_like(x, np.nan),
                *s.breakpoints[[0, -1]],
                s.breakpoints,
            ).value
        ),
        lambda _: 1.0,
        tolerance=QUADRATURE,
        rests_on=_RISES,
    ),
    _line(
        "the loss",
        r"\tfrac1n \sum_i -\log p(x_i)",
        r"-\int p_{\text{data}} \log p",
        "the law of large numbers",
        _mean_loss,
        _cross_entropy,
        tolerance=SAMPLING,
        rests_on=_RISES,
    ),
    _line(
        "the least loss",
        r"-\int p_{\text{data}} \log p",
        r"-\int p_{\text{data}} \log p_{\text{data}}",
        "D(p_data‖p) ≥ 0: in expectation no model goes below the entropy",
        _cross_entropy,
        lambda s: s.data.entropy(),
        relation="≥",
        tolerance=QUADRATURE,
        rests_on=_RISES,
    ),
)


# States


def _random(rng: np.random.Generator) -> Flow:
    weights, locs, scales = _mixture(rng)
    x = locs[0] + scales[0] * rng.uniform(-2.0, 2.0)
    return Flow(
        weights,
        locs,
        scales,
        float(x),
        float(rng.uniform()),
        _normals(*_mixture(rng)),
        int(rng.integers(2**31)),
    )


def _mixture(rng: np.random.Generator) -> tuple[tuple[float, ...], ...]:
    count = int(rng.integers(1, 5))
    weights = rng.uniform(0.2, 1.0, count)
    rows = weights / weights.sum(), rng.uniform(-1.5, 1.5, count), rng.uniform(0.3, 1.0, count)
    return tuple(tuple(map(float, row)) for row in rows)


def _normals(weights: tuple[float, ...], locs: tuple[float, ...], scales: tuple[float, ...]) -> Mixture:
    return Mixture(weights, tuple(Normal(loc, scale) for loc, scale in zip(locs, scales, strict=True)))


def _negative(s: Flow, rng: np.random.Generator) -> Flow:
    """Two components side by side, the right one taken out: F climbs above 1 and falls back."""
    w = float(rng.uniform(1.1, 1.5))
    locs, scales = (float(rng.uniform(-1.5, -0.5)), float(rng.uniform(0.5, 1.5))), (0.3, 0.4)
    broken = replace(s, weights=(w, 1.0 - w), locs=locs, scales=scales)
    grid = np.linspace(locs[0], locs[1] + 2.0, 2001)
    falling = (signed_density(grid, *broken.mixture) < 0) & (signed_cdf(grid, *broken.mixture) > 1)
    return replace(broken, x=float(grid[falling][0]))


def _simpler(s: Flow) -> tuple[Flow, ...]:
    """One standard component less, round numbers."""
    candidates = []
    if len(s.weights) > 1 and min(s.weights) >= 0:
        candidates.append(replace(s, weights=(1.0,), locs=s.locs[:1], scales=s.scales[:1]))
    for name, digits in (("locs", 0), ("scales", 1), ("weights", 1)):
        row = tuple(round(value, digits) for value in getattr(s, name))
        if row != getattr(s, name) and (name != "weights" or abs(sum(row) - 1.0) < 1e-12):
            candidates.append(replace(s, **{name: row}))
    return tuple(candidates)


def _describe(s: Flow) -> str:
    parts = (f"{w:.3g} N({m:.3g}, {d:.3g}²)" for w, m, d in zip(*s.mixture, strict=True))
    return f"{' + '.join(parts)}, at x = {s.x:.3g}, t = {s.t:.3g}"


LEDGER = Ledger(
    problem="2",
    title="A one-dimensional flow",
    lines=LINES,
    random_state=_random,
    simpler=_simpler,
    describe=_describe,
    switches={
        RISING: Switch(
            RISING,
            "one weight is negative",
            _negative,
            measured="F never falls",
            # F climbs above 1 and falls back by as much: twice the height that it has too much.
            amount=lambda s: (
                2.0 * (max(s.cdf(x) for x in np.linspace(s.locs[0], s.locs[1] + 2.0, 20_001)) - 1.0)
            ),
        )
    },
)
