"""Too few layers: the mass that flows of 2, 4 and 8 layers put where the data has none."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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
from ui.live.marks import Raster
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

NEAREST, FARTHEST, STEP = 1.0, 5.5, 0.25  # noises; the data's region ends 5.5 noises from its curves
NOISES = np.arange(NEAREST, FARTHEST + STEP / 2, STEP)
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
    numbers: tuple[tuple[Readout, float], ...]


def fields() -> tuple[Field, ...]:
    """How many noises from every curve are far."""
    return (Field("noises", FAR, NEAREST, FARTHEST),)


def scene(flows: Sequence[Material]) -> Scene:
    """The density of every flow, all of one data set, and of the data itself; what is far in vermilion."""
    data = flows[0].data
    panels = [*(_flow_panel(flow) for flow in flows), _data_panel(data)]
    whole = _slider()
    for panel in panels:
        whole += _picture(panel, data)
    cells = [Cell((f"lines:{p.name}", f"figure:{p.name}", f"readouts:{p.name}")) for p in panels]
    return whole + Scene(rows=((Cell(("control:noises",)),), tuple(cells[:2]), tuple(cells[2:])))


@lru_cache(maxsize=4)
def data_masses(data: NoisyCurves) -> FarMass:
    """How much of the data is far from its own curves."""
    return far_mass(data, data.grid_density(data.region, MASS_CELLS), NOISES)


def row_of(noises: float) -> int:
    """Where in ``NOISES`` a number of noises is."""
    return round((noises - NEAREST) / STEP)


def _flow_panel(flow: Material) -> Panel:
    name, region = str(flow.depth), flow.data.region
    loss = Readout(f"loss_{name}", "Test loss (nats)", ".4f", "Mean −log p(x) of the test samples.")
    gap = Readout(f"gap_{name}", "D(data ‖ flow) (nats)", ".4f", "On the same samples.")
    numbers = ((loss, float(flow.arrays["test_loss"][-1])), (gap, flow.metrics["kl_true_model"]))
    density, fine = (grid_density(flow.flow(), region, cells) for cells in (CELLS, MASS_CELLS))
    return Panel(name, f"{name} layers", density, far_mass(flow.data, fine, NOISES), numbers)


def _data_panel(data: NoisyCurves) -> Panel:
    readout = Readout("entropy", "Entropy (nats)", ".4f", "No model's expected loss is less.")
    density = data.grid_density(data.region, CELLS)
    return Panel("data", "The data", density, data_masses(data), ((readout, plane_entropy(data)),))


def _slider() -> Scene:
    slider = Slider(
        name="noises",
        label="Far, in noises",
        minimum=NEAREST,
        maximum=FARTHEST,
        step=STEP,
        precision=STEP,
        value_text="far is more than {noises:.2f} noises from every curve",
        presets=tuple(Preset(f"{noises:g}", noises) for noises in (2.0, 3.0, FAR)),
    )
    return Scene(
        controls=(slider,),
        values=(
            Value("beyond", "subtract", ("noises", NEAREST)),
            Value("row", "multiply", ("beyond", 1 / STEP)),
        ),
    )


def _picture(panel: Panel, data: NoisyCurves) -> Scene:
    name, far = panel.name, f"far_{panel.name}"
    shades = levels(panel.density, SATURATED)
    is_far = grid_noises(data, CELLS) > NOISES[:, np.newaxis, np.newaxis]
    figure = figures.add_density_scale(figures.square_figure(data.region, "x₁", "x₂"), SATURATED)
    mass = Readout(far, "Mass far from the data", ".3%", "The share of draws that would be in vermilion.")
    line = (
        "Vermilion: more than {noises:.2f} noises from every curve. "
        f"Beyond the picture: {panel.masses.outside:.2%}."
    )
    readouts = (mass, *(readout for readout, _ in panel.numbers))
    return Scene(
        figures={name: Figure(figure, HEIGHT, f"{panel.title}: density, in vermilion far from the data")},
        values=(
            Value(far, "at", (f"{far}_table", "row")),
            *(Value(readout.name, "add", (number, 0.0)) for readout, number in panel.numbers),
        ),
        blocks=(
            Lines(name, panel.title, (line,)),
            ReadoutGroup(name, "", readouts, columns=len(readouts)),
        ),
        marks=(
            Raster(name, f"near_{name}", "row", *data.region, IN_DISTRIBUTION),
            Raster(name, f"beyond_{name}", "row", *data.region, ANOMALY),
        ),
        arrays={
            f"near_{name}": np.where(is_far, np.uint8(0), shades),
            f"beyond_{name}": np.where(is_far, shades, np.uint8(0)),
            f"{far}_table": panel.masses.beyond,
        },
    )
