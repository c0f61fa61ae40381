"""Too few layers: the mass that flows of 2, 4 and 8 layers put where the data has none."""

from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.coupling.metrics import FAR, MASS_CELLS, FarMass, far_mass, grid_noises
from hw9core.coupling.plane_sets import NoisyCurves, plane_entropy
from hw9core.coupling.tabulated import grid_density
from hw9core.figures import coupling as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.coupling.plane.learning import levels
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
SATURATED = 0.03  # density; a small part of the data's highest, or bridges would not show
HEIGHT = 300


@dataclass(frozen=True, eq=False)
class Panel:
    """One density (CELLS, CELLS) over the data's region, its far masses, and its other numbers."""

    name: str
    title: str
    density: FloatArray
    masses: FarMass
    numbers: tuple[Readout, ...]


@published(2)
def scene(flows: tuple[Material, ...]) -> Scene:
    """The density of every flow, all of one data set, and of the data itself; what is far in vermilion."""
    data = flows[0].data
    panels = [*(_flow_panel(flow) for flow in flows), _data_panel(data)]
    cells = tuple(_picture(panel, data) for panel in panels)
    told = NOISES.spoken(f"far is more than {NOISES:.2f} noises from every curve")
    numbers = tuple(Cell((ReadoutGroup(f"{p.name}_fit", p.title, p.numbers),)) for p in panels)
    return Scene(((Cell((told,)),), cells, numbers), stage=2)


@shared(entries=4)
def data_masses(data: NoisyCurves) -> FarMass:
    """How much of the data is far from its own curves."""
    return far_mass(data, data.grid_density(data.region, MASS_CELLS), NOISES.grid)


def row_of(noises: float) -> int:
    """Where in ``NOISES.grid`` a number of noises is."""
    return int(np.flatnonzero(NOISES.grid == noises)[0])


def _flow_panel(flow: Material) -> Panel:
    name, region = str(flow.depth), flow.data.region
    loss = named(f"loss_{name}", float(flow.arrays["test_loss"][-1]))
    gap = named(f"gap_{name}", flow.metrics["kl_true_model"])
    paired = f"± {flow.metrics['kl_true_model_se']:.4f}, paired on the same samples."
    numbers = (
        Readout(loss, "Test loss (nats)", ".4f", "Mean −log p(x) of the test samples."),
        Readout(gap, "D(data ‖ flow) (nats)", ".4f", paired),
    )
    density, fine = (grid_density(flow.flow(), region, cells) for cells in (CELLS, MASS_CELLS))
    return Panel(name, f"{name} layers", density, far_mass(flow.data, fine, NOISES.grid), numbers)


def _data_panel(data: NoisyCurves) -> Panel:
    least = named("entropy", plane_entropy(data))
    readout = Readout(least, "Entropy (nats)", ".4f", "No model's expected loss is less.")
    density = data.grid_density(data.region, CELLS)
    return Panel("data", "The data", density, data_masses(data), (readout,))


def _picture(panel: Panel, data: NoisyCurves) -> Cell:
    name, row = panel.name, NOISES.index
    shades = levels(panel.density, SATURATED)
    is_far = grid_noises(data, CELLS) > NOISES.grid[:, np.newaxis, np.newaxis]
    near = Data(f"near_{name}", np.where(is_far, np.uint8(0), shades))
    beyond = Data(f"beyond_{name}", np.where(is_far, shades, np.uint8(0)))
    marks = (
        Raster(near, row, *data.region, IN_DISTRIBUTION),
        Raster(beyond, row, *data.region, ANOMALY),
    )
    figure = figures.add_density_scale(figures.square_figure(data.region, "x₁", "x₂"), SATURATED)
    words = f"{panel.title}: density, in vermilion far from the data"
    far = named(f"far_{name}", at(Data(f"far_{name}_table", panel.masses.beyond), row))
    mass = Readout(far, "Mass far from the data", ".3%", "The share of draws that would be in vermilion.")
    line = (
        f"Vermilion: more than {NOISES:.2f} noises from every curve. "
        f"Beyond the picture: {panel.masses.outside:.2%}."
    )
    return Cell(
        (
            Lines(name, panel.title, (line,)),
            Figure(name, figure, HEIGHT, words, marks),
            ReadoutGroup(name, "", (mass,)),
        )
    )
