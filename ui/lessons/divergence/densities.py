"""Two densities on the line: the integrand with its areas, three routes to its integral, the edge."""

import numpy as np

from hw9core.divergence.families import FAMILIES, PairFamily, PairTables, Parameter, tabulate
from hw9core.divergence.kl import MonteCarloKl, kl_monte_carlo
from hw9core.figures import divergence as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import along_own, at
from ui.live.marks import Curve
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.shared import shared
from ui.words import UNITS

DRAWS = 20_000
SEED = 0


@shared(entries=16)
def sliders(name: str) -> tuple[Slider, ...]:
    """The parameters of a family."""
    return tuple(_slider(parameter) for parameter in FAMILIES[name].parameters)


def first() -> tuple[str, tuple[float, ...]]:
    """The family that is shown first, at its defaults."""
    name = next(iter(FAMILIES))
    return name, tuple(slider.default for slider in sliders(name))


def equal_values(family: PairFamily) -> dict[str, float] | None:
    """The parameters for which p = q, where there are any."""
    if family.equal is None:
        return None
    return {p.name: value for p, value in zip(family.parameters, family.equal, strict=True)}


@published(48)
def scene(name: str, base: tuple[float, ...], unit: str) -> Scene:
    """Both densities, both integrands, and D by closed form, quadrature and Monte Carlo.

    ``base`` are the committed parameters: the tables run along each of them through there.
    """
    family = FAMILIES[name]
    tables = tabulate(family, base)
    p, q = family.make(*base)
    forward, reverse = kl_monte_carlo(p, q, DRAWS, SEED), kl_monte_carlo(q, p, DRAWS, SEED)
    scale = UNITS[unit]
    columns = {key: value * (1.0 if key == "mass" else scale) for key, value in tables.numbers.items()}
    columns |= _monte_carlo(forward, reverse, len(tables.p), scale)
    place = along_own(Data("grids", tables.grids), Data("base", tables.base), *sliders(name))
    number = {key: named(key, at(Data(f"{key}_table", column), place)) for key, column in columns.items()}
    spoken = [
        slider.spoken(f"{slider.label}: {slider:.2f}, divergence {number['kl']:.4f}")
        for slider in sliders(name)
    ]
    return Scene(
        (
            (
                Cell((_pair(family, tables, place),), 1.2),
                Cell(_integrands(family, tables, place, unit), 1.1),
                Cell((_values(number, unit), *spoken)),
            ),
            (
                Cell((_running(forward, float(tables.numbers["kl"][-1]), unit),)),
                Cell((_routes(number, unit), *((_chain(number),) if family.chain else ()))),
            ),
        )
    )


def _monte_carlo(
    forward: MonteCarloKl, reverse: MonteCarloKl, places: int, scale: float
) -> dict[str, np.ndarray]:
    """Monte Carlo is computed on release only: NaN, shown as a dash, at every place but the last."""
    numbers = {
        "mc": forward.estimate.value,
        "mc_error": forward.estimate.standard_error,
        "mc_reverse": reverse.estimate.value,
        "mc_reverse_error": reverse.estimate.standard_error,
    }
    unknown = np.full(places - 1, np.nan)
    return {name: np.append(unknown, value * scale) for name, value in numbers.items()}


def _reach(tables: PairTables) -> float:
    """How far both integrands' axes go, in nats per unit of x: those of the base, with some air."""
    both = np.concatenate([tables.forward[-1], tables.reverse[-1]])
    finite = abs(both[np.isfinite(both)])
    most, all_of_it = 4.0 * float(np.quantile(finite, 0.985)), 1.1 * float(finite.max())
    return max(0.3, min(most, all_of_it))


def _pair(family: PairFamily, tables: PairTables, place: Value) -> Figure:
    """The densities; the browser gets what it draws in single precision."""
    x = Data("x", tables.x.astype(np.float32))
    p, q = Data("p", tables.p.astype(np.float32)), Data("q", tables.q.astype(np.float32))
    highest = 1.5 * float(max(tables.p[-1].max(), tables.q[-1].max()))
    figure = figures.densities_figure(family.x_range, highest)
    marks = (
        Curve(x, p, place, IN_DISTRIBUTION, "p"),
        Curve(x, q, place, ANOMALY, "q", dash="7 5"),
    )
    return Figure("pair", figure, 330, "The densities p and q", marks)


