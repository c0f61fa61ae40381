"""Additivity over coordinates: the sum of D(p_i‖q_i) beside the joint value, live along a correlation."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hw9core.distributions.line import Beta, Laplace, Normal
from hw9core.divergence.additivity import (
    MOST_COORDINATES,
    Additivity,
    Coordinate,
    additivity,
    equicorrelation,
)
from hw9core.figures import divergence as figures
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Box
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field
from ui.words import UNITS

COUNTS = range(1, MOST_COORDINATES + 1)
DEFAULT_COUNT = 2
OF_P, OF_Q = CORRELATED = ("p", "q")
DRAWS = 10_000
STEP = 0.05
COORDINATES = {
    "N(0, 1), N(1, 1)": Coordinate(Normal(0.0, 1.0), Normal(1.0, 1.0)),
    "Laplace(0, 1), Laplace(1, 1)": Coordinate(Laplace(0.0, 1.0), Laplace(1.0, 1.0)),
    "Beta(2, 3), Beta(3, 2)": Coordinate(Beta(2.0, 3.0), Beta(3.0, 2.0)),
    "N(0, 1), N(0, 2)": Coordinate(Normal(0.0, 1.0), Normal(0.0, 2.0)),
    "N(0, 1), Laplace(0, 1)": Coordinate(Normal(0.0, 1.0), Laplace(0.0, 1.0)),
    "equal: N(0, 1) twice": Coordinate(Normal(0.0, 1.0), Normal(0.0, 1.0)),
}
_LOWEST = {2: -0.9, 3: -0.45, 4: -0.3, 5: -0.2, 6: -0.15}  # a common ρ lies above −1/(d − 1)


@dataclass(frozen=True)
class Request:
    """What determines the scene: the coordinates' names, whose copula is correlated, committed ρ, unit."""

    names: tuple[str, ...]
    correlated: str
    rho: float
    unit: str


def fields(count: int) -> tuple[Field, ...]:
    """The common correlation; one coordinate has none."""
    return (Field("rho", 0.0, _LOWEST[count], 0.9),) if count > 1 else ()


def grid(count: int) -> np.ndarray:
    """The slider's positions, the doubles nearest to multiples of 0.05."""
    low = _LOWEST[count]
    return np.round(np.linspace(low, 0.9, round((0.9 - low) / STEP) + 1), 2)


def scene(request: Request) -> Scene:
    """Bars for the sum, the joint value, their difference and p's total correlation."""
    count = len(request.names)
    results = _results(request)
    scale = UNITS[request.unit]
    numbers = {
        "joint": np.array([r.joint for r in results]) * scale,
        "error": np.array([r.error for r in results]) * scale,
        "gap": np.array([r.gap for r in results]) * scale,
        "total": np.array([r.total_correlation for r in results]) * scale,
    }
    parts = np.array(results[-1].parts) * scale
    with_total = request.correlated == OF_P
    near = _near(request)
    arrays = {f"{name}_table": table for name, table in numbers.items()}
    slider = (_slider(count),) if count > 1 else ()
    place = Value("place", "add", (0, 0))
    if count > 1:
        arrays |= {"grid": grid(count), "base": np.array([request.rho])}
        place = Value("place", "alongOwn", ("grid", "base", "rho"))
    return Scene(
        figures={
            "additivity": Figure(
                figures.additivity_figure(
                    request.names,
                    parts,
                    numbers["joint"][near],
                    numbers["total"][near],
                    with_total,
                    request.unit,
                ),
                430,
                "Stacked divergences of the coordinates beside the joint divergence and the gap",
            )
        },
        controls=slider,
        values=(place, *_values(numbers, float(parts.sum()))),
        blocks=(_readouts(request, results[-1].monte_carlo),),
        marks=_marks(results[-1].monte_carlo, with_total),
        rows=(
            (
                Cell(("figure:additivity",), 1.3),
                Cell((*(f"control:{s.name}" for s in slider), "readouts:additivity")),
            ),
        ),
        arrays=arrays,
    )


