"""Mass on its way from x to z: coloured slices of equal probability, single samples, and a probe."""

from dataclasses import dataclass

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.theme import IN_DISTRIBUTION
from hw9core.line_flow.journey import (
    Journey,
    QuantileSlices,
    direct_journey,
    quantile_slices,
    two_stage_journey,
)
from ui.lessons.line_flow.material import Material
from ui.lessons.line_flow.texts import SYMBOLS
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider, Spoken
from ui.live.kernels import at
from ui.live.marks import Curve, Dots, Point, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.words import UNITS

SLICES = 8
STEPS = 100
DRAWN_PER_SLICE = 40
PARTICLES = 80
ONE_STAGE, TWO_STAGES = "straight", "by way of u"
TO_Z, TO_X = "x → z", "z → x, sampling"


@dataclass(frozen=True)
class Options:
    """In one stage or two, and in which direction it plays."""

    stages: str = ONE_STAGE
    direction: str = TO_Z


@published(48)
def scene(material: Material, options: Options, unit: str) -> Scene:
    """The stage with its slices, particles and areas, and beside it the probe on the map."""
    t = time_slider(options)
    plot, probe, numbers = _probe(material, unit)
    stage, areas = _stage(material, options, t)
    return Scene(
        (
            (Cell((t.spoken(f"t = {t:.2f}"),)),),
            (Cell((stage, areas), 1.5), Cell((plot, probe)), Cell((numbers,), 0.75)),
        ),
        stage=2,
    )


def time_slider(options: Options) -> Slider:
    """t from 0 to 1, at which everything of the journey is known in steps."""
    end = "z" if options.direction == TO_Z else "x"
    return Slider("t", f"t, to {end}", low=0.0, high=1.0, step=1 / STEPS, play=25, tabulated=True)


def _stage(material: Material, options: Options, t: Slider) -> tuple[Figure, ReadoutGroup]:
    slices = quantile_slices(material.final, SLICES)
    journey = _journey(material, slices.points, options)
    drawn = _drawn_points(slices)
    particles = _particles(material, options)
    low = min(material.x_range[0], material.z_range[0], float(particles.min()))
    high = max(material.x_range[1], material.z_range[1], float(particles.max()))
    highest = 1.1 * float(np.max(np.quantile(journey.density[:, drawn], 0.995, axis=1)))
    colors = figures.slice_colors(SLICES)
    outlines = (_outline(journey, drawn[_in_slice(slices, drawn, i)], i, t, colors[i]) for i in range(SLICES))
    stage = Figure(
        "stage",
        figures.stage_figure((low, high), highest),
        430,
        "Slices of equal mass on their way to z",
        (*outlines, _dots(particles, highest, t)),
    )
    return stage, _areas(journey, slices, t)


def _journey(material: Material, x: np.ndarray, options: Options) -> Journey:
    times = np.linspace(0.0, 1.0, STEPS + 1)
    times = times if options.direction == TO_Z else times[::-1]
    if options.stages == TWO_STAGES:
        return two_stage_journey(material.final, x, 2.0 * times)
    return direct_journey(material.final, x, times)


def _drawn_points(slices: QuantileSlices) -> np.ndarray:
    """Indices of the points that are drawn: the edges, and about 40 in every slice."""
    inner = [
        np.linspace(first, last, DRAWN_PER_SLICE).astype(np.intp)
        for first, last in zip(slices.edge_index[:-1], slices.edge_index[1:], strict=True)
    ]
    return np.unique(np.concatenate(inner))


def _in_slice(slices: QuantileSlices, drawn: np.ndarray, i: int) -> np.ndarray:
    first, last = slices.edge_index[i], slices.edge_index[i + 1]
    return (drawn >= first) & (drawn <= last)