def _integrands(family: PairFamily, tables: PairTables, place: Value, unit: str) -> tuple[Figure, Figure]:
    """Both integrands with their areas."""
    scale = UNITS[unit]
    reach = _reach(tables) * scale
    x = tables.x.astype(np.float32)
    result = []
    for side, symbol, divergence in (
        ("forward", "p log(p/q)", "D(p‖q)"),
        ("reverse", "q log(q/p)", "D(q‖p)"),
    ):
        f = getattr(tables, side) * scale  # infinite where one density is 0: an arrow at the edge says so
        f[:, [0, -1]] = 0.0  # so that each area is closed along 0
        above = Data(f"{side}_above", np.maximum(f, 0.0).astype(np.float32))
        below = Data(f"{side}_below", np.minimum(f, 0.0).astype(np.float32))
        marks = (
            Curve(x, above, place, figures.TRUTH, f"{side} above", fill=True),
            Curve(x, below, place, figures.GAP, f"{side} below", hatch=True),
        )
        figure = figures.integrand_figure(family.x_range, reach, symbol, unit)
        words = f"The integrand of {divergence}, its areas above and below zero"
        result.append(Figure(side, figure, 300, words, marks))
    return tuple(result)


def _running(forward: MonteCarloKl, exact: float, unit: str) -> Figure:
    scale, running = UNITS[unit], forward.running
    figure = figures.running_mean_figure(
        running.n, running.mean * scale, running.standard_error * scale, exact * scale, unit
    )
    return Figure("running", figure, 300, "Running mean of log p/q over draws from p, at the last release")


def _values(number: dict[str, Value], unit: str) -> ReadoutGroup:
    return ReadoutGroup(
        "values",
        "",
        (
            Readout(number["kl"], f"D(p‖q) ({unit})", ".4f", "Area above 0 less area below."),
            Readout(number["kl_reverse"], f"D(q‖p) ({unit})", ".4f", "Another integral: D is no distance."),
            Readout(number["positive"], f"area above 0 of p log(p/q) ({unit})", ".4f"),
            Readout(number["negative"], f"area below 0 of p log(p/q) ({unit})", ".4f"),
        ),
        columns=2,
    )


def _routes(number: dict[str, Value], unit: str) -> Lines:
    lines = (
        f"{divergence}: closed form {number['closed' + end]:.6f}, quadrature {number['kl' + end]:.6f}, "
        f"Monte Carlo {number['mc' + end]:.4f} ± {number['mc' + end + '_error']:.4f} (standard error)"
        for divergence, end in (("D(p‖q)", ""), ("D(q‖p)", "_reverse"))
    )
    title = f"Three routes to the same number ({unit}); a dash: no formula, or drawn anew on release"
    return Lines("routes", title, tuple(lines))


def _chain(number: dict[str, Value]) -> Lines:
    mass = f"{number['mass']:.4f}"
    return Lines(
        "chain",
        "Erratum 3: the chain D(p‖q) ≥ −log E_p[q/p] ≥ 0",
        (
            "As handed in: −log ∫ q = −log 1 = 0, so the chain ended in an equality.",
            f"Corrected: E_p[q/p] = ∫ q over p > 0 = {mass}, all of q's mass only if p reaches that far.",
            f"The numbers: {number['kl']:.4f} ≥ {number['minus_log_mass']:.4f} ≥ 0.",
            f"D(q‖p) = {number['kl_reverse']:.4f}: "
            "q has mass where p has none, and log(q/0) is infinite there.",
        ),
    )


def _slider(parameter: Parameter) -> Slider:
    return Slider(
        parameter.name,
        parameter.label,
        default=parameter.default,
        low=parameter.minimum,
        high=parameter.maximum,
        step=float(np.round(parameter.grid[1] - parameter.grid[0], 3)),
        precision=0.01,
    )
