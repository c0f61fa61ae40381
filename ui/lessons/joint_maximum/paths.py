"""Three ways up from the same start, scrubbed forwards and backwards, with the values after every step."""

from functools import lru_cache

import numpy as np

from hw9core.figures import joint_maximum as figures
from hw9core.figures.theme import ANOMALY
from hw9core.joint_maximum.paths import STEPS, Path, coordinate_ascent, gradient_ascent, iterated_ascent
from hw9core.joint_maximum.problems import GaussianMixture, LinearGaussian
from ui.lessons.joint_maximum.material import Material
from ui.lessons.joint_maximum.names import METHODS, POINT_FIELDS, SHORT, number, point_sliders
from ui.live.blocks import Readout, ReadoutGroup, Table, TableRow
from ui.live.controls import Slider
from ui.live.marks import Curve, Handle, Point, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

FIELDS = (*POINT_FIELDS, Field("step", 4.0, 0.0, STEPS))
_WAYS = {"coordinate": coordinate_ascent, "gradient": gradient_ascent, "iterated": iterated_ascent}
_LEAST_RISE = 1e-8  # what comes after it is left out of the table
_COLUMNS = ("step", "θ", "φ", "f(θ)", "h(θ, φ)", "g = f − h", "rise of g")


@lru_cache(maxsize=128)
def ways(material: Material, start: tuple[float, float]) -> dict[str, Path]:
    """The path of every method from ``start``."""
    return {key: way(material.problem, *start) for key, way in _WAYS.items()}


def scene(material: Material, start: tuple[float, float], method: str) -> Scene:
    """Paths on the heat map, g against the step, readouts; the steps of one method as a table."""
    paths = ways(material, start)
    return Scene(
        figures=_figures(material, paths),
        controls=(
            *point_sliders(),
            Slider("step", "step", 0, STEPS, 1, 1, "step {step:d}", format="d", play=3),
        ),
        values=tuple(
            Value(f"{name}_{key}", "at", (f"{name}_{key}_table", "step"))
            for key in paths
            for name in ("theta", "phi", "f", "h", "g", "rise")
        ),
        blocks=(
            _readouts(),
            Table("steps", f"Every step of {METHODS[method]}", _COLUMNS, control="step"),
        ),
        marks=_marks(paths),
        rows=(
            (
                Cell(("figure:heat",), 1.3),
                Cell(("control:step", "figure:values", "control:theta", "control:phi")),
            ),
            (Cell(("readouts:ways",)),),
            (Cell(("table:steps",)),),
        ),
        arrays=_arrays(paths),
    )


def _figures(material: Material, paths: dict[str, Path]) -> dict[str, Figure]:
    values = figures.values_figure(
        np.arange(STEPS + 1.0), {key: path.g for key, path in paths.items()}, SHORT, material.of_f.value
    )
    return {
        "heat": Figure(material.heat, 480, "Three paths over the heat map of g"),
        "values": Figure(values, 300, "g after every step of the three paths"),
    }


def _marks(paths: dict[str, Path]) -> tuple:
    curves = (
        Curve("heat", f"{key}_x", f"{key}_y", "step", figures.METHOD_COLORS[key], METHODS[key])
        for key in paths
    )
    points = (Point("heat", f"theta_{key}", f"phi_{key}", figures.METHOD_COLORS[key], "") for key in paths)
    return (
        *curves,
        *points,
        Handle("heat", "theta", "phi", ANOMALY, "start"),
        VerticalLine("values", "step", "step {step:d}", drag=True),
    )


def _readouts() -> ReadoutGroup:
    sentence = (
        "at ({{theta_{0}:.3f}}, {{phi_{0}:.3f}}), f = {{f_{0}:.5f}}, h = {{h_{0}:.5f}}; "
        "this step raised g by {{rise_{0}:.2e}}"
    )
    readouts = (
        Readout(f"g_{key}", f"g, {name}", ".4f", sentence.format(key)) for key, name in METHODS.items()
    )
    return ReadoutGroup("ways", "After this step", tuple(readouts), columns=3)


def _arrays(paths: dict[str, Path]) -> dict[str, np.ndarray]:
    arrays = {}
    # Row k holds the points up to step k, and the last of them again and again.
    shown = np.minimum(np.arange(STEPS + 1), np.arange(STEPS + 1)[:, np.newaxis])
    for key, path in paths.items():
        arrays |= {f"{key}_x": np.float32(path.theta[shown]), f"{key}_y": np.float32(path.phi[shown])}
        columns = {name: getattr(path, name) for name in ("theta", "phi", "f", "h", "g")}
        columns["rise"] = rises(path)
        arrays |= {f"{name}_{key}_table": column for name, column in columns.items()}
    return arrays


def rises(path: Path) -> np.ndarray:
    """By how much each step raised g; 0 for the start."""
    return np.diff(path.g, prepend=path.g[0])


def tables(material: Material, start: tuple[float, float], method: str) -> dict[str, tuple[TableRow, ...]]:
    """The steps of one method, up to the last one that raises g by 1e-8 or more."""
    path = ways(material, start)[method]
    rise = rises(path)
    rose = np.nonzero(rise >= _LEAST_RISE)[0]
    last = int(rose[-1]) if rose.size else 0
    names = [str(k) for k in range(last + 1)]
    if method == "coordinate":
        em = isinstance(material.problem, (GaussianMixture, LinearGaussian))
        over = ("over θ: M", "over φ: E") if em else ("over θ", "over φ")
        names = [f"{k} ({over[k % 2]})" if k else "0" for k in range(last + 1)]
    return {"steps": tuple(_row(path, rise, k, name) for k, name in enumerate(names))}


def _row(path: Path, rise: np.ndarray, k: int, name: str) -> TableRow:
    numbers = (path.theta[k], path.phi[k], path.f[k], path.h[k], path.g[k])
    rose = number(rise[k], ".2e") if k else "–"
    return TableRow((name, *(number(x, ".6f") for x in numbers), rose), value=float(k))
