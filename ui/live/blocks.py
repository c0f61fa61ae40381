"""Blocks: what stands in the page beside the figures and follows the values, such as readouts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ui.live.controls import Control
from ui.live.pieces import Piece
from ui.live.values import Local, Number, Value, Words
from ui.live.values import Table as Array


@dataclass(frozen=True)
class Readout(Piece):
    """One number with its label and a sentence in plain language; the value's name is its address."""

    name: Value
    label: str
    format: str
    sentence: Words = ""
    tone: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_name(self.name, self.label)


@dataclass(frozen=True)
class ReadoutGroup(Piece):
    """Readouts shown together as tiles, ``columns`` side by side."""

    kind: ClassVar[str] = "readouts"
    name: str
    title: str
    readouts: tuple[Readout, ...]
    columns: int = 1


@dataclass(frozen=True)
class Bar(Piece):
    """One bar: ``value`` is a share in [0, 1]; the sentence stands beside it."""

    label: str
    value: Value
    sentence: Words

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_name(self.value, self.label)


@dataclass(frozen=True)
class Bars(Piece):
    """Horizontal bars that follow their values at once and change places only on release, longest first."""

    kind: ClassVar[str] = "bars"
    name: str
    title: str
    bars: tuple[Bar, ...]
    tone: str


@dataclass(frozen=True)
class Term(Piece):
    """One signed number of a sum."""

    label: str
    value: Value
    tone: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_name(self.value, self.label)


@dataclass(frozen=True)
class Waterfall(Piece):
    """Signed bars that add up: each begins where the one before ended, and ``total`` spans the whole."""

    kind: ClassVar[str] = "waterfall"
    name: str
    title: str
    terms: tuple[Term, ...]
    total: Term
    format: str = ".3f"


@dataclass(frozen=True)
class Strip(Piece):
    """``count`` images of one set around a threshold, or at one end of the scores.

    ``order`` is an int32 array of image indices by ascending score, ``scores`` the ascending scores,
    ``classes`` a uint8 array of class ids by image index. ``side``: "below" and "above" the value ``at``
    (nearest first), or "lowest" and "highest" of those not above or above it.
    """

    title: str
    image_set: str
    order: Array
    scores: Array
    classes: Array
    class_names: tuple[str, ...]
    at: Number
    side: Literal["below", "above", "lowest", "highest"]
    count: int


@dataclass(frozen=True)
class Gallery(Piece):
    """Strips of images; pictures lie at ``address/<set>/<index>.png`` and are asked for when nothing moves.

    Each is ``ratio`` times as wide as high. A click enlarges an image and sets the local value ``picked`` to
    its score (NaN: none).
    """

    kind: ClassVar[str] = "gallery"
    name: str
    strips: tuple[Strip, ...]
    address: str
    caption: str
    picked: Local
    ratio: float = 1.0


@dataclass(frozen=True)
class Sprites(Piece):
    """Grey 28 × 28 images that follow a value: row ``row`` of the uint8 ``images`` (rows, n, 784)."""

    kind: ClassVar[str] = "sprites"
    name: str
    title: str
    images: Array
    row: Number
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Canvas(Piece):
    """A square to draw white ink on black; each stroke commits ``drawing``: size² grey bytes in base64."""

    kind: ClassVar[str] = "canvas"
    name: str
    title: str
    size: int


@dataclass(frozen=True)
class TableRow(Piece):
    """The cells of one row, and the number that its button sets the table's control to, if it has one."""

    cells: tuple[str, ...]
    value: float | None = None


@dataclass(frozen=True)
class Table(Piece):
    """A table whose cells come beside the scene (``live(tables=…)``); a row may set ``control``."""

    kind: ClassVar[str] = "table"
    name: str
    title: str
    columns: tuple[str, ...]
    control: Control | None = None


@dataclass(frozen=True)
class Lines(Piece):
    """Lines of text that follow their values: formulas with the numbers in them."""

    kind: ClassVar[str] = "lines"
    name: str
    title: str
    lines: tuple[Words, ...]


@dataclass(frozen=True)
class MatrixOrder(Piece):
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
class Matrix(Piece):
    """A square matrix of n rows as a table of numbers in colour, with a sentence for each entry.

    ``entries`` is a float64 array (n², places), row by row, of which the value ``place`` chooses a column
    (NaN: not known now). ``labels`` are those of rows and of columns, ``notes`` stand below them. The control
    ``order`` holds the index of one of ``orders``. ``texts`` are n² templates in the wire's form, which may
    use ``{entry:…}``, ``{part:…}`` (from the array ``parts``, of the same shape) and ``{rest:…}``, their
    difference. Colours saturate at ±``limit``.
    """

    kind: ClassVar[str] = "matrix"
    name: str
    title: str
    entries: Array
    place: Number
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...]
    orders: tuple[MatrixOrder, ...]
    order: Control | None = None
    texts: tuple[str, ...] = ()
    parts: Array | None = None
    invitation: str = ""
    limit: float = 1.0
    legend: bool = True
    format: str = ".2f"


Block = ReadoutGroup | Bars | Waterfall | Gallery | Sprites | Canvas | Table | Lines | Matrix


def _require_name(value: Value, label: str) -> None:
    """What is shown as a number can be asked for by name; raises ``ValueError`` when it has none."""
    if not value.name:
        raise ValueError(f"{label!r} shows a value without a name: give it one with named(…)")
