"""What is remembered of the address when a newer commit interrupts the script in the middle of a write."""

from types import SimpleNamespace

import pytest

from ui import state
from ui.live.controls import Control

CONTROLS = (Control("first", high=9.0), Control("second", high=9.0))


class Interrupted(Exception):
    """In place of Streamlit's own, which ends a script at a call into it."""


class Address(dict):
    """Takes a value, as Streamlit's does, and only then lets the script be interrupted."""

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        raise Interrupted


def test_an_interrupted_write_is_no_change_from_outside(monkeypatch):
    session, address = {}, Address()
    monkeypatch.setattr(state, "st", SimpleNamespace(session_state=session, query_params=address))
    with pytest.raises(Interrupted):
        state.remember("figure", CONTROLS, {"first": 3.0, "second": 4.0})
    assert address == {"first": "3"}
    # The browser's commit of two other values arrives; the next run must take it and not the address.
    session["figure"] = {"state": {"values": {"first": 5.0, "second": 6.0}, "serial": 2}}
    restored = state.restore("figure", CONTROLS)
    assert restored.values == {"first": 5.0, "second": 6.0} and restored.serial == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"values": {"first": 10**400, "second": -(10**400)}, "serial": 10**400},
        {"values": {"first": float("nan"), "second": "2"}, "serial": -1},
        {"values": [1, 2], "serial": True},
        ["values"],
    ],
)
def test_forged_states_give_the_defaults(monkeypatch, forged):
    warnings = []
    session = {"figure": {"state": forged}}
    outside = SimpleNamespace(session_state=session, query_params={}, warning=warnings.append)
    monkeypatch.setattr(state, "st", outside)
    restored = state.restore("figure", CONTROLS)
    assert restored.values == {"first": 0.0, "second": 0.0} and 0 <= restored.serial <= 2**53 + 1
    assert warnings == []
