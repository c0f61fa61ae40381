"""Too few layers: the mass that flows of 2, 4 and 8 layers put where the data has none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.coupling.metrics import FAR
from hw9core.coupling.plane_sets import NoisyCurves, grid_points
from hw9core.figures import coupling as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.coupling.plane.learning import entropy, levels
from ui.lessons.coupling.plane.material import Material
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Preset, Slider
from ui.live.kernels import at
from ui.live.marks import Raster
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, named
from ui.shared import shared

NOISES = Slider(
    "noises",
    "Far, in noises",
    default=FAR,
    low=1.0,
    high=5.5,  # where the data's region ends
    step=0.25,
    presets=tuple(Preset(f"{noises:g}", noises) for noises in (2.0, 3.0, FAR)),
    tabulated=True,
)
CELLS = 140  # of a picture along each axis
MASS_CELLS = 300  # of the sum over the region
SATURATED = 0.03  # density; a small part of the data's highest, or bridges would not show
HEIGHT = 300


@dataclass(frozen=True, eq=False)
class FarMasses:
    """The mass farther than each of ``NOISES.grid`` from every curve, (rows,), inside the data's region, and
    the mass outside of it, all by the rectangle rule."""

    beyond: FloatArray
    outside: float


@dataclass(frozen=True, eq=False)
class Panel:
    """One density over the plane, its far masses, and its other numbers."""

    name: str
    title: str
    log_prob: Callable[[FloatArray], FloatArray]
    masses: FarMasses
    numbers: tuple[Readout, ...]


@published(2)
def scene(flows: tuple[Material, ...]) -> Scene:
    """The density of every flow, all of one data set, and of the data itself; what is far in vermilion."""
    data = flows[0].data
    panels = [*(_flow_panel(flow) for flow in flows), _data_panel(data)]
    cells = tuple(_picture(panel, data) for panel in panels)
    told = NOISES.spoken(f"far is more than {NOISES:.2f} noises from every curve")
    return Scene(((Cell((told,)),), cells[:2], cells[2:]))


@shared(entries=8)
def divergence(flow: Material) -> float:
    """KL(data ‖ flow) in nats: the mean of log p(x) − log q(x) over the test samples."""
    return float(np.mean(flow.data.log_prob(flow.test) - flow.flow().log_prob(flow.test)))


@shared(entries=8)
def flow_masses(flow: Material) -> FarMasses:
    """How much of a flow is far from its data."""
    return _masses(flow.flow().log_prob, flow.data)


@shared(entries=4)
def data_masses(data: NoisyCurves) -> FarMasses:
    """The same of the data itself."""
    return _masses(data.log_prob, data)


def row_of(noises: float) -> int:
    """Where in ``NOISES.grid`` a number of noises is."""
    return int(np.flatnonzero(NOISES.grid == noises)[0])


@shared(entries=4)
def _distances(data: NoisyCurves, cells: int) -> FloatArray:
    """How many noises the points of a grid over the data's region are from the nearest curve."""
    points, _ = grid_points(data.region, cells)
    return data.distance(points) / data.noise


def _masses(log_prob: Callable[[FloatArray], FloatArray], data: NoisyCurves) -> FarMasses:
    points, area = grid_points(data.region, MASS_CELLS)
    distance = _distances(data, MASS_CELLS)
    mass = area * np.exp(log_prob(points))
    beyond = np.array([mass[distance > noises].sum() for noises in NOISES.grid])
    return FarMasses(beyond, max(1.0 - float(mass.sum()), 0.0))


def _flow_panel(flow: Material) -> Panel:
    name = str(flow.depth)
    loss = named(f"loss_{name}", float(flow.arrays["test_loss"][-1]))
    gap = named(f"gap_{name}", divergence(flow))
    numbers = (
        Readout(loss, "Test loss (nats)", ".4f", "Mean −log p(x) of the test samples."),
        Readout(gap, "D(data ‖ flow) (nats)", ".4f", "On the same samples."),
    )
    return Panel(name, f"{name} layers", flow.flow().log_prob, flow_masses(flow), numbers)


def _data_panel(data: NoisyCurves) -> Panel:
    least = named("entropy", entropy(data))
    readout = Readout(least, "Entropy (nats)", ".4f", "No model's expected loss is less.")
    return Panel("data", "The data", data.log_prob, data_masses(data), (readout,))


def _picture(panel: Panel, data: NoisyCurves) -> Cell:
    name, row = panel.name, NOISES.index
    grid, _ = grid_points(data.region, CELLS)
    density = np.exp(panel.log_prob(grid))
    is_far = _distances(data, CELLS) > NOISES.grid[:, np.newaxis, np.newaxis]
    near = Data(f"near_{name}", levels(np.where(is_far, 0.0, density), SATURATED))
    beyond = Data(f"beyond_{name}", levels(np.where(is_far, density, 0.0), SATURATED))
    marks = (
        Raster(near, row, *data.region, IN_DISTRIBUTION),
        Raster(beyond, row, *data.region, ANOMALY),
    )
    figure = figures.add_density_scale(figures.square_figure(data.region, "x₁", "x₂"), SATURATED)
    words = f"{panel.title}: density, in vermilion far from the data"
    far = named(f"far_{name}", at(Data(f"far_{name}_table", panel.masses.beyond), row))
    mass = Readout(far, "Mass far from the data", ".3%", "The share of draws that would be in vermilion.")
    readouts = (mass, *panel.numbers)
    line = (
        f"Vermilion: more than {NOISES:.2f} noises from every curve. "
        f"Beyond the picture: {panel.masses.outside:.2%}."
    )
    return Cell(
        (
            Lines(name, panel.title, (line,)),
            Figure(name, figure, HEIGHT, words, marks),
            ReadoutGroup(name, "", readouts, columns=len(readouts)),
        )
    )
