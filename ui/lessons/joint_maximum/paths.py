"""Three ways up from the same start, scrubbed forwards and backwards, with the values after every step."""

import numpy as np

from hw9core.figures import joint_maximum as figures
from hw9core.figures.theme import ANOMALY
from hw9core.joint_maximum.paths import STEPS, Path, coordinate_ascent, gradient_ascent, iterated_ascent
from hw9core.joint_maximum.problems import GaussianMixture, LinearGaussian
from ui.lessons.joint_maximum.material import Material
from ui.lessons.joint_maximum.names import METHODS, PHI, POINT, SHORT, THETA
from ui.live.blocks import Readout, ReadoutGroup, Table, TableRow
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Curve, Handle, Point, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.shared import shared
from ui.words import written

STEP = Slider("step", "step", default=0, low=0, high=STEPS, step=1, format="d", play=3, tabulated=True)
CONTROLS = (THETA, PHI, STEP)
_WAYS = {"coordinate": coordinate_ascent, "gradient": gradient_ascent, "iterated": iterated_ascent}
_LEAST_RISE = 1e-8  # what comes after it is left out of the table
_COLUMNS = ("step", "θ", "φ", "f(θ)", "h(θ, φ)", "g = f − h", "rise of g")


@shared(entries=128)
def ways(material: Material, start: tuple[float, float]) -> dict[str, Path]:
    """The path of every method from ``start``."""
    return {key: way(material.problem, *start) for key, way in _WAYS.items()}


@published(64)
def scene(material: Material, start: tuple[float, float], method: str) -> Scene:
    """Paths on the heat map, g against the step, readouts; the steps of one method as a table."""
    paths = ways(material, start)
    after = {key: _after(key, path) for key, path in paths.items()}
    steps = Table("steps", f"Every step of {METHODS[method]}", _COLUMNS, control=STEP)
    return Scene(
        (
            (Cell((STEP.spoken(f"step {STEP:d}"),)),),
            (
                Cell((_heat(material, paths, after),), 1.2),
                Cell((_values(material, paths),)),
                Cell((_readouts(after),), 0.7),
            ),
            (Cell(POINT),),
            (Cell((steps,)),),
        ),
        stage=2,
    )


def _after(key: str, path: Path) -> dict[str, Value]:
    """Where one path is after the chosen step, and what f, h and g are there."""
    columns = {name: getattr(path, name) for name in ("theta", "phi", "f", "h", "g")}
    columns["rise"] = rises(path)
    return {
        name: named(f"{name}_{key}", at(Data(f"{name}_{key}_table", column), STEP))
        for name, column in columns.items()
    }


def _heat(material: Material, paths: dict[str, Path], after: dict[str, dict[str, Value]]) -> Figure:
    # Row k holds the points up to step k, and the last of them again and again.
    shown = np.minimum(np.arange(STEPS + 1), np.arange(STEPS + 1)[:, np.newaxis])
    curves = (
        Curve(
            Data(f"{key}_x", np.float32(path.theta[shown])),
            Data(f"{key}_y", np.float32(path.phi[shown])),
            STEP,
            figures.METHOD_COLORS[key],
            METHODS[key],
        )
        for key, path in paths.items()
    )
    points = (Point(at["theta"], at["phi"], figures.METHOD_COLORS[key]) for key, at in after.items())
    marks = (*curves, *points, Handle(THETA, PHI, ANOMALY, "start"))
    return Figure("heat", material.heat, 480, "Three paths over the heat map of g", marks)


def _values(material: Material, paths: dict[str, Path]) -> Figure:
    heights = {key: path.g for key, path in paths.items()}
    figure = figures.values_figure(np.arange(STEPS + 1.0), heights, SHORT, material.of_f.value)
    line = VerticalLine(STEP, f"step {STEP:d}", drag=True)
    return Figure("values", figure, 300, "g after every step of the three paths", (line,))


def _readouts(after: dict[str, dict[str, Value]]) -> ReadoutGroup:
    readouts = (
        Readout(
            now["g"],
            f"g, {METHODS[key]}",
            ".4f",
            f"at ({now['theta']:.3f}, {now['phi']:.3f})\n"
            f"f = {now['f']:.5f}, h = {now['h']:.5f}\n"
            f"this step raised g by {now['rise']:.2e}",
        )
        for key, now in after.items()
    )
    return ReadoutGroup("ways", "After this step", tuple(readouts))


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
    rose = written(rise[k], ".2e") if k else "–"
    return TableRow((name, *(written(x, ".6f") for x in numbers), rose), value=float(k))
