"""Additivity over coordinates: the sum of D(p_i‖q_i) beside the joint value, live along a correlation."""

from dataclasses import dataclass

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
from ui.live.kernels import along_own, at
from ui.live.marks import Box
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.shared import shared
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


RHO = {
    count: Slider("rho", "ρ", default=0.0, low=low, high=0.9, step=STEP, precision=0.01)
    for count, low in _LOWEST.items()
}  # the common correlation, by the number of coordinates; one coordinate has none


def controls(count: int) -> tuple[Slider, ...]:
    """The sliders of so many coordinates."""
    return (RHO[count],) if count > 1 else ()


def first(unit: str) -> Request:
    """What is shown first."""
    return Request(tuple(COORDINATES)[:DEFAULT_COUNT], OF_P, RHO[DEFAULT_COUNT].default, unit)


@published(48)
def scene(request: Request) -> Scene:
    """Bars for the sum, the joint value, their difference and p's total correlation."""
    count = len(request.names)
    results = _results(request)
    scale = UNITS[request.unit]
    columns = {
        "joint": np.array([r.joint for r in results]) * scale,
        "error": np.array([r.error for r in results]) * scale,
        "gap": np.array([r.gap for r in results]) * scale,
        "total": np.array([r.total_correlation for r in results]) * scale,
    }
    place: Value | float = 0.0
    if count > 1:
        place = along_own(Data("grid", RHO[count].grid), np.array([request.rho]), RHO[count])
    number = {name: named(name, at(Data(f"{name}_table", table), place)) for name, table in columns.items()}
    parts = np.array(results[-1].parts) * scale
    number["sum"] = named("sum", float(parts.sum()))
    monte_carlo = results[-1].monte_carlo
    spoken = (
        slider.spoken(
            f"correlation {slider:.2f}, joint divergence {number['joint']:.4f}, sum {number['sum']:.4f}"
        )
        for slider in controls(count)
    )
    return Scene(
        (
            (
                Cell((_figure(request, parts, columns, _marks(request, number, monte_carlo)),), 1.3),
                Cell((*spoken, _readouts(request, number, monte_carlo))),
            ),
        )
    )


def _figure(
    request: Request, parts: np.ndarray, columns: dict[str, np.ndarray], marks: tuple[Box, ...]
) -> Figure:
    near, with_total = _near(request), request.correlated == OF_P
    joint, total = columns["joint"][near], columns["total"][near]
    figure = figures.additivity_figure(request.names, parts, joint, total, with_total, request.unit)
    words = "Stacked divergences of the coordinates beside the joint divergence and the gap"
    return Figure("additivity", figure, 430, words, marks)


def _near(request: Request) -> np.ndarray:
    """The places that set the height of the plot: a ρ close to its limits may be worth ten times the rest."""
    count = len(request.names)
    if count == 1:
        return np.array([True])
    places = np.append(RHO[count].grid, request.rho)
    low, high = min(-0.5 / (count - 1), request.rho), max(0.5, request.rho)
    return (low <= places) & (places <= high)


def _results(request: Request) -> list[Additivity]:
    """One result for every position of the slider, then the committed one."""
    if len(request.names) == 1:
        return [additivity([COORDINATES[request.names[0]]])]
    family = _family(request.names, request.correlated)
    positions = RHO[len(request.names)].grid.tolist()
    if request.rho in positions:
        return [*family, family[positions.index(request.rho)]]
    return [*family, _at(request.names, request.correlated, request.rho)]


@shared(entries=48)
def _family(names: tuple[str, ...], correlated: str) -> tuple[Additivity, ...]:
    return tuple(_at(names, correlated, rho) for rho in RHO[len(names)].grid)


def _at(names: tuple[str, ...], correlated: str, rho: float) -> Additivity:
    matrix = equicorrelation(len(names), float(rho)) if rho else None
    which = "p_correlation" if correlated == OF_P else "q_correlation"
    return additivity([COORDINATES[name] for name in names], n=DRAWS, **{which: matrix})


def _marks(request: Request, number: dict[str, Value], monte_carlo: bool) -> tuple[Box, ...]:
    joint = number["joint"]
    marks = (
        Box(1.0, 0.0, joint, 44, figures.NEUTRAL, "joint"),
        Box(2.0, 0.0, number["gap"], 44, figures.GAP, "gap"),
    )
    if request.correlated == OF_P:
        marks += (Box(3.0, 0.0, number["total"], 44, figures.GAP, "total", hatch=True),)
    if monte_carlo:
        two_errors = number["error"] * 2
        ends = joint - two_errors, joint + two_errors
        marks += (Box(1.0, *ends, 3, "currentColor", "two standard errors"),)
    return marks


def _readouts(request: Request, number: dict[str, Value], monte_carlo: bool) -> ReadoutGroup:
    unit = request.unit
    if monte_carlo:
        error = f"{number['error']:.4f}"
        route = f"Monte Carlo, {DRAWS:,} draws; standard error {error}, drawn as ± 2 of them."
    else:
        route = f"Quadrature over a grid; estimated error {number['error']:.0e}."
    gap = "0 up to the error where the coordinates are independent, ρ = 0."
    readouts = (
        Readout(number["sum"], f"Σ D(pᵢ‖qᵢ) ({unit})", ".4f", "One-dimensional integrals, added up."),
        Readout(number["joint"], f"D(p‖q), joint ({unit})", ".4f", route),
        Readout(number["gap"], f"joint − Σ ({unit})", ".4f", gap),
    )
    if request.correlated == OF_P:
        sentence = "p's total correlation: the whole gap, whatever the marginals."
        readouts += (Readout(number["total"], f"−½ log det R ({unit})", ".4f", sentence),)
    return ReadoutGroup("additivity", "", readouts, columns=2)
