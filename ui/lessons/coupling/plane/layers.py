"""Layer by layer: points and a grid on their way from x to z, and back, which is sampling."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.coupling.plane_points import grid_lines, sectors, share_outside, way_through
from hw9core.coupling.plane_sets import Region
from hw9core.coupling.stack import points_back, points_by_layer
from hw9core.figures import coupling as figures
from ui.lessons.coupling.plane import square
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import frame, table, window
from ui.live.blocks import Lines
from ui.live.controls import Preset, Slider
from ui.live.marks import Mesh, Swarm
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

TO_Z, TO_X = DIRECTIONS = ("x → z", "z → x, sampling")
POINTS = 300
COMPARED = 1000  # test samples that drawn ones are compared with
STEPS = 32  # of the slider per layer; a power of two, so that whole layers are met exactly
HEIGHT = 440
Z_FRAME = ((-3.6, 3.6), (-3.6, 3.6))
GRID_OF_Z = ((-3.0, 3.0), (-3.0, 3.0))


@dataclass(frozen=True)
class Options:
    """Which way the points go, and whether the window is close or shows all of their way."""

    direction: str = TO_Z
    close: bool = True


@dataclass(frozen=True)
class Journey:
    """Points (layers + 1, n, 2) and grid lines (layers + 1, lines, m, 2) by layer, and sectors (n,)."""

    points: NDArray[np.float64]
    lines: NDArray[np.float64]
    groups: NDArray[np.uint8]


def fields(material: Material, options: Options) -> tuple[Field, ...]:
    """How many layers are passed, and, on the way to z, the grid cell."""
    depth = float(material.depth)
    layer = Field("layer", depth, 0.0, depth)
    return (layer,) if options.direction == TO_X else (layer, *square.fields(material))


def scene(material: Material, options: Options) -> Scene:
    """Where the points start, where they are after the chosen layer, and the numbers of the cell."""
    if options.direction == TO_X:
        return _sampling(material, options.close)
    return _to_z(material, options.close) + square.scene(material)


def layer_slider(depth: int) -> Slider:
    """Between whole numbers the points are on the straight way through one layer."""
    return Slider(
        name="layer",
        label="Layers passed",
        minimum=0,
        maximum=depth,
        step=1 / STEPS,
        precision=1 / STEPS,
        value_text=f"{{layer:.2f}} of {depth} layers",
        presets=tuple(Preset(str(k), float(k)) for k in range(depth + 1)),
        play=STEPS,
    )


def stage_figure(points: NDArray[np.float64], close: bool) -> tuple[go.Figure, Region]:
    """The plane in which points (rows, n, 2) move, and the rectangle of it that is sure to be seen."""
    region = window(points, close)
    figure = figures.square_figure if close else figures.plane_figure
    return figure(region, "first coordinate", "second coordinate"), region


def _to_z(material: Material, close: bool) -> Scene:
    layers, start, lines = material.layers(), material.test[:POINTS], grid_lines(material.region)
    groups = sectors(start, material.train.mean(axis=0))
    journey = Journey(points_by_layer(layers, start), points_by_layer(layers, lines), groups)
    left = figures.add_lines(figures.square_figure(frame(material.region), "x₁", "x₂"), lines)
    figures.add_points(left, start, groups)
    right, region = stage_figure(journey.points, close)
    figures.add_base(right)
    return _start(
        Figure(left, HEIGHT, "Test samples of x, a grid over them, and a grid cell to drag"),
        "The data x",
        "Drag the square and watch its image.",
    ) + _stage(
        Figure(right, HEIGHT, "The same points, grid and cell after the chosen layer"),
        "The same on the way to z",
        journey,
        region,
    )


def _sampling(material: Material, close: bool) -> Scene:
    layers, start, lines = material.layers(), _draws(), grid_lines(GRID_OF_Z)
    groups = sectors(start, np.zeros(2))
    journey = Journey(points_back(layers, start), points_back(layers, lines), groups)
    left = figures.add_base(figures.add_lines(figures.square_figure(Z_FRAME, "z₁", "z₂"), lines))
    figures.add_points(left, start, groups)
    right, region = stage_figure(journey.points, close)
    figures.add_samples(right, material.test[:COMPARED], "test samples of the data")
    return _start(
        Figure(left, HEIGHT, "Draws of z from N(0, I) and a grid over them"),
        "Draws z from N(0, I)",
        "The layers are undone, the last one first.",
    ) + _stage(
        Figure(right, HEIGHT, "The same points and grid with some of the layers undone"),
        "The same on the way to x",
        journey,
        region,
    )


def _draws() -> NDArray[np.float64]:
    return np.random.default_rng(0).standard_normal((POINTS, 2))


def _start(figure: Figure, title: str, line: str) -> Scene:
    """What stands still on the left; the rows are those of the stage."""
    return Scene(figures={"start": figure}, blocks=(Lines("start", title, (line,)),))


def _stage(figure: Figure, title: str, journey: Journey, region: Region) -> Scene:
    """What moves on the right, where ``region`` is shown, and above it the slider."""
    depth = len(journey.points) - 1
    line = f"Layer {{layer:.2f}} of {depth}; {{outside:.0%}} of the points are outside."
    return Scene(
        figures={"stage": figure},
        controls=(layer_slider(depth),),
        values=(
            Value("step", "multiply", ("layer", STEPS)),
            Value("outside", "at", ("outside_table", "step")),
        ),
        blocks=(Lines("stage", title, (line,)),),
        marks=(
            Mesh("stage", "lines", "layer", figures.GRID),
            Swarm("stage", "points", "layer", "groups", figures.SECTOR_COLORS),
        ),
        rows=(
            (Cell(("control:layer",)),),
            (Cell(("lines:start", "figure:start")), Cell(("lines:stage", "figure:stage"))),
        ),
        arrays={
            "points": table(journey.points),
            "lines": table(journey.lines),
            "groups": journey.groups,
            "outside_table": share_outside(way_through(journey.points, STEPS), region),
        },
    )
