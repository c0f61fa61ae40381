"""The queue for a worker process: turns, bounds, cancelling, and what becomes of workers that hang or die."""

import math
import os
import signal
import subprocess
import sys
import time
import timeit
from concurrent.futures import CancelledError
from functools import partial

import psutil
import pytest

from hw9core.store.files import REPOSITORY
from ui.jobs import lane as lane_module
from ui.jobs.lane import Lane
from ui.jobs.task import LaneError, Limits, Task

ENDLESS = (timeit.timeit, "pass", "pass", timeit.default_timer, 10**12)  # in Python, step by step
NATIVE = (time.sleep, 100.0)  # one long step that no cancellation interrupts
LIMITS = Limits(seconds=60.0, waiting=4)
posix = pytest.mark.skipif(os.name == "nt", reason="stops processes the POSIX way")


@pytest.fixture(scope="module")
def shared_lane():
    lane = Lane("drawing", LIMITS, time.time)
    yield lane
    lane.close()


@pytest.fixture
def lane(shared_lane):
    """The lane with nothing in it and nobody's use remembered."""
    yield shared_lane
    for task in [*shared_lane._running(), *shared_lane._waiting]:
        shared_lane.cancel(task)
        task.wait(10)
    shared_lane._used.clear()


def submit(lane, owner, *call):
    task = Task(owner, *call)
    lane.submit(task)
    return task


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.01)


def begin(lane, owner, *call):
    """A task that has been sent to a worker that is ready."""
    submit(lane, "first", math.sqrt, 4.0).wait(20)
    task = submit(lane, owner, *call)
    until(lambda: task in lane._running())
    time.sleep(0.2)
    return task


def seconds_to(task, seconds=20.0):
    started = time.monotonic()
    assert task.wait(seconds)
    return time.monotonic() - started


def test_a_task_ends_with_its_value_or_its_error(lane):
    task = submit(lane, "anna", math.hypot, 3.0, 4.0)
    assert task.wait(20) and task.result() == 5.0 and not task.running
    task = submit(lane, "anna", math.sqrt, -1.0)
    assert task.wait(20)
    with pytest.raises(LaneError, match="^This drawing met an error of its own"):
        task.result()


def test_places_are_those_of_the_turns_and_whoever_used_least_comes_first(lane):
    running = begin(lane, "eve", *ENDLESS)
    lane._used["heavy"] = 5.0
    names = ["heavy", "anna", "ben"]
    tasks = {name: submit(lane, name, time.time) for name in names}
    assert lane.place(running) == 0
    assert {name: lane.place(task) for name, task in tasks.items()} == {"anna": 1, "ben": 2, "heavy": 3}
    lane.cancel(running)
    assert all(task.wait(20) for task in tasks.values())
    began = {name: task.result() for name, task in tasks.items()}
    assert began["anna"] < began["ben"] < began["heavy"] and lane.place(tasks["heavy"]) == 0
    assert lane._used["eve"] > 0.2


def test_bounds_of_the_queue_and_of_each_visitor(lane):
    begin(lane, "eve", *ENDLESS)
    with pytest.raises(LaneError, match="^Your last drawing has not ended yet"):
        submit(lane, "eve", math.sqrt, 4.0)
    waiting = [submit(lane, f"visitor {i}", math.sqrt, 4.0) for i in range(4)]
    with pytest.raises(LaneError, match="^Your last drawing has not ended yet"):
        submit(lane, "visitor 2", math.sqrt, 4.0)
    with pytest.raises(LaneError, match="^4 visitors are waiting for a drawing"):
        submit(lane, "another", math.sqrt, 4.0)
    lane.cancel(waiting[0])
    submit(lane, "another", math.sqrt, 4.0)


def test_a_waiting_task_is_cancelled_at_once(lane):
    running = begin(lane, "eve", *ENDLESS)
    task = submit(lane, "anna", *ENDLESS)
    lane.cancel(task)
    assert not task.running and running.running
    with pytest.raises(CancelledError):
        task.result()


def test_a_running_task_is_cancelled_and_its_worker_stays(lane):
    task = begin(lane, "anna", *ENDLESS)
    pid = lane._worker.pid
    lane.cancel(task)
    assert seconds_to(task) < 1
    with pytest.raises(CancelledError):
        task.result()
    assert submit(lane, "ben", math.sqrt, 4.0).wait(20) and lane._worker.pid == pid


def test_a_task_that_does_not_listen_is_ended_by_force_within_two_seconds(lane):
    task = begin(lane, "anna", *NATIVE)
    pid = lane._worker.pid
    lane.cancel(task)
    assert seconds_to(task) < 2
    with pytest.raises(CancelledError):
        task.result()
    again = submit(lane, "ben", math.sqrt, 4.0)
    assert again.wait(20) and again.result() == 2.0 and lane._worker.pid != pid


