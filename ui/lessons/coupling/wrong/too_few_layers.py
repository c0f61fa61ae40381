"""Too few layers: the mass that flows of 2, 4 and 8 layers put where the data has none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
from ui.live.marks import Raster
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

NEAREST, FARTHEST, STEP = 1.0, 5.5, 0.25  # noises; the data's region ends 5.5 noises from its curves
NOISES = np.arange(NEAREST, FARTHEST + STEP / 2, STEP)
CELLS = 140  # of a picture along each axis
MASS_CELLS = 300  # of the sum over the region
SATURATED = 0.03  # density; a small part of the data's highest, or bridges would not show
HEIGHT = 300


@dataclass(frozen=True, eq=False)
class FarMasses:
    """The mass farther than each of ``NOISES`` from every curve, (rows,), inside the data's region, and the
    mass outside of it, all by the rectangle rule."""

    beyond: FloatArray
    outside: float


@dataclass(frozen=True, eq=False)
class Panel:
    """One density over the plane, its far masses, and its other numbers."""

    name: str
    title: str
    log_prob: Callable[[FloatArray], FloatArray]
    masses: FarMasses
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


@lru_cache(maxsize=8)
def divergence(flow: Material) -> float:
    """KL(data ‖ flow) in nats: the mean of log p(x) − log q(x) over the test samples."""
    return float(np.mean(flow.data.log_prob(flow.test) - flow.flow().log_prob(flow.test)))


@lru_cache(maxsize=8)
def flow_masses(flow: Material) -> FarMasses:
    """How much of a flow is far from its data."""
    return _masses(flow.flow().log_prob, flow.data)


@lru_cache(maxsize=4)
def data_masses(data: NoisyCurves) -> FarMasses:
    """The same of the data itself."""
    return _masses(data.log_prob, data)


def row_of(noises: float) -> int:
    """Where in ``NOISES`` a number of noises is."""
    return round((noises - NEAREST) / STEP)


@lru_cache(maxsize=4)
def _distances(data: NoisyCurves, cells: int) -> FloatArray:
    """How many noises the points of a grid over the data's region are from the nearest curve."""
    points, _ = grid_points(data.region, cells)
    return data.distance(points) / data.noise


def _masses(log_prob: Callable[[FloatArray], FloatArray], data: NoisyCurves) -> FarMasses:
    points, area = grid_points(data.region, MASS_CELLS)
    distance = _distances(data, MASS_CELLS)
    mass = area * np.exp(log_prob(points))
    beyond = np.array([mass[distance > noises].sum() for noises in NOISES])
    return FarMasses(beyond, max(1.0 - float(mass.sum()), 0.0))


def _flow_panel(flow: Material) -> Panel:
    name = str(flow.depth)
    loss = Readout(f"loss_{name}", "Test loss (nats)", ".4f", "Mean −log p(x) of the test samples.")
    gap = Readout(f"gap_{name}", "D(data ‖ flow) (nats)", ".4f", "On the same samples.")
    numbers = ((loss, float(flow.arrays["test_loss"][-1])), (gap, divergence(flow)))
    return Panel(name, f"{name} layers", flow.flow().log_prob, flow_masses(flow), numbers)


def _data_panel(data: NoisyCurves) -> Panel:
    readout = Readout("entropy", "Entropy (nats)", ".4f", "No model's expected loss is less.")
    return Panel("data", "The data", data.log_prob, data_masses(data), ((readout, entropy(data)),))


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
    grid, _ = grid_points(data.region, CELLS)
    density = np.exp(panel.log_prob(grid))
    is_far = _distances(data, CELLS) > NOISES[:, np.newaxis, np.newaxis]
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
            f"near_{name}": levels(np.where(is_far, 0.0, density), SATURATED),
            f"beyond_{name}": levels(np.where(is_far, density, 0.0), SATURATED),
            f"{far}_table": panel.masses.beyond,
        },
    )
