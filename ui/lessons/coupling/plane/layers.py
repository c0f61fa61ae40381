"""Layer by layer: points and a grid on their way from x to z, and back, which is sampling."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_points import grid_lines, number_outside, sectors, way_through
from hw9core.coupling.plane_sets import Region
from hw9core.coupling.stack import points_back, points_by_layer
from hw9core.figures import coupling as figures
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import table, window
from ui.lessons.coupling.plane.square import square, surroundings
from ui.live.blocks import Lines
from ui.live.controls import Preset, Slider, Spoken
from ui.live.kernels import at
from ui.live.marks import Mark, Mesh, Swarm
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene, Shown
from ui.live.values import Data, Value

TO_Z, TO_X = DIRECTIONS = ("x → z", "z → x, sampling")
POINTS = 300
COMPARED = 1000  # test samples that drawn ones are compared with
STEPS = 50  # of the slider per layer
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

    points: FloatArray
    lines: FloatArray
    groups: NDArray[np.uint8]


@published(32)
def scene(material: Material, options: Options) -> Scene:
    """Where the points start, where they are after the chosen layer, and the numbers of the cell."""
    return (_sampling if options.direction == TO_X else _to_z)(material, options.close)


def layer_slider(depth: int) -> Slider:
    """How many layers are passed; between whole numbers the points are on the straight way through one."""
    return Slider(
        "layer",
        "Layers passed",
        high=depth,
        step=1 / STEPS,
        presets=tuple(Preset(str(k), float(k)) for k in range(depth + 1)),
        play=STEPS,
        tabulated=True,
    )


def spoken(layer: Slider) -> Spoken:
    """The slider of the layers with its words."""
    return layer.spoken(f"{layer:.2f} of {layer.high:g} layers")


def stage_figure(points: FloatArray, close: bool) -> tuple[go.Figure, Region]:
    """The plane in which points (rows, n, 2) move, and the square of it that is seen."""
    region = window(points, close)
    return figures.square_figure(region, "first coordinate", "second coordinate"), region


def told_outside(name: str, journeys: Sequence[FloatArray], region: Region, place: Value) -> str:
    """How many points a plot leaves out: the number at ``place`` in tables along the layers of each of the
    journeys (layers + 1, n, 2), one after the other."""
    counts = [number_outside(way_through(points, STEPS), region) for points in journeys]
    outside = at(Data(f"{name}_table", np.concatenate(counts)), place)
    return f"Outside the window: {outside:d} of {journeys[0].shape[1]} points."


def _to_z(material: Material, close: bool) -> Scene:
    layers, start, lines = material.layers(), material.test[:POINTS], grid_lines(material.region)
    groups = sectors(start, material.train.mean(axis=0))
    journey = Journey(points_by_layer(layers, start), points_by_layer(layers, lines), groups)
    left = figures.add_lines(figures.square_figure(surroundings(material), "x₁", "x₂"), lines)
    figures.add_points(left, start, groups)
    right, region = stage_figure(journey.points, close)
    figures.add_base(right)
    layer = layer_slider(material.depth)
    cell = square(material, layer)
    words = "Test samples of x, a grid over them, and a grid cell to drag"
    data = Figure("start", left, HEIGHT, words, cell.over_data)
    marks = (*_moving(journey, layer), *cell.over_stage)
    stage = Figure("stage", right, HEIGHT, "The same points, grid and cell after the chosen layer", marks)
    top = _side_by_side(
        layer,
        (Lines("start", "The data x", ("Drag the square and watch its image.",)), data),
        (_where("The same on the way to z", journey, region, layer), stage),
        (cell.factors,),
    )
    return top + Scene(cell.below)


def _sampling(material: Material, close: bool) -> Scene:
    layers, start, lines = material.layers(), _draws(), grid_lines(GRID_OF_Z)
    groups = sectors(start, np.zeros(2))
    journey = Journey(points_back(layers, start), points_back(layers, lines), groups)
    left = figures.add_base(figures.add_lines(figures.square_figure(Z_FRAME, "z₁", "z₂"), lines))
    figures.add_points(left, start, groups)
    right, region = stage_figure(journey.points, close)
    figures.add_samples(right, material.test[:COMPARED], "test samples of the data")
    layer = layer_slider(material.depth)
    draws = Figure("start", left, HEIGHT, "Draws of z from N(0, I) and a grid over them")
    words = "The same points and grid with some of the layers undone"
    stage = Figure("stage", right, HEIGHT, words, _moving(journey, layer))
    return _side_by_side(
        layer,
        (Lines("start", "Draws z from N(0, I)", ("The layers are undone, the last one first.",)), draws),
        (_where("The same on the way to x", journey, region, layer), stage),
    )


def _draws() -> FloatArray:
    return np.random.default_rng(0).standard_normal((POINTS, 2))


def _moving(journey: Journey, layer: Slider) -> tuple[Mark, ...]:
    """The grid and the points on their way."""
    return (
        Mesh(Data("lines", table(journey.lines)), layer, figures.GRID),
        Swarm(
            Data("points", table(journey.points)),
            layer,
            Data("groups", journey.groups),
            figures.SECTOR_COLORS,
        ),
    )


def _where(title: str, journey: Journey, region: Region, layer: Slider) -> Lines:
    """What stands above the stage, where ``region`` is shown."""
    outside = told_outside("outside", [journey.points], region, layer.index)
    return Lines("stage", title, (f"Layer {layer:.2f} of {layer.high:g}. {outside}",))


def _side_by_side(layer: Slider, *columns: tuple[Shown, ...]) -> Scene:
    """Both planes, and beside them the numbers, if there are any."""
    cells = tuple(Cell(shown, weight) for shown, weight in zip(columns, (1.0, 1.0, 0.55), strict=False))
    return Scene(((Cell((spoken(layer),)),), cells), stage=2)
