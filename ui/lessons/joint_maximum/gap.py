"""Break it: a gap c(θ) that no φ closes moves the maximiser, by c′/f″ to first order."""

import numpy as np

from hw9core.figures import joint_maximum as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.joint_maximum.bias import bowl_shift, curvature, sloped_shifts
from ui.lessons.joint_maximum.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import approximation_gap, at, cell, subtract_each
from ui.live.marks import LiveCurve, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named

SLOPED, BOWL = KINDS = ("c with a slope at θ*", "c = size + (θ − θ*)²")
SIZE = Slider("size", "size c(θ*)", default=1.0, low=0.1, high=2.0, step=0.1, format=".1f", tabulated=True)
SLOPE = Slider("slope", "slope c′(θ*)", default=0.4, low=-1.0, high=1.0, step=0.05, tabulated=True)
_DIGITS = 7  # an argmax is known to about 1e-8


def breakable(material: Material) -> bool:
    """Whether f has a maximiser inside the square at which it bends: what a slope of c can move."""
    return not material.of_f.plateau and bool(np.isfinite(curvature(material.problem, star(material))))


def star(material: Material) -> float:
    """The maximiser θ* around which c is built: the first, where there are several."""
    return material.of_f.theta[0]


@published(32)
def scene(material: Material, kind: str) -> Scene:
    """f against f − c with both maximisers, c itself, and the shift beside its first-order value."""
    land, maximiser = material.land, named("star", star(material))
    sloped = kind == SLOPED
    shift, first_order = (_sloped if sloped else _bowl)(material)
    theta_hat = named("theta_hat", maximiser + shift)
    c = approximation_gap(land.theta, maximiser, SIZE, SLOPE if sloped else 0.0, 0.0 if sloped else 1.0)
    marks = (
        VerticalLine(maximiser, f"θ* = {maximiser:.3f}", color=IN_DISTRIBUTION),
        VerticalLine(theta_hat, f"θ̂ = {theta_hat:.3f}", color=ANOMALY),
        LiveCurve(land.theta, subtract_each(land.f, c), ANOMALY, "f − c"),
    )
    figure = figures.gap_figure(land.theta, land.f, star(material), 2.2)
    gapped = Figure("gapped", figure, 400, "f and f − c with their maximisers", marks)
    gap = LiveCurve(land.theta, c, ANOMALY, "c")
    below = Figure("c", figures.c_figure(land.theta), 220, "The gap c over θ", (gap,))
    sliders = (SIZE.spoken(f"size {SIZE:.1f}"), SLOPE.spoken(f"slope {SLOPE:.2f}"))
    readouts = _readouts(sloped, shift, first_order, maximiser, theta_hat)
    beside = (*sliders, readouts) if sloped else (sliders[0], readouts)
    return Scene(((Cell((gapped, below), 1.6), Cell(beside)),))


def _sloped(material: Material) -> tuple[Value, Value]:
    """The shift of the maximiser for every size and slope, and its first-order value."""
    at_star = star(material)
    shifts = sloped_shifts(material.problem, at_star, SIZE.grid, SLOPE.grid)
    moved = Data("shift_table", _rounded(shifts.theta_hat - at_star).ravel())
    first = Data("first_table", _rounded(shifts.first_order))
    return (
        named("shift", cell(moved, SLOPE.grid.size, SIZE.index, SLOPE.index)),
        named("first_order", at(first, SLOPE.index)),
    )


def _bowl(material: Material) -> tuple[Value, Value]:
    """The same for a bowl, which has no slope at θ*."""
    moved = np.array([bowl_shift(material.problem, star(material), size) for size in SIZE.grid])
    return named("shift", at(Data("shift_table", _rounded(moved)), SIZE.index)), named("first_order", 0.0)


def _rounded(numbers: np.ndarray) -> np.ndarray:
    """To the digits that are known; adding 0 makes a negative zero an ordinary one."""
    return np.round(numbers, _DIGITS) + 0.0


def _readouts(
    sloped: bool, shift: Value, first_order: Value, maximiser: Value, theta_hat: Value
) -> ReadoutGroup:
    moves = f"The maximiser moved from {maximiser:.4f} to {theta_hat:.4f}: the bias of θ̂."
    stays = f"The maximiser stays: only the value is lower, by {SIZE:.1f}."
    first = "c′(θ*) / f″(θ*)" if sloped else "c′(θ*) = 0, whatever the size"
    readouts = (
        Readout(shift, "Shift of θ̂", ".5f", moves if sloped else stays),
        Readout(first_order, "Its first-order value", ".5f", first),
        Readout(
            named("beyond", shift - first_order),
            "Difference",
            ".5f",
            "Higher orders: it goes to 0 faster than the shift as the slope does.",
        ),
    )
    return ReadoutGroup("shift", "What the gap does", readouts if sloped else readouts[:2])
