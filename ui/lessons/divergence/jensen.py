"""Jensen's inequality as a mechanism: atoms of r = q/p on the curve −log r, and the gap that is D(p‖q)."""

import numpy as np

from hw9core.figures import divergence as figures
from hw9core.figures.divergence import GAP
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.live import kernels
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Atoms, Box, Point
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Value, named
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


# For each atom a weight and a ratio, both before the renormalisation.
WEIGHTS = tuple(
    Slider(f"w{i + 1}", f"weight {i + 1}", default=weight, low=0.01, high=1.0)
    for i, weight in enumerate(_WEIGHTS)
)
RATIOS = tuple(
    Slider(f"r{i + 1}", f"ratio {i + 1}", default=ratio, low=0.0, high=LARGEST_RATIO)
    for i, ratio in enumerate(_RATIOS)
)


def example(name: str, count: int) -> dict[str, float]:
    """The controls' values of one of ``EXAMPLES``."""
    ratios = {f"r{i + 1}": EXAMPLES[name](i) for i in range(count)}
    return ratios | {f"w{i + 1}": _WEIGHTS[i] for i in range(count)}


@published(16)
def scene(count: int, unit: str) -> Scene:
    """The curve with its atoms, two sliders for each, and what they add up to."""
    scale = UNITS[unit]
    sliders = WEIGHTS[:count], RATIOS[:count]
    weights = kernels.shares(*sliders[0])
    ratios = kernels.unit_mean(weights, *sliders[1])
    heights = kernels.minus_logs(ratios, scale)
    mean_ratio = named("mean_ratio", kernels.weighted_mean(weights, ratios))
    chord = named("chord_height", kernels.weighted_mean(weights, heights))
    curve = named("curve_height", kernels.minus_log(mean_ratio, scale))
    kl = named("kl", kernels.jensen_gap(weights, ratios) * scale)
    figure = figures.jensen_figure(_CURVE, -np.log(_CURVE) * scale, (-1.5 * scale, 3.2 * scale), unit)
    words = "The curve −log r, the atoms on it, and their centre of mass above the curve"
    marks = (
        Atoms(ratios, heights, weights, IN_DISTRIBUTION, sliders[1]),
        Box(mean_ratio, curve, chord, 7, GAP, "gap"),
        Point(mean_ratio, chord, ANOMALY),
    )
    readouts = (
        Readout(kl, f"D(p‖q), the gap ({unit})", ".4f", "0 only where all ratios are 1: p = q."),
        Readout(mean_ratio, "E_p[r] = Σ qᵢ", ".4f", "1: all of q's mass lies on p's atoms."),
        Readout(chord, f"E_p[−log r] ({unit})", ".4f", "Height of the centre of mass."),
        Readout(curve, f"−log E_p[r] ({unit})", ".4f", "The curve below it."),
    )
    spoken = tuple(
        tuple(slider.spoken(f"{slider.label}: {slider:.2f}, divergence {kl:.4f}") for slider in group)
        for group in sliders
    )
    return Scene(
        (
            (
                Cell((Figure("jensen", figure, 430, words, marks),), 1.4),
                Cell((ReadoutGroup("jensen", "", readouts, columns=2), _atoms(count, weights, ratios))),
            ),
            (Cell(spoken[1]), Cell(spoken[0])),
        )
    )


def _atoms(count: int, weights: Value, ratios: Value) -> Lines:
    """p, r and q of every atom, after the renormalisation."""
    lines = []
    for i in range(count):
        p, r = at(weights, i), at(ratios, i)
        lines.append(f"atom {i + 1}: p = {p:.3f}, r = {r:.3f}, q = p·r = {p * r:.3f}")
    return Lines("atoms", "After the renormalisation: Σ p = 1 and Σ q = 1", tuple(lines))
