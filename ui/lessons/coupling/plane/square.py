"""A grid cell in the data and its image: the ratio of their areas tends to exp(Σ s) as the cell shrinks."""

import numpy as np

from hw9core.coupling.stack import layer_masks, network_sizes, scale_bound
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import frame
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Handle, LivePath, Point
from ui.live.scene import Cell, Scene, Value
from ui.state import Field

SIDES = (0.01, 0.6)
START = (-0.5, 1.5)  # the cell is first shown at the test sample nearest to this
INK = "currentColor"  # black on light, white on dark, unlike the colour of any point
FREE = 1e9  # a bound on s that bounds nothing, since the browser cannot be sent infinity


def fields(material: Material) -> tuple[Field, ...]:
    """Centre and side, at first around a test sample."""
    nearest = np.argmin(np.linalg.norm(material.test - START, axis=1))
    x, y = np.round(material.test[nearest], 2)
    across, up = frame(material.region)
    return (
        Field("cell_x", float(x), *across),
        Field("cell_y", float(y), *up),
        Field("side", 0.4, *SIDES),
    )


def scene(material: Material) -> Scene:
    """Cell, image, and both routes to the factor between their areas, over the figures of the layers."""
    config = material.config
    masks = layer_masks(config)
    flow = ("layer", "weights", "sizes", "copied", min(scale_bound(config), FREE))
    return Scene(
        controls=(*(_coordinate(i, bounds) for i, bounds in enumerate(frame(material.region))), _side()),
        values=(
            Value("outline", "squareOutline", ("cell_x", "cell_y", "side")),
            Value("image", "carriedSquare", ("cell_x", "cell_y", "side", *flow)),
            Value("area", "polygonArea", ("outline",)),
            Value("image_area", "polygonArea", ("image",)),
            Value("ratio", "divide", ("image_area", "area")),
            Value("sum_s", "carriedLogArea", ("cell_x", "cell_y", *flow)),
            Value("factor", "exp", ("sum_s",)),
            Value("quotient", "divide", ("ratio", "factor")),
            Value("difference", "subtract", ("quotient", 1.0)),
            Value("centre", "pair", ("cell_x", "cell_y")),
            Value("centre_image", "carriedPoints", ("centre", *flow)),
            Value("image_x", "at", ("centre_image", 0)),
            Value("image_y", "at", ("centre_image", 1)),
        ),
        blocks=(_areas(), _factors()),
        marks=(
            LivePath("start", "outline", INK, "cell", fill=True),
            Handle("start", "cell_x", "cell_y", INK, "drag me"),
            LivePath("stage", "image", INK, "image of the cell", fill=True),
            Point("stage", "image_x", "image_y", INK, "its image"),
        ),
        rows=(
            (Cell(("readouts:areas",), 2.0), Cell(("readouts:factors",), 3.0)),
            (Cell(("control:cell_x",)), Cell(("control:cell_y",)), Cell(("control:side",))),
        ),
        arrays={
            "weights": material.arrays["parameters"][-1].astype(np.float32),
            "sizes": np.array(network_sizes(config, masks[0]), dtype=np.int32),
            "copied": np.array([mask[0] for mask in masks], dtype=np.int32),
        },
    )


def _areas() -> ReadoutGroup:
    readouts = (
        Readout("area", "Area of the cell", ".6f", "In the data, side {side:.3f}."),
        Readout("image_area", "Area of its image", ".6f", "After {layer:.2f} layers."),
    )
    return ReadoutGroup("areas", "Before and after", readouts, columns=2)


def _factors() -> ReadoutGroup:
    readouts = (
        Readout("ratio", "Ratio of the areas", ".4f", "The image is so many times as large."),
        Readout("factor", "exp(Σ s)", ".4f", "Σ s = {sum_s:.4f} along the way of the cell's centre."),
        Readout("difference", "Relative difference", ".2%", "Goes to 0 as the cell shrinks."),
    )
    return ReadoutGroup("factors", "For a small cell the ratio is exp(Σ s)", readouts, columns=3)


def _coordinate(i: int, bounds: tuple[float, float]) -> Slider:
    name = ("cell_x", "cell_y")[i]
    return Slider(
        name=name,
        label=f"Cell at {('x₁', 'x₂')[i]}",
        minimum=bounds[0],
        maximum=bounds[1],
        step=0.01,
        precision=0.01,
        value_text=f"{{{name}:.2f}}: ratio {{ratio:.4f}}, exp of the sum of s {{factor:.4f}}",
    )


def _side() -> Slider:
    return Slider(
        name="side",
        label="Side of the cell",
        minimum=SIDES[0],
        maximum=SIDES[1],
        step=0.001,
        precision=0.001,
        format=".3f",
        scale="log",
        value_text="{side:.3f}: relative difference {difference:.2%}",
    )
