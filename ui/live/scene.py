"""A scene as data: figures that stand still, controls, the values that follow them, and what moves.

Everything here is a frozen description without behaviour. ``Scene.payload`` packs it, with its arrays, into
one immutable binary file that ``live.js`` draws. Numbers that change during a drag are named ``Value``s, each
computed in the browser by one small function of ``kernels.js`` from controls, arrays and earlier values.

Texts may hold placeholders in Python's own format language, ``"{false_positives:,d} of 10,000"``; the
supported format specs are ``d``, ``,d``, ``.Nf``, ``.Ne``, ``.N%`` and, for the next term of a sum, ``+.Nf``.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import ClassVar, Literal

import numpy as np
import plotly.graph_objects as go
from safetensors.numpy import save


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


@dataclass(frozen=True)
class Value:
    """``name = kernel(*arguments)``; strings name arrays, controls, readings or earlier values.

    A reading is a number (or None, then NaN) that Python sends beside the scene (``live(readings=…)``), such
    as the score of a visitor's own image.
    """

    name: str
    kernel: str
    arguments: tuple[str | float, ...]


@dataclass(frozen=True)
class Readout:
    """One number with its name and a sentence in plain language; ``name`` is the value it shows."""

    name: str
    label: str
    format: str
    sentence: str = ""
    tone: str = ""


@dataclass(frozen=True)
class ReadoutGroup:
    """Readouts shown together as tiles, ``columns`` side by side."""

    kind: ClassVar[str] = "readouts"
    name: str
    title: str
    readouts: tuple[Readout, ...]
    columns: int = 1


@dataclass(frozen=True)
class Bar:
    """One bar: ``value`` names a share in [0, 1]; the sentence stands beside it."""

    label: str
    value: str
    sentence: str


@dataclass(frozen=True)
class Bars:
    """Horizontal bars that follow their values at once and change places only on release, longest first."""

    kind: ClassVar[str] = "bars"
    name: str
    title: str
    bars: tuple[Bar, ...]
    tone: str


@dataclass(frozen=True)
class Term:
    """One signed number of a sum; ``value`` names it."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True)
class Waterfall:
    """Signed bars that add up: each begins where the one before ended, and ``total`` spans the whole."""

    kind: ClassVar[str] = "waterfall"
    name: str
    title: str
    terms: tuple[Term, ...]
    total: Term
    format: str = ".3f"


@dataclass(frozen=True)
class Strip:
    """``count`` images of one set around a threshold, or at one end of the scores.

    ``order`` names an int32 array of image indices by ascending score, ``scores`` the ascending scores,
    ``classes`` a uint8 array of class ids by image index. ``side``: "below" and "above" the value ``at``
    (nearest first), or "lowest" and "highest" of those not above or above it.
    """

    title: str
    image_set: str
    order: str
    scores: str
    classes: str
    class_names: tuple[str, ...]
    at: str
    side: Literal["below", "above", "lowest", "highest"]
    count: int


@dataclass(frozen=True)
class Gallery:
    """Strips of images; pictures lie at ``address/<set>/<index>.png`` and are asked for when nothing moves.

    A click enlarges an image and sets the local value ``picked`` to its score (NaN: none).
    """

    kind: ClassVar[str] = "gallery"
    name: str
    strips: tuple[Strip, ...]
    address: str
    caption: str
    picked: str


@dataclass(frozen=True)
class Sprites:
    """Grey 28 × 28 images that follow a value: row ``row`` of the uint8 array ``images`` (rows, n, 784)."""

    kind: ClassVar[str] = "sprites"
    name: str
    title: str
    images: str
    row: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Canvas:
    """A square to draw white ink on black; each stroke commits ``drawing``: size² grey bytes in base64."""

    kind: ClassVar[str] = "canvas"
    name: str
    title: str
    size: int


@dataclass(frozen=True)
class Table:
    """A table whose cells come beside the scene (``live(tables=…)``); a row may set ``control``."""

    kind: ClassVar[str] = "table"
    name: str
    title: str
    columns: tuple[str, ...]
    control: str = ""


