"""Which digits are turned away and which characters slip through."""

import numpy as np

from hw9core.figures.anomaly_scores import AxisScale
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import decision
from ui.lessons.anomaly.material import DIGITS, HIRAGANA, Material
from ui.live.blocks import Bar, Bars
from ui.live.kernels import count_above, count_not_above
from ui.live.published import published
from ui.live.scene import Scene
from ui.live.values import Computed, Data, named


@published()
def scene(material: Material, scale: AxisScale) -> Scene:
    """α by digit and β by hiragana class, each class with its own counts."""
    now = decision(material, scale)
    flagged = [
        _bar("alpha", i, name, count_above(scores, now.tau), scores, "flagged")
        for i, (name, scores) in enumerate(_by_class("digit", material.test, material.test_classes, DIGITS))
    ]
    characters = _by_class("character", material.anomaly, material.anomaly_classes, HIRAGANA)
    missed = [
        _bar("beta", i, name, count_not_above(scores, now.tau), scores, "missed")
        for i, (name, scores) in enumerate(characters)
    ]
    alpha = Bars("alpha_by_class", "Type I error α by digit", tuple(flagged), "type_1")
    beta = Bars("beta_by_class", "Type II error β by KMNIST character", tuple(missed), "type_2")
    return base.scene(now, beside=(alpha, beta))


def _by_class(
    prefix: str, scores: np.ndarray, classes: np.ndarray, names: tuple[str, ...]
) -> list[tuple[str, Data]]:
    """Each class's name and its ascending scores."""
    return [
        (name, Data(f"{prefix}_{i}", np.sort(scores[classes == i]).astype(np.float32)))
        for i, name in enumerate(names)
    ]


def _bar(rate: str, i: int, name: str, count: Computed, scores: Data, word: str) -> Bar:
    size = scores.array.size
    share = named(f"{rate}_{i}", count / size)
    return Bar(f"“{name}”", share, f"{share:.4f} ({count:,d} of {size:,} {word})")
