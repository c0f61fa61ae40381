"""Erratum 1 of problem 3: the Jacobian rebuilt from its block form, as handed in and corrected."""

from hw9core.coupling.jacobian import block_order, shows_order_erratum
from ui.lessons.coupling.one_layer.explorer import LIMIT
from ui.lessons.coupling.one_layer.followed import Followed
from ui.live.blocks import Matrix, MatrixOrder, Readout, ReadoutGroup
from ui.live.scene import Cell, Scene
from ui.words import sub


def scene(followed: Followed, mask: tuple[int, ...]) -> Scene:
    """Both matrices with their numbers, and their largest difference."""
    dim = len(followed.sliders)
    order, natural = block_order(mask, dim), tuple(range(dim))
    # B[a, b] = J[order[a], order[b]]; P⁻¹ B P takes B at order[a], order[b] once more instead of back.
    twice = tuple(order[k] for k in order)
    handed_in = _matrix(followed, "as_handed_in", "As handed in: P⁻¹ B P", twice)
    corrected = _matrix(followed, "corrected", "Corrected: P B P⁻¹, which is ∂z/∂x", natural)
    difference = _difference(followed, shows_order_erratum(mask, dim))
    return Scene(((Cell((handed_in,)), Cell((corrected,)), Cell((difference,), 0.7)),))


def _matrix(followed: Followed, name: str, title: str, picks: tuple[int, ...]) -> Matrix:
    natural = tuple(range(len(picks)))
    return Matrix(
        name=name,
        title=title,
        entries=followed.jacobian,
        place=followed.place,
        labels=(tuple(sub("z", i) for i in natural), tuple(sub("x", i) for i in natural)),
        notes=("",) * len(picks),
        orders=(MatrixOrder("", picks, natural),),
        limit=LIMIT,
        legend=False,
        format=".2f" if len(picks) <= 5 else ".1f",
    )


def _difference(followed: Followed, shows: bool) -> ReadoutGroup:
    if shows:
        sentence = "σ is not its own inverse for this Ω, so the two products differ."
    else:
        sentence = "σ is its own inverse for this Ω (an involution, P⁻¹ = P): that hides the fault."
    gap = followed.number("order_gap", followed.family.order_gap)
    readout = Readout(gap, "Largest difference of two entries", ".4f", sentence)
    return ReadoutGroup("order_gap", "Erratum 1", (readout,))
