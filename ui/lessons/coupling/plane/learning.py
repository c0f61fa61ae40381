"""Learning: points, density and losses at the snapshots of a training, scrubbed by epoch and by layer."""

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_points import sectors
from hw9core.coupling.plane_sets import PlaneDistribution, Region, grid_axes, plane_entropy
from hw9core.coupling.stack import points_by_layer
from hw9core.coupling.tabulated import grid_density, tabulated
from hw9core.figures import coupling as figures
from hw9core.figures.theme import IN_DISTRIBUTION
from hw9core.numerics.monte_carlo import Estimate, estimate
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
MOST_STEPS = 80_000  # samples times layers, by which a snapshot's divergence is estimated
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
            (points, heat),
            (Cell((_readouts(material, now),)),),
            (losses, true),
        )
    )


def levels(density: FloatArray, highest: float) -> NDArray[np.uint8]:
    """Densities as opacities: ``highest`` and more is as opaque as the figures' colour scale gets."""
    shares = np.clip(density / highest, 0.0, 1.0)
    return np.rint(255 * figures.DENSITY_OPACITY * shares).astype(np.uint8)


def snapshot_slider(material: Material) -> Slider:
    """The number of the snapshot; at first the last."""
    last = len(material.epochs) - 1
    return Slider("snapshot", "Snapshot", default=last, high=last, step=1, format="d", play=2, tabulated=True)


def _now(material: Material, snapshot: Slider) -> dict[str, Value]:
    """The epoch of the snapshot, its losses, and its divergence from the data where that is known."""
    columns = {name: material.arrays[name][material.epochs] for name in ("train_loss", "test_loss")}
    if material.data is not None:
        estimates = _divergences(material, material.data, _judged(material))
        columns["divergence"] = np.array([one.value for one in estimates])
        columns["divergence_error"] = np.array([one.standard_error for one in estimates])
    tables = {"epoch": Data("epochs", material.epochs)}
    tables |= {name: Data(f"{name}_table", column) for name, column in columns.items()}
    return {name: named(name, at(table, snapshot)) for name, table in tables.items()}


def _judged(material: Material) -> FloatArray:
    """The test samples, (n, 2), or as many as keep a deep flow within the time of one of 8 layers."""
    return material.test[: MOST_STEPS // material.depth]


def _divergences(material: Material, data: PlaneDistribution, x: FloatArray) -> list[Estimate]:
    """D(data ‖ flow) of every snapshot, as :func:`~hw9core.distributions.likelihood.paired_divergence`
    estimates it from samples x (n, 2)."""
    log_p = data.log_prob(x)
    flows = (tabulated(material.flow(i)) for i in range(len(material.epochs)))
    return [estimate(log_p - flow.log_prob(x)) for flow in flows]


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
    ]
    fresh = "The same of samples it was not trained on"
    if material.data is None:
        readouts.append(Readout(now["test_loss"], "Test loss (nats)", ".4f", f"{fresh}."))
    else:
        least = f"no model's expectation is below the entropy, {plane_entropy(material.data):.4f} nats"
        error, count = now["divergence_error"], len(_judged(material))
        paired = f"± {error:.4f}: the mean of log p_data(x) − log p(x) over {count:,} test samples."
        readouts += [
            Readout(now["test_loss"], "Test loss (nats)", ".4f", f"{fresh}; {least}."),
            Readout(now["divergence"], "D(data ‖ flow) (nats)", ".4f", paired),
        ]
    return ReadoutGroup("losses", "At this epoch", tuple(readouts), columns=len(readouts))


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
