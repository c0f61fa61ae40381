"""Turns: never more at once than there may be, whoever used least first, nobody left behind."""

import threading
import time

import pytest

from ui import turns as module
from ui.turns import Turns

SECONDS = 20


def until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.001)


class Visitors:
    """Threads that take a turn each and keep it until they are let go."""

    def __init__(self, turns):
        self.turns, self.order, self.gates, self.threads = turns, [], {}, []

    def come(self, name):
        gate = self.gates[name] = threading.Event()

        def run():
            with self.turns.turn(name):
                self.order.append(name)
                assert gate.wait(SECONDS)

        before = len(self.turns._waiting) + self.turns._going
        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()
        until(lambda: len(self.turns._waiting) + self.turns._going > before)

    def leave(self, name):
        going = len(self.order)
        waiting = len(self.turns._waiting)
        self.gates[name].set()
        until(lambda: len(self.order) > going or not waiting)

    def all_leave(self):
        for gate in self.gates.values():
            gate.set()
        for thread in self.threads:
            thread.join(SECONDS)
            assert not thread.is_alive()


def use(turns, name, seconds):
    turns._used[name] = (seconds, time.monotonic())


def test_so_many_at_once_and_the_others_in_the_order_of_their_coming():
    turns = Turns(at_once=2)
    visitors = Visitors(turns)
    for name in "abcde":
        visitors.come(name)
    until(lambda: len(visitors.order) == 2)
    assert visitors.order == ["a", "b"] and turns._going == 2
    for name in "ab":
        visitors.leave(name)
    assert visitors.order == ["a", "b", "c", "d"]
    visitors.all_leave()
    assert visitors.order[-1] == "e" and turns._going == 0 and not turns._waiting


def test_whoever_used_least_goes_first_and_use_is_forgotten(monkeypatch):
    turns = Turns(at_once=1)
    use(turns, "greedy", 5.0)
    use(turns, "modest", 0.1)
    visitors = Visitors(turns)
    for name in ("first", "greedy", "modest", "new"):
        visitors.come(name)
    for name in ("first", "new", "modest"):
        visitors.leave(name)
    visitors.all_leave()
    assert visitors.order == ["first", "new", "modest", "greedy"]
    monkeypatch.setattr(module, "HALF_LIFE_SECONDS", 1e-9)
    assert turns._lately("greedy") == 0.0


def test_a_turn_is_charged_by_the_work_done():
    turns = Turns()
    with turns.turn("anna"):
        started = time.thread_time()
        while time.thread_time() - started < 0.05:
            pass
    with turns.turn("ben"):
        time.sleep(0.05)
    assert turns._lately("anna") > 0.04 > 0.02 > turns._lately("ben")


def test_a_turn_ends_however_the_script_ends():
    turns = Turns(at_once=1)
    for error in (ValueError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), turns.turn("anna"):
            raise error
    assert turns._going == 0


def test_while_one_waits_for_something_else_another_goes_on():
    turns = Turns(at_once=1)
    with turns.turn("anna"):
        with turns.waiting():
            assert turns._going == 0
            with turns.waiting():
                assert turns._going == 0
        assert turns._going == 1
    with turns.waiting():  # without a turn there is none to give
        assert turns._going == 0


def test_two_that_wait_for_each_others_results_both_go_on():
    """With one turn for all: what the first waits for is computed by the second."""
    turns = Turns(at_once=1)
    asked, computed = threading.Event(), threading.Event()

    def first():
        with turns.turn("first"):
            asked.set()
            with turns.waiting():
                assert computed.wait(SECONDS)

    def second():
        assert asked.wait(SECONDS)
        with turns.turn("second"):
            with turns.waiting():  # a process beside the server
                time.sleep(0.05)
            computed.set()

    threads = [threading.Thread(target=run) for run in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    assert turns._going == 0


def test_a_race_leaves_nobody_behind():
    turns = Turns(at_once=3)
    inside, most, lock = 0, 0, threading.Lock()

    def step(change):
        nonlocal inside, most
        with lock:
            inside += change
            most = max(most, inside)

    def visit(name):
        for _ in range(100):
            with turns.turn(name):
                step(1)
                step(-1)
                if name == "visitor 0":
                    with turns.waiting():
                        time.sleep(0)

    threads = [threading.Thread(target=visit, args=(f"visitor {i % 5}",)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    assert most <= 3 and turns._going == 0 and not turns._waiting
    assert set(turns._used) == {f"visitor {i}" for i in range(5)}
