"""Which digits are turned away and which characters slip through."""

import numpy as np

from ui.lessons.anomaly.material import DIGITS, HIRAGANA, Material
from ui.live.blocks import Bar, Bars
from ui.live.scene import Cell, Scene, Value


def scene(material: Material) -> Scene:
    """α by digit and β by hiragana class, each class with its own counts."""
    digits = _by_class(material.test, material.test_classes, len(DIGITS))
    characters = _by_class(material.anomaly, material.anomaly_classes, len(HIRAGANA))
    arrays = {f"digit_{i}": scores.astype("float32") for i, scores in enumerate(digits)}
    arrays |= {f"character_{i}": scores.astype("float32") for i, scores in enumerate(characters)}
    return Scene(
        values=(
            *_values("digit", "countAbove", "alpha", digits),
            *_values("character", "countNotAbove", "beta", characters),
        ),
        blocks=(
            Bars(
                "alpha_by_class",
                "Type I error α by digit",
                _bars("alpha", DIGITS, digits, "flagged"),
                "type_1",
            ),
            Bars(
                "beta_by_class",
                "Type II error β by KMNIST character",
                _bars("beta", HIRAGANA, characters, "missed"),
                "type_2",
            ),
        ),
        rows=((Cell(("bars:alpha_by_class",)), Cell(("bars:beta_by_class",))),),
        arrays=arrays,
    )


def _by_class(scores: np.ndarray, classes: np.ndarray, count: int) -> list[np.ndarray]:
    return [np.sort(scores[classes == i]) for i in range(count)]


def _values(array: str, kernel: str, rate: str, groups: list[np.ndarray]) -> tuple[Value, ...]:
    counts = [Value(f"{rate}_count_{i}", kernel, (f"{array}_{i}", "tau")) for i in range(len(groups))]
    shares = [
        Value(f"{rate}_{i}", "divide", (f"{rate}_count_{i}", group.size)) for i, group in enumerate(groups)
    ]
    return (*counts, *shares)


def _bars(rate: str, names: tuple[str, ...], groups: list[np.ndarray], word: str) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            f"“{name}”",
            f"{rate}_{i}",
            f"{{{rate}_{i}:.4f}} ({{{rate}_count_{i}:,d}} of {group.size:,} {word})",
        )
        for i, (name, group) in enumerate(zip(names, groups, strict=True))
    )