def _near(request: Request) -> np.ndarray:
    """The places that set the height of the plot: a ρ close to its limits may be worth ten times the rest."""
    count = len(request.names)
    if count == 1:
        return np.array([True])
    places = np.append(grid(count), request.rho)
    low, high = min(-0.5 / (count - 1), request.rho), max(0.5, request.rho)
    return (low <= places) & (places <= high)


def _results(request: Request) -> list[Additivity]:
    """One result for every position of the slider, then the committed one."""
    if len(request.names) == 1:
        return [additivity([COORDINATES[request.names[0]]])]
    family = _family(request.names, request.correlated)
    positions = grid(len(request.names)).tolist()
    if request.rho in positions:
        return [*family, family[positions.index(request.rho)]]
    return [*family, _at(request.names, request.correlated, request.rho)]


@lru_cache(maxsize=48)
def _family(names: tuple[str, ...], correlated: str) -> tuple[Additivity, ...]:
    return tuple(_at(names, correlated, rho) for rho in grid(len(names)))


def _at(names: tuple[str, ...], correlated: str, rho: float) -> Additivity:
    matrix = equicorrelation(len(names), float(rho)) if rho else None
    which = "p_correlation" if correlated == OF_P else "q_correlation"
    return additivity([COORDINATES[name] for name in names], n=DRAWS, **{which: matrix})


def _values(numbers: dict[str, np.ndarray], total: float) -> tuple[Value, ...]:
    return (
        *(Value(name, "at", (f"{name}_table", "place")) for name in numbers),
        Value("sum", "add", (total, 0)),
        Value("zero", "add", (0, 0)),
        *(Value(name, "add", (x, 0)) for name, x in (("at_joint", 1), ("at_gap", 2), ("at_total", 3))),
        Value("two_errors", "multiply", ("error", 2)),
        Value("least", "subtract", ("joint", "two_errors")),
        Value("most", "add", ("joint", "two_errors")),
    )


def _marks(monte_carlo: bool, with_total: bool) -> tuple[Box, ...]:
    marks = (
        Box("additivity", "at_joint", "zero", "joint", 44, figures.NEUTRAL, "joint"),
        Box("additivity", "at_gap", "zero", "gap", 44, figures.GAP, "gap"),
    )
    if with_total:
        marks += (Box("additivity", "at_total", "zero", "total", 44, figures.GAP, "total", hatch=True),)
    if monte_carlo:
        marks += (Box("additivity", "at_joint", "least", "most", 3, "currentColor", "two standard errors"),)
    return marks


def _readouts(request: Request, monte_carlo: bool) -> ReadoutGroup:
    unit = request.unit
    if monte_carlo:
        route = f"Monte Carlo, {DRAWS:,} draws; standard error {{error:.4f}}, drawn as ± 2 of them."
    else:
        route = "Quadrature over a grid; estimated error {error:.0e}."
    gap = "0 up to the error where the coordinates are independent, ρ = 0."
    readouts = (
        Readout("sum", f"Σ D(pᵢ‖qᵢ) ({unit})", ".4f", "One-dimensional integrals, added up."),
        Readout("joint", f"D(p‖q), joint ({unit})", ".4f", route),
        Readout("gap", f"joint − Σ ({unit})", ".4f", gap),
    )
    if request.correlated == OF_P:
        sentence = "p's total correlation: the whole gap, whatever the marginals."
        readouts += (Readout("total", f"−½ log det R ({unit})", ".4f", sentence),)
    return ReadoutGroup("additivity", "", readouts, columns=2)


def _slider(count: int) -> Slider:
    return Slider(
        name="rho",
        label="ρ",
        minimum=_LOWEST[count],
        maximum=0.9,
        step=STEP,
        precision=0.01,
        value_text="correlation {rho:.2f}, joint divergence {joint:.4f}, sum {sum:.4f}",
    )
