"""Figures 2a, 2b and 2c of the homework, all moved together by the epoch."""

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.anomaly_scores import staircase
from hw9core.figures.theme import IN_DISTRIBUTION
from hw9core.line_flow.metrics import kl_true_model, latent_histogram
from ui.lessons.line_flow.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Curve, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.words import UNITS, written

POINTS = 300
BINS = 60
HEIGHT = 320


@published(48)
def scene(material: Material, unit: str) -> Scene:
    """The five plots, and the losses and the divergence of every epoch."""
    last = material.last_epoch
    epoch = Slider("epoch", "Epoch", default=0, low=0, high=last, step=1, format="d", play=6, tabulated=True)
    row = at(Data("nearest_flow", material.nearest_flow), epoch) if _thinned(material) else epoch
    x = np.linspace(*material.x_range, POINTS)
    drawn_x = Data("x", x)
    edges = np.linspace(*material.x_range, BINS + 1)
    samples = figures.samples_figure(material.train, material.test, edges)
    words = "Histograms of training and test samples"
    z_edges = np.linspace(*material.z_range, BINS + 1)
    train = np.sort(material.train)
    of_z = np.stack([latent_histogram(flow, train, z_edges) for flow in material.flows])
    numbers = _numbers(material, unit, of_z, epoch)
    train_loss, test_loss = (readout.name for readout in numbers.readouts[:2])
    spoken = f"epoch {epoch:d}: training loss {train_loss:.3f}, test loss {test_loss:.3f}"
    return Scene(
        (
            (Cell((epoch.spoken(spoken),)),),
            (
                Cell((_density(material, x, drawn_x, edges, row), _losses(material, unit, epoch))),
                Cell((_map(material, x, drawn_x, row), _latent(material, z_edges, of_z, row))),
                Cell((numbers,), 0.6),
            ),
            (Cell((Figure("samples", samples, HEIGHT, words),)),),
        ),
        stage=2,
    )


def _thinned(material: Material) -> bool:
    """Whether only some of the epochs were kept."""
    return len(material.flows) <= material.last_epoch


def _density(material: Material, x: np.ndarray, drawn_x: Data, edges: np.ndarray, row: Value) -> Figure:
    """Figure 2b, left."""
    density = np.exp(np.stack([flow.mixture_log_prob(x) for flow in material.flows]))
    truth = None if material.data is None else np.exp(material.data.log_prob(x))
    histogram = figures.density_histogram(material.train, edges)
    highest = 1.25 * float(max(histogram.max(), 0.0 if truth is None else truth.max()))
    figure = figures.density_figure(material.train, edges, x, truth, highest, "learned density")
    curve = Curve(drawn_x, Data("density", np.float32(density)), row, IN_DISTRIBUTION, "learned density")
    return Figure("density", figure, HEIGHT, "Learned density over the training histogram", (curve,))


def _map(material: Material, x: np.ndarray, drawn_x: Data, row: Value) -> Figure:
    """Figure 2b, right."""
    maps = np.stack([flow(x) for flow in material.flows])
    figure = figures.map_figure(material.x_range, material.z_range)
    curve = Curve(drawn_x, Data("map", np.float32(maps)), row, IN_DISTRIBUTION, "map")
    return Figure("map", figure, HEIGHT, "z as a function of x", (curve,))


def _losses(material: Material, unit: str, epoch: Slider) -> Figure:
    """Figure 2c, left."""
    to_unit = UNITS[unit]
    figure = figures.losses_figure(
        to_unit * material.arrays["train_loss"],
        to_unit * material.arrays["test_loss"],
        None if material.entropy is None else to_unit * material.entropy,
        unit,
    )
    line = VerticalLine(epoch, f"epoch {epoch:d}", drag=True)
    return Figure("losses", figure, HEIGHT, "Training and test loss per epoch", (line,))


def _latent(material: Material, edges: np.ndarray, of_z: np.ndarray, row: Value) -> Figure:
    """Figure 2c, right."""
    outlines = np.stack([staircase(edges, heights)[1] for heights in of_z])
    z = np.linspace(*material.z_range, POINTS)
    base = np.exp(material.base.log_prob(z))
    highest = max(2.2 * float(base.max()), 1.05 * float(of_z.max()))
    figure = figures.latent_figure(z, base, material.base_name, highest)
    outline = Curve(
        Data("z_edges", np.float32(np.repeat(edges, 2))),
        Data("latent", np.float32(outlines)),
        row,
        IN_DISTRIBUTION,
        "latent",
        fill=True,
    )
    words = "Histogram of z over the training set against the base"
    return Figure("latent", figure, HEIGHT, words, (outline,))


def _numbers(material: Material, unit: str, of_z: np.ndarray, epoch: Slider) -> ReadoutGroup:
    to_unit = UNITS[unit]

    def shown(name: str, per_epoch: np.ndarray, label: str, form: str, sentence: str = "") -> Readout:
        table = Data(f"{name}_table", to_unit * per_epoch)
        return Readout(named(name, at(table, epoch)), f"{label} ({unit})", form, sentence)

    bound = ""
    if material.entropy is not None:
        least = written(to_unit * material.entropy, ".4f")
        bound = f"No model's expected loss is below the entropy, {least}; on one test set it may be."
    readouts = [
        shown("train_loss", material.arrays["train_loss"], "Training loss", ".4f"),
        shown("test_loss", material.arrays["test_loss"], "Test loss", ".4f", bound),
    ]
    if material.data is not None:
        divergences = np.array([kl_true_model(material.data, flow) for flow in material.flows])
        words = "By quadrature: how far it still is."
        per_epoch = divergences[material.nearest_flow]
        readouts.append(shown("divergence", per_epoch, "KL(true ‖ model)", ".5f", words))
    title = "At this epoch"
    if _thinned(material):
        title += f"; curves are those of the nearest of {len(material.flows)} kept epochs"
    return ReadoutGroup("losses", title, (*readouts, _beyond(material, of_z, epoch)))


def _beyond(material: Material, of_z: np.ndarray, epoch: Slider) -> Readout:
    """How many z the plots of z do not show: what the histograms lack of 1."""
    low, high = material.z_range
    shown = of_z.sum(axis=1)[material.nearest_flow] * (high - low) / BINS
    beyond = Data("z_beyond_table", np.round(material.train.size * (1.0 - shown)))
    label = f"z of the training set beyond {written(low, 'g')} and {written(high, 'g')}"
    words = f"Of {material.train.size:,} samples; the plots of z end there."
    return Readout(named("z_beyond", at(beyond, epoch)), label, ",d", words)
