"""Figures 2a, 2b and 2c of the homework, all moved together by the epoch."""

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.anomaly_scores import staircase
from hw9core.figures.theme import IN_DISTRIBUTION
from hw9core.line_flow.metrics import kl_true_model, latent_histogram
from ui.lessons.line_flow.material import UNITS, Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Curve, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

POINTS = 300
BINS = 60
HEIGHT = 320


def fields(material: Material) -> tuple[Field, ...]:
    """The epoch shown, 0 (before training) to the last; the last one to begin with."""
    last = len(material.flows) - 1.0
    return (Field("epoch", last, 0.0, last),)


def scene(material: Material, unit: str) -> Scene:
    """The five plots and the numbers of every epoch."""
    return _plots(material, unit) + _numbers(material, unit)


def _plots(material: Material, unit: str) -> Scene:
    x = np.linspace(*material.x_range, POINTS)
    edges = np.linspace(*material.x_range, BINS + 1)
    z_edges = np.linspace(*material.z_range, BINS + 1)
    density = np.exp(np.stack([flow.mixture_log_prob(x) for flow in material.flows]))
    maps = np.stack([np.clip(flow(x), *material.z_range) for flow in material.flows])
    train = np.sort(material.train)
    latent = np.stack(
        [staircase(z_edges, latent_histogram(flow, train, z_edges))[1] for flow in material.flows]
    )
    truth = None if material.data is None else np.exp(material.data.log_prob(x))
    histogram = figures.density_histogram(material.train, edges)
    highest = 1.25 * float(max(histogram.max(), 0.0 if truth is None else truth.max()))
    z = np.linspace(*material.z_range, POINTS)
    base = np.exp(material.base.log_prob(z))
    to_unit = UNITS[unit]
    return Scene(
        figures={
            "samples": Figure(
                figures.samples_figure(material.train, material.test, edges),
                HEIGHT,
                "Histograms of training and test samples",
            ),
            "density": Figure(
                figures.density_figure(material.train, edges, x, truth, highest, "learned density"),
                HEIGHT,
                "Learned density over the training histogram",
            ),
            "map": Figure(
                figures.map_figure(material.x_range, material.z_range), HEIGHT, "z as a function of x"
            ),
            "losses": Figure(
                figures.losses_figure(
                    to_unit * material.arrays["train_loss"],
                    to_unit * material.arrays["test_loss"],
                    None if material.entropy is None else to_unit * material.entropy,
                    unit,
                ),
                HEIGHT,
                "Training and test loss per epoch",
            ),
            "latent": Figure(
                figures.latent_figure(z, base, material.base_name, 2.2 * float(base.max())),
                HEIGHT,
                "Histogram of z over the training set against the base",
            ),
        },
        controls=(_slider(len(material.flows) - 1),),
        marks=(
            Curve("density", "x", "density", "epoch", IN_DISTRIBUTION, "learned density"),
            Curve("map", "x", "map", "epoch", IN_DISTRIBUTION, "map"),
            VerticalLine("losses", "epoch", "epoch {epoch:d}", drag=True),
            Curve("latent", "z_edges", "latent", "epoch", IN_DISTRIBUTION, "latent", fill=True),
        ),
        rows=(
            (Cell(("control:epoch",)),),
            (Cell(("figure:samples",), 1.6), Cell(("readouts:losses",))),
            (Cell(("figure:density",)), Cell(("figure:map",))),
            (Cell(("figure:losses",)), Cell(("figure:latent",))),
        ),
        arrays={
            "x": x.astype(np.float32),
            "density": density.astype(np.float32),
            "map": maps.astype(np.float32),
            "z_edges": np.repeat(z_edges, 2).astype(np.float32),
            "latent": latent.astype(np.float32),
        },
    )


def _numbers(material: Material, unit: str) -> Scene:
    to_unit = UNITS[unit]
    tables = {
        "train_loss": to_unit * material.arrays["train_loss"],
        "test_loss": to_unit * material.arrays["test_loss"],
    }
    readouts = [
        Readout("train_loss", f"Training loss ({unit})", ".4f"),
        Readout("test_loss", f"Test loss ({unit})", ".4f"),
    ]
    if material.data is not None:
        divergences = [kl_true_model(material.data, flow) for flow in material.flows]
        tables["divergence"] = to_unit * np.array(divergences)
        readouts.append(
            Readout("divergence", f"KL(true ‖ model) ({unit})", ".5f", "By quadrature: how far it still is.")
        )
    return Scene(
        values=tuple(Value(name, "at", (f"{name}_table", "epoch")) for name in tables),
        blocks=(ReadoutGroup("losses", "At this epoch", tuple(readouts)),),
        arrays={f"{name}_table": table for name, table in tables.items()},
    )


def _slider(epochs: int) -> Slider:
    return Slider(
        name="epoch",
        label="Epoch",
        minimum=0,
        maximum=epochs,
        step=1,
        precision=1,
        format="d",
        value_text="epoch {epoch:d}: training loss {train_loss:.3f}, test loss {test_loss:.3f}",
        play=6,
    )
