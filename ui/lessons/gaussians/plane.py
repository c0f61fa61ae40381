"""The state that all plane views share: two ellipses, each by centre, half axes and angle."""

import math

from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from ui.live.controls import Slider
from ui.state import Field

PARTS = ("x", "y", "first", "second", "angle")
P_START, Q_START = (-1.0, 0.5, 1.6, 0.6, 35.0), (1.0, -0.5, 1.9, 1.1, -20.0)
REACH, AXES = (5.0, 4.0), (0.05, 5.0)
_LABELS = {
    "x": "mean x₁",
    "y": "mean x₂",
    "first": "half axis a (sd)",
    "second": "half axis b (sd)",
    "angle": "angle of a (°)",
}
_BOUNDS = {
    "x": (-1e3, 1e3),
    "y": (-1e3, 1e3),
    "first": (1e-3, 1e3),
    "second": (1e-3, 1e3),
    "angle": (-360.0, 360.0),
}


def names(which: str) -> tuple[str, ...]:
    """The five controls of p or of q."""
    return tuple(f"{which}_{part}" for part in PARTS)


P, Q = names("p"), names("q")


def fields() -> tuple[Field, ...]:
    """Ten numbers; typed ones may lie outside the sliders, within these bounds."""
    return tuple(
        Field(name, start, *_BOUNDS[part])
        for which, numbers in ((P, P_START), (Q, Q_START))
        for name, part, start in zip(which, PARTS, numbers, strict=True)
    )


def gaussian(values: dict[str, float], which: str) -> Gaussian:
    """p or q from the committed numbers. Raises InputError."""
    x, y, first, second, angle = (values[name] for name in names(which))
    return Gaussian([x, y], covariance_from_ellipse(Ellipse(first, second, math.radians(angle))))


def sliders(which: str) -> tuple[Slider, ...]:
    """Five sliders; a handle on the plot moves them in their steps."""
    return tuple(_slider(which, name, part) for name, part in zip(names(which), PARTS, strict=True))


def _slider(which: str, name: str, part: str) -> Slider:
    low, high = {"x": (-REACH[0], REACH[0]), "y": (-REACH[1], REACH[1]), "angle": (-180.0, 180.0)}.get(
        part, AXES
    )
    step = 0.5 if part == "angle" else 0.01
    return Slider(
        name=name,
        label=f"{which}: {_LABELS[part]}",
        minimum=low,
        maximum=high,
        step=step,
        precision=0.1 if part == "angle" else 0.01,
        format=".1f" if part == "angle" else ".2f",
        scale="log" if part in ("first", "second") else "linear",
        value_text=f"{which}, {_LABELS[part]}: {{{name}:.2f}}",
    )
