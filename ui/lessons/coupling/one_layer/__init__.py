"""The coupling lesson (problem 3): the Jacobian of an affine coupling layer, live along every coordinate."""

from dataclasses import dataclass

from hw9core.coupling.jacobian import family, masks_that_show_order_erratum
from hw9core.coupling.layers import DEFAULT_DIM, DEFAULT_MASK, random_coupling, random_leak
from ui.lessons.coupling.one_layer import errata, explorer, formula
from ui.lessons.coupling.one_layer.followed import Followed
from ui.live.controls import Control, Slider
from ui.live.published import published
from ui.live.scene import Scene
from ui.words import sub

DIMS = range(2, 9)
MAXIMUM_SEED = 9999
LEAK_STRENGTH = 1.0
_START = (1.0, -0.6, 1.4, 0.5, -1.2, 0.8, -0.4, 1.7)
_REACH = 2.0


@dataclass(frozen=True)
class Request:
    """What determines the scene: dimension, Ω (from 0), seed, whether s leaks, the committed x."""

    dim: int = DEFAULT_DIM
    mask: tuple[int, ...] = DEFAULT_MASK
    seed: int = 0
    leaky: bool = False
    point: tuple[float, ...] = _START[:DEFAULT_DIM]


def default_mask(dim: int) -> tuple[int, ...]:
    """What is left of Ω = {2, 4} in ``dim`` dimensions, coordinates from 0."""
    return tuple(i for i in DEFAULT_MASK if i < dim)


def coordinates(dim: int, mask: tuple[int, ...]) -> tuple[Slider, ...]:
    """x₁ … x_n. A typed number is taken exactly: the tables along every coordinate go through it.

    A commit computes n · (positions + 1) Jacobians: coarser grids from n = 7 on keep it within milliseconds.
    """
    step = 0.05 if dim <= 6 else 0.1
    return tuple(
        Slider(
            f"x{i + 1}",
            f"{sub('x', i)} {'∈' if i in mask else '∉'} Ω",
            default=_START[i],
            low=-_REACH,
            high=_REACH,
            step=step,
        )
        for i in range(dim)
    )


def controls(dim: int, mask: tuple[int, ...]) -> tuple[Control, ...]:
    """The page's state: x₁ … x_n, and the order in which the matrix is written."""
    return (*coordinates(dim, mask), explorer.ORDER)


def point_of(values: dict[str, float], dim: int) -> tuple[float, ...]:
    """The committed x among the controls' values."""
    return tuple(values[f"x{i + 1}"] for i in range(dim))


@published(64)
def scene(request: Request) -> Scene:
    """Matrix, sliders and the three determinants; the formula with its numbers; erratum 1."""
    layer = random_coupling(request.dim, request.mask, request.seed)
    shown = random_leak(layer, LEAK_STRENGTH, request.seed) if request.leaky else layer
    sliders = coordinates(request.dim, request.mask)
    followed = Followed(family(shown, request.point, sliders[0].grid), sliders)
    return (
        explorer.scene(followed, request.mask, request.leaky)
        + formula.scene(followed, request.mask, request.leaky)
        + errata.scene(followed, request.mask)
    )


def next_mask_with_erratum(dim: int, mask: tuple[int, ...]) -> tuple[int, ...] | None:
    """An Ω for which erratum 1 shows, another one at every turn; None where there is none (n = 2)."""
    masks = masks_that_show_order_erratum(dim)
    if not masks:
        return None
    return masks[(masks.index(mask) + 1) % len(masks)] if mask in masks else masks[0]
