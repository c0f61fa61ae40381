"""Learning: points, density and losses at the snapshots of a training, scrubbed by epoch and by layer."""

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_points import sectors
from hw9core.coupling.plane_sets import Region, grid_axes, plane_entropy
from hw9core.coupling.stack import points_by_layer
from hw9core.coupling.tabulated import grid_density
from hw9core.figures import coupling as figures
from hw9core.figures.theme import IN_DISTRIBUTION
from ui.lessons.coupling.plane.layers import layer_slider, stage_figure
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import frame, table
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Raster, Swarm, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

POINTS = 240
SHOWN = 2000  # test samples, where the density is not known
CELLS = 96  # of the heat maps along each axis; a checkerboard's edges lie between them
SATURATED = 0.998  # the share of the cells below the density at which the colours saturate
HEIGHT = 380


def fields(material: Material) -> tuple[Field, ...]:
    """The number of the snapshot and how many layers are passed; at first the last of both."""
    last, depth = len(material.epochs) - 1.0, float(material.depth)
    return (Field("snapshot", last, 0.0, last), Field("layer", depth, 0.0, depth))


def scene(material: Material, close: bool = True) -> Scene:
    """Both sliders, the points, the density beside the true one, the numbers and the losses."""
    shown = frame(material.region)
    snapshots = range(len(material.epochs))
    density = np.stack([grid_density(material.flow(i), shown, CELLS) for i in snapshots])
    density[~np.isfinite(density)] = 0.0  # of a training that went astray
    truth = None if material.data is None else material.data.grid_density(shown, CELLS)
    highest = max(float(np.quantile(p, SATURATED)) for p in (density[-1], truth) if p is not None) or 1.0
    return (
        _controls(material)
        + _points(material, close)
        + _density(density, highest, shown)
        + _numbers(material)
        + _losses(material)
        + _truth(material, truth, highest, shown)
        + _layout()
    )


def levels(density: FloatArray, highest: float) -> NDArray[np.uint8]:
    """Densities as opacities: ``highest`` and more is as opaque as the figures' colour scale gets."""
    shares = np.clip(density / highest, 0.0, 1.0)
    return np.rint(255 * figures.DENSITY_OPACITY * shares).astype(np.uint8)


def _controls(material: Material) -> Scene:
    depth = material.depth
    snapshot = Slider(
        name="snapshot",
        label="Snapshot",
        minimum=0,
        maximum=len(material.epochs) - 1,
        step=1,
        precision=1,
        format="d",
        value_text="epoch {epoch:d}: test loss {test_loss:.4f} nats",
        play=2,
    )
    return Scene(
        controls=(snapshot, layer_slider(depth)),
        values=(
            Value("first_row", "multiply", ("snapshot", depth + 1)),
            Value("row", "add", ("first_row", "layer")),
            Value("epoch", "at", ("epochs", "snapshot")),
        ),
        arrays={"epochs": material.epochs},
    )


def _points(material: Material, close: bool) -> Scene:
    """One table for both sliders: the rows of a snapshot are its layers."""
    depth, start = material.depth, material.test[:POINTS]
    rows = [points_by_layer(material.layers(i), start) for i in range(len(material.epochs))]
    points = np.concatenate(rows)
    stage, _ = stage_figure(points, close)
    where = f"Epoch {{epoch:d}}, layer {{layer:.2f}} of {depth}."
    return Scene(
        figures={
            "stage": Figure(
                figures.add_base(stage), HEIGHT, "Test samples at the chosen epoch after the chosen layer"
            )
        },
        blocks=(Lines("stage", "Test samples on the way to z", (where,)),),
        marks=(Swarm("stage", "points", "row", "groups", figures.SECTOR_COLORS),),
        arrays={"points": table(points), "groups": sectors(start, material.train.mean(axis=0))},
    )


def _density(density: FloatArray, highest: float, shown: Region) -> Scene:
    figure = figures.add_density_scale(figures.square_figure(shown, "x₁", "x₂"), highest)
    return Scene(
        figures={"density": Figure(figure, HEIGHT, "Density of the flow at the chosen epoch")},
        blocks=(Lines("density", "Density p(x) of the flow", ("Epoch {epoch:d}.",)),),
        marks=(Raster("density", "levels", "snapshot", *shown, IN_DISTRIBUTION),),
        arrays={"levels": levels(density, highest)},
    )


def _numbers(material: Material) -> Scene:
    tables = {name: material.arrays[name][material.epochs] for name in ("train_loss", "test_loss")}
    readouts = [
        Readout("epoch", "Epoch", "d", f"Of {material.epochs[-1]}; {len(material.epochs)} were kept."),
        Readout("train_loss", "Training loss (nats)", ".4f", "Mean −log p(x) of the training samples."),
        Readout("test_loss", "Test loss (nats)", ".4f", "The same of samples it was not trained on."),
    ]
    if material.data is not None:
        least = plane_entropy(material.data)
        tables["excess"] = tables["test_loss"] - least
        sentence = f"The entropy is {least:.4f} nats: no model's expected loss is less."
        readouts.append(Readout("excess", "Test loss less the entropy (nats)", ".4f", sentence))
    return Scene(
        values=tuple(Value(name, "at", (f"{name}_table", "snapshot")) for name in tables),
        blocks=(ReadoutGroup("losses", "At this epoch", tuple(readouts), columns=len(readouts)),),
        arrays={f"{name}_table": values for name, values in tables.items()},
    )


def _losses(material: Material) -> Scene:
    least = None if material.data is None else plane_entropy(material.data)
    losses = (material.arrays["train_loss"], material.arrays["test_loss"])
    figure = figures.losses_figure(material.epochs, *losses, least)
    return Scene(
        figures={"losses": Figure(figure, HEIGHT, "Training and test loss per epoch")},
        blocks=(Lines("losses", "Losses", ("Drag the line to another epoch.",)),),
        marks=(VerticalLine("losses", "snapshot", "epoch {epoch:d}", drag=True),),
    )


def _truth(material: Material, truth: FloatArray | None, highest: float, shown: Region) -> Scene:
    """What the density should become; where it is not known, samples."""
    figure = figures.square_figure(shown, "x₁", "x₂")
    if truth is None:
        figures.add_samples(figure, material.test[:SHOWN], "test samples")
        title, line = "Test samples of the data", "Their density is not known."
    else:
        figures.add_density(figure, grid_axes(shown, CELLS), truth, highest)
        title, line = "Density of the data", "What the flow should become; the colours mean the same."
    return Scene(figures={"truth": Figure(figure, HEIGHT, title)}, blocks=(Lines("truth", title, (line,)),))


def _layout() -> Scene:
    pairs = (("stage", "density"), ("losses", "truth"))
    first, second = (tuple(Cell((f"lines:{name}", f"figure:{name}")) for name in pair) for pair in pairs)
    sliders = (Cell(("control:snapshot",)), Cell(("control:layer",)))
    return Scene(rows=(sliders, first, (Cell(("readouts:losses",)),), second))
