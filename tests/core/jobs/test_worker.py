"""The process that computes for a server: calls in turn, cancelled anywhere, gone with the server."""

from __future__ import annotations

import builtins
import math
import operator
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import timeit
from concurrent.futures import CancelledError

import psutil
import pytest

from hw9core.errors import ConfigError, InputError
from hw9core.jobs import training
from hw9core.jobs.messages import Beat, Call, Cancel, Ended, Reported
from hw9core.jobs.worker import NICENESS
from hw9core.line_flow.config import FlowConfig
from hw9core.store.files import REPOSITORY

ENDLESS = (timeit.timeit, "pass", "pass", timeit.default_timer, 10**12)  # in Python, step by step
QUICK = FlowConfig(epochs=3, n_train=400, n_test=200, components=2)
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


class Server:
    """The other end of one worker process; a test that waits longer than a minute fails."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hw9core.jobs.worker"],
            cwd=REPOSITORY,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.number = 0
        self.watchdog = threading.Timer(60, self.process.kill)
        self.watchdog.start()

    def send(self, message):
        pickle.dump(message, self.process.stdin)
        self.process.stdin.flush()

    def call(self, function, *arguments, reports=False):
        self.number += 1
        self.send(Call(self.number, pickle.dumps((function, arguments)), reports))
        return self.number

    def receive(self):
        """The next message that is no beat."""
        while isinstance(message := pickle.load(self.process.stdout), Beat):
            pass
        return message

    def run(self, function, *arguments):
        number = self.call(function, *arguments)
        ended = self.receive()
        assert isinstance(ended, Ended) and ended.number == number
        return ended

    def close(self):
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


@pytest.fixture(scope="module")
def worker():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def own_worker():
    server = Server()
    yield server
    server.close()


def test_a_call_ends_with_its_value(worker):
    assert worker.run(math.hypot, 3.0, 4.0) == Ended(worker.number, 5.0)


def test_calls_run_in_turn_and_report(worker):
    first = worker.call(training.train, QUICK, None, reports=True)
    second = worker.call(math.sqrt, 4.0)
    messages = [worker.receive() for _ in range(6)]
    assert [type(message) for message in messages] == [Reported] * 4 + [Ended] * 2
    assert [message.number for message in messages] == [first] * 5 + [second]
    assert [message.value.epoch for message in messages[:4]] == [0, 1, 2, 3]
    assert messages[4].value.arrays["weights"].shape == (4, 2) and messages[5].value == 2.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        ((FlowConfig, "two", 0), ConfigError, "components must be"),
        ((operator.truediv, 1, 0), RuntimeError, "ZeroDivisionError: division by zero"),
        ((threading.Lock,), RuntimeError, "cannot pickle"),
        ((bytes, 20 * 2**20), InputError, "The result has 20 MB, and 16 MB is the most"),
    ],
)
def test_what_goes_wrong_is_the_end_of_that_call_alone(worker, call, error, words):
    ended = worker.run(*call)
    assert type(ended.error) is error and words in str(ended.error) and ended.value is None
    assert worker.run(math.sqrt, 9.0).value == 3.0


def test_what_a_call_prints_ends_up_between_no_two_messages(worker):
    assert worker.run(builtins.print, "hello").error is None
    assert worker.run(math.sqrt, 9.0).value == 3.0


def test_a_call_is_cancelled_wherever_it_is_and_the_next_one_runs(worker):
    number = worker.call(*ENDLESS)
    time.sleep(0.2)
    started = time.monotonic()
    worker.send(Cancel(number))
    ended = worker.receive()
    assert ended.number == number and isinstance(ended.error, CancelledError)
    assert time.monotonic() - started < 1
    assert worker.run(math.sqrt, 16.0).value == 4.0


def test_a_call_is_cancelled_while_it_waits(worker):
    running, waiting = worker.call(*ENDLESS), worker.call(*ENDLESS)
    worker.send(Cancel(waiting))
    worker.send(Cancel(running))
    ended = [worker.receive(), worker.receive()]
    assert [message.number for message in ended] == [running, waiting]
    assert all(isinstance(message.error, CancelledError) for message in ended)


def test_a_cancellation_that_comes_too_late_hits_no_other_call(worker):
    for _ in range(50):
        number = worker.call(math.sqrt, 4.0)
        worker.send(Cancel(number))
        assert worker.receive().number == number
        assert worker.run(math.sqrt, 25.0).value == 5.0


def test_a_process_that_computes_is_alive(own_worker):
    own_worker.call(*ENDLESS)
    started = time.monotonic()
    assert [pickle.load(own_worker.process.stdout) for _ in range(3)] == [Beat()] * 3
    assert time.monotonic() - started < 10


@posix
def test_it_lets_the_server_go_first(own_worker):
    own_worker.run(math.sqrt, 4.0)
    assert psutil.Process(own_worker.process.pid).nice() == min(psutil.Process().nice() + NICENESS, 19)


def test_closing_stdin_ends_the_process_in_the_middle_of_a_call(own_worker):
    own_worker.run(math.sqrt, 4.0)
    own_worker.call(*ENDLESS)
    own_worker.process.stdin.close()
    # Whoever closes stdin reads no more either; the pipe must not keep the process.
    assert own_worker.process.wait(timeout=10) == 0


@posix
def test_ctrl_c_ends_the_process_without_a_traceback(own_worker):
    own_worker.run(math.sqrt, 4.0)
    own_worker.call(*ENDLESS)
    time.sleep(0.2)
    own_worker.process.send_signal(signal.SIGINT)
    assert own_worker.process.wait(timeout=10) == -signal.SIGINT
    assert own_worker.process.stderr.read() == b""
