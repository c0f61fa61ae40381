"""Erratum 1 of problem 3: the Jacobian rebuilt from its block form, as handed in and corrected."""

from hw9core.coupling.jacobian import Family, block_order, shows_order_erratum
from ui.lessons.coupling.one_layer.explorer import LIMIT, followed, tables
from ui.lessons.coupling.one_layer.names import sub
from ui.live.blocks import Matrix, MatrixOrder, Readout, ReadoutGroup
from ui.live.scene import Cell, Scene


def scene(family: Family, mask: tuple[int, ...]) -> Scene:
    """Both matrices with their numbers, and their largest difference."""
    dim = family.jacobian.shape[-1]
    order, natural = block_order(mask, dim), tuple(range(dim))
    # B[a, b] = J[order[a], order[b]]; P⁻¹ B P takes B at order[a], order[b] once more instead of back.
    twice = tuple(order[k] for k in order)
    numbers = {"order_gap": family.order_gap}
    return Scene(
        values=followed(numbers),
        blocks=(
            _matrix("as_handed_in", "As handed in: P⁻¹ B P", twice),
            _matrix("corrected", "Corrected: P B P⁻¹, which is ∂z/∂x", natural),
            _difference(shows_order_erratum(mask, dim)),
        ),
        rows=(
            (
                Cell(("matrix:as_handed_in",)),
                Cell(("matrix:corrected",)),
                Cell(("readouts:order_gap",), 0.7),
            ),
        ),
        arrays=tables(numbers),
    )


def _matrix(name: str, title: str, picks: tuple[int, ...]) -> Matrix:
    natural = tuple(range(len(picks)))
    return Matrix(
        name=name,
        title=title,
        entries="jacobian",
        place="place",
        labels=(tuple(sub("z", i) for i in natural), tuple(sub("x", i) for i in natural)),
        notes=("",) * len(picks),
        orders=(MatrixOrder("", picks, natural),),
        limit=LIMIT,
        legend=False,
        format=".2f" if len(picks) <= 5 else ".1f",
    )


def _difference(shows: bool) -> ReadoutGroup:
    if shows:
        sentence = "σ is not its own inverse for this Ω, so the two products differ."
    else:
        sentence = "σ is its own inverse for this Ω (an involution, P⁻¹ = P): that hides the fault."
    readout = Readout("order_gap", "Largest difference of two entries", ".4f", sentence)
    return ReadoutGroup("order_gap", "Erratum 1", (readout,))
