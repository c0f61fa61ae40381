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

import numpy as np
import plotly.graph_objects as go
from safetensors.numpy import save

from ui.live.blocks import Block
from ui.live.controls import Slider
from ui.live.marks import Mark


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
