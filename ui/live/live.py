"""Mounts the live component and carries its state between the browser, the session and the address bar."""

import streamlit as st

from ui import state
from ui.live import assets
from ui.live.payloads import Payload, payloads


def live(name: str, scene: Payload, fields: tuple[state.Field, ...]) -> dict[str, float]:
    """Show a scene under ``data-testid="live-<name>"`` and return its controls' values.

    The values are those of the last release (commit), of the address bar when it was changed from outside,
    or the fields' defaults. ``fields`` name the controls; each committed value is written to the URL.
    """
    payloads.keep(scene)
    current = state.restore(name, fields)
    root = f"{assets.base_url()}/live"
    mount = st.components.v2.component(f"live_{name}", js=_loader(root), isolate_styles=False)
    mount(
        key=name,
        data={
            "name": name,
            "plotly": f"{root}/{assets.version()}/plotly.min.js",
            "stylesheet": f"{root}/{assets.version()}/live.css",
            "scene": f"{root}/scene/{scene.address}",
            "values": current.values,
            "serial": current.serial,
        },
        on_state_change=_nothing,
        on_missing_change=_nothing,
    )
    state.remember(name, fields, current.values)
    return current.values


def _loader(root: str) -> str:
    module = f"{root}/{assets.version()}/live.js"
    return (
        f'const live = import(new URL("{module}", document.baseURI).href);\n'
        "export default async (component) => (await live).default(component);"
    )


def _nothing() -> None:
    """Streamlit accepts a component's state and triggers only under names that have a callback."""
