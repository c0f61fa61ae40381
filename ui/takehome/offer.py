"""Below every live view: the offer to take it home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st

from ui import state
from ui.live import assets
from ui.live.shown import Shown
from ui.takehome.kept import Kept, link
from ui.takehome.page import single_file

_collections: list[list[Kept]] = []


def offer(shown: Shown, key: str) -> None:
    """Offer the live view ``key`` as a file, which is made when it is asked for."""
    word, query = str(state.last_good(state.LESSON) or ""), state.query()
    kept = Kept(shown, word, query, link(_program(), word, query))
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


def _program() -> str:
    """Where a visitor's browser found the program; "" where it did not say.

    ``st.context.url`` is no help: it takes one page's path for the end of another's.
    """
    origin = str(st.context.headers.get("Origin") or "")
    return f"{origin}{assets.base_url()}" if origin.startswith("http") else ""


@contextmanager
def collected() -> Iterator[list[Kept]]:
    """Within, what pages of this process offer is collected in the list as well."""
    collection: list[Kept] = []
    _collections.append(collection)
    try:
        yield collection
    finally:
        _collections.remove(collection)
