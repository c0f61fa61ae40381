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
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Curve, Dots, Point, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field
from ui.words import UNITS

SLICES = 8
STEPS = 100
DRAWN_PER_SLICE = 40
PARTICLES = 80
PROBE_STEPS = 400
ONE_STAGE, TWO_STAGES = "straight", "by way of u"
TO_Z, TO_X = "x → z", "z → x, sampling"


@dataclass(frozen=True)
class Options:
    """In one stage or two, and in which direction it plays."""

    stages: str = ONE_STAGE
    direction: str = TO_Z


def fields(material: Material) -> tuple[Field, ...]:
    """Time from 0 to 1, and the probed x."""
    low, high = material.x_range
    return (Field("t", 0.0, 0.0, 1.0), Field("probe", float(np.median(material.train)), low, high))


def scene(material: Material, options: Options, unit: str) -> Scene:
    """The stage with its slices, particles and areas, and beside it the probe on the map."""
    return _stage(material, options) + _probe(material, unit)


def _stage(material: Material, options: Options) -> Scene:
    slices = quantile_slices(material.final, SLICES)
    path = _path(material, slices.points, options)
    drawn = _drawn_points(slices)
    low = min(material.x_range[0], material.z_range[0])
    high = max(material.x_range[1], material.z_range[1])
    highest = 1.1 * float(np.max(np.quantile(path.density[:, drawn], 0.995, axis=1)))
    colors = figures.slice_colors(SLICES)
    areas = path.areas(slices.edge_index)
    arrays = {f"area_{i}_table": areas[:, i] for i in range(SLICES)}
    for i in range(SLICES):
        arrays |= _polygon(path, drawn[_in_slice(slices, drawn, i)], i)
    arrays |= _particles(material, options, highest)
    end = "z" if options.direction == TO_Z else "x"
    return Scene(
        figures={
            "stage": Figure(
                figures.stage_figure((low, high), highest), 430, "Slices of equal mass on their way to z"
            )
        },
        controls=(
            Slider(
                name="t",
                label=f"t, to {end}",
                minimum=0.0,
                maximum=1.0,
                step=1 / STEPS,
                precision=1 / STEPS,
                value_text="t = {t:.2f}",
                play=25,
            ),
        ),
        values=(
            Value("row", "multiply", ("t", STEPS)),
            *(Value(f"area_{i}", "at", (f"area_{i}_table", "row")) for i in range(SLICES)),
        ),
        blocks=(
            ReadoutGroup(
                "areas",
                "Area of each slice, from left to right: mass is neither made nor lost",
                tuple(Readout(f"area_{i}", f"slice {i + 1}", ".5f") for i in range(SLICES)),
                columns=SLICES,
            ),
        ),
        marks=(
            *(
                Curve("stage", f"slice_{i}_x", f"slice_{i}_y", "row", colors[i], f"slice {i + 1}", fill=True)
                for i in range(SLICES)
            ),
            Dots("stage", "particle_x", "particle_y", "row", IN_DISTRIBUTION),
        ),
        rows=(
            (Cell(("figure:stage",)),),
            (Cell(("control:t",)),),
            (Cell(("readouts:areas",)),),
        ),
        arrays=arrays,
    )


def _path(material: Material, x: np.ndarray, options: Options) -> Journey:
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


def _polygon(path: Journey, index: np.ndarray, i: int) -> dict[str, np.ndarray]:
    """A slice's outline at every t, closed along the axis."""
    x, y = path.points[:, index], path.density[:, index]
    x = np.concatenate([x[:, :1], x, x[:, -1:]], axis=1)
    y = np.pad(y, ((0, 0), (1, 1)))
    return {f"slice_{i}_x": x.astype(np.float32), f"slice_{i}_y": y.astype(np.float32)}


def _particles(material: Material, options: Options, highest: float) -> dict[str, np.ndarray]:
    """Single samples: of the test set, or, for sampling, of the base; their heights only keep them apart."""
    rng = np.random.default_rng(0)
    if options.direction == TO_Z:
        x = material.test[:PARTICLES]
    else:
        x = material.final.inverse(material.base.sample(PARTICLES, rng))
    heights = -highest * rng.uniform(0.03, 0.12, x.size)
    points = _path(material, np.sort(x), options).points
    return {"particle_x": points.astype(np.float32), "particle_y": heights.astype(np.float32)}


def _probe(material: Material, unit: str) -> Scene:
    low, high = material.x_range
    step = (high - low) / PROBE_STEPS
    x = low + step * np.arange(PROBE_STEPS + 1)
    z, ladj = material.final.call_and_ladj(x)
    to_unit = UNITS[unit]
    tables = {
        "probe_z": z,
        "probe_log_base": to_unit * material.base.log_prob(z),
        "probe_ladj": to_unit * ladj,
        "probe_log_p": to_unit * material.final.flow.log_prob(x),
    }
    formula = "log p(x) = log φ(z) + log dz/dx = {probe_log_base:.4f} + {probe_ladj:.4f}"
    return Scene(
        figures={
            "map": Figure(figures.map_figure(material.x_range, material.z_range), 330, "z as a function of x")
        },
        controls=(
            Slider(
                name="probe",
                label="probe at x",
                minimum=low,
                maximum=high,
                step=step,
                precision=10.0 ** np.floor(np.log10(step)),
                format=".3f",
                value_text="x = {probe:.3f}, z = {probe_z:.3f}",
            ),
        ),
        values=(
            Value("zero", "multiply", ("probe", 0.0)),
            Value("probe_distance", "subtract", ("probe", low)),
            Value("probe_index", "divide", ("probe_distance", step)),
            *(Value(name, "at", (f"{name}_table", "probe_index")) for name in tables),
        ),
        blocks=(
            ReadoutGroup(
                "probe",
                "The change of variables at one point",
                (
                    Readout("probe_log_p", f"log p(x) ({unit})", ".4f", formula),
                    Readout("probe_z", "z = f(x)", ".4f"),
                    Readout("probe_ladj", f"log dz/dx ({unit})", ".4f", "Above 0 the map stretches here."),
                ),
            ),
        ),
        marks=(
            Curve("map", "probe_x", "probe_map", "zero", IN_DISTRIBUTION, "map"),
            VerticalLine("map", "probe", "x = {probe:.2f}", drag=True),
            Point("map", "probe", "probe_z", IN_DISTRIBUTION, "z = {probe_z:.2f}"),
        ),
        rows=((Cell(("figure:map", "control:probe"), 1.6), Cell(("readouts:probe",))),),
        arrays={
            **{f"{name}_table": table for name, table in tables.items()},
            "probe_x": x.astype(np.float32),
            "probe_map": np.clip(z, *material.z_range)[np.newaxis].astype(np.float32),
        },
    )
