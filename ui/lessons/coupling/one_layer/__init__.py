"""The coupling lesson (problem 3): the Jacobian of an affine coupling layer, live along every coordinate."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hw9core.coupling.jacobian import family, masks_that_show_order_erratum
from hw9core.coupling.layers import DEFAULT_DIM, DEFAULT_MASK, random_coupling, random_leak
from ui.lessons.coupling.one_layer import errata, explorer, formula
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field

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


def fields(dim: int) -> tuple[Field, ...]:
    """The page's state: x₁ … x_n, and the order in which the matrix is written (0 original, 1 block)."""
    point = (Field(f"x{i + 1}", _START[i], -_REACH, _REACH) for i in range(dim))
    return (*point, Field("order", 0.0, 0.0, 1.0))


def point_of(values: dict[str, float], dim: int) -> tuple[float, ...]:
    """The committed x among the controls' values."""
    return tuple(values[f"x{i + 1}"] for i in range(dim))


def positions(dim: int) -> np.ndarray:
    """The positions of every slider, the doubles nearest to multiples of 0.05; of 0.1 from n = 7 on.

    A commit computes n · (positions + 1) Jacobians: the coarser grid keeps it within milliseconds.
    """
    return np.round(np.linspace(-_REACH, _REACH, 81 if dim <= 6 else 41), 2)


def scene(request: Request) -> Scene:
    """Matrix, sliders and the three determinants; the formula with its numbers; erratum 1."""
    layer = random_coupling(request.dim, request.mask, request.seed)
    shown = random_leak(layer, LEAK_STRENGTH, request.seed) if request.leaky else layer
    grid = positions(request.dim)
    everything = family(shown, request.point, grid)
    return (
        explorer.scene(everything, request.mask, grid, request.leaky)
        + formula.scene(everything, request.mask, request.leaky)
        + errata.scene(everything, request.mask)
    )


@lru_cache(maxsize=64)
def payload(request: Request) -> Payload:
    """The packed scene, built once for all sessions that look at the same point."""
    return Payload.of(scene(request).payload())


def next_mask_with_erratum(dim: int, mask: tuple[int, ...]) -> tuple[int, ...] | None:
    """An Ω for which erratum 1 shows, another one at every turn; None where there is none (n = 2)."""
    masks = masks_that_show_order_erratum(dim)
    if not masks:
        return None
    return masks[(masks.index(mask) + 1) % len(masks)] if mask in masks else masks[0]
