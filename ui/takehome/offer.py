"""Below every live view: the offer to take it home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import state
from ui.live import assets
from ui.live.shown import Shown
from ui.takehome.kept import Kept
from ui.takehome.page import single_file
from ui.takehome.recipe import recipe
from ui.takehome.script import notebook, script

File = tuple[str, str, Callable[[Kept], bytes]]  # ending, media type, and what makes it
_collections: list[list[Kept]] = []


def offer(shown: Shown, key: str) -> None:
    """Offer the live view ``key`` as a file, which is made when it is asked for."""
    word = str(state.last_good(state.LESSON) or "")
    kept = Kept(shown, word, state.chosen(), state.address_words(), _program())
    for collection in _collections:
        collection.append(kept)
    row = st.container(horizontal=True, gap="small")
    whole = "One HTML file that stays live without a server and without a network."
    _button(row, kept, key, "Take this figure home", ("html", "text/html", single_file), whole)
    if recipe(kept) is not None:
        again = "Computes the numbers on screen anew with hw9core alone, and prints them."
        _button(row, kept, key, "as a script", ("py", "text/x-python", script), again)
        _button(row, kept, key, "as a notebook", ("ipynb", "application/x-ipynb+json", notebook), again)


def _button(row: DeltaGenerator, kept: Kept, key: str, label: str, file: File, tip: str) -> None:
    ending, media_type, make = file
    row.download_button(
        label,
        partial(make, kept),
        f"{kept.stem}.{ending}",
        media_type,
        key=f"{key}:{ending}",
        help=tip,
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
