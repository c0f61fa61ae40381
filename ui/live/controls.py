"""Controls: what a visitor moves, each named like the value that it sets."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Preset:
    """A button that sets a control to an exact value."""

    label: str
    value: float


@dataclass(frozen=True)
class Slider:
    """A native range input over ``[minimum, maximum]``; ``scale="log"`` spaces its positions by ratio.

    A pointer on a plot moves it in multiples of ``precision``; a typed number is taken exactly and may lie
    outside the range. ``value_text`` is what a screen reader says. With ``drives`` it is no state of its own
    but a second scale of another control, whose value is ``intercept + slope * this``. ``play``, in steps
    per second, adds play, pause, step and speed.
    """

    name: str
    label: str
    minimum: float
    maximum: float
    step: float
    precision: float
    value_text: str
    format: str = ".2f"
    scale: Literal["linear", "log"] = "linear"
    presets: tuple[Preset, ...] = ()
    drives: str = ""
    slope: float = 1.0
    intercept: float = 0.0
    play: float = 0.0
