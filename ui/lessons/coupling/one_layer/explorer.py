"""The Jacobian as a table in colour, a slider for every coordinate, and log|det| by three routes."""

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.coupling.jacobian import Family, block_order
from ui.lessons.coupling.one_layer.names import listed, sub
from ui.live.blocks import Matrix, MatrixOrder, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.scene import Cell, Scene, Value

LIMIT = 4.0  # colours saturate here; fixed, so that they mean the same at every x


def scene(family: Family, mask: tuple[int, ...], grid: FloatArray, leaky: bool) -> Scene:
    """Everything that follows a slider; ``grid`` holds the sliders' positions."""
    dim = family.jacobian.shape[-1]
    numbers = {
        "sum_s": family.log_det.sum_of_s,
        "slogdet": family.log_det.slogdet,
        "diagonal": family.log_det.sum_of_log_diagonal,
    }
    readouts = (_three_routes(leaky),)
    if leaky:
        numbers |= {"gap": family.leak_gap, "missing": family.log_det.slogdet - family.log_det.sum_of_s}
        readouts += (_gap(),)
    sliders = tuple(_slider(i, i in mask, grid) for i in range(dim))
    place = Value("place", "along", ("grid", "base", *(slider.name for slider in sliders)))
    groups = tuple(f"readouts:{group.name}" for group in readouts)
    controls = tuple(f"control:{slider.name}" for slider in sliders)
    return Scene(
        controls=sliders,
        values=(place, *followed(numbers)),
        blocks=(_matrix(mask, dim, leaky), *readouts),
        rows=((Cell(("matrix:jacobian",), 1.25), Cell((*controls, *groups))),),
        arrays={
            "grid": grid,
            "base": family.points[0, -1],
            "jacobian": by_entry(family.jacobian),
            "through_s": by_entry(family.through_s),
            **tables(numbers),
        },
    )


def followed(numbers: dict[str, FloatArray]) -> tuple[Value, ...]:
    """Each number as a value that is looked up where the sliders stand."""
    return tuple(Value(name, "at", (f"{name}_table", "place")) for name in numbers)


def tables(numbers: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """The arrays that ``followed`` looks up: coordinates one after the other, positions within."""
    return {f"{name}_table": table.ravel() for name, table in numbers.items()}


def by_entry(matrices: FloatArray) -> FloatArray:
    """(coordinates, positions, n, n) as (n², coordinates · positions): rows that stay constant pack well."""
    n = matrices.shape[-1]
    return np.ascontiguousarray(matrices.reshape(-1, n * n).T)


def _matrix(mask: tuple[int, ...], dim: int, leaky: bool) -> Matrix:
    natural, block = tuple(range(dim)), block_order(mask, dim)
    return Matrix(
        name="jacobian",
        title="Jacobian ∂z/∂x: row zᵢ, column xⱼ",
        entries="jacobian",
        place="place",
        labels=(tuple(sub("z", i) for i in natural), tuple(sub("x", i) for i in natural)),
        notes=tuple("∈ Ω" if i in mask else "∉ Ω" for i in natural),
        orders=(
            MatrixOrder("Original order", natural, natural),
            MatrixOrder("Block order: Ω first", block, block, split=len(mask), diagonal=True),
        ),
        order="order",
        texts=tuple(path(i, j, mask, dim, leaky) for i in natural for j in natural),
        parts="through_s",
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
    seen = listed("x", mask)
    return f"{x} does not reach {z}: {s} and {t} see only {seen}, so the entry is 0."


def _slider(i: int, inside: bool, grid: FloatArray) -> Slider:
    step = float(np.round(grid[1] - grid[0], 2))
    name = f"x{i + 1}"
    return Slider(
        name=name,
        label=f"{sub('x', i)} {'∈' if inside else '∉'} Ω",
        minimum=float(grid[0]),
        maximum=float(grid[-1]),
        step=step,
        precision=0.01,
        value_text=f"{{{name}:.2f}}: sum of s {{sum_s:.4f}}, log determinant {{slogdet:.4f}}",
    )


def _three_routes(leaky: bool) -> ReadoutGroup:
    wrong = "Not the log-determinant any more." if leaky else ""
    readouts = (
        Readout("sum_s", "Σ s", ".4f", wrong or "What the layer reports: one sum."),
        Readout("slogdet", "slogdet", ".4f", "LU factorisation of the whole matrix."),
        Readout("diagonal", "Diagonal", ".4f", wrong or "Product of the diagonal in block order."),
    )
    return ReadoutGroup("routes", "log|det ∂z/∂x| by three routes, in nats", readouts, columns=3)


def _gap() -> ReadoutGroup:
    readouts = (
        Readout("missing", "slogdet − Σ s", ".4f", "By how much the layer's report is wrong."),
        Readout("gap", "log|det(I + diag(x) ∂s/∂x)|", ".4f", "Over the coordinates outside Ω: exactly that."),
    )
    return ReadoutGroup("gap", "What the broken hypothesis costs, in nats", readouts, columns=2)
