"""All miniatures as one immutable file for the browser, in the units of their drawings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from hw9core.arrays import FloatArray
from ui.home.miniature import HEIGHT, MARGIN, WIDTH, Axis, Miniature, Shape, Window, Word
from ui.live.payloads import Payload
from ui.shared import shared
from ui.state import in_address

_GRAIN = 8  # points are kept to an eighth of a unit: the file is half as large


@dataclass(frozen=True)
class Tile:
    """A lesson on the start page: its miniature, or the sentence that says why there is none."""

    word: str
    slug: str
    title: str
    sentence: str
    miniature: Miniature | None
    refusal: str = ""


@shared(entries=4)
def payload(tiles: tuple[Tile, ...]) -> Payload:
    """The file of these tiles."""
    arrays: dict[str, NDArray] = {}
    spec = [_tile(tile, arrays) for tile in tiles]
    drawing = {"width": WIDTH, "height": HEIGHT, "margin": MARGIN, "tiles": spec}
    text = json.dumps(drawing, ensure_ascii=False, allow_nan=False)
    return Payload.of(save(arrays, metadata={"scene": text}))


def in_drawing(points: FloatArray, window: Window) -> NDArray[np.float32]:
    """Points (..., 2) of a window in the units of the drawing, x to the right and y down."""
    low, high = np.array(window).T
    share = (points - low) / (high - low)
    inner = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
    share = np.stack([share[..., 0], 1.0 - share[..., 1]], axis=-1)
    return (np.round((MARGIN + share * inner) * _GRAIN) / _GRAIN).astype(np.float32)


def _tile(tile: Tile, arrays: dict[str, NDArray]) -> dict:
    said = {name: getattr(tile, name) for name in ("word", "slug", "title", "sentence", "refusal")}
    small = tile.miniature
    if small is None:
        return said
    axes = [axis for axis in (small.across, small.up) if axis is not None]
    sizes = [axis.values.size for axis in axes]
    return said | {
        "beside": [[name, list(numbers)] for name, numbers in small.beside.items()],
        "address": dict(small.address),
        "axes": [_axis(axis) for axis in axes],
        "drawn": [
            _drawn(item, small.window, arrays, f"{tile.word}{i}") for i, item in enumerate(small.drawn)
        ],
        "numbers": [
            {"name": number.name, "label": number.label, "form": number.form}
            | {"table": _kept(arrays, f"{tile.word}_{number.name}", _over(number.table, sizes))}
            for number in small.numbers
        ],
    }


def _axis(axis: Axis) -> dict:
    values = [in_address(value) for value in axis.values]
    return {"parameter": axis.parameter, "values": values, "start": axis.start}


def _drawn(item: Shape | Word, window: Window, arrays: dict[str, NDArray], name: str) -> dict:
    points = in_drawing(item.points, window)
    rows = (*points.shape[:-2], 1, 1)[:2]
    look = {key: value for key, value in vars(item).items() if key != "points"}
    return {"kind": "word"} | look | {"points": _kept(arrays, name, points.reshape(*rows, -1, 2))}


def _over(table: NDArray[np.float64], sizes: Sequence[int]) -> NDArray[np.float64]:
    """A number's table over all states. Raises ``ValueError`` where it is none."""
    if table.shape != tuple(sizes):
        raise ValueError(f"a number's table is {table.shape}, but the states are {tuple(sizes)}")
    return np.ascontiguousarray(table, dtype=np.float64)


def _kept(arrays: dict[str, NDArray], name: str, array: NDArray) -> str:
    arrays[name] = np.ascontiguousarray(array)
    return name
