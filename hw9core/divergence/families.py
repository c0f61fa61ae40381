"""Pairs of densities p, q with parameters to move, and the divergence tabulated along each of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.distributions.composite import Mixture, Truncated
from hw9core.distributions.density import Density
from hw9core.distributions.line import Beta, Laplace, Normal
from hw9core.divergence.jensen import jensen_chain
from hw9core.divergence.kl import kl_closed_form, kl_integrand, kl_quadrature, signed_areas

POSITIONS = 41


@dataclass(frozen=True)
class Parameter:
    """A parameter with ``POSITIONS`` evenly spaced values from ``minimum`` to ``maximum``."""

    name: str
    label: str
    default: float
    minimum: float
    maximum: float

    @property
    def grid(self) -> FloatArray:
        """The positions, (41,): the doubles nearest to their three decimals."""
        return np.round(np.linspace(self.minimum, self.maximum, POSITIONS), 3)


@dataclass(frozen=True)
class PairFamily:
    """p and q as a function of the parameters' values, drawn over ``x_range``.

    ``equal`` are values with p = q, where there are any; ``chain``: p need not reach where q does.
    """

    title: str
    parameters: tuple[Parameter, ...]
    make: Callable[..., tuple[Density, Density]]
    x_range: tuple[float, float]
    equal: tuple[float, ...] | None = None
    chain: bool = False


_LOC = Parameter("loc", "μ of q", 1.0, -2.0, 2.0)
_SCALE = Parameter("scale", "σ of q", 1.3, 0.3, 2.3)
_P_SCALE = Parameter("p_scale", "σ of p", 1.0, 0.3, 2.3)

FAMILIES = {
    "normal": PairFamily(
        "Normal and Normal",
        (_LOC, _SCALE, _P_SCALE),
        lambda loc, scale, p_scale: (Normal(0.0, p_scale), Normal(loc, scale)),
        (-6.0, 6.0),
        (0.0, 1.0, 1.0),
    ),
    "laplace": PairFamily(
        "Normal and Laplace",
        (_LOC, Parameter("scale", "scale of q", 1.0, 0.3, 2.3), _P_SCALE),
        lambda loc, scale, p_scale: (Normal(0.0, p_scale), Laplace(loc, scale)),
        (-6.0, 6.0),
    ),
    "beta": PairFamily(
        "Beta and Beta",
        (
            Parameter("a", "a of q", 3.0, 1.0, 5.0),
            Parameter("b", "b of q", 2.0, 1.0, 5.0),
        ),
        lambda a, b: (Beta(2.0, 3.0), Beta(a, b)),
        (0.004, 0.996),
        (2.0, 3.0),
    ),
    "mixture": PairFamily(
        "two Normals and Normal",
        (_LOC, _SCALE, Parameter("apart", "±μ of p", 1.5, 0.0, 2.0)),
        lambda loc, scale, apart: (
            Mixture((0.5, 0.5), (Normal(-apart, 0.6), Normal(apart, 0.6))),
            Normal(loc, scale),
        ),
        (-6.0, 6.0),
    ),
    "truncated": PairFamily(
        "truncated Normal and Normal",
        (
            Parameter("low", "p begins at", -0.5, -4.0, 0.0),
            Parameter("high", "p ends at", 2.1, 0.1, 4.1),
            Parameter("loc", "μ of q", 0.5, -2.0, 2.0),
        ),
        lambda low, high, loc: (Truncated(Normal(0.0, 1.0), low, high), Normal(loc, 1.0)),
        (-5.0, 5.0),
        chain=True,
    ),
}


@dataclass(frozen=True, eq=False)
class PairTables:
    """What follows the parameters, for n places: every position of each parameter, then the base itself.

    ``numbers``: arrays (n,) by name, in nats; NaN where no closed form is known. ``p``, ``q``, ``forward``
    p log(p/q) and ``reverse`` q log(q/p) are (n, m) over ``x`` (m,), with ±∞ where one density is 0.
    """

    grids: FloatArray
    base: FloatArray
    x: FloatArray
    p: FloatArray
    q: FloatArray
    forward: FloatArray
    reverse: FloatArray
    numbers: dict[str, FloatArray]


def tabulate(family: PairFamily, base: tuple[float, ...], points: int = 161) -> PairTables:
    """Move each parameter over its grid with the others at ``base``."""
    grids = np.array([parameter.grid for parameter in family.parameters])
    places = [(*base[:j], float(value), *base[j + 1 :]) for j, grid in enumerate(grids) for value in grid] + [
        base
    ]
    pairs = [family.make(*place) for place in places]
    x = np.linspace(*family.x_range, points)
    rows = [_numbers(p, q, family.chain) for p, q in pairs]
    return PairTables(
        grids=grids.ravel(),
        base=np.array(base),
        x=x,
        p=np.array([np.exp(p.log_prob(x)) for p, _ in pairs]),
        q=np.array([np.exp(q.log_prob(x)) for _, q in pairs]),
        forward=np.array([kl_integrand(p, q, x) for p, q in pairs]),
        reverse=np.array([kl_integrand(q, p, x) for p, q in pairs]),
        numbers={name: np.array([row[name] for row in rows]) for name in rows[0]},
    )


def _numbers(p: Density, q: Density, chain: bool) -> dict[str, float]:
    areas = signed_areas(p, q)
    numbers = {
        "kl": kl_quadrature(p, q).value,
        "kl_reverse": kl_quadrature(q, p).value,
        "positive": areas.positive,
        "negative": areas.negative,
        "closed": _or_nan(kl_closed_form(p, q)),
        "closed_reverse": _or_nan(kl_closed_form(q, p)),
    }
    if chain:
        steps = jensen_chain(p, q)
        numbers |= {"mass": steps.mass, "minus_log_mass": steps.minus_log_mass}
    return numbers


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