@dataclass(frozen=True)
class Lines:
    """Lines of text that follow their values: formulas with the numbers in them."""

    kind: ClassVar[str] = "lines"
    name: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class MatrixOrder:
    """One way to write a matrix down.

    Cell (r, c) shows entry (``picks[r]``, ``picks[c]``) under the labels of row ``headings[r]`` and column
    ``headings[c]``; lines part the first ``split`` rows and columns from the others, and ``diagonal`` frames
    the diagonal.
    """

    label: str
    picks: tuple[int, ...]
    headings: tuple[int, ...]
    split: int = 0
    diagonal: bool = False


@dataclass(frozen=True)
class Matrix:
    """A square matrix of n rows as a table of numbers in colour, with a sentence for each entry.

    ``entries`` names a float64 array (n², places), row by row, of which the value ``place`` chooses a column
    (NaN: not known now). ``labels`` are those of rows and of columns, ``notes`` stand below them. The control
    ``order`` holds the index of one of ``orders``. ``texts`` are n² templates that may use ``entry``,
    ``part`` (from the array ``parts``, of the same shape) and ``rest``, their difference. Colours saturate at
    ±``limit``.
    """

    kind: ClassVar[str] = "matrix"
    name: str
    title: str
    entries: str
    place: str
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...]
    orders: tuple[MatrixOrder, ...]
    order: str = ""
    texts: tuple[str, ...] = ()
    parts: str = ""
    invitation: str = ""
    limit: float = 1.0
    legend: bool = True
    format: str = ".2f"


Block = ReadoutGroup | Bars | Waterfall | Gallery | Sprites | Canvas | Table | Lines | Matrix


@dataclass(frozen=True)
class TableRow:
    """The cells of one row, and the number that its button sets the table's control to, if it has one."""

    cells: tuple[str, ...]
    value: float | None = None


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


Mark = VerticalLine | Handle | Spoke | Area | Point | Curve | LiveCurve | LivePath | Dots | Atoms | Box


@dataclass(frozen=True)
class Figure:
    """A Plotly figure of fixed pixel height with the text that stands for it when it cannot be seen."""

    figure: go.Figure
    height: int
    description: str


@dataclass(frozen=True)
class Cell:
    """What is stacked in one column: ``figure:NAME``, ``control:NAME``, or a block's ``KIND:NAME``."""

    blocks: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Scene:
    """All that one live view needs. Arrays may be float32, float64, int32 or uint8, of any shape."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    controls: tuple[Slider, ...] = ()
    values: tuple[Value, ...] = ()
    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __add__(self, other: "Scene") -> "Scene":
        """Both scenes as one: the other's rows below, its values after this one's."""
        return Scene(
            figures={**self.figures, **other.figures},
            controls=self.controls + other.controls,
            values=self.values + other.values,
            blocks=self.blocks + other.blocks,
            marks=self.marks + other.marks,
            rows=self.rows + other.rows,
            arrays={**self.arrays, **other.arrays},
        )

    def payload(self) -> bytes:
        """The scene as one safetensors file: arrays as tensors, everything else as JSON metadata."""
        spec = {
            "figures": {name: _figure_spec(item) for name, item in self.figures.items()},
            "controls": [asdict(item) for item in self.controls],
            "values": [asdict(item) for item in self.values],
            "blocks": [{"kind": item.kind, **asdict(item)} for item in self.blocks],
            "marks": [{"kind": item.kind, **asdict(item)} for item in self.marks],
            "rows": [[asdict(cell) for cell in row] for row in self.rows],
        }
        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays.items()}
        return save(arrays, metadata={"scene": json.dumps(spec, ensure_ascii=False, allow_nan=False)})


def _figure_spec(item: Figure) -> dict:
    plotly = json.loads(item.figure.to_json())
    return {"height": item.height, "description": item.description, "plotly": plotly}
