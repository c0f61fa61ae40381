"""Work beside the server for one visitor: its result, the words meanwhile, its failures, and who leaves."""

import math
import time
import timeit
from concurrent.futures import CancelledError

import pytest

from hw9core.errors import ConfigError
from hw9core.line_flow.config import FlowConfig
from ui.jobs import aside as module
from ui.jobs.aside import aside, failures_said
from ui.jobs.lane import Lane
from ui.jobs.task import LaneError, Limits, Task

ENDLESS = (timeit.timeit, "pass", "pass", timeit.default_timer, 10**12)


class Place:
    """What ``st.empty`` gives, remembering what was said there."""

    def __init__(self):
        self.said = []

    def caption(self, text):
        self.said.append(text)

    def empty(self):
        self.said.append("")


@pytest.fixture(scope="module")
def shared_lane():
    lane = Lane("computation", Limits(seconds=2.0, waiting=2, per_owner=2), time.time)
    ready = Task("nobody", abs, 1)
    lane.submit(ready)
    assert ready.wait(20)
    yield lane
    lane.close()


@pytest.fixture
def place(monkeypatch, shared_lane):
    place = Place()
    monkeypatch.setattr(module, "lane", shared_lane)
    monkeypatch.setattr(module, "owner", lambda: "anna")
    monkeypatch.setattr(module.st, "empty", lambda: place)
    monkeypatch.setattr(module.st, "warning", place.caption)
    return place


def test_what_is_done_at_once_needs_no_words(place):
    assert aside("Adding", math.hypot, 3.0, 4.0) == 5.0
    assert place.said == [""]


def test_what_takes_long_says_so_and_who_comes_first(place, shared_lane):
    other = Task("ben", time.sleep, 1.0)
    shared_lane.submit(other)
    assert aside("Sleeping", time.sleep, 0.7) is None
    assert place.said[0] == "Sleeping: 1 before yours …" and place.said[-2:] == ["Sleeping …", ""]


def test_errors_are_those_of_the_function_and_sentences_otherwise(place):
    with pytest.raises(ConfigError, match="components must be"):
        aside("Checking", FlowConfig, "two", 0)
    with pytest.raises(LaneError, match="met an error of its own"):
        aside("Checking", math.sqrt, -1.0)
    with pytest.raises(LaneError, match="This computation was stopped: 2 seconds are the most"):
        aside("Looping", *ENDLESS)


def test_a_failure_of_the_lane_is_said_and_the_page_goes_on(place):
    with failures_said():
        aside("Checking", math.sqrt, -1.0)
    assert place.said[-1].startswith("This computation met an error of its own")
    with pytest.raises(ConfigError), failures_said():
        aside("Checking", FlowConfig, "two", 0)


class Stopped(BaseException):
    """As Streamlit ends a script that its visitor has left."""


def test_whoever_leaves_takes_the_work_along(place, shared_lane, monkeypatch):
    tasks = []
    monkeypatch.setattr(
        shared_lane, "submit", lambda task: (tasks.append(task), Lane.submit(shared_lane, task))
    )

    def leave(text):
        raise Stopped

    place.caption = leave
    with pytest.raises(Stopped):
        aside("Looping", *ENDLESS)
    assert tasks[0].wait(2)
    with pytest.raises(CancelledError):
        tasks[0].result()
