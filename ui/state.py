"""Page states: the controls give defaults, bounds and the round trip through the address bar.

The only place that reads or writes ``st.session_state`` and ``st.query_params``.
"""

import secrets
import sys
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from ui.live.controls import Control

LESSON = "story:lesson"  # under which the word of the lesson on screen is remembered
_LAST_WRITTEN = "address written"  # by parameter, what the program last wrote there for any state
_LARGEST_SERIAL = 2**53  # a browser counts in doubles


@dataclass(frozen=True)
class LiveState:
    """The controls' values and the serial number of the browser's commit that they come from.

    ``put`` is the serial number of the last values that :func:`put` set; 0 where it set none.
    """

    values: dict[str, float]
    serial: int
    put: int = 0


def restore(key: str, controls: Sequence[Control]) -> LiveState:
    """The state of the live component ``key``; an address changed from outside wins over the session.

    What the address said when it was last written is remembered, so that a link opened, an edited address
    and the browser's Back button are told apart from the program's own writing. A value that cannot be read
    is named on the page in one sentence and the last good one stays.

    A commit comes along with the address that the browser knew when it was made, which may be older than what
    was last written there: next to a new commit the address says nothing.
    """
    committed = _committed(key)
    is_new = bool(committed) and _serial(committed) > st.session_state.get(_seen_key(key), -1)
    remembered = st.session_state.get(_address_key(key), {})
    values = {
        control.name: _restored(
            control,
            committed,
            remembered.get(control.name),
            remembered.get(control.name) if is_new else st.query_params.get(control.address),
        )
        for control in controls
    }
    state = {"values": values, "serial": _serial(committed)}
    sent = committed.get("values")
    if isinstance(sent, dict) and any(sent[name] != values[name] for name in values if name in sent):
        state = _put(key, values)  # or the browser's older commit would be back with the next rerun
    elif committed != state:
        st.session_state[key] = {**_component(key), "state": state}
    st.session_state[_seen_key(key)] = state["serial"]
    return LiveState(**state, put=st.session_state.get(_put_by_page_key(key), 0))


def remember(key: str, controls: Sequence[Control], values: dict[str, float]) -> None:
    """Write the values to the address; a default stays out of it until another value was there.

    A newer commit may interrupt the script at any write to the address. What was written must be remembered
    by then, or the next run would take it for a change from outside and bring an older value back.
    """
    written = dict(st.session_state.get(_address_key(key), {}))
    st.session_state[_address_key(key)] = written
    last = st.session_state.setdefault(_LAST_WRITTEN, {})
    for control in controls:
        text = in_address(values[control.name])
        present = st.query_params.get(control.address)
        if present is None and values[control.name] == control.default:
            written.pop(control.name, None)
            continue
        written[control.name] = last[control.address] = text
        if present != text:
            st.query_params[control.address] = text


def in_address(value: float) -> str:
    """A control's value as the address says it."""
    return repr(float(value)).removesuffix(".0")


def visitor() -> str:
    """A name for this session, the same for as long as it lasts."""
    return st.session_state.setdefault("visitor", secrets.token_hex(8))


@dataclass(frozen=True)
class Drawing:
    """What a canvas holds, grey bytes in base64 or None, and how many strokes and wipes it took."""

    pixels: object = None
    serial: int = 0


def drawing(key: str) -> Drawing:
    """What was last drawn in this session, also on a canvas that is no more; ``key`` shows one now.

    A browser sends a canvas's last state along with every rerun, so serial numbers say which is the newest.
    """
    sent, kept = _component(key).get("drawing"), st.session_state.get("drawing:last", Drawing())
    if isinstance(sent, dict) and _serial(sent) > kept.serial:
        kept = st.session_state["drawing:last"] = Drawing(sent.get("pixels"), _serial(sent))
    return kept


