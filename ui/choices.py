"""Choices whose word stands in the address: the one way in which pages offer them.

Every function takes the box to show the control in (a container, a column, or ``st`` itself), the control's
label, and ``key``, which names both the widget and its parameter in the address. A word there that is no
choice (empty, unknown, repeated, out of bounds) gives the default and one sentence, and leaves the address;
Streamlit alone would hand None to the page, or raise, and a reload would do so again. ``settle`` ends a page
that offers such choices. Nor is anything but a choice returned where another page has a widget of that name
and left its value, or where a browser sends what no control can hold.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from ui import state
from ui.quoting import as_code

Option = TypeVar("Option")
Number = TypeVar("Number", int, float)

_SHOWN_WORDS = 3
LONGEST_TEXT = 2_000  # characters of a text in an address, which servers and browsers take whole


def one_of(
    box: Any,
    label: str,
    options: Sequence[Option],
    key: str,
    *,
    default: Option | None = None,
    names: Callable[[Option], str] = str,
    label_visibility: str = "visible",
    on_change: Callable[[], None] | None = None,
) -> Option:
    """One of a few options, all in sight; the first of them, or ``default``, to begin with.

    ``on_change`` is called before the page runs again.
    """
    start = options[0] if default is None else default

    def show(bind: str | None) -> Option:
        settings = {"default": start, "format_func": names, "required": True, "width": "content"}
        settings |= {"key": key, "bind": bind, "label_visibility": label_visibility, "on_change": on_change}
        chosen = box.segmented_control(label, options, **settings)
        return chosen if chosen in options else start

    return _kept(key, _are_one_of(options, names), show, names, "one of the choices shown")


def one_of_said(box: Any, label: str, options: Sequence[Option], key: str, *, default: Option) -> Option:
    """One of a few options. The address always says which, also ``default``: others may not have that."""
    state.begin(key, default)

    def show(bind: str | None) -> Option:
        chosen = box.segmented_control(label, options, key=key, bind=bind, required=True, width="content")
        return chosen if chosen in options else default

    return _kept(key, _are_one_of(options, str), show, str, "one of the choices shown")


def view(box: Any, options: Sequence[Option], key: str = "view", default: Option | None = None) -> Option:
    """One of the views of a page; the words themselves say what they are, so the label is not shown."""
    return one_of(box, "View", options, key, default=default, label_visibility="collapsed")


def one_of_menu(
    box: Any,
    label: str,
    options: Sequence[Option],
    key: str,
    *,
    default: Option | None = None,
    names: Callable[[Option], str] = str,
    width: str | int = "stretch",
) -> Option:
    """One of many options, in a menu; the first of them, or ``default``, to begin with."""
    start = options[0] if default is None else default

    def show(bind: str | None) -> Option:
        first = list(options).index(start)
        chosen = box.selectbox(label, options, first, names, key=key, bind=bind, width=width)
        return chosen if chosen in options else start

    return _kept(key, _are_one_of(options, names), show, names, "one of the choices shown")


def one_of_scale(
    box: Any, label: str, options: Sequence[Option], key: str, *, default: Option | None = None
) -> Option:
    """One of some ordered options, on a slider; the first of them, or ``default``, to begin with."""
    start = options[0] if default is None else default

    def show(bind: str | None) -> Option:
        chosen = box.select_slider(label, options, start, key=key, bind=bind)
        return chosen if chosen in options else start

    return _kept(key, _are_one_of(options, str), show, str, f"one of {options[0]} … {options[-1]}")


def some_of(
    box: Any, label: str, options: Sequence[Option], key: str, *, default: Sequence[Option]
) -> list[Option]:
    """Any number of options, perhaps none; ``default`` to begin with."""
    allowed = {str(option) for option in options}

    def are_options(words: list[str]) -> bool:
        return words == [""] or (set(words) <= allowed and len(set(words)) == len(words))

    def show(bind: str | None) -> list[Option]:
        settings = {"selection_mode": "multi", "default": list(default), "width": "content"}
        return box.pills(label, options, key=key, bind=bind, **settings)

    def names(chosen: list[Option]) -> str:
        return ", ".join(map(str, chosen))

    return _kept(key, are_options, show, names, "some of the choices shown, each once")


def number_in(
    box: Any,
    label: str,
    low: Number,
    high: Number,
    default: Number,
    key: str,
    *,
    width: str | int = "stretch",
    digits: str | None = None,
) -> Number:
    """A number from ``low`` to ``high``, both included; whole where these are integers.

    ``digits`` is how it is written, such as "%.4f".
    """
    whole = isinstance(default, int)

    def is_number(words: list[str]) -> bool:
        try:
            (value,) = map(float, words)
        except ValueError:
            return False
        return math.isfinite(value) and low <= value <= high and (value.is_integer() or not whole)

    def show(bind: str | None) -> Number:
        settings = {"key": key, "bind": bind, "width": width, "format": digits}
        number = box.number_input(label, low, high, default, **settings)
        return number if isinstance(number, int | float) and low <= number <= high else default

    kind = "a whole number" if whole else "a number"
    return _kept(key, is_number, show, str, f"{kind} from {low:,} to {high:,}")


def text_in(
    box: Any, label: str, default: str, key: str, *, longest: int = LONGEST_TEXT, height: int | None = None
) -> str:
    """Text of at most ``longest`` characters, on one line, or in an area ``height`` pixels high.

    What it means is for the page to judge, whether it was typed or linked.
    """

    def is_short(words: list[str]) -> bool:
        return len(words) == 1 and len(words[0]) <= longest

    def show(bind: str | None) -> str:
        settings = {"max_chars": longest, "key": key, "bind": bind}
        if height is None:
            return box.text_input(label, default, **settings)
        return box.text_area(label, default, height, **settings)

    return _kept(key, is_short, show, str, f"one text of at most {longest:,} characters")


def switch(box: Any, label: str, key: str, *, default: bool = False) -> bool:
    """On or off; ``default`` to begin with."""

    def show(bind: str | None) -> bool:
        return box.toggle(label, default, key=key, bind=bind)

    return _kept(key, _are_state, show, _state, "true or false")


def panel(box: Any, label: str, key: str) -> Any:
    """A box that opens; closed to begin with. Its contents need not be made unless its ``open`` is true."""

    def show(bind: str | None) -> Any:
        return box.expander(label, key=key, on_change="rerun", bind=bind)

    return _kept(key, _are_state, show, lambda shown: _state(shown.open), "true or false")


def settle() -> None:
    """Run the page again if a control was shown unbound, which the browser does not write to the address."""
    if state.turn_notes():
        st.rerun()


def _are_state(words: list[str]) -> bool:
    return [word.lower() for word in words] in (["true"], ["false"])


def _state(on: bool) -> str:
    return str(on).lower()


def _are_one_of(options: Sequence[Option], names: Callable[[Option], str]) -> Callable[[list[str]], bool]:
    allowed = {names(option) for option in options}
    return lambda words: len(words) == 1 and words[0] in allowed


def _kept(
    key: str,
    admits: Callable[[list[str]], bool],
    show: Callable[[str | None], Option],
    names: Callable[[Option], str],
    expected: str,
) -> Option:
    """Show a control bound to the address, or, for one run, unbound where the address says nothing it admits.

    Words that were once admitted may be so no longer, as when fewer coordinates are left to choose from;
    Streamlit mends that, and the visitor, who chose them, need not be told. What the control stands at is
    noted for whoever asks in this run.
    """
    words, good = state.words(key), f"{key}:words"
    if not words or admits(words) or words == state.last_good(good):
        state.last_good(good, words)
        value, sentence = show("query-params"), state.noted(key)
        if sentence:
            st.warning(sentence)
    else:
        value = show(None)
        state.forget(key)
        said = " and ".join(map(as_code, words[:_SHOWN_WORDS]))
        showing = as_code(names(value))
        state.note(key, f"{key} in the address must be {expected}, not {said}; showing {showing}.")
    state.choose(key, [str(one) for one in value] if isinstance(value, list) else [names(value)])
    return value
