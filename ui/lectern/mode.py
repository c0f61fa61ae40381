"""Lecture mode and hidden parts, as the address says them: ``?lecture=1&hide=readouts,rules``.

Going to another page empties the address, and a lecture goes on: what was on is then written there again.
"""

import streamlit as st

from ui import state
from ui.lectern.parts import PARTS
from ui.quoting import as_code

LECTURE, HIDE = PARAMETERS = ("lecture", "hide")
_ON = "1"
_PAGE = "lectern:page"
_SHOWN_WORDS = 3


def arrive(slug: str) -> tuple[bool, list[str]]:
    """Whether a lecture is on, and the parts that are hidden; to be called before a page is shown.

    A word in the address that means nothing leaves it, with one sentence.
    """
    is_elsewhere = state.last_good(_PAGE) not in (None, slug)
    if is_elsewhere:
        for parameter in PARAMETERS:
            kept = state.last_good(parameter)
            if kept and not state.words(parameter):
                state.say(parameter, kept)
    state.last_good(_PAGE, slug)  # now: at a write to the address a newer run may take the place of this one
    return _said_on(), _hidden()


def is_on() -> bool:
    """Whether a lecture is on, as the page arrived."""
    return bool(state.last_good(LECTURE))


def begin() -> None:
    """Switch the lecture on."""
    state.say(LECTURE, _ON)


def leave() -> None:
    """Switch the lecture off."""
    state.forget(LECTURE)


def _said_on() -> bool:
    words = state.words(LECTURE)
    if words not in ([], [_ON]):
        st.warning(f"{LECTURE} in the address must be {_ON}, not {_written(words)}; no lecture is on.")
        state.forget(LECTURE)
        words = []
    state.last_good(LECTURE, "".join(words))
    return bool(words)


def _hidden() -> list[str]:
    words = state.words(HIDE)
    named = [word.strip() for text in words for word in text.split(",")]
    known = [part for part in PARTS if part in named]
    if set(named) - set(known):
        unknown = _written([word for word in named if word not in known])
        hiding = " and ".join(known) or "nothing"
        allowed = ", ".join(PARTS)
        st.warning(f"{HIDE} in the address must be some of {allowed}, not {unknown}; hiding {hiding}.")
        state.forget(HIDE)
        if known:
            state.say(HIDE, ",".join(known))
    state.last_good(HIDE, ",".join(known))
    return known


def _written(words: list[str]) -> str:
    return " and ".join(map(as_code, words[:_SHOWN_WORDS]))
