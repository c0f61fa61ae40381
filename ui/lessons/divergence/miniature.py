"""The lesson on the divergence on the start page: two atoms of q/p, their chord, and the gap, D(p‖q)."""

import numpy as np

from hw9core.divergence.jensen import RatioAtoms, discrete_kl
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.home.miniature import Axis, Miniature, Number, Shape, Word, still
from ui.lessons.divergence.jensen import LARGEST_RATIO, RATIOS, WEIGHTS
from ui.shared import shared

COUNT = 2
LEAST_RATIO = 0.04
EVERY = 2  # steps of the lesson's slider
CURVE = np.geomspace(0.06, 3.2, 90)


@shared(entries=1)
def miniature() -> Miniature:
    """The second atom's ratio moves, the first one's stays, as they are before the renormalisation."""
    grid = RATIOS[1].grid
    ratios = grid[grid >= LEAST_RATIO][::EVERY]
    states = [_atoms(ratio) for ratio in ratios]
    chords = np.array([still(atoms.ratios, -np.log(atoms.ratios)) for atoms in states])
    gaps = np.array([[[1.0, atoms.curve_height], [1.0, atoms.chord_height]] for atoms in states])
    divergences = np.array([discrete_kl(atoms.weights, atoms.q) for atoms in states])
    return Miniature(
        window=((0.0, LARGEST_RATIO), (-1.15, 2.4)),
        across=Axis(RATIOS[1].address, ratios, start=0.8),
        drawn=(
            Shape(still(CURVE, -np.log(CURVE))),
            Word(np.array([[0.03, 0.3]]), "−log r", "start"),
            Shape(chords, IN_DISTRIBUTION, dash=True),
            Shape(gaps, ANOMALY),
            Shape(chords, IN_DISTRIBUTION, "dots"),
            Shape(gaps[:, 1:], ANOMALY, "dots"),
            Word(gaps[:, 1:] + [0.08, 0.12], "the gap", "start"),
        ),
        numbers=(
            Number("r2", "ratio 2", ratios, ".2f"),
            Number("kl", "D(p‖q)", divergences, ".4f"),
        ),
        address={"atoms": str(COUNT)},
    )


def _atoms(ratio: float) -> RatioAtoms:
    return RatioAtoms([slider.default for slider in WEIGHTS[:COUNT]], [RATIOS[0].default, ratio])
