"""Problem 4: Jensen's gap, the divergence of two densities, and additivity over coordinates."""

from __future__ import annotations

from hw9core.divergence.families import FAMILIES
from ui.lessons.divergence import additivity
from ui.takehome.recipe import Recipe, State


def recipe(state: State) -> Recipe | None:
    """For each of the three views."""
    views = {"jensen": _jensen, "densities": _densities, "additivity": _additivity}
    return views[state.view](state) if state.view in views else None


def _jensen(state: State) -> Recipe:
    count = len(state.values) // 2
    weights, ratios = ([state.values[f"{kind}{i + 1}"] for i in range(count)] for kind in "wr")
    code = f"""\
{state.unit}
atoms = RatioAtoms(weights={weights!r}, ratios={ratios!r})
mean_ratio = float(atoms.weights @ atoms.ratios)"""
    numbers = {
        "kl": "UNIT * discrete_kl(atoms.weights, atoms.q)",
        "mean_ratio": "mean_ratio",
        "chord_height": "UNIT * atoms.chord_height",
        "curve_height": "UNIT * atoms.curve_height",
    }
    return Recipe("from hw9core.divergence.jensen import RatioAtoms, discrete_kl", code, numbers)


def _densities(state: State) -> Recipe:
    titles = {family.title: name for name, family in FAMILIES.items()}
    name = titles[state.choice("pair")]
    imports = """\
from hw9core.divergence.families import FAMILIES
from hw9core.divergence.kl import kl_quadrature, signed_areas"""
    code = f"""\
{state.unit}
p, q = FAMILIES[{name!r}].make({", ".join(map(repr, state.values.values()))})
areas = signed_areas(p, q)"""
    numbers = {
        "kl": "UNIT * kl_quadrature(p, q).value",
        "kl_reverse": "UNIT * kl_quadrature(q, p).value",
        "positive": "UNIT * areas.positive",
        "negative": "UNIT * areas.negative",
    }
    return Recipe(imports, code, numbers)


def _additivity(state: State) -> Recipe:
    count = int(state.choice("d"))
    names = [state.choice(f"pair{i + 1}") for i in range(count)]
    coordinates = ",\n    ".join(repr(additivity.COORDINATES[name]) for name in names)
    which = state.choice("correlated")
    rho = state.values.get("rho", 0.0)
    correlation = f", {which}_correlation=equicorrelation({count}, {rho!r})" if rho else ""
    imports = """\
from hw9core.distributions.line import Beta, Laplace, Normal
from hw9core.divergence.additivity import Coordinate, additivity, equicorrelation"""
    code = f"""\
{state.unit}
coordinates = [
    {coordinates},
]
found = additivity(coordinates, n={additivity.DRAWS}{correlation})"""
    numbers = {
        "sum": "UNIT * sum(found.parts)",
        "joint": "UNIT * found.joint",
        "gap": "UNIT * found.gap",
        "total": "UNIT * found.total_correlation",
    }
    return Recipe(imports, code, numbers)
