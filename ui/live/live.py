"""Mounts the live component and carries its state between the browser, the session and the address bar."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from ui import state
from ui.live import assets
from ui.live.blocks import TableRow
from ui.live.controls import Control
from ui.live.payloads import payloads
from ui.live.published import Published
from ui.live.values import Reading

Tables = Mapping[str, tuple[TableRow, ...]]
Values = dict[str, float]
At = Callable[[Values], Published]


def live(
    name: str,
    scene: Published | At,
    controls: Sequence[Control] | None = None,
    *,
    key: str = "",
    readings: Mapping[Reading, float | None] | None = None,
    tables: Tables | Callable[[Values], Tables] | None = None,
    drawing: state.Drawing | None = None,
) -> Values:
    """Show a scene under ``data-testid="live-<name>"`` and return its controls' values.

    The values are those of the last release (commit), of the address bar when it was changed from outside,
    or the controls' defaults; each committed value is written to the address. Scenes with a state of their
    own under the same name differ in ``key``. A scene that depends on the committed values is given as the
    function that makes it from them, together with its ``controls``; so may be ``tables``. ``readings`` and
    ``tables`` are the few numbers and cells that differ between sessions: what the scene shows of them must
    be given. Raises ``KeyError`` when it is not. ``drawing`` is for a canvas that has not drawn it itself.
    """
    key = key or name
    if controls is None:
        controls = scene.controls
    current = state.restore(key, controls)
    if callable(scene):
        scene = scene(current.values)
    if callable(tables):
        tables = tables(current.values)
    payloads.keep(scene.payload)
    answer = state.answer(key)
    root = f"{assets.base_url()}/live"
    loader = assets.loader(f"{root}/{assets.version()}/{assets.BUNDLE}")
    mount = st.components.v2.component("live", js=loader, isolate_styles=False)
    mount(
        key=key,
        data={
            "name": name,
            "plotly": f"{root}/{assets.version()}/{assets.PLOTLY}",
            "stylesheet": f"{root}/{assets.version()}/live.css",
            "scene": f"{root}/scene/{scene.payload.address}",
            "values": current.values,
            "serial": current.serial,
            "put": current.put,
            "readings": {reading.name: (readings or {})[reading] for reading in scene.readings},
            "drawing": drawing and asdict(drawing),
            "answer": answer and asdict(answer),
            "tables": {table: [asdict(row) for row in (tables or {})[table]] for table in scene.tables},
        },
        on_state_change=_nothing,
        on_drawing_change=_nothing,
        on_missing_change=_nothing,
    )
    state.remember(key, controls, current.values)
    return current.values


def _nothing() -> None:
    """Streamlit accepts a component's state and triggers only under names that have a callback."""
