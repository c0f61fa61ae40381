"""A scene as data: figures that stand still, controls, the values that follow them, and what moves.

Everything here is a frozen description without behaviour. ``Scene.payload`` packs it, with its arrays, into
one immutable binary file that ``live.js`` draws. Numbers that change during a drag are named ``Value``s, each
computed in the browser by one small function of ``kernels.js`` from controls, arrays and earlier values.

Texts may hold placeholders in Python's own format language, ``"{false_positives:,d} of 10,000"``; the
supported format specs are ``d``, ``,d``, ``.Nf``, ``.Ne`` and ``.N%``.
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
    outside the range. ``value_text`` is what a screen reader says.
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


@dataclass(frozen=True)
class Value:
    """``name = kernel(*arguments)``; a string argument names a control, an array or an earlier value."""

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

    name: str
    title: str
    readouts: tuple[Readout, ...]
    columns: int = 1


@dataclass(frozen=True)
class VerticalLine:
    """A line at x = ``at`` across the plot; with ``drag`` the pointer moves that control on the plot."""

    kind: ClassVar[str] = "vertical-line"
    figure: str
    at: str
    label: str
    drag: bool = False


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


Mark = VerticalLine | Area | Point


@dataclass(frozen=True)
class Figure:
    """A Plotly figure of fixed pixel height with the text that stands for it when it cannot be seen."""

    figure: go.Figure
    height: int
    description: str


@dataclass(frozen=True)
class Cell:
    """Blocks stacked in one column of a row: ``figure:NAME``, ``control:NAME`` or ``readouts:NAME``."""

    blocks: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Scene:
    """All that one live view needs. Arrays may be float32, float64, int32 or uint8, of any shape."""

    figures: Mapping[str, Figure]
    controls: tuple[Slider, ...]
    values: tuple[Value, ...]
    readouts: tuple[ReadoutGroup, ...]
    marks: tuple[Mark, ...]
    rows: tuple[tuple[Cell, ...], ...]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    def payload(self) -> bytes:
        """The scene as one safetensors file: arrays as tensors, everything else as JSON metadata."""
        spec = {
            "figures": {name: _figure_spec(item) for name, item in self.figures.items()},
            "controls": [asdict(item) for item in self.controls],
            "values": [asdict(item) for item in self.values],
            "readouts": [asdict(item) for item in self.readouts],
            "marks": [{"kind": item.kind, **asdict(item)} for item in self.marks],
            "rows": [[asdict(cell) for cell in row] for row in self.rows],
        }
        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays.items()}
        return save(arrays, metadata={"scene": json.dumps(spec, ensure_ascii=False, allow_nan=False)})


def _figure_spec(item: Figure) -> dict:
    plotly = json.loads(item.figure.to_json())
    return {"height": item.height, "description": item.description, "plotly": plotly}
