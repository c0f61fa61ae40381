"""A miniature: a small drawing of a lesson that follows one or two of its controls, and each state's numbers.

A lesson says its own in ``ui/lessons/<word>/miniature.py``, as the function ``miniature``. Everything is a
table over the states, so that the browser computes nothing: it looks numbers up, and between the rows of a
shape the points are on the straight way from the one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from ui.state import in_address

WIDTH, HEIGHT = 360, 148  # of every drawing, in its own units
MARGIN = 12  # beyond the window, so that what is drawn at an end of a control is seen whole
INK = "currentColor"
Window = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Axis:
    """A control of the lesson: its name in the address, and its values (n,) across the drawing or up it.

    At first it stands at the share ``start`` of the way.
    """

    parameter: str
    values: FloatArray
    start: float = 0.5


@dataclass(frozen=True, eq=False)
class Shape:
    """What is drawn of one thing, in the coordinates of the miniature's window.

    ``points`` stand still as (m, 2), follow the first control as (rows, m, 2), or both as (rows, rows, m, 2);
    the rows are evenly spread over the states. A point that is NaN lifts the pen. With ``side`` no more is
    drawn than what lies on that side of where the first control stands. ``small`` is for many dots.
    """

    points: FloatArray
    color: str = INK
    kind: Literal["line", "area", "dots"] = "line"
    dash: bool = False
    hatch: bool = False
    small: bool = False
    side: Literal["", "left", "right"] = ""


@dataclass(frozen=True, eq=False)
class Word:
    """Words at a point, which is given as a shape's points are, with m = 1."""

    points: FloatArray
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True, eq=False)
class Number:
    """A number of the state: ``table`` (n,) over the first control's values, or (n, m) over both controls'.

    ``name`` is that of the lesson's readout with the same number; ``form`` is a format of ``format.js``.
    """

    name: str
    label: str
    table: NDArray[np.float64]
    form: str


@dataclass(frozen=True, eq=False)
class Miniature:
    """``across`` follows the pointer's x, ``up`` its y; ``address`` is what else the lesson's address says.

    ``beside`` are the same numbers from elsewhere, such as the homework's, each row of them by its name.
    """

    window: Window
    across: Axis
    drawn: tuple[Shape | Word, ...]
    numbers: tuple[Number, ...]
    up: Axis | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def has(self, i: int, j: int) -> bool:
        """Whether there is a state of value ``i`` across and ``j`` up; without a second control j is 0."""
        heights = 1 if self.up is None else self.up.values.size
        return 0 <= i < self.across.values.size and 0 <= j < heights

    def opened_at(self, i: int, j: int = 0) -> dict[str, str]:
        """The lesson's address in a state that the miniature has."""
        state = {self.across.parameter: in_address(self.across.values[i])}
        if self.up is not None:
            state[self.up.parameter] = in_address(self.up.values[j])
        return {**self.address, **state}


def square_window(half_height: float) -> Window:
    """The window around the origin in which both coordinates have one scale."""
    half_width = half_height * (WIDTH - 2 * MARGIN) / (HEIGHT - 2 * MARGIN)
    return (-half_width, half_width), (-half_height, half_height)


def still(x: FloatArray, y: FloatArray) -> FloatArray:
    """The points (m, 2) of a curve that stands still."""
    return np.stack([x, y], axis=-1)


def carried_by(points: FloatArray, across: Axis, up: Axis | None = None) -> FloatArray:
    """Points (m, 2) around the origin, at the controls' values: two rows along each control are enough."""
    ends = across.values[[0, -1]]
    if up is None:
        return points + still(ends, np.zeros(2))[:, np.newaxis]
    corners = np.stack(np.meshgrid(ends, up.values[[0, -1]], indexing="ij"), axis=-1)
    return points + corners[:, :, np.newaxis]
