"""Problem 2 broken on purpose: one weight below 0. ∫ F′ stays 1; what may fail is that F never falls."""

from dataclasses import dataclass

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.line_flow.signed_mixture import signed_cdf, signed_density, signed_mixture_report
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Preset, Slider
from ui.live.marks import Curve
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

POINTS = 300
LOW, HIGH, STEP = -0.5, 1.5, 0.02


@dataclass(frozen=True)
class Pair:
    """Two components, centres and widths, whose weights are w and 1 − w; ``start`` is the w shown first."""

    locs: tuple[float, float]
    scales: tuple[float, float]
    start: float


PAIRS = {
    "side by side": Pair((-1.0, 0.25), (0.25, 0.5), 1.3),  # the homework's two Gaussians
    "narrow in wide": Pair((0.0, 0.0), (1.0, 0.3), 1.3),
}


def fields(pair: str) -> tuple[Field, ...]:
    """The weight of the first component."""
    return (Field("w", PAIRS[pair].start, LOW, HIGH),)


def scene(pair: str) -> Scene:
    """F and F′ for every weight, ∫ F′ and ∫ |F′|, and whether z = Φ⁻¹(F(x)) exists."""
    chosen = PAIRS[pair]
    weights = np.round(np.linspace(LOW, HIGH, round((HIGH - LOW) / STEP) + 1), 2)
    mixtures = [((w, 1.0 - w), chosen.locs, chosen.scales) for w in weights]
    x = np.linspace(*_reach(chosen), POINTS)
    heights = np.stack([signed_cdf(x, *mixture) for mixture in mixtures])
    slopes = np.stack([signed_density(x, *mixture) for mixture in mixtures])
    return Scene(
        figures={
            "signed_cdf": Figure(figures.signed_cdf_figure(x, heights), 330, "F as a function of x"),
            "signed_slope": Figure(
                figures.signed_slope_figure(x, slopes), 330, "F′, what should be a density"
            ),
        },
        controls=(_slider(),),
        marks=(
            Curve("signed_cdf", "signed_x", "signed_heights", "signed_row", IN_DISTRIBUTION, "F"),
            Curve(
                "signed_slope", "signed_x", "rising", "signed_row", IN_DISTRIBUTION, "F′ above 0", fill=True
            ),
            Curve("signed_slope", "signed_x", "falling", "signed_row", ANOMALY, "below 0", hatch=True),
        ),
        rows=(
            (Cell(("control:w",)),),
            (Cell(("figure:signed_cdf",)), Cell(("figure:signed_slope",))),
            (Cell(("readouts:signed",)),),
        ),
        arrays={
            "signed_x": x.astype(np.float32),
            "signed_heights": heights.astype(np.float32),
            "rising": np.maximum(slopes, 0.0).astype(np.float32),
            "falling": np.minimum(slopes, 0.0).astype(np.float32),
        },
    ) + _numbers(mixtures)


def _numbers(mixtures: list[tuple]) -> Scene:
    reports = [signed_mixture_report(*mixture) for mixture in mixtures]
    tables = {
        "integral": np.array([report.integral for report in reports]),
        "variation": np.array([report.total_variation for report in reports]),
        "lowest": np.array([report.lowest for report in reports]),
        "highest": np.array([report.highest for report in reports]),
        "exists": np.array([float(report.is_distribution) for report in reports]),
    }
    readouts = (
        Readout("integral", "∫ F′ dx", ".4f", "The weights sum to 1, whatever their signs."),
        Readout("variation", "∫ |F′| dx", ".4f", "Above 1 where F also falls."),
        Readout("lowest", "Lowest F", ".4f", "Below 0 there is no Φ⁻¹(F)."),
        Readout("highest", "Highest F", ".4f", "Above 1 there is none either."),
        Readout("exists", "z = Φ⁻¹(F(x))", "?exists, one z for every x|does not exist everywhere"),
    )
    return Scene(
        values=(
            Value("signed_place", "subtract", ("w", LOW)),
            Value("signed_row", "divide", ("signed_place", STEP)),
            *(Value(name, "at", (f"{name}_table", "signed_row")) for name in tables),
        ),
        blocks=(
            ReadoutGroup("signed", "What a weight below 0 breaks, and what it does not", readouts, columns=5),
        ),
        arrays={f"{name}_table": table for name, table in tables.items()},
    )


def _slider() -> Slider:
    return Slider(
        name="w",
        label="weight w of the first component; the second has 1 − w",
        minimum=LOW,
        maximum=HIGH,
        step=STEP,
        precision=STEP,
        value_text="w = {w:.2f}: the integral of the absolute slope is {variation:.3f}",
        presets=(Preset("even halves", 0.5), Preset("1.3 and −0.3", 1.3)),
    )


def _reach(pair: Pair) -> tuple[float, float]:
    """The x that are drawn: four widths around every centre."""
    low = min(loc - 4.0 * scale for loc, scale in zip(pair.locs, pair.scales, strict=True))
    high = max(loc + 4.0 * scale for loc, scale in zip(pair.locs, pair.scales, strict=True))
    return low, high
