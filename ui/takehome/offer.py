"""Below every live view: the offer to take it home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st

from ui import state
from ui.live.shown import Shown
from ui.takehome.kept import Kept
from ui.takehome.page import single_file

_collections: list[list[Kept]] = []


def offer(shown: Shown, key: str) -> None:
    """Offer the live view ``key`` as a file, which is made when it is asked for."""
    kept = Kept(shown, str(state.last_good(state.LESSON) or ""), state.query(), state.link_here())
    for collection in _collections:
        collection.append(kept)
    st.download_button(
        "Take this figure home",
        partial(single_file, kept),
        f"{kept.stem}.html",
        "text/html",
        key=f"{key}:html",
        help="One HTML file that stays live without a server and without a network.",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


@contextmanager
def collected() -> Iterator[list[Kept]]:
    """Within, what pages of this process offer is collected in the list as well."""
    collection: list[Kept] = []
    _collections.append(collection)
    try:
        yield collection
    finally:
        _collections.remove(collection)