def _outline(journey: Journey, index: np.ndarray, i: int, t: Slider, color: str) -> Curve:
    """A slice's outline at every t, closed along the axis."""
    x, y = journey.points[:, index], journey.density[:, index]
    x = np.concatenate([x[:, :1], x, x[:, -1:]], axis=1)
    y = np.pad(y, ((0, 0), (1, 1)))
    across, up = Data(f"slice_{i}_x", np.float32(x)), Data(f"slice_{i}_y", np.float32(y))
    return Curve(across, up, t.index, color, f"slice {i + 1}", fill=True)


def _particles(material: Material, options: Options) -> np.ndarray:
    """Where single samples are at every t, (times, n): of the test set, or, for sampling, of the base."""
    if options.direction == TO_Z:
        x = material.test[:PARTICLES]
    else:
        x = material.final.inverse(material.base.sample(PARTICLES, np.random.default_rng(0)))
    return _journey(material, np.sort(x), options).points


def _dots(particles: np.ndarray, highest: float, t: Slider) -> Dots:
    """Dots at random heights below zero, which only keep them apart."""
    heights = -highest * np.random.default_rng(0).uniform(0.03, 0.12, particles.shape[1])
    return Dots(Data("particle_x", np.float32(particles)), np.float32(heights), t.index, IN_DISTRIBUTION)


def _areas(journey: Journey, slices: QuantileSlices, t: Slider) -> ReadoutGroup:
    tables = [Data(f"area_{i}_table", area) for i, area in enumerate(journey.areas(slices.edge_index).T)]
    areas = [named(f"area_{i}", at(table, t.index)) for i, table in enumerate(tables)]
    readouts = (Readout(area, f"slice {i}", ".5f") for i, area in enumerate(areas, start=1))
    title = "Area of each slice, from left to right: mass is neither made nor lost"
    return ReadoutGroup("areas", title, tuple(readouts), columns=SLICES // 2)


def _probe(material: Material, unit: str) -> tuple[Figure, Spoken, ReadoutGroup]:
    probe = material.x_slider("probe", "probe at x", float(np.median(material.train)), tabulated=True)
    x = probe.grid
    z, ladj = material.final.call_and_ladj(x)
    to_unit = UNITS[unit]
    tables = {
        "probe_z": z,
        "probe_log_base": to_unit * material.base.log_prob(z),
        "probe_ladj": to_unit * ladj,
        "probe_log_p": to_unit * material.final.flow.log_prob(x),
    }
    found = {
        name: named(name, at(Data(f"{name}_table", table), probe.index)) for name, table in tables.items()
    }
    z_there = found["probe_z"]
    curve = Curve(
        Data("probe_x", x),
        Data("probe_map", np.float32(z[np.newaxis])),
        0.0,
        IN_DISTRIBUTION,
        "map",
    )
    marks = (
        curve,
        VerticalLine(probe, f"x = {probe:{probe.format}}", drag=True),
        Point(probe, z_there, IN_DISTRIBUTION, f"z = {z_there:.2f}"),
    )
    figure = figures.map_figure(material.x_range, material.z_range)
    plot = Figure("map", figure, 330, "z as a function of x", marks)
    slider = probe.spoken(f"x = {probe:{probe.format}}, z = {z_there:.3f}")
    return plot, slider, _change_of_variables(found, material.base.name, unit)


def _change_of_variables(found: dict[str, Value], base: str, unit: str) -> ReadoutGroup:
    log_base, ladj = found["probe_log_base"], found["probe_ladj"]
    terms = f"log p(x) = log {SYMBOLS[base].density} + log dz/dx"
    formula = f"{terms} = {log_base:.4f} {ladj:+.4f}"
    return ReadoutGroup(
        "probe",
        "The change of variables at one point",
        (
            Readout(found["probe_log_p"], f"log p(x) ({unit})", ".4f", formula),
            Readout(found["probe_z"], "z = f(x)", ".4f"),
            Readout(ladj, f"log dz/dx ({unit})", ".4f", "Above 0 the map stretches here."),
        ),
    )
