"""Marks: what moves over a figure. Each holds the values and arrays that it follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from ui.live.controls import Slider
from ui.live.pieces import Piece
from ui.live.values import Number, Table, Value, Words, array_of


@dataclass(frozen=True)
class VerticalLine(Piece):
    """A line at x = ``at`` across the plot; with ``drag`` the pointer moves that control on the plot.

    It is hidden while its value is NaN.
    """

    kind: ClassVar[str] = "vertical-line"
    at: Number
    label: Words = ""
    drag: bool = False
    color: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.drag and not isinstance(self.at, Slider):
            raise ValueError("only a line that stands at a slider's value can be dragged")


@dataclass(frozen=True)
class Area(Piece):
    """The part of a filled curve (arrays ``x``, ``y``) on one side of x = ``at``, hatched in ``color``."""

    kind: ClassVar[str] = "area"
    x: Table
    y: Table
    at: Number
    side: Literal["left", "right"]
    color: str
    label: str


@dataclass(frozen=True)
class Point(Piece):
    """A dot at (``x``, ``y``)."""

    kind: ClassVar[str] = "point"
    x: Number
    y: Number
    color: str
    label: Words = ""


@dataclass(frozen=True)
class Curve(Piece):
    """A polyline: row ``row`` of array ``y`` (rows, m) against array ``x``, (m,) or (rows, m).

    It is hidden while its row is NaN. ``dash`` is SVG's, such as "6 4"; ``hatch`` fills with stripes.
    """

    kind: ClassVar[str] = "curve"
    x: Table
    y: Table
    row: Number
    color: str
    label: str
    fill: bool = False
    dash: str = ""
    hatch: bool = False


@dataclass(frozen=True)
class LiveCurve(Piece):
    """A polyline computed in every frame: ``y`` is a value that is an array as long as array ``x``."""

    kind: ClassVar[str] = "live-curve"
    x: Table
    y: Value
    color: str
    label: str


@dataclass(frozen=True)
class Dots(Piece):
    """Dots at row ``row`` of array ``x`` (rows, n) and at the heights of array ``y`` (n,)."""

    kind: ClassVar[str] = "dots"
    x: Table
    y: Table
    row: Number
    color: str


@dataclass(frozen=True)
class Handle(Piece):
    """A dot to drag in the plane: ``x`` and ``y`` are the controls that it moves, each to its steps.

    Of several in one figure a press moves the nearest.
    """

    kind: ClassVar[str] = "handle"
    x: Slider
    y: Slider
    color: str
    label: Words = ""


@dataclass(frozen=True)
class Spoke(Piece):
    """A dot to drag about a centre (``x``, ``y``): its distance is the control ``radius``, its direction,
    less ``turn``, the control ``angle``, both in degrees.
    """

    kind: ClassVar[str] = "spoke"
    x: Slider
    y: Slider
    radius: Slider
    angle: Slider
    turn: float
    color: str
    label: str


@dataclass(frozen=True)
class LivePath(Piece):
    """A line computed in every frame: ``points`` is a value x, y, x, y, …; linear axes only."""

    kind: ClassVar[str] = "live-path"
    points: Value
    color: str
    label: str
    dash: str = ""
    closed: bool = True
    fill: bool = False


@dataclass(frozen=True)
class Atoms(Piece):
    """Dots at (``x``, ``y``) with an area in proportion to ``weights``, and the polygon that they span.

    All three are values that are arrays, as long as ``handles``: the controls that the pointer moves. They
    hold the x before a renormalisation to weighted mean 1, which the dot under the pointer accounts for.
    """

    kind: ClassVar[str] = "atoms"
    x: Value
    y: Value
    weights: Value
    color: str
    handles: tuple[Slider, ...]


@dataclass(frozen=True)
class Box(Piece):
    """A box around x = ``at``, ``width`` pixels wide, from ``low`` to ``high``."""

    kind: ClassVar[str] = "box"
    at: Number
    low: Number
    high: Number
    width: float
    color: str
    label: str
    hatch: bool = False


@dataclass(frozen=True)
class Swarm(Piece):
    """Small dots at row ``row`` of the float32 array ``points`` (rows, n, 2) of x, y; linear axes only.

    Between two rows every dot is on the straight line from the one to the other. ``groups`` is a uint8
    array (n,) of indices into ``colors``. It is hidden while its row is NaN.
    """

    kind: ClassVar[str] = "swarm"
    points: Table
    row: Number
    groups: Table
    colors: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        points, groups = array_of(self.points), array_of(self.groups)
        _require("points", points, np.float32, points.ndim == 3 and points.shape[-1] == 2, "(rows, n, 2)")
        within = groups.shape == points.shape[1:2] and groups.max(initial=0) < len(self.colors)
        _require("groups", groups, np.uint8, within, "(n,), indices of colors")


@dataclass(frozen=True)
class Mesh(Piece):
    """Polylines at row ``row`` of the float32 array ``points`` (rows, lines, m, 2) of x, y; linear axes only.

    Between two rows every point is on the straight line from the one to the other. It is hidden while its
    row is NaN.
    """

    kind: ClassVar[str] = "mesh"
    points: Table
    row: Number
    color: str

    def __post_init__(self) -> None:
        super().__post_init__()
        points = array_of(self.points)
        _require(
            "points", points, np.float32, points.ndim == 4 and points.shape[-1] == 2, "(rows, lines, m, 2)"
        )


@dataclass(frozen=True)
class Raster(Piece):
    """Image ``row`` (rounded) of the uint8 array ``levels`` (rows, h, w), the lowest line of pixels first.

    It covers the ranges ``x`` and ``y`` from edge to edge and is smoothed between pixels; linear axes only.
    A level of 255 is ``color``, 0 is transparent. It is hidden while its row is NaN.
    """

    kind: ClassVar[str] = "raster"
    levels: Table
    row: Number
    x: tuple[float, float]
    y: tuple[float, float]
    color: str

    def __post_init__(self) -> None:
        super().__post_init__()
        levels = array_of(self.levels)
        _require("levels", levels, np.uint8, levels.ndim == 3, "(rows, h, w)")


Mark = (
    VerticalLine
    | Handle
    | Spoke
    | Area
    | Point
    | Curve
    | LiveCurve
    | LivePath
    | Dots
    | Atoms
    | Box
    | Swarm
    | Mesh
    | Raster
)


def _require(name: str, array: np.ndarray, dtype: type, fits: bool, shape: str) -> None:
    """The browser reads arrays of one type and shape alone; raises ``ValueError`` for others."""
    if array.dtype != dtype or not fits:
        found = f"{array.dtype} {array.shape}"
        raise ValueError(f"{name} must be {np.dtype(dtype)} {shape}, not {found}")
