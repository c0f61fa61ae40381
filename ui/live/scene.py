"""A scene: what is visible, as a layout of figures, controls and blocks that hold Python objects.

``Scene.payload`` walks the layout, gives every value, array and control that it meets its name, and packs all
of it into one immutable binary file that ``live.js`` draws. What is not in the layout is not in the scene, so
a scene that refers to something it does not hold cannot be built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from safetensors.numpy import save

from ui.live.blocks import Block, Table
from ui.live.controls import Control, Slider, Spoken
from ui.live.marks import Mark
from ui.live.packing import Packing
from ui.live.pieces import Piece
from ui.live.values import Reading


@dataclass(frozen=True)
class Figure:
    """A Plotly figure, the text that stands for it, and what moves over it.

    ``height`` is its natural one in pixels; on a stage with less room it is drawn less high.
    """

    name: str
    figure: go.Figure
    height: int
    description: str
    marks: tuple[Mark, ...] = ()


Shown = Figure | Slider | Spoken | Block


@dataclass(frozen=True)
class Cell:
    """What is stacked in one column."""

    shown: tuple[Shown, ...]
    weight: float = 1.0


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Scene:
    """All that one live view needs: rows of cells. Arrays may be float32, float64, int32 or uint8.

    The first ``stage`` rows are what is looked at during a drag: they stand on one screen, their figures as
    high as the window leaves room for.
    """

    rows: tuple[Row, ...]
    stage: int = 1

    def __add__(self, other: Scene) -> Scene:
        """Both scenes as one: the other's rows below."""
        return Scene(self.rows + other.rows, self.stage)

    def shown(self, *kinds: type) -> tuple:
        """What of these kinds is in the layout, in its order."""
        found = (item for row in self.rows for cell in row for item in cell.shown)
        return tuple(item for item in found if isinstance(item, kinds))

    @property
    def controls(self) -> tuple[Control, ...]:
        """The page's state: every control in the layout that is no second scale of another."""
        found = [Spoken.of(item).slider for item in self.shown(Slider, Spoken)]
        for block in self.shown(Piece):
            found += [item for item in vars(block).values() if isinstance(item, Control)]
        states = [control for control in found if not getattr(control, "drives", None)]
        return tuple(dict.fromkeys(states))

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables whose cells come beside the scene."""
        return tuple(table.name for table in self.shown(Table))

    def readings(self) -> tuple[Reading, ...]:
        """The numbers that come beside the scene."""
        return self._packed()[0].readings

    def payload(self) -> bytes:
        """The scene as one safetensors file: arrays as tensors, everything else as JSON metadata.

        Raises ``ValueError`` when two things disagree on a name, when something refers to a control that the
        layout does not show, and for numbers that are not finite.
        """
        packing, spec = self._packed()
        arrays = {name: np.ascontiguousarray(array) for name, array in packing.arrays.items()}
        return save(arrays, metadata={"scene": json.dumps(spec, ensure_ascii=False, allow_nan=False)})

    def _packed(self) -> tuple[Packing, dict]:
        packing = Packing(self.controls)
        figures = self.shown(Figure)
        spec = {
            "figures": {figure.name: _figure_spec(figure) for figure in figures},
            "controls": [packing.slider(Spoken.of(item)) for item in self.shown(Slider, Spoken)],
            "blocks": [packing.piece(block) for block in self.shown(Piece)],
            "marks": [
                {"figure": figure.name, **packing.piece(mark)} for figure in figures for mark in figure.marks
            ],
            "rows": [[_cell_spec(cell) for cell in row] for row in self.rows],
            "stage": self.stage,
        }
        _require_distinct(figures, spec)
        return packing, spec | {"values": packing.values}


def _figure_spec(item: Figure) -> dict:
    plotly = json.loads(item.figure.to_json())
    return {"height": item.height, "description": item.description, "plotly": plotly}


def _cell_spec(cell: Cell) -> dict:
    return {"blocks": list(_addresses(cell)), "weight": cell.weight}


def _addresses(cell: Cell) -> Iterator[str]:
    for item in cell.shown:
        if isinstance(item, Figure):
            yield f"figure:{item.name}"
        elif isinstance(item, Slider | Spoken):
            yield f"control:{Spoken.of(item).slider.name}"
        else:
            yield f"{item.kind}:{item.name}"


def _require_distinct(figures: tuple[Figure, ...], spec: dict) -> None:
    places = [place for row in spec["rows"] for cell in row for place in cell["blocks"]]
    for place in places:
        if places.count(place) > 1:
            raise ValueError(f"two things in the layout are called {place}")
