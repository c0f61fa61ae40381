"""The layer's formula with the numbers in it, coordinate by coordinate."""

import numpy as np

from hw9core.coupling.jacobian import Family
from ui.lessons.coupling.one_layer.explorer import followed, tables
from ui.lessons.coupling.one_layer.names import sub
from ui.live.blocks import Lines
from ui.live.scene import Cell, Scene


def scene(family: Family, mask: tuple[int, ...], leaky: bool) -> Scene:
    """One line for each coordinate, one for the log-determinant, one for what it means."""
    dim = family.z.shape[-1]
    rest = [i for i in range(dim) if i not in mask]
    numbers = {f"z{i + 1}": family.z[..., i] for i in range(dim)}
    for row, i in enumerate(rest):
        numbers[f"s{i + 1}"] = family.log_scale[..., row]
        numbers[f"t{i + 1}"] = family.shift[..., row]
    numbers["volume"] = np.exp(family.log_det.slogdet)
    coordinates = tuple(_moved(i) if i in rest else _copied(i) for i in range(dim))
    lines = Lines("formula", "The formula with this x in it", coordinates)
    determinant = Lines("determinant", "Its log-determinant", _determinant(rest, leaky))
    return Scene(
        values=followed(numbers),
        blocks=(lines, determinant),
        rows=((Cell(("lines:formula",), 1.25), Cell(("lines:determinant",))),),
        arrays=tables(numbers),
    )


def _copied(i: int) -> str:
    return f"{sub('z', i)} = {sub('x', i)} = {{z{i + 1}:.4f}}"


def _moved(i: int) -> str:
    n, s, t = i + 1, sub("s", i), sub("t", i)
    return (
        f"{sub('z', i)} = exp({s})·{sub('x', i)} + {t} = exp({{s{n}:.4f}})·({{x{n}:.2f}}) {{t{n}:+.4f}} "
        f"= {{z{n}:.4f}}"
    )


def _determinant(rest: list[int], leaky: bool) -> tuple[str, ...]:
    symbols = " + ".join(sub("s", i) for i in rest)
    first, *others = rest
    numbers = f"{{s{first + 1}:.4f}}" + "".join(f" {{s{i + 1}:+.4f}}" for i in others)
    equation = f"Σ s = {symbols} = {numbers} = {{sum_s:.4f}}"
    meaning = "A small volume around x becomes {volume:.4f} times as large"
    if leaky:
        return (
            equation,
            "log|det ∂z/∂x| = Σ s + gap = {sum_s:.4f} {gap:+.4f} = {slogdet:.4f}",
            f"{meaning}.",
        )
    return (f"log|det ∂z/∂x| = {equation}", f"{meaning}: exp({{sum_s:.4f}}).")
