"""Mounts the live component and carries its state between the browser, the session and the address bar."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from ui import state
from ui.live import assets
from ui.live.controls import Control
from ui.live.payloads import payloads
from ui.live.published import Published
from ui.live.shown import At, Shown, Tables, Values
from ui.live.values import Reading
from ui.takehome.offer import offer


def live(
    name: str,
    scene: Published | At,
    controls: Sequence[Control] | None = None,
    *,
    key: str = "",
    readings: Mapping[Reading, float | None] | None = None,
    tables: Tables | Callable[[Values], Tables] | None = None,
    drawing: state.Drawing | None = None,
    keep: bool = True,
) -> Values:
    """Show a scene under ``data-testid="live-<name>"`` and return its controls' values.

    The values are those of the last release (commit), of the address bar when it was changed from outside,
    or the controls' defaults; each committed value is written to the address. Scenes with a state of their
    own under the same name differ in ``key``. A scene that depends on the committed values is given as the
    function that makes it from them, together with its ``controls``; so may be ``tables``. ``readings`` and
    ``tables`` are the few numbers and cells that differ between sessions: what the scene shows of them must
    be given. Raises ``KeyError`` when it is not. ``drawing`` is for a canvas that has not drawn it itself.
    Below the view it is offered to take home, unless ``keep`` says that it is not worth it.
    """
    key = key or name
    if controls is None:
        controls = scene.controls
    current = state.restore(key, controls)
    shown = Shown(name, scene, controls, current.values, readings or {}, tables or {}, drawing)
    made = shown.scene(current.values)
    payloads.keep(made.payload)
    answer = state.answer(key)
    root = f"{assets.base_url()}/live"
    loader = assets.loader(f"{root}/{assets.version()}/{assets.BUNDLE}")
    mount = st.components.v2.component("live", js=loader, isolate_styles=False)
    mount(
        key=key,
        data=shown.beside(made)
        | {
            "plotly": f"{root}/{assets.version()}/{assets.PLOTLY}",
            "stylesheet": f"{root}/{assets.version()}/live.css",
            "scene": f"{root}/scene/{made.payload.address}",
            "serial": current.serial,
            "put": current.put,
            "answer": answer and asdict(answer),
        },
        on_state_change=_nothing,
        on_drawing_change=_nothing,
        on_missing_change=_nothing,
    )
    state.remember(key, controls, current.values)
    if keep:
        offer(shown, key)
    return current.values


def _nothing() -> None:
    """Streamlit accepts a component's state and triggers only under names that have a callback."""
