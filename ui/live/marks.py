"""Marks: what moves over a figure. Each names the figure, and the values and arrays that it follows."""

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True)
class VerticalLine:
    """A line at x = ``at`` across the plot; with ``drag`` the pointer moves that control on the plot.

    It is hidden while its value is NaN.
    """

    kind: ClassVar[str] = "vertical-line"
    figure: str
    at: str
    label: str
    drag: bool = False
    color: str = ""


@dataclass(frozen=True)
class Area:
    """The part of a filled curve (arrays ``x``, ``y``) on one side of x = ``at``, hatched in ``color``."""

    kind: ClassVar[str] = "area"
    figure: str
    x: str
    y: str
    at: str
    side: Literal["left", "right"]
    color: str
    label: str


@dataclass(frozen=True)
class Point:
    """A dot at (``x``, ``y``), both names of values."""

    kind: ClassVar[str] = "point"
    figure: str
    x: str
    y: str
    color: str
    label: str


@dataclass(frozen=True)
class Curve:
    """A polyline: row ``row`` of array ``y`` (rows, m) against array ``x``, (m,) or (rows, m).

    It is hidden while its row is NaN. ``dash`` is SVG's, such as "6 4"; ``hatch`` fills with stripes.
    """

    kind: ClassVar[str] = "curve"
    figure: str
    x: str
    y: str
    row: str
    color: str
    label: str
    fill: bool = False
    dash: str = ""
    hatch: bool = False


@dataclass(frozen=True)
class LiveCurve:
    """A polyline computed in every frame: ``y`` names a value that is an array as long as array ``x``."""

    kind: ClassVar[str] = "live-curve"
    figure: str
    x: str
    y: str
    color: str
    label: str


@dataclass(frozen=True)
class Dots:
    """Dots at row ``row`` of array ``x`` (rows, n) and at the heights of array ``y`` (n,)."""

    kind: ClassVar[str] = "dots"
    figure: str
    x: str
    y: str
    row: str
    color: str


@dataclass(frozen=True)
class Handle:
    """A dot to drag in the plane: ``x`` and ``y`` name the controls that it moves, each to its steps.

    Of several in one figure a press moves the nearest.
    """

    kind: ClassVar[str] = "handle"
    figure: str
    x: str
    y: str
    color: str
    label: str


@dataclass(frozen=True)
class Spoke:
    """A dot to drag about a centre (``x``, ``y``): its distance is the control ``radius``, its direction,
    less ``turn``, the control ``angle``, both in degrees.
    """

    kind: ClassVar[str] = "spoke"
    figure: str
    x: str
    y: str
    radius: str
    angle: str
    turn: float
    color: str
    label: str


@dataclass(frozen=True)
class LivePath:
    """A line computed in every frame: ``points`` names a value x, y, x, y, …; linear axes only."""

    kind: ClassVar[str] = "live-path"
    figure: str
    points: str
    color: str
    label: str
    dash: str = ""
    closed: bool = True
    fill: bool = False


@dataclass(frozen=True)
class Atoms:
    """Dots at (``x``, ``y``) with an area in proportion to ``weights``, and the polygon that they span.

    All three name values that are arrays, as long as ``handles``: the controls that the pointer moves. They
    hold the x before a renormalisation to weighted mean 1, which the dot under the pointer accounts for.
    """

    kind: ClassVar[str] = "atoms"
    figure: str
    x: str
    y: str
    weights: str
    color: str
    handles: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """A box around x = ``at``, ``width`` pixels wide, from ``low`` to ``high``: all three name values."""

    kind: ClassVar[str] = "box"
    figure: str
    at: str
    low: str
    high: str
    width: float
    color: str
    label: str
    hatch: bool = False


@dataclass(frozen=True)
class Swarm:
    """Small dots at row ``row`` of the float32 array ``points`` (rows, n, 2) of x, y; linear axes only.

    Between two rows every dot is on the straight line from the one to the other. ``groups`` names a uint8
    array (n,) of indices into ``colors``. It is hidden while its row is NaN.
    """

    kind: ClassVar[str] = "swarm"
    figure: str
    points: str
    row: str
    groups: str
    colors: tuple[str, ...]


@dataclass(frozen=True)
class Mesh:
    """Polylines at row ``row`` of the float32 array ``points`` (rows, lines, m, 2) of x, y; linear axes only.

    Between two rows every point is on the straight line from the one to the other. It is hidden while its
    row is NaN.
    """

    kind: ClassVar[str] = "mesh"
    figure: str
    points: str
    row: str
    color: str


@dataclass(frozen=True)
class Raster:
    """Image ``row`` (rounded) of the uint8 array ``levels`` (rows, h, w), the lowest line of pixels first.

    It covers the ranges ``x`` and ``y`` from edge to edge and is smoothed between pixels; linear axes only.
    A level of 255 is ``color``, 0 is transparent. It is hidden while its row is NaN.
    """

    kind: ClassVar[str] = "raster"
    figure: str
    levels: str
    row: str
    x: tuple[float, float]
    y: tuple[float, float]
    color: str


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
