"""The tiles of the start page, in the catalogue's order."""

from collections.abc import Mapping

import streamlit as st

from hw9core.errors import Hw9Error
from ui.catalogue import LESSONS, Lesson
from ui.home.packing import Tile, payload
from ui.live import assets
from ui.live.payloads import Payload, payloads
from ui.quoting import as_text

NAME = "home"


def tiles() -> tuple[Tile, ...]:
    """Every lesson with its miniature; one whose models are not there says so."""
    return tuple(map(_tile, LESSONS))


def packed() -> Payload:
    """The file of all tiles."""
    return payload(tiles())


def show() -> tuple[Lesson, Mapping[str, str]] | None:
    """Show the tiles; the lesson that was clicked, and its address in the state that its tile had."""
    shown = tiles()
    file = payload(shown)
    payloads.keep(file)
    root = f"{assets.base_url()}/live"
    files = f"{root}/{assets.version()}"
    loader = assets.loader(f"{files}/{assets.BUNDLE}", "home.js")
    result = st.components.v2.component(NAME, js=loader, isolate_styles=False)(
        key=NAME,
        data={
            "scene": f"{root}/scene/{file.address}",
            "stylesheets": [f"{files}/{name}" for name in ("live.css", "home.css")],
        },
        on_opened_change=_nothing,
        on_missing_change=_nothing,
    )
    return _opened(result.opened, shown)


def _tile(lesson: Lesson) -> Tile:
    words = lesson.word, lesson.slug, lesson.title, lesson.summary
    try:
        return Tile(*words, lesson.miniature())
    except Hw9Error as error:
        return Tile(*words, None, as_text(error))


def _opened(sent: object, shown: tuple[Tile, ...]) -> tuple[Lesson, Mapping[str, str]] | None:
    """What a browser sent as ``[word, i, j]``: of a state that no tile has, the lesson alone."""
    if not (isinstance(sent, list) and len(sent) == 3 and all(isinstance(k, int) for k in sent[1:])):
        return None
    word, i, j = sent
    for lesson, tile in zip(LESSONS, shown, strict=True):
        if lesson.word == word:
            small = tile.miniature
            return lesson, small.opened_at(i, j) if small is not None and small.has(i, j) else {}
    return None


def _nothing() -> None:
    """Streamlit accepts a component's triggers only under names that have a callback."""
