"""Learning: points, density and losses at the snapshots of a training, scrubbed by epoch and by layer."""

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_points import sectors
from hw9core.coupling.plane_sets import Region, grid_axes, plane_entropy
from hw9core.coupling.stack import points_by_layer
from hw9core.coupling.tabulated import grid_density
from hw9core.distributions.likelihood import negative_log_likelihood
from hw9core.figures import coupling as figures
from hw9core.figures.theme import IN_DISTRIBUTION
from ui.lessons.coupling.plane.layers import layer_slider, spoken, stage_figure, told_outside
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import frame, table
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Raster, Swarm, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named

POINTS = 240
SHOWN = 2000  # test samples, where the density is not known
CELLS = 96  # of the heat maps along each axis; a checkerboard's edges lie between them
SATURATED = 0.998  # the share of the cells below the density at which the colours saturate
HEIGHT = 380
Panel = tuple[Lines, Figure]


@published(32)
def scene(material: Material, close: bool = True) -> Scene:
    """Both sliders, the points, the density beside the true one, the numbers and the losses."""
    shown = frame(material.region)
    snapshots = range(len(material.epochs))
    density = np.stack([grid_density(material.flow(i), shown, CELLS) for i in snapshots])
    density[~np.isfinite(density)] = 0.0  # of a training that went astray
    truth = None if material.data is None else material.data.grid_density(shown, CELLS)
    saturated = max(np.quantile(p, SATURATED) for p in (density[-1], truth) if p is not None) or 1.0
    highest = float(f"{saturated:.2g}")
    snapshot, layer = snapshot_slider(material), layer_slider(material.depth)
    now = _now(material, snapshot)
    told = snapshot.spoken(f"epoch {now['epoch']:d}: test loss {now['test_loss']:.4f} nats")
    panels = (
        _points(material, close, snapshot, layer, now["epoch"]),
        _density(levels(density, highest), highest, shown, snapshot, now["epoch"]),
        _losses(material, snapshot, now["epoch"]),
        _truth(material, truth, highest, shown),
    )
    points, heat, losses, true = (Cell(panel) for panel in panels)
    return Scene(
        (
            (Cell((told,)), Cell((spoken(layer),))),
            (points, heat, Cell((_readouts(material, now),), 0.55)),
            (losses, true),
        ),
        stage=2,
    )


def levels(density: FloatArray, highest: float) -> NDArray[np.uint8]:
    """Densities as opacities: ``highest`` and more is as opaque as the figures' colour scale gets."""
    shares = np.clip(density / highest, 0.0, 1.0)
    return np.rint(255 * figures.DENSITY_OPACITY * shares).astype(np.uint8)


def snapshot_slider(material: Material) -> Slider:
    """The number of the snapshot; at first that before the training."""
    last = len(material.epochs) - 1
    return Slider("snapshot", "Snapshot", high=last, step=1, format="d", play=2, tabulated=True)


def _now(material: Material, snapshot: Slider) -> dict[str, Value]:
    """The epoch of the snapshot, its losses, and how far it is from the data where that is known."""
    losses = {name: material.arrays[name][material.epochs] for name in ("train_loss", "test_loss")}
    if material.data is not None:
        # The mean of log p − log q over the test samples: −log q is the loss, −log p the data's own.
        own = negative_log_likelihood(material.data, material.test).value
        losses["divergence"] = losses["test_loss"] - own
    tables = {"epoch": Data("epochs", material.epochs)}
    tables |= {name: Data(f"{name}_table", column) for name, column in losses.items()}
    return {name: named(name, at(column, snapshot)) for name, column in tables.items()}


def _points(material: Material, close: bool, snapshot: Slider, layer: Slider, epoch: Value) -> Panel:
    """One table for both sliders: the rows of a snapshot are its layers."""
    depth, start = material.depth, material.test[:POINTS]
    journeys = [points_by_layer(material.layers(i), start) for i in range(len(material.epochs))]
    points = np.concatenate(journeys)
    stage, region = stage_figure(points, close)
    groups = sectors(start, material.train.mean(axis=0))
    row = snapshot * (depth + 1) + layer
    swarm = Swarm(Data("points", table(points)), row, Data("groups", groups), figures.SECTOR_COLORS)
    words = "Test samples at the chosen epoch after the chosen layer"
    outside = told_outside("outside", journeys, region, snapshot * layer.grid.size + layer.index)
    where = f"Epoch {epoch:d}, layer {layer:.2f} of {depth}. {outside}"
    return (
        Lines("stage", "Test samples on the way to z", (where,)),
        Figure("stage", figures.add_base(stage), HEIGHT, words, (swarm,)),
    )


def _density(
    shades: NDArray[np.uint8], highest: float, shown: Region, snapshot: Slider, epoch: Value
) -> Panel:
    figure = figures.add_density_scale(figures.square_figure(shown, "x₁", "x₂"), highest)
    raster = Raster(Data("levels", shades), snapshot, *shown, IN_DISTRIBUTION)
    return (
        Lines("density", "Density p(x) of the flow", (f"Epoch {epoch:d}.",)),
        Figure("density", figure, HEIGHT, "Density of the flow at the chosen epoch", (raster,)),
    )


def _readouts(material: Material, now: dict[str, Value]) -> ReadoutGroup:
    kept = f"Of {material.epochs[-1]}; {len(material.epochs)} were kept."
    readouts = [
        Readout(now["epoch"], "Epoch", "d", kept),
        Readout(now["train_loss"], "Training loss (nats)", ".4f", "Mean −log p(x) of the training samples."),
        Readout(now["test_loss"], "Test loss (nats)", ".4f", "The same of samples it was not trained on."),
    ]
    if material.data is not None:
        readouts.append(Readout(now["divergence"], "D(data ‖ flow) (nats)", ".4f", _paired(material)))
    return ReadoutGroup("losses", "At this epoch", tuple(readouts))


def _paired(material: Material) -> str:
    """How the divergence is known, and how well."""
    error = material.metrics.get("kl_true_model_se")
    known = "" if error is None else f", in the end ± {error:.4f}"
    least = plane_entropy(material.data)
    return f"Mean log p − log q of the test samples{known}. The data's entropy is {least:.4f} nats."


def _losses(material: Material, snapshot: Slider, epoch: Value) -> Panel:
    least = None if material.data is None else plane_entropy(material.data)
    losses = (material.arrays["train_loss"], material.arrays["test_loss"])
    figure = figures.losses_figure(material.epochs, *losses, least)
    line = VerticalLine(snapshot, f"epoch {epoch:d}", drag=True)
    return (
        Lines("losses", "Losses", ("Drag the line to another epoch.",)),
        Figure("losses", figure, HEIGHT, "Training and test loss per epoch", (line,)),
    )


def _truth(material: Material, truth: FloatArray | None, highest: float, shown: Region) -> Panel:
    """What the density should become; where it is not known, samples."""
    figure = figures.square_figure(shown, "x₁", "x₂")
    if truth is None:
        figures.add_samples(figure, material.test[:SHOWN], "test samples")
        title, line = "Test samples of the data", "Their density is not known."
    else:
        figures.add_density(figure, grid_axes(shown, CELLS), truth, highest)
        title, line = "Density of the data", "What the flow should become; the colours mean the same."
    return Lines("truth", title, (line,)), Figure("truth", figure, HEIGHT, title)