def newest(key: str, given: dict[str, Hashable | None]) -> str | None:
    """Which of several inputs changed last in this session, of those that hold something; None: none does."""
    before, order = st.session_state.get(f"{key}:given", ({}, ()))
    changed = [name for name in given if given[name] != before.get(name)]
    order = (*(name for name in order if name not in changed), *changed)
    st.session_state[f"{key}:given"] = (given, order)
    return next((name for name in reversed(order) if given[name] is not None), None)


def last_good(key: str, value: object = None) -> object:
    """Remember ``value`` under ``key`` for this session, or, without one, give what was remembered last."""
    if value is not None:
        st.session_state[f"{key}:good"] = value
    return st.session_state.get(f"{key}:good")


def preset(key: str, value: object) -> None:
    """Set the widget ``key``; to be called before it is shown, as a button's callback is."""
    st.session_state[key] = value


def drop(keys: Iterable[str]) -> None:
    """Forget what was preset for the widgets of other pages, whose names this page's may share."""
    for key in keys:
        st.session_state.pop(key, None)


def begin(key: str, value: object) -> None:
    """Give the widget ``key`` its value, and say it in the address, where neither holds one yet.

    To be called before the widget is shown.
    """
    if key not in st.session_state and key not in st.query_params:
        st.session_state[key] = value
        st.query_params[key] = str(value)


def put(key: str, values: dict[str, float]) -> None:
    """Set controls of the live component ``key``; to be called before it is shown, as by a button.

    The browser scrolls to the component where it is out of sight.
    The browser sends its own last commit along with every rerun. The serial number counts on, so that this
    older commit does not undo what was put here.
    """
    made = _put(key, {**_committed(key).get("values", {}), **values})
    st.session_state[_put_by_page_key(key)] = made["serial"]


@dataclass(frozen=True)
class Answer:
    """Where a visitor said that a control should stand, and where it should.

    ``words`` for each of both, and for the distance.
    """

    control: str
    said: float
    truth: float
    words: tuple[str, str, str]


def show_answer(key: str, answer: Answer | None) -> None:
    """Have the live component ``key`` show an answer, or none; to be called before it is shown."""
    st.session_state[_answer_key(key)] = answer


def answer(key: str) -> Answer | None:
    """The answer that the live component ``key`` is to show."""
    return st.session_state.get(_answer_key(key))


def committed(key: str) -> dict[str, float]:
    """The controls' values of the live component ``key`` as they last stood; empty before it was shown."""
    values = _committed(key).get("values")
    if not isinstance(values, dict):
        return {}
    finite = (item for item in values.items() if isinstance(item[1], int | float))
    return {name: float(x) for name, x in finite if abs(x) <= sys.float_info.max}


def _put(key: str, values: dict[str, float]) -> dict:
    state = {"values": values, "serial": _serial(_committed(key)) + 1}
    st.session_state[_put_key(key)] = state
    st.session_state[key] = {**_component(key), "state": state}
    return state


def _restored(control: Control, committed: dict, remembered: str | None, address: str | None) -> float:
    values = committed.get("values")
    last_good = _valid(control, values.get(control.name) if isinstance(values, dict) else None, remembered)
    if not committed:  # the first visit, or back from elsewhere, which may have cleared the address
        address = remembered if address is None else address
    elif address == remembered:
        return last_good
    if address is None:
        return float(control.default)  # as when the browser's Back button went past the first commit
    try:
        return _moved(control, control.parse(address), "in the address")
    except ValueError as error:
        # What the program wrote for another state with a control of this name is no visitor's mistake.
        if address != st.session_state.get(_LAST_WRITTEN, {}).get(control.address):
            st.warning(f"{error}; showing {last_good:.6g} instead.")
        return last_good


def _moved(control: Control, value: float, where: str) -> float:
    """The position that a value is moved to, with a sentence where it is another one."""
    position = control.nearest(value)
    if position != value:
        st.info(
            f"{control.address} = {value:.6g} {where} lies between two positions: showing {position:.6g}. "
            f"What follows this control is known in steps of {control.step:.6g}."
        )
    return position


