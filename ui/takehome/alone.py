"""What a scene is worth without its server: which of its numbers rest on values that a server must hear of.

A scene that is a function of committed values holds numbers for just these. Most of them are looked up with
``along``, which knows nothing (NaN, a dash) where several controls have moved. What else differs from the
scene of other values is found by comparison: where the controls are let go elsewhere, it must not be shown.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from hw9core.errors import InputError
from ui.live.controls import Control
from ui.live.payloads import Payload
from ui.live.shown import Shown, Values

ELSEWHERE = "This needs the server: it belongs to other values of the controls."
EMPTY = "needs the server"
NO_PICTURES = "The pictures need the server."
_GUARDS = ("along", "alongOwn")
_UNKNOWN = "unknown"  # a name that no value has: what refers to it is NaN


@dataclass(frozen=True)
class Alone:
    """A scene for a page without a server.

    ``controls`` are those whose committed values it rests on. Where they stand elsewhere, ``elsewhere`` and
    ``rows`` take the place of the scene and of its tables' rows; None where there are no such controls.
    """

    scene: Payload
    controls: tuple[str, ...] = ()
    elsewhere: Payload | None = None
    rows: Mapping[str, list[dict]] = field(default_factory=dict)


def alone(shown: Shown) -> Alone:
    """A view as it may be shown without a server; computes its scene once more, at other values."""
    watched = _Watched(shown.values)
    published = shown.scene(watched)
    rows = shown.rows(published, watched)
    here = _without_pictures(_unpacked(published.payload))
    moved = [control for control in shown.controls if control.name in watched.read]
    if not moved:
        return Alone(_packed(here))
    other, other_rows = _at_others(shown, moved)
    return Alone(
        scene=_packed(here),
        controls=tuple(control.name for control in moved),
        elsewhere=_packed(_less(here, other)),
        rows={name: found if found == other_rows[name] else [] for name, found in rows.items()},
    )


def spec_of(payload: Payload) -> dict:
    """What a scene's file says beside its arrays."""
    return _unpacked(payload).spec


class _Watched(dict):
    """Values that remember which of them were asked for."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def values(self) -> Any:
        self.read |= set(self)
        return super().values()


@dataclass(frozen=True)
class _Contents:
    """A scene's file taken apart."""

    spec: dict
    arrays: dict[str, np.ndarray]


def _unpacked(payload: Payload) -> _Contents:
    content = gzip.decompress(payload.gzipped)
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    return _Contents(json.loads(header["__metadata__"]["scene"]), load(content))


def _packed(contents: _Contents) -> Payload:
    spec = json.dumps(contents.spec, ensure_ascii=False, allow_nan=False)
    return Payload.of(save(contents.arrays, metadata={"scene": spec}))


def _without_pictures(contents: _Contents) -> _Contents:
    """A gallery asks the server for its pictures; what is known of each image stays."""
    blocks = [
        block | {"address": "data:,", "caption": f"{NO_PICTURES} {block['caption']}".strip()}
        if block["kind"] == "gallery"
        else block
        for block in contents.spec["blocks"]
    ]
    return _Contents(contents.spec | {"blocks": blocks}, contents.arrays)


def _at_others(shown: Shown, moved: list[Control]) -> tuple[_Contents, dict]:
    """Scene and rows where each of these controls stands elsewhere. Raises ``InputError`` when it cannot."""
    failed: InputError | None = None
    for towards in ("middle", "low", "high"):
        values = shown.values | {one.name: _other(one, shown.values[one.name], towards) for one in moved}
        try:
            published = shown.scene(values)
        except InputError as error:  # not every combination is a state, such as a < b
            failed = error
            continue
        return _without_pictures(_unpacked(published.payload)), shown.rows(published, values)
    raise failed


def _other(control: Control, value: float, towards: str) -> float:
    """Another position of a control, 0.4 of the way to the middle of its range, or to an end."""
    low, high = control.low, control.high
    goal = {"middle": (low + high) / 2, "low": low, "high": high}[towards]
    other = control.nearest(value + 0.4 * (goal - value))
    return other if other != value else control.nearest(low + 0.31 * (high - low))


def _less(here: _Contents, there: _Contents) -> _Contents:
    """``here`` without what is another number or word ``there`` and would be shown all the same."""
    guarded = set(_guarded(here))
    arrays = {
        name: array if name in guarded or _same(array, there.arrays[name]) else np.full_like(array, np.nan)
        for name, array in here.arrays.items()
    }
    spec = here.spec | {part: _common(here.spec[part], there.spec[part]) for part in ("blocks", "controls")}
    spec["values"] = [
        value | {"arguments": list(map(_argument, value["arguments"], other["arguments"]))}
        for value, other in zip(here.spec["values"], there.spec["values"], strict=True)
    ]
    spec["figures"] = {
        name: _figure(figure, there.spec["figures"][name]) for name, figure in here.spec["figures"].items()
    }
    return _Contents(spec, arrays)


def _guarded(contents: _Contents) -> Iterator[str]:
    """The arrays that are only ever looked up at a place that ``along`` gives."""
    spec = contents.spec
    guards = {value["name"] for value in spec["values"] if value["kernel"] in _GUARDS}
    uses = [{value["name"], *_names(value["arguments"])} for value in spec["values"]]
    uses += [set(_names(piece)) for piece in (*spec["marks"], *spec["blocks"])]
    for name in contents.arrays:
        if all(use & guards for use in uses if name in use):
            yield name


def _names(piece: Any) -> Iterator[str]:
    """Every word in a piece of a scene."""
    if isinstance(piece, str):
        yield piece
    elif isinstance(piece, list):
        for part in piece:
            yield from _names(part)
    elif isinstance(piece, dict):
        yield from _names(list(piece.values()))


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def _common(here: Any, there: Any) -> Any:
    """``here`` with every sentence replaced that is another one ``there``."""
    if isinstance(here, dict):
        return {name: _common(part, there[name]) for name, part in here.items()}
    if isinstance(here, list):
        return [_common(*pair) for pair in zip(here, there, strict=True)]
    return ELSEWHERE if isinstance(here, str) and here != there else here


def _argument(here: str | float, there: str | float) -> str | float:
    return here if here == there else _UNKNOWN


def _figure(here: dict, there: dict) -> dict:
    """A figure whose traces are others there is drawn empty, and says why."""
    if here["plotly"]["data"] == there["plotly"]["data"]:
        return here
    note = {"text": EMPTY, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "showarrow": False}
    layout = here["plotly"]["layout"] | {"annotations": [note]}
    return here | {"plotly": here["plotly"] | {"data": [], "layout": layout}}