def test_a_task_is_cancelled_while_a_new_worker_prepares_itself_and_that_goes_on():
    lane = Lane("drawing", LIMITS, partial(time.sleep, 2.0))
    task = submit(lane, "anna", *ENDLESS)
    until(lambda: task in lane._running())
    lane.cancel(task)
    assert seconds_to(task) < 1
    pid = lane._worker.pid
    again = submit(lane, "anna", math.sqrt, 4.0)
    assert again.wait(20) and again.result() == 2.0 and lane._worker.pid == pid
    lane.close()


@pytest.mark.parametrize("call", [ENDLESS, NATIVE])
def test_a_task_has_a_time_limit(lane, monkeypatch, call):
    monkeypatch.setattr(lane, "limits", Limits(seconds=1.0, waiting=4))
    task = begin(lane, "anna", *call)
    assert seconds_to(task) < 3.5
    with pytest.raises(LaneError, match="^This drawing was stopped: 1 seconds are the most"):
        task.result()


@posix
def test_a_stopped_worker_is_noticed_within_ten_seconds_and_nobody_is_held_up(lane):
    assert submit(lane, "first", math.sqrt, 4.0).wait(20)
    process = psutil.Process(lane._worker.pid)
    process.suspend()
    started = time.monotonic()
    hung = submit(lane, "anna", len, bytes(4_000_000))  # more than a pipe holds
    until(lambda: hung in lane._running())
    assert lane.place(hung) == 0
    ben = submit(lane, "ben", math.sqrt, 4.0)
    assert lane.place(ben) == 1 and time.monotonic() - started < 0.5
    assert 5 < seconds_to(hung) < 10
    with pytest.raises(
        LaneError, match="^The process of this drawing did not answer any more; start it again"
    ):
        hung.result()
    assert seconds_to(ben) < 5 and ben.result() == 2.0
    assert not process.is_running()


@posix
def test_a_worker_that_was_stopped_while_nobody_needed_it_is_replaced(lane):
    assert submit(lane, "anna", math.sqrt, 4.0).wait(20)
    worker = lane._worker
    psutil.Process(worker.pid).suspend()
    worker._heard -= 60
    task = submit(lane, "anna", math.sqrt, 4.0)
    assert seconds_to(task) < 6 and task.result() == 2.0 and lane._worker is not worker


@posix
@pytest.mark.parametrize(
    ("number", "words"),
    [(signal.SIGTERM, "was ended by whoever runs the server"), (signal.SIGKILL, "ended unexpectedly")],
)
def test_a_killed_worker_ends_its_task_with_one_sentence_and_is_replaced(lane, number, words):
    task = begin(lane, "anna", *ENDLESS)
    os.kill(lane._worker.pid, number)
    assert seconds_to(task) < 2
    with pytest.raises(LaneError, match=words):
        task.result()
    again = submit(lane, "anna", math.sqrt, 4.0)
    assert again.wait(20) and again.result() == 2.0


def test_a_waiting_task_that_nobody_asks_about_is_dropped(lane, monkeypatch):
    monkeypatch.setattr(lane, "limits", Limits(seconds=60.0, waiting=4, abandoned=30.0))
    running = begin(lane, "eve", *ENDLESS)
    gone, here = submit(lane, "gone", *ENDLESS), submit(lane, "here", math.sqrt, 4.0)
    gone.seen -= 31
    here.seen -= 31
    lane.place(here)
    lane.cancel(running)
    assert here.wait(20) and here.result() == 2.0
    with pytest.raises(CancelledError):
        gone.result()


def test_a_worker_that_cannot_start_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", os.fspath(tmp_path / "no-such-program"))
    task = submit(Lane("drawing", LIMITS, time.time), "anna", math.sqrt, 4.0)
    assert task.wait(10)
    with pytest.raises(LaneError, match="^No worker could be started"):
        task.result()


def test_a_worker_without_work_gives_its_memory_back(monkeypatch):
    monkeypatch.setattr(lane_module, "IDLE_SECONDS", 0.2)
    lane = Lane("drawing", LIMITS, time.time)
    assert submit(lane, "anna", math.sqrt, 4.0).wait(20)
    process = psutil.Process(lane._worker.pid)
    until(lambda: not process.is_running())
    task = submit(lane, "anna", math.sqrt, 9.0)
    assert task.wait(20) and task.result() == 3.0
    lane.close()


SERVER = """
import time, timeit
from ui.jobs.lane import Lane
from ui.jobs.task import Limits, Task
lane = Lane("drawing", Limits(60.0, 4), time.time)
ready = Task("anna", abs, 1)
lane.submit(ready)
ready.wait(30)
lane.submit(Task("anna", timeit.timeit, "pass", "pass", timeit.default_timer, 10**12))
print(lane._worker.pid, flush=True)
input()
"""


@posix
@pytest.mark.parametrize("end", ["exit", "exit, stopped", "SIGTERM", "SIGKILL"])
def test_no_worker_outlives_the_server(end):
    command = [sys.executable, "-c", SERVER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=REPOSITORY, text=True, **pipes) as server:
        worker = psutil.Process(int(server.stdout.readline()))
        if "stopped" in end:
            worker.suspend()
        if end.startswith("exit"):
            server.communicate("\n", timeout=15)
        else:
            server.send_signal(getattr(signal, end))
        server.wait(15)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
