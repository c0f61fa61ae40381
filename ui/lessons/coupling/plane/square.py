"""A grid cell in the data and its image: the ratio of their areas tends to exp(Σ s) as the cell shrinks."""

from dataclasses import dataclass

import numpy as np

from hw9core.coupling.plane_sets import Region
from hw9core.coupling.stack import layer_masks, network_sizes, scale_bound
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import frame
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import (
    at,
    carried_log_area,
    carried_points,
    carried_square,
    exp,
    pair,
    polygon_area,
    square_outline,
)
from ui.live.marks import Handle, LivePath, Mark, Point
from ui.live.scene import Cell, Row
from ui.live.values import Argument, Data, Value, named

SIDES = (0.01, 0.6)
START = (-0.5, 1.5)  # the cell is first shown at the test sample nearest to this
INK = "currentColor"  # black on light, white on dark, unlike the colour of any point
FREE = 1e9  # a bound on s that bounds nothing, since the browser cannot be sent infinity
SIDE = Slider(
    "side",
    "Side of the cell",
    default=0.4,
    low=SIDES[0],
    high=SIDES[1],
    step=0.001,
    format=".3f",
    scale="log",
)


@dataclass(frozen=True)
class Square:
    """What shows a cell: marks over the data and over the stage, both factors, rows of what stands below."""

    over_data: tuple[Mark, ...]
    over_stage: tuple[Mark, ...]
    factors: ReadoutGroup
    below: tuple[Row, ...]


def centre(material: Material) -> tuple[Slider, Slider]:
    """The middle of the cell, at first a test sample."""
    nearest = np.argmin(np.linalg.norm(material.test - START, axis=1))
    start = np.round(material.test[nearest], 2)
    return tuple(
        Slider(f"cell_{axis}", f"Cell at {symbol}", default=float(value), low=low, high=high)
        for axis, symbol, value, (low, high) in zip(
            "xy", ("x₁", "x₂"), start, frame(material.region), strict=True
        )
    )


def surroundings(material: Material) -> Region:
    """The part of the plane that holds the whole cell wherever it may be, and half a cell around."""
    return tuple((low - SIDES[1], high + SIDES[1]) for low, high in frame(material.region))


def square(material: Material, layer: Slider) -> Square:
    """The cell, its image after ``layer`` layers, and both routes to the factor between their areas."""
    x, y = centre(material)
    flow = (layer, *_flow(material))
    outline, image = square_outline(x, y, SIDE), carried_square(x, y, SIDE, *flow)
    area, image_area = named("area", polygon_area(outline)), named("image_area", polygon_area(image))
    ratio, sum_s = named("ratio", image_area / area), carried_log_area(x, y, *flow)
    factor = named("factor", exp(sum_s))
    difference = named("difference", ratio / factor - 1.0)
    moved = carried_points(pair(x, y), *flow)
    image_x, image_y = at(moved, 0), at(moved, 1)
    sliders = (
        *(c.spoken(f"{c:.2f}: ratio {ratio:.4f}, exp of the sum of s {factor:.4f}") for c in (x, y)),
        SIDE.spoken(f"{SIDE:.4f}: relative difference {difference:.2%}"),
    )
    return Square(
        (LivePath(outline, INK, "cell", fill=True), Handle(x, y, INK, "drag me")),
        (
            LivePath(image, INK, "image of the cell", fill=True),
            Point(image_x, image_y, INK, f"its image at ({image_x:.1f}, {image_y:.1f})"),
        ),
        _factors(ratio, factor, sum_s, difference),
        ((Cell(sliders), Cell((_areas(area, image_area, layer),))),),
    )


def _flow(material: Material) -> tuple[Argument, ...]:
    """The trained layers as the kernels take them."""
    config = material.config
    masks = layer_masks(config)
    return (
        Data("weights", material.arrays["parameters"][-1].astype(np.float32)),
        Data("sizes", np.array(network_sizes(config, masks[0]), dtype=np.int32)),
        Data("copied", np.array([mask[0] for mask in masks], dtype=np.int32)),
        min(scale_bound(config), FREE),
    )


def _areas(area: Value, image_area: Value, layer: Slider) -> ReadoutGroup:
    readouts = (
        Readout(area, "Area of the cell", ".6f", "In the data: its side squared."),
        Readout(image_area, "Area of its image", ".6f", f"After {layer:.2f} layers."),
    )
    return ReadoutGroup("areas", "Before and after", readouts, columns=2)


def _factors(ratio: Value, factor: Value, sum_s: Value, difference: Value) -> ReadoutGroup:
    readouts = (
        Readout(ratio, "Ratio of the areas", ".4f", "The image is so many times as large."),
        Readout(factor, "exp(Σ s)", ".4f", f"Σ s = {sum_s:.4f} along the way of the cell's centre."),
        Readout(difference, "Relative difference", ".2%", "Goes to 0 as the cell shrinks."),
    )
    return ReadoutGroup("factors", "Two routes to one factor", readouts)
