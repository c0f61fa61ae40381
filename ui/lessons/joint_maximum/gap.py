"""Break it: a gap c(θ) that no φ closes moves the maximiser, by c′/f″ to first order."""

import numpy as np

from hw9core.figures import joint_maximum as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.joint_maximum.bias import Shifts, bowl_shift, curvature, sloped_shifts
from ui.lessons.joint_maximum.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import LiveCurve, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

SLOPED, BOWL = KINDS = ("c with a slope at θ*", "c = size + (θ − θ*)²")
SIZES = np.round(np.linspace(0.1, 2.0, 20), 10)
SLOPES = np.round(np.linspace(-1.0, 1.0, 41), 10)
_SIZE_STEP, _SLOPE_STEP = 0.1, 0.05
_DIGITS = 7  # an argmax is known to about 1e-8


def fields(kind: str) -> tuple[Field, ...]:
    """Size, and the slope where there is one."""
    size = Field("size", 1.0, 0.1, 2.0)
    return (size, Field("slope", 0.4, -1.0, 1.0)) if kind == SLOPED else (size,)


def breakable(material: Material) -> bool:
    """Whether f has a maximiser inside the square at which it bends: what a slope of c can move."""
    return not material.of_f.plateau and bool(np.isfinite(curvature(material.problem, star(material))))


def star(material: Material) -> float:
    """The maximiser θ* around which c is built: the first, where there are several."""
    return material.of_f.theta[0]


def scene(material: Material, kind: str) -> Scene:
    """f against f − c with both maximisers, c itself, and the shift beside its first-order value."""
    at = star(material)
    sloped = kind == SLOPED
    land = material.land
    bowl = 0.0 if sloped else 1.0
    return Scene(
        figures={
            "gapped": Figure(
                figures.gap_figure(land.theta, land.f, at, 2.2), 400, "f and f − c with their maximisers"
            ),
            "c": Figure(figures.c_figure(land.theta), 220, "The gap c over θ"),
        },
        controls=_sliders(sloped),
        values=(
            Value("star", "add", (at, 0.0)),
            *_shift_values(sloped),
            Value("c", "approximationGap", ("theta_axis", at, "size", "slope" if sloped else 0.0, bowl)),
            Value("profile", "subtractEach", ("f_table", "c")),
        ),
        blocks=(_readouts(sloped),),
        marks=(
            VerticalLine("gapped", "star", "", color=IN_DISTRIBUTION),
            VerticalLine("gapped", "theta_hat", "θ̂ = {theta_hat:.3f}, θ* = {star:.3f}", color=ANOMALY),
            LiveCurve("gapped", "theta_axis", "profile", ANOMALY, "f − c"),
            LiveCurve("c", "theta_axis", "c", ANOMALY, "c"),
        ),
        rows=(
            (
                Cell(("figure:gapped", "figure:c"), 1.6),
                Cell((*(f"control:{s.name}" for s in _sliders(sloped)), "readouts:shift")),
            ),
        ),
        arrays={"theta_axis": land.theta, "f_table": land.f, **_tables(material, at, sloped)},
    )


def _tables(material: Material, at: float, sloped: bool) -> dict[str, np.ndarray]:
    if sloped:
        shifts: Shifts = sloped_shifts(material.problem, at, SIZES, SLOPES)
        moved, first_order = shifts.theta_hat - at, shifts.first_order
    else:
        moved = np.array([[bowl_shift(material.problem, at, size)] for size in SIZES])
        first_order = np.zeros(1)
    # Adding 0 makes a negative zero an ordinary one.
    return {
        "shift_table": np.round(moved, _DIGITS).ravel() + 0.0,
        "first_table": np.round(first_order, _DIGITS) + 0.0,
    }


def _shift_values(sloped: bool) -> tuple[Value, ...]:
    index = (
        (
            Value("slope_distance", "subtract", ("slope", float(SLOPES[0]))),
            Value("slope_index", "divide", ("slope_distance", _SLOPE_STEP)),
        )
        if sloped
        else (Value("slope_index", "multiply", ("size", 0.0)),)
    )
    return (
        *index,
        Value("size_distance", "subtract", ("size", float(SIZES[0]))),
        Value("size_index", "divide", ("size_distance", _SIZE_STEP)),
        Value("shift", "cell", ("shift_table", SLOPES.size if sloped else 1, "size_index", "slope_index")),
        Value("theta_hat", "add", ("star", "shift")),
        Value("first_order", "at", ("first_table", "slope_index")),
        Value("beyond", "subtract", ("shift", "first_order")),
    )


def _readouts(sloped: bool) -> ReadoutGroup:
    moves = "The maximiser moved from {star:.4f} to {theta_hat:.4f}: the bias of θ̂."
    stays = "The maximiser stays: only the value is lower, by {size:.1f}."
    first = "c′(θ*) / f″(θ*)" if sloped else "c′(θ*) = 0, whatever the size"
    readouts = (
        Readout("shift", "Shift of θ̂", ".5f", moves if sloped else stays),
        Readout("first_order", "Its first-order value", ".5f", first),
        Readout(
            "beyond",
            "Difference",
            ".5f",
            "Higher orders: it goes to 0 faster than the shift as the slope does.",
        ),
    )
    return ReadoutGroup("shift", "What the gap does", readouts if sloped else readouts[:2])


def _sliders(sloped: bool) -> tuple[Slider, ...]:
    size = Slider("size", "size c(θ*)", 0.1, 2.0, _SIZE_STEP, 0.1, "size {size:.1f}", format=".1f")
    slope = Slider("slope", "slope c′(θ*)", -1.0, 1.0, _SLOPE_STEP, 0.01, "slope {slope:.2f}")
    return (size, slope) if sloped else (size,)
