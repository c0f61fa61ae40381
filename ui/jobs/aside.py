"""What takes long for one visitor is computed beside the server, while that visitor waits and nobody else.

The script waits for the result without holding up another: the work is in a process of its own, one visitor's
after the other's, and the page says how many come first. Whoever leaves, reloads or moves on meanwhile takes
the work away with them.
"""

import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import streamlit as st

from ui.jobs.lane import Lane
from ui.jobs.owner import owner
from ui.jobs.task import LaneError, Limits, Task
from ui.turns import turns

P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 20.0
_POLL_SECONDS = 0.1
_SAID_AFTER = 3  # polls: what is done at once needs no words


def _prepare() -> None:
    """Import what lessons draw with, where no cancellation can leave half a module behind."""
    for name in ("anomaly.own", "line_flow.training", "coupling.plane.training"):
        importlib.import_module(f"ui.lessons.{name}")


# A visitor may have two pages open.
lane = Lane("computation", Limits(seconds=SECONDS, waiting=20, per_owner=2), _prepare)


def aside(words: str, function: Callable[P, R], *arguments: P.args) -> R:
    """``function(*arguments)``, a function importable by its name; ``words`` are said while it takes long.

    Arguments and result are pickled. Raises what the function raises, if that is an ``Hw9Error``, and
    ``LaneError``, one sentence, for a full queue, for more than 20 seconds, and when the process dies.
    """
    task = Task(owner(), function, *arguments)
    lane.submit(task)
    try:
        with turns.waiting():
            _wait(task, words)
    finally:  # a script that is stopped leaves here
        lane.cancel(task)
    try:
        return task.result()
    except CancelledError:
        raise LaneError("The computation was cancelled.") from None


@contextmanager
def failures_said() -> Iterator[None]:
    """What :func:`aside` refuses or fails to do within becomes one sentence on the page, which goes on.

    All of it has one place: words that come and go in it would move a panel below, which then closes.
    """
    with st.container():
        try:
            yield
        except LaneError as error:
            st.warning(str(error))


def _wait(task: Task, words: str) -> None:
    said = st.empty()
    polls = 0
    while not task.wait(_POLL_SECONDS):
        polls += 1
        if polls >= _SAID_AFTER:
            place = lane.place(task)
            said.caption(f"{words} …" if not place else f"{words}: {place} before yours …")
    said.empty()
