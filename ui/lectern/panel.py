"""What a lecture adds to a page: its style, its keys, a QR of the state on the screen, and the way out."""

from pathlib import Path

import segno
import streamlit as st

from hw9core.errors import ConfigError
from ui import state
from ui.catalogue import LESSONS, page_address
from ui.lectern import mode
from ui.lectern.contrast import colors
from ui.lectern.parts import hiding
from ui.lectern.reachable import reachable
from ui.quoting import as_sentence

_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "lecture.css").read_text("utf-8")
_KEYS = (_FOLDER / "keys.js").read_text("utf-8")


def offer(box) -> None:
    """The button that begins a lecture."""
    box.button("Lecture mode", key="lecture-begin", icon=":material/co_present:", on_click=mode.begin)


def dress(is_on: bool, hidden: list[str]) -> None:
    """Style and keys of a lecture that is on, and what hides parts of the page."""
    rules = hiding(hidden)
    if is_on:
        rules = f"{_STYLE} {colors()} {rules}"
        st.components.v2.component("lectern", js=_KEYS)(key="lectern-keys")
    if rules:
        st.html(f"<style>{rules}</style>")


def show_tools(slug: str, is_on: bool, hidden: list[str]) -> None:
    """The way to other lessons, the QR, and the way out; to be called when the page has said its state."""
    if not is_on:
        return
    tools = st.container(horizontal=True, gap="small", key="lectern")
    with tools.popover("Lessons", key="lecture-lessons"):
        for lesson in LESSONS:
            state.link(lesson.page(), lesson.title, lesson.icon, {})
    code = tools.popover("QR", icon=":material/qr_code_2:", key="lecture-qr", on_change="rerun")
    if code.open:
        with code:
            _show_code(slug)
    tools.button("End", key="lecture-end", icon=":material/close:", on_click=mode.leave)


def _show_code(slug: str) -> None:
    try:
        link = page_address(reachable(st.context.url), slug, state.query(without=(mode.LECTURE,)))
    except ConfigError as error:
        st.warning(as_sentence(error))
        return
    st.html(f'<img class="lecture-code" alt="QR code of the address below" src="{picture(link)}">')
    st.code(link, language=None, wrap_lines=True)


def picture(link: str) -> str:
    """A QR code of a link as the data URL of an SVG, black on white in both themes, as phones read it."""
    code = segno.make(link, micro=False, error="m")
    return code.svg_data_uri(border=4, light="white", omitsize=True)
