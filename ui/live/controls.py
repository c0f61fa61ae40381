"""Controls: what a visitor moves. Each is described once: default, bounds, address and appearance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ui.live.values import Computed, Text, Value, Words
from ui.quoting import as_code


@dataclass(frozen=True, eq=False, kw_only=True)
class Control(Value):
    """One number of a page's state, ``low <= value <= high``; ``parameter`` is its name in the address."""

    name: str = field(kw_only=False)
    default: float = 0.0
    low: float = 0.0
    high: float = 1.0
    parameter: str = ""

    @property
    def address(self) -> str:
        """Its name in the address bar."""
        return self.parameter or self.name

    @property
    def bounds(self) -> tuple[float, float]:
        """What may be typed or linked."""
        return self.low, self.high

    def parse(self, text: str) -> float:
        """The value written as ``text``; ``ValueError`` with one sentence in Markdown when it is none."""
        low, high = self.bounds
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            expected = f"a number from {low:g} to {high:g}"
            raise ValueError(f"{self.address} in the address must be {expected}, not {as_code(text)}")
        return value

    def accepts(self, value: object) -> bool:
        """Whether a browser may have sent ``value``: a finite number within the bounds."""
        low, high = self.bounds
        return isinstance(value, int | float) and low <= value <= high

    def nearest(self, value: float) -> float:
        """The position of the control that a value within the bounds is moved to."""
        return float(value)


@dataclass(frozen=True)
class Preset:
    """A button that sets a control to an exact value."""

    label: str
    value: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Slider(Control):
    """A native range input over ``[low, high]``; ``scale="log"`` spaces its positions by ratio.

    A pointer on a plot moves it in multiples of ``precision`` (its step, when 0). A typed number is taken
    exactly and may lie within ``wider`` where the range is narrower; a ``tabulated`` slider has no other
    values than ``grid``, because what follows it is known there alone, and moves to the nearest one. With
    ``drives`` it is no state of its own but a second scale of another control, whose value is
    ``intercept + slope * this``. ``play``, in steps per second, adds play, pause, step and speed.
    """

    label: str = field(kw_only=False)
    step: float = 0.01
    precision: float = 0.0
    format: str = ".2f"
    scale: Literal["linear", "log"] = "linear"
    presets: tuple[Preset, ...] = ()
    wider: tuple[float, float] | None = None
    tabulated: bool = False
    drives: Slider | None = None
    slope: float = 1.0
    intercept: float = 0.0
    play: float = 0.0

    def __post_init__(self) -> None:
        if self.tabulated and self.nearest(self.default) != self.default:
            raise ValueError(f"{self.name} begins at {self.default}, which is no position of its grid")

    @property
    def bounds(self) -> tuple[float, float]:
        """What may be typed or linked."""
        return self.wider or (self.low, self.high)

    @property
    def grid(self) -> np.ndarray:
        """Its positions, float64 (n,): the doubles nearest to ``low + k * step``."""
        count = round((self.high - self.low) / self.step)
        places = max(10, 4 - math.floor(math.log10(self.step)))
        # NumPy's round would not give the same number again for each of its results from about 1e6 on.
        return np.array([round(self.low + self.step * k, places) for k in range(count + 1)])

    @property
    def index(self) -> Computed:
        """The place of its value in ``grid``; for tabulated sliders alone, or it would be a neighbour's."""
        if not self.tabulated:
            raise ValueError(f"{self.name} takes values off its grid, so it has no place there")
        return (self - self.low) / self.step

    def nearest(self, value: float) -> float:
        if not self.tabulated:
            return float(value)
        grid = self.grid
        return float(grid[np.argmin(np.abs(grid - value))])

    def spoken(self, text: Words) -> Spoken:
        """This slider in the layout, with what a screen reader says of its position."""
        return Spoken(self, Text.of(text))


@dataclass(frozen=True)
class Spoken:
    """A slider and the text for its position; a bare slider in the layout says its label and number."""

    slider: Slider
    text: Text

    @classmethod
    def of(cls, item: Slider | Spoken) -> Spoken:
        """``item`` with a text in any case."""
        if isinstance(item, Spoken):
            return item
        return cls(item, Text.of(f"{item.label} {item:{item.format}}"))
