"""Mounts the live component and carries its state between the browser, the session and the address bar."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

import streamlit as st

from ui import state
from ui.live import assets
from ui.live.blocks import TableRow
from ui.live.payloads import Payload, payloads

# One request for all modules, where thirty take longer; each becomes a module of its own again.
_LOADER = r"""
async function load() {
  const bundle = await fetch(new URL("BUNDLE", document.baseURI));
  const addresses = {};
  for (const [name, source] of await bundle.json()) {
    const linked = source.replace(/from "\.\/([\w.]+)"/g, (_, other) => `from "${addresses[other]}"`);
    const module = new Blob([linked, `\n//# sourceURL=${name}`], { type: "text/javascript" });
    addresses[name] = URL.createObjectURL(module);
  }
  return import(addresses["live.js"]);
}
const loaded = (globalThis.hw9Modules ??= {}); // by address, as the browser keeps modules
const live = (loaded["BUNDLE"] ??= load());
live.catch(() => delete loaded["BUNDLE"]);
export default async (component) => (await live).default(component);
"""

Tables = Mapping[str, tuple[TableRow, ...]]


def live(
    name: str,
    scene: Payload | Callable[[dict[str, float]], Payload],
    fields: tuple[state.Field, ...],
    *,
    key: str = "",
    readings: Mapping[str, float | None] | None = None,
    tables: Tables | Callable[[dict[str, float]], Tables] | None = None,
) -> dict[str, float]:
    """Show a scene under ``data-testid="live-<name>"`` and return its controls' values.

    The values are those of the last release (commit), of the address bar when it was changed from outside,
    or the fields' defaults. ``fields`` name the controls; each committed value is written to the URL. Scenes
    with a state of their own under the same name differ in ``key``. A scene that depends on the committed
    values is given as the function that makes it from them, and so may be ``tables``.
    ``readings`` and ``tables`` are the few numbers and cells that differ between sessions.
    """
    key = key or name
    current = state.restore(key, fields)
    if callable(scene):
        scene = scene(current.values)
    if callable(tables):
        tables = tables(current.values)
    payloads.keep(scene)
    root = f"{assets.base_url()}/live"
    mount = st.components.v2.component("live", js=_loader(root), isolate_styles=False)
    mount(
        key=key,
        data={
            "name": name,
            "plotly": f"{root}/{assets.version()}/{assets.PLOTLY}",
            "stylesheet": f"{root}/{assets.version()}/live.css",
            "scene": f"{root}/scene/{scene.address}",
            "values": current.values,
            "serial": current.serial,
            "readings": dict(readings or {}),
            "tables": {key: [asdict(row) for row in rows] for key, rows in (tables or {}).items()},
        },
        on_state_change=_nothing,
        on_drawing_change=_nothing,
        on_missing_change=_nothing,
    )
    state.remember(key, fields, current.values)
    return current.values


def _loader(root: str) -> str:
    return _LOADER.replace("BUNDLE", f"{root}/{assets.version()}/{assets.BUNDLE}")


def _nothing() -> None:
    """Streamlit accepts a component's state and triggers only under names that have a callback."""
