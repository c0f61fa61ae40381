"""Warming: everything once, in one thread, whatever fails."""

import threading
import time

from ui.shared import shared
from ui.warming import warm

SECONDS = 20


def test_entries_are_built_in_turn_by_one_thread_and_the_caller_does_not_wait():
    gate, threads = threading.Event(), []

    def entry():
        assert gate.wait(SECONDS)
        threads.append(threading.get_ident())

    thread = warm(entry for _ in range(3))
    assert threads == [] and thread.daemon
    gate.set()
    thread.join(SECONDS)
    assert threads == [thread.ident] * 3


def test_a_failure_is_one_line_and_the_others_are_built(caplog):
    built = []

    def broken():
        raise ValueError("no checkpoint\nat all")

    warm([broken, lambda: built.append("after")]).join(SECONDS)
    assert built == ["after"]
    (record,) = caplog.records
    assert record.getMessage() == "Not built in advance: ValueError: no checkpoint at all"
    assert record.exc_info is None


def test_who_asks_for_what_is_being_built_waits_for_it():
    computed, began = [], threading.Event()

    @shared(entries=2)
    def view(name):
        computed.append(name)
        began.set()
        deadline = time.monotonic() + SECONDS
        while name == "slow" and view.cache_info().hits < 1 and time.monotonic() < deadline:
            time.sleep(0.001)
        return {name}

    thread = warm([lambda: view("slow")])
    assert began.wait(SECONDS)
    assert view("other") == {"other"}  # not what is being built: no wait
    assert thread.is_alive() and view("slow") == {"slow"}
    thread.join(SECONDS)
    assert computed == ["slow", "other"]


def test_it_rests_as_long_as_it_worked():
    started = time.perf_counter()
    warm([lambda: time.sleep(0.1)] * 2).join(SECONDS)
    assert time.perf_counter() - started >= 0.4
