"""The layer's formula with the numbers in it, coordinate by coordinate."""

import numpy as np

from ui.lessons.coupling.one_layer.followed import Followed
from ui.live.blocks import Lines
from ui.live.scene import Cell, Scene
from ui.live.values import Value
from ui.words import sub


def scene(followed: Followed, mask: tuple[int, ...], leaky: bool) -> Scene:
    """One line for each coordinate, one for the log-determinant, one for what it means."""
    family = followed.family
    rest = [i for i in range(family.z.shape[-1]) if i not in mask]
    z = [followed.number(f"z{i + 1}", family.z[..., i]) for i in range(family.z.shape[-1])]
    s = {i: followed.number(f"s{i + 1}", family.log_scale[..., row]) for row, i in enumerate(rest)}
    t = {i: followed.number(f"t{i + 1}", family.shift[..., row]) for row, i in enumerate(rest)}
    moved = {i: _moved(i, s[i], followed.sliders[i], t[i], z[i]) for i in rest}
    coordinates = tuple(moved.get(i) or _copied(i, z[i]) for i in range(len(z)))
    lines = Lines("formula", "The formula with this x in it", coordinates)
    determinant = Lines("determinant", "Its log-determinant", _determinant(followed, s, leaky))
    return Scene(((Cell((lines,), 1.25), Cell((determinant,))),))


def _copied(i: int, z: Value) -> str:
    return f"{sub('z', i)} = {sub('x', i)} = {z:.4f}"


def _moved(i: int, s: Value, x: Value, t: Value, z: Value) -> str:
    symbols = f"{sub('z', i)} = exp({sub('s', i)})·{sub('x', i)} + {sub('t', i)}"
    return f"{symbols} = exp({s:.4f})·({x:.4f}) {t:+.4f} = {z:.4f}"


def _determinant(followed: Followed, s: dict[int, Value], leaky: bool) -> tuple[str, ...]:
    symbols = " + ".join(sub("s", i) for i in s)
    first, *others = s.values()
    numbers = f"{first:.4f}" + "".join(f" {other:+.4f}" for other in others)
    sum_s = followed.sum_s
    equation = f"Σ s = {symbols} = {numbers} = {sum_s:.4f}"
    volume = followed.number("volume", np.exp(followed.family.log_det.slogdet))
    meaning = f"A small volume around x becomes {volume:.4f} times as large"
    if leaky:
        both = f"Σ s + gap = {sum_s:.4f} {followed.gap:+.4f} = {followed.slogdet:.4f}"
        return (equation, f"log|det ∂z/∂x| = {both}", f"{meaning}.")
    return (f"log|det ∂z/∂x| = {equation}", f"{meaning}: exp({sum_s:.4f}).")
