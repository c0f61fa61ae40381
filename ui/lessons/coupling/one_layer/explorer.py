"""The Jacobian as a table in colour, a slider for every coordinate, and log|det| by three routes."""

from hw9core.coupling.jacobian import block_order
from ui.lessons.coupling.one_layer.followed import Followed, by_entry
from ui.live.blocks import Matrix, MatrixOrder, Readout, ReadoutGroup
from ui.live.controls import Control, Slider, Spoken
from ui.live.scene import Cell, Scene
from ui.live.values import Data
from ui.words import listed, sub

LIMIT = 4.0  # colours saturate here; fixed, so that they mean the same at every x
ORDER = Control("order")  # in which the matrix is written: 0 original, 1 block


def scene(followed: Followed, mask: tuple[int, ...], leaky: bool) -> Scene:
    """Everything that follows a slider: the matrix, and beside it the sliders and the numbers."""
    # Those in Ω first: a coordinate outside it moves no entry, which is no way to begin.
    rest = set(range(len(followed.sliders))) - set(mask)
    sliders = tuple(_spoken(followed.sliders[i], followed) for i in (*mask, *sorted(rest)))
    readouts = (_three_routes(followed, leaky), *((_gap(followed),) if leaky else ()))
    return Scene(((Cell((_matrix(followed, mask, leaky),), 1.25), Cell((*readouts, *sliders))),))


def _matrix(followed: Followed, mask: tuple[int, ...], leaky: bool) -> Matrix:
    dim = len(followed.sliders)
    natural, block = tuple(range(dim)), block_order(mask, dim)
    return Matrix(
        name="jacobian",
        title="Jacobian ∂z/∂x: row zᵢ, column xⱼ",
        entries=followed.jacobian,
        place=followed.place,
        labels=(tuple(sub("z", i) for i in natural), tuple(sub("x", i) for i in natural)),
        notes=tuple("∈ Ω" if i in mask else "∉ Ω" for i in natural),
        orders=(
            MatrixOrder("Original order", natural, natural),
            MatrixOrder("Block order: Ω first", block, block, split=len(mask), diagonal=True),
        ),
        order=ORDER,
        texts=tuple(path(i, j, mask, dim, leaky) for i in natural for j in natural),
        parts=Data("through_s", by_entry(followed.family.through_s)),
        invitation="Point at an entry (or Tab and arrow keys) to see how the input gets there.",
        limit=LIMIT,
        format=".2f" if dim > 5 else ".3f",
    )


def path(i: int, j: int, mask: tuple[int, ...], dim: int, leaky: bool) -> str:
    """How x_j reaches z_i, in words, with the entry and its two parts as placeholders."""
    x, z, xi = sub("x", j), sub("z", i), sub("x", i)
    s, t = sub("s", i), sub("t", i)
    through_s = f"exp({s})·{xi}·∂{s}/∂{x}"
    if i in mask:
        copy = f"{z} = {xi}: the layer copies what is in Ω"
        return f"{copy}. The entry is 1." if i == j else f"{x} does not reach {z}. {copy}, so the entry is 0."
    if j in mask:
        return (
            f"{x} → {s}, {t} → {z}. By way of the scale {through_s} = {{part:.4f}}, by way of the shift "
            f"∂{t}/∂{x} = {{rest:.4f}}; together {{entry:.4f}}."
        )
    if i == j and leaky:
        return (
            f"{x} → {z} twice: multiplied by exp({s}) = {{rest:.4f}}, and, since {s} now sees {x}, "
            f"{through_s} = {{part:.4f}}; together {{entry:.4f}}."
        )
    if i == j:
        return f"{x} → {z} directly: multiplied by its scale exp({s}) = {{entry:.4f}}."
    if leaky:
        return f"{x} → {s} → {z}, the broken way: {s} now sees {x}. {through_s} = {{entry:.4f}}."
    seen = listed(sub("x", i) for i in mask)
    return f"{x} does not reach {z}: {s} and {t} see only {seen}, so the entry is 0."


def _spoken(slider: Slider, followed: Followed) -> Spoken:
    numbers = f"sum of s {followed.sum_s:.4f}, log determinant {followed.slogdet:.4f}"
    return slider.spoken(f"{slider:.2f}: {numbers}")


def _three_routes(followed: Followed, leaky: bool) -> ReadoutGroup:
    wrong = "Not the log-determinant any more." if leaky else ""
    diagonal = followed.number("diagonal", followed.family.log_det.sum_of_log_diagonal)
    readouts = (
        Readout(followed.sum_s, "Σ s", ".4f", wrong or "What the layer reports: one sum."),
        Readout(followed.slogdet, "slogdet", ".4f", "LU factorisation of the whole matrix."),
        Readout(diagonal, "Diagonal", ".4f", wrong or "Product of the diagonal in block order."),
    )
    return ReadoutGroup("routes", "log|det ∂z/∂x| by three routes, in nats", readouts, columns=3)


def _gap(followed: Followed) -> ReadoutGroup:
    log_det = followed.family.log_det
    missing = followed.number("missing", log_det.slogdet - log_det.sum_of_s)
    exactly = "Over the coordinates outside Ω: exactly that."
    readouts = (
        Readout(missing, "slogdet − Σ s", ".4f", "By how much the layer's report is wrong."),
        Readout(followed.gap, "log|det(I + diag(x) ∂s/∂x)|", ".4f", exactly),
    )
    return ReadoutGroup("gap", "What the broken hypothesis costs, in nats", readouts, columns=2)
