"""Jensen's inequality as a mechanism: atoms of r = q/p on the curve −log r, and the gap that is D(p‖q)."""

import numpy as np

from hw9core.figures import divergence as figures
from hw9core.figures.divergence import GAP
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Atoms, Box, Point
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field
from ui.words import UNITS

COUNTS = range(2, 9)
DEFAULT_COUNT = 4
LARGEST_RATIO = 3.0
_WEIGHTS = (0.3, 0.8, 0.6, 0.5, 0.4, 0.7, 0.3, 0.5)
_RATIOS = (0.08, 0.5, 1.2, 2.4, 0.8, 1.0, 1.8, 0.15)
_CURVE = np.geomspace(0.01, 4.0, 300)
EXAMPLES = {
    "p = q": lambda i: 1.0,
    "q misses the first atom": lambda i: 0.0 if i == 0 else 1.0,
    "as at first": lambda i: _RATIOS[i],
}


def fields(count: int) -> tuple[Field, ...]:
    """For each atom a weight and a ratio, both before the renormalisation."""
    result = []
    for i in range(count):
        result += [
            Field(f"w{i + 1}", _WEIGHTS[i], 0.01, 1.0),
            Field(f"r{i + 1}", _RATIOS[i], 0.0, LARGEST_RATIO),
        ]
    return tuple(result)


def example(name: str, count: int) -> dict[str, float]:
    """The controls' values of one of ``EXAMPLES``."""
    ratios = {f"r{i + 1}": EXAMPLES[name](i) for i in range(count)}
    return ratios | {f"w{i + 1}": _WEIGHTS[i] for i in range(count)}


def scene(count: int, unit: str) -> Scene:
    """The curve with its atoms, two sliders for each, and what they add up to."""
    scale = UNITS[unit]
    names = tuple(f"{kind}{i + 1}" for i in range(count) for kind in ("w", "r"))
    y_range = (-1.5 * scale, 3.2 * scale)
    return Scene(
        figures={
            "jensen": Figure(
                figures.jensen_figure(_CURVE, -np.log(_CURVE) * scale, y_range, unit),
                430,
                "The curve −log r, the atoms on it, and their centre of mass above the curve",
            )
        },
        controls=tuple(_slider(name) for name in names),
        values=_values(count, scale),
        blocks=(_readouts(unit), _table(count)),
        marks=(
            Atoms("jensen", "ratios", "heights", "weights", IN_DISTRIBUTION, _handles(count)),
            Box("jensen", "mean_ratio", "curve_height", "chord_height", 7, GAP, "gap"),
            Point("jensen", "mean_ratio", "chord_height", ANOMALY, ""),
        ),
        rows=(
            (Cell(("figure:jensen",), 1.4), Cell(("readouts:jensen", "lines:atoms"))),
            tuple(Cell(tuple(f"control:{kind}{i + 1}" for i in range(count))) for kind in ("r", "w")),
        ),
    )


def _handles(count: int) -> tuple[str, ...]:
    return tuple(f"r{i + 1}" for i in range(count))


def _values(count: int, scale: float) -> tuple[Value, ...]:
    per_atom = []
    for i in range(count):
        per_atom += [
            Value(f"p_{i + 1}", "at", ("weights", i)),
            Value(f"ratio_{i + 1}", "at", ("ratios", i)),
            Value(f"q_{i + 1}", "multiply", (f"p_{i + 1}", f"ratio_{i + 1}")),
        ]
    return (
        Value("weights", "shares", tuple(f"w{i + 1}" for i in range(count))),
        Value("ratios", "unitMean", ("weights", *_handles(count))),
        Value("heights", "minusLogs", ("ratios", scale)),
        Value("mean_ratio", "weightedMean", ("weights", "ratios")),
        Value("chord_height", "weightedMean", ("weights", "heights")),
        Value("curve_height", "minusLog", ("mean_ratio", scale)),
        Value("kl_nats", "jensenGap", ("weights", "ratios")),
        Value("kl", "multiply", ("kl_nats", scale)),
        *per_atom,
    )


def _readouts(unit: str) -> ReadoutGroup:
    return ReadoutGroup(
        "jensen",
        "",
        (
            Readout("kl", f"D(p‖q), the gap ({unit})", ".4f", "0 only where all ratios are 1: p = q."),
            Readout("mean_ratio", "E_p[r] = Σ qᵢ", ".4f", "1: all of q's mass lies on p's atoms."),
            Readout("chord_height", f"E_p[−log r] ({unit})", ".4f", "Height of the centre of mass."),
            Readout("curve_height", f"−log E_p[r] ({unit})", ".4f", "The curve below it."),
        ),
        columns=2,
    )


def _table(count: int) -> Lines:
    """p, r and q of every atom, after the renormalisation."""
    lines = tuple(
        f"atom {i}: p = {{p_{i}:.3f}}, r = {{ratio_{i}:.3f}}, q = p·r = {{q_{i}:.3f}}"
        for i in range(1, count + 1)
    )
    return Lines("atoms", "After the renormalisation: Σ p = 1 and Σ q = 1", lines)


def _slider(name: str) -> Slider:
    kind, number = name[0], int(name[1:])
    weight = kind == "w"
    return Slider(
        name=name,
        label=f"{'weight' if weight else 'ratio'} {number}",
        minimum=0.01 if weight else 0.0,
        maximum=1.0 if weight else LARGEST_RATIO,
        step=0.01,
        precision=0.01,
        value_text=f"{'weight' if weight else 'ratio'} {number}: {{{name}:.2f}}, divergence {{kl:.4f}}",
    )
