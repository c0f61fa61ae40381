"""Problem 2 broken on purpose: one weight below 0. ∫ F′ stays 1; what may fail is that F never falls."""

from dataclasses import dataclass

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.line_flow.signed_mixture import signed_cdf, signed_density, signed_mixture_report
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Preset, Slider
from ui.live.kernels import at
from ui.live.marks import Curve
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, named

POINTS = 300
W = Slider(
    "w",
    "weight w of the first component; the second has 1 − w",
    default=1.3,
    low=-0.5,
    high=1.5,
    step=0.02,
    presets=(Preset("even halves", 0.5), Preset("1.3 and −0.3", 1.3)),
    tabulated=True,
)


@dataclass(frozen=True)
class Pair:
    """Two components, centres and widths, whose weights are w and 1 − w."""

    locs: tuple[float, float]
    scales: tuple[float, float]


PAIRS = {
    "side by side": Pair((-1.0, 0.25), (0.25, 0.5)),  # the homework's two Gaussians
    "narrow in wide": Pair((0.0, 0.0), (1.0, 0.3)),
}


@published(8)
def scene(pair: str) -> Scene:
    """F and F′ for every weight, ∫ F′ and ∫ |F′|, and whether z = Φ⁻¹(F(x)) exists."""
    chosen = PAIRS[pair]
    mixtures = [((w, 1.0 - w), chosen.locs, chosen.scales) for w in W.grid]
    numbers = _numbers(mixtures)
    variation = numbers.readouts[1].name
    slider = W.spoken(f"w = {W:.2f}: the integral of the absolute slope is {variation:.3f}")
    x = np.linspace(*_reach(chosen), POINTS)
    drawn_x = Data("signed_x", np.float32(x))
    return Scene(
        (
            (Cell((slider,)),),
            (
                Cell((_heights(x, drawn_x, mixtures),)),
                Cell((_slopes(x, drawn_x, mixtures),)),
                Cell((numbers,), 0.9),
            ),
        ),
        stage=2,
    )


def _heights(x: np.ndarray, drawn_x: Data, mixtures: list[tuple]) -> Figure:
    heights = np.stack([signed_cdf(x, *mixture) for mixture in mixtures])
    curve = Curve(drawn_x, Data("signed_heights", np.float32(heights)), W.index, IN_DISTRIBUTION, "F")
    figure = figures.signed_cdf_figure(x, heights)
    return Figure("signed_cdf", figure, 330, "F as a function of x", (curve,))


def _slopes(x: np.ndarray, drawn_x: Data, mixtures: list[tuple]) -> Figure:
    slopes = np.stack([signed_density(x, *mixture) for mixture in mixtures])
    rising = Data("rising", np.float32(np.maximum(slopes, 0.0)))
    falling = Data("falling", np.float32(np.minimum(slopes, 0.0)))
    curves = (
        Curve(drawn_x, rising, W.index, IN_DISTRIBUTION, "F′ above 0", fill=True),
        Curve(drawn_x, falling, W.index, ANOMALY, "below 0", hatch=True),
    )
    figure = figures.signed_slope_figure(x, slopes)
    return Figure("signed_slope", figure, 330, "F′, what should be a density", curves)


def _numbers(mixtures: list[tuple]) -> ReadoutGroup:
    reports = [signed_mixture_report(*mixture) for mixture in mixtures]
    tables = {
        "integral": [report.integral for report in reports],
        "variation": [report.total_variation for report in reports],
        "lowest": [report.lowest for report in reports],
        "highest": [report.highest for report in reports],
        "exists": [report.is_distribution for report in reports],
    }
    integral, variation, lowest, highest, exists = (
        named(name, at(Data(f"{name}_table", np.array(table, dtype=np.float64)), W.index))
        for name, table in tables.items()
    )
    readouts = (
        Readout(integral, "∫ F′ dx", ".4f", "The weights sum to 1, whatever their signs."),
        Readout(variation, "∫ |F′| dx", ".4f", "Above 1 where F also falls."),
        Readout(
            named("fallen", (variation - integral) / 2), "How far F falls", ".4f", "In all; 0 for a flow."
        ),
        Readout(lowest, "Lowest F", ".4f", "Below 0 there is no Φ⁻¹(F)."),
        Readout(highest, "Highest F", ".4f", "Above 1 there is none either."),
        Readout(exists, "z = Φ⁻¹(F(x))", "?exists, one z for every x|does not exist everywhere"),
    )
    return ReadoutGroup("signed", "What a weight below 0 breaks, and what it does not", readouts, columns=2)


def _reach(pair: Pair) -> tuple[float, float]:
    """The x that are drawn: four widths around every centre."""
    low = min(loc - 4.0 * scale for loc, scale in zip(pair.locs, pair.scales, strict=True))
    high = max(loc + 4.0 * scale for loc, scale in zip(pair.locs, pair.scales, strict=True))
    return low, high
