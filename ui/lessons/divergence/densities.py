"""Two densities on the line: the integrand with its areas, three routes to its integral, the edge."""

import numpy as np

from hw9core.divergence.families import FAMILIES, PairFamily, PairTables, Parameter, tabulate
from hw9core.divergence.kl import MonteCarloKl, kl_monte_carlo
from hw9core.figures import divergence as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Curve
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field
from ui.words import UNITS

DRAWS = 20_000
SEED = 0


def fields(family: PairFamily) -> tuple[Field, ...]:
    """The parameters of the family."""
    return tuple(Field(p.name, p.default, p.minimum, p.maximum) for p in family.parameters)


def equal_values(family: PairFamily) -> dict[str, float] | None:
    """The parameters for which p = q, where there are any."""
    if family.equal is None:
        return None
    return {p.name: value for p, value in zip(family.parameters, family.equal, strict=True)}


def scene(name: str, base: tuple[float, ...], unit: str) -> Scene:
    """Both densities, both integrands, and D by closed form, quadrature and Monte Carlo."""
    family = FAMILIES[name]
    tables = tabulate(family, base)
    p, q = family.make(*base)
    forward, reverse = kl_monte_carlo(p, q, DRAWS, SEED), kl_monte_carlo(q, p, DRAWS, SEED)
    scale = UNITS[unit]
    numbers = {key: value * (1.0 if key == "mass" else scale) for key, value in tables.numbers.items()}
    numbers |= _monte_carlo(forward, reverse, len(tables.p), scale)
    reach = _reach(tables) * scale
    names = tuple(parameter.name for parameter in family.parameters)
    blocks = (_values(unit), _routes(unit), *((_chain(),) if family.chain else ()))
    return Scene(
        figures=_figures(family, tables, forward, reach, unit),
        controls=tuple(_slider(parameter) for parameter in family.parameters),
        values=(
            Value("place", "alongOwn", ("grids", "base", *names)),
            *(Value(key, "at", (f"{key}_table", "place")) for key in numbers),
        ),
        blocks=blocks,
        marks=_marks(),
        rows=(
            (
                Cell(("figure:pair",), 1.2),
                Cell(("readouts:values", *(f"control:{n}" for n in names))),
            ),
            (Cell(("figure:forward",)), Cell(("figure:reverse",))),
            (
                Cell(("figure:running",)),
                Cell(tuple(("readouts:" if b.kind == "readouts" else "lines:") + b.name for b in blocks[1:])),
            ),
        ),
        arrays=_arrays(tables, reach, scale) | {f"{key}_table": value for key, value in numbers.items()},
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
    finite = both[np.isfinite(both)]
    return max(0.3, 1.5 * float(np.quantile(abs(finite), 0.985)))


def _arrays(tables: PairTables, reach: float, scale: float) -> dict[str, np.ndarray]:
    arrays = {"grids": tables.grids, "base": tables.base, "x": tables.x}
    arrays |= {"p": tables.p, "q": tables.q}
    for side in ("forward", "reverse"):
        # Beyond the plot, and where it is infinite, an integrand runs along the edge.
        f = np.clip(getattr(tables, side) * scale, -1.01 * reach, 1.01 * reach)
        f[:, [0, -1]] = 0.0  # so that each area is closed along 0
        arrays |= {f"{side}_above": np.maximum(f, 0.0), f"{side}_below": np.minimum(f, 0.0)}
    exact = ("grids", "base")  # compared with the controls' values, digit by digit
    return {name: array if name in exact else array.astype(np.float32) for name, array in arrays.items()}


def _figures(
    family: PairFamily, tables: PairTables, forward: MonteCarloKl, reach: float, unit: str
) -> dict[str, Figure]:
    scale, running = UNITS[unit], forward.running
    highest = 1.5 * float(max(tables.p[-1].max(), tables.q[-1].max()))
    return {
        "pair": Figure(figures.densities_figure(family.x_range, highest), 330, "The densities p and q"),
        "forward": Figure(
            figures.integrand_figure(family.x_range, reach, "p log(p/q)", unit),
            300,
            "The integrand of D(p‖q), its areas above and below zero",
        ),
        "reverse": Figure(
            figures.integrand_figure(family.x_range, reach, "q log(q/p)", unit),
            300,
            "The integrand of D(q‖p), its areas above and below zero",
        ),
        "running": Figure(
            figures.running_mean_figure(
                running.n,
                running.mean * scale,
                running.standard_error * scale,
                float(tables.numbers["kl"][-1]) * scale,
                unit,
            ),
            300,
            "Running mean of log p/q over draws from p, at the last release",
        ),
    }


def _marks() -> tuple[Curve, ...]:
    marks = [
        Curve("pair", "x", "p", "place", IN_DISTRIBUTION, "p"),
        Curve("pair", "x", "q", "place", ANOMALY, "q", dash="7 5"),
    ]
    for side in ("forward", "reverse"):
        marks += [
            Curve(side, "x", f"{side}_above", "place", figures.TRUTH, f"{side} above", fill=True),
            Curve(side, "x", f"{side}_below", "place", figures.GAP, f"{side} below", hatch=True),
        ]
    return tuple(marks)


def _values(unit: str) -> ReadoutGroup:
    return ReadoutGroup(
        "values",
        "",
        (
            Readout("kl", f"D(p‖q) ({unit})", ".4f", "Area above 0 less area below."),
            Readout("kl_reverse", f"D(q‖p) ({unit})", ".4f", "Another integral: D is no distance."),
            Readout("positive", f"area above 0 of p log(p/q) ({unit})", ".4f"),
            Readout("negative", f"area below 0 of p log(p/q) ({unit})", ".4f"),
        ),
        columns=2,
    )


def _routes(unit: str) -> Lines:
    return Lines(
        "routes",
        f"Three routes to the same number ({unit}); a dash: no formula, or drawn anew on release",
        (
            "D(p‖q): closed form {closed:.6f}, quadrature {kl:.6f}, "
            "Monte Carlo {mc:.4f} ± {mc_error:.4f} (standard error)",
            "D(q‖p): closed form {closed_reverse:.6f}, quadrature {kl_reverse:.6f}, "
            "Monte Carlo {mc_reverse:.4f} ± {mc_reverse_error:.4f} (standard error)",
        ),
    )


def _chain() -> Lines:
    return Lines(
        "chain",
        "Erratum 3: the chain D(p‖q) ≥ −log E_p[q/p] ≥ 0",
        (
            "As handed in: −log ∫ q = −log 1 = 0, so the chain ended in an equality.",
            "Corrected: E_p[q/p] = ∫ q over p > 0 = {mass:.4f}, all of q's mass only if p reaches that far.",
            "The numbers: {kl:.4f} ≥ {minus_log_mass:.4f} ≥ 0.",
            "D(q‖p) = {kl_reverse:.4f}: q has mass where p has none, and log(q/0) is infinite there.",
        ),
    )


def _slider(parameter: Parameter) -> Slider:
    step = float(np.round(parameter.grid[1] - parameter.grid[0], 3))
    return Slider(
        name=parameter.name,
        label=parameter.label,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        step=step,
        precision=0.01,
        value_text=f"{parameter.label}: {{{parameter.name}:.2f}}, divergence {{kl:.4f}}",
    )