def _address_key(key: str) -> str:
    return f"{key}:address"


def _committed(key: str) -> dict:
    value = _component(key).get("state")
    committed = value if isinstance(value, dict) else {}
    newer = st.session_state.get(_put_key(key), {})
    return newer if _serial(newer) > _serial(committed) else committed


def _serial(state: dict) -> int:
    serial = state.get("serial", 0)
    return serial if isinstance(serial, int) and 0 <= serial <= _LARGEST_SERIAL else 0


def _put_key(key: str) -> str:
    return f"{key}:put"


def _put_by_page_key(key: str) -> str:
    return f"{key}:put by page"


def _answer_key(key: str) -> str:
    return f"{key}:answer"


def _seen_key(key: str) -> str:
    return f"{key}:seen"


def _component(key: str) -> dict:
    return dict(st.session_state.get(key) or {})


def _valid(control: Control, value: object, remembered: str | None) -> float:
    """A committed value is what a browser sent: anything but a number within bounds gives way to the last.

    That is what the address was last seen to say; a default is left out of it.
    """
    if control.accepts(value):
        return _moved(control, float(value), "as sent")
    try:
        good = float(control.default) if remembered is None else control.parse(remembered)
    except ValueError:
        good = float(control.default)
    if isinstance(value, int | float) and abs(value) <= sys.float_info.max:  # an int may be larger
        low, high = control.bounds
        st.warning(
            f"{control.address} = {value:.6g} lies outside {low:g} to {high:g}; showing {good:.6g} instead."
        )
    return good


def words(parameter: str) -> list[str]:
    """Everything that the address says of a parameter; an empty word where it stands without a value."""
    return st.query_params.get_all(parameter)


def address() -> set[str]:
    """The parameters that the address has."""
    return set(st.query_params)


def address_words() -> dict[str, list[str]]:
    """All that the address says, by parameter."""
    return {name: words(name) for name in st.query_params}


def choose(key: str, said: list[str]) -> None:
    """Note what a choice of the page stands at, as the address says it."""
    st.session_state.setdefault("chosen", {})[key] = said


def chosen() -> dict[str, list[str]]:
    """What the choices that this run has shown stand at; the address may not say it yet."""
    return dict(st.session_state.get("chosen", {}))


def begin_run() -> None:
    """Before a page: none of its choices has been shown."""
    st.session_state["chosen"] = {}


def held(key: str) -> object:
    """What the widget ``key`` holds, as in its callback."""
    return st.session_state.get(key)


def link(page: Page, label: str, icon: str, address: Mapping[str, str]) -> None:
    """A link to a page in the state that an address says."""
    st.page_link(page, label=label, icon=icon, query_params=address)


def go(page: Page, address: Mapping[str, str]) -> None:
    """Leave for a page in the state that an address says."""
    st.switch_page(page, query_params=address)


def forget(parameter: str) -> None:
    """Take a parameter that no widget is bound to out of the address."""
    if parameter in st.query_params:
        del st.query_params[parameter]


def say(parameter: str, word: str) -> None:
    """Write a parameter that no widget is bound to into the address."""
    st.query_params[parameter] = word


def query(without: Iterable[str] = ()) -> str:
    """The whole query of the address, encoded, less some parameters."""
    kept = {name: said for name, said in address_words().items() if name not in set(without)}
    return urlencode(kept, doseq=True)


def note(key: str, sentence: str) -> None:
    """Keep a sentence about the widget ``key`` for the next run."""
    st.session_state.setdefault("notes", {})[key] = sentence


def noted(key: str) -> str | None:
    """The sentence that the last run kept about the widget ``key``."""
    return st.session_state.get("due notes", {}).get(key)


def turn_notes() -> bool:
    """At a run's end: what it kept is due in the next run, which is needed at once if there is any."""
    st.session_state["due notes"] = st.session_state.pop("notes", {})
    return bool(st.session_state["due notes"])
