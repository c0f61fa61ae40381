"""The training process as a server uses it: started once, warm, cancelled, and gone when its server is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.jobs.kinds import JOB_KINDS, finite_or_none
from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.line_flow.training_torch import fit_flow
from hw9core.store.files import REPOSITORY

QUICK = {"epochs": 3, "n_train": 400, "n_test": 200, "components": 2}
LONG = {"epochs": 1000, "n_train": 5000}
PLANE = {
    "layers": 2,
    "hidden_size": 4,
    "epochs": 20,
    "learning_rate": 0.01,
    "n_train": 400,
    "n_test": 200,
    "batch_size": 100,
}
# No bound on s and very large steps: the loss ends far above its start.
RUNAWAY = {**PLANE, "data_set": "checkerboard", "layers": 8, "hidden_size": 8, "bounded": False}
RUNAWAY |= {"epochs": 6, "learning_rate": 0.9, "batch_size": 20}


class Worker:
    """One process and its conversation; a test that waits longer than a minute fails."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hw9core.jobs.worker"],
            cwd=REPOSITORY,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.watchdog = threading.Timer(60, self.process.kill)
        self.watchdog.start()

    def send(self, job):
        self.process.stdin.write(job if isinstance(job, str) else json.dumps(job) + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def run(self, job):
        """The messages of one job, the last one the one that ends it."""
        self.send(job)
        messages = [self.receive()]
        while messages[-1]["event"] == "epoch":
            messages.append(self.receive())
        return messages

    def close(self):
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


@pytest.fixture(scope="module")
def worker():
    started = Worker()
    assert started.receive() == {"event": "ready"}
    yield started
    started.process.terminate()
    assert started.process.wait(timeout=10) != 0
    errors = started.process.stderr.read()
    started.close()
    assert errors == ""


@pytest.fixture
def own_worker():
    started = Worker()
    yield started
    started.close()


def test_a_job_reports_every_epoch_and_the_parameters_training_finds(worker, one_thread):
    *epochs, done = worker.run({"config": QUICK})
    assert done["event"] == "done" and done["seconds"] > 0
    config = FlowConfig(**QUICK)
    expected = fit_flow(config, *flow_samples(config))
    assert [message["epoch"] for message in epochs] == [0, 1, 2, 3]
    for message, state in zip(epochs, expected, strict=True):
        assert (message["epochs"], message["train_loss"], message["test_loss"]) == (
            3,
            state.train_loss,
            state.test_loss,
        )
        assert message["params"]["scales"] == state.scales.tolist()
        MixtureCDFTransform(**message["params"])


def test_the_default_takes_at_most_three_seconds_in_a_warm_worker(worker):
    started = time.perf_counter()
    *epochs, done = worker.run({"config": {}})
    assert done["event"] == "done" and len(epochs) == FlowConfig().epochs + 1
    assert time.perf_counter() - started <= 3


def test_own_numbers_are_trained_on(worker):
    data = np.random.default_rng(0).normal(170, 8, 500).tolist()
    *epochs, done = worker.run({"config": {**QUICK, "components": 1, "epochs": 40}, "data": data})
    assert done["event"] == "done"
    params = epochs[-1]["params"]
    assert params["locs"][0] == pytest.approx(170, abs=2) and params["scales"][0] == pytest.approx(8, abs=1)


def test_a_flow_in_the_plane_reports_every_epoch_and_its_snapshots(worker, one_thread):
    from hw9core.coupling.training_torch import fit_coupling, state_arrays, torch

    *epochs, done = worker.run({"kind": "coupling", "config": PLANE})
    assert done["event"] == "done" and done["seconds"] > 0
    config = CouplingConfig(**PLANE)
    train, test = plane_samples(config)
    points = torch.from_numpy(np.float32(train))
    states = fit_coupling(config, lambda _: points, test)
    assert [(m["train_loss"], m["test_loss"]) for m in epochs] == [
        (state.train_loss, state.test_loss) for state in states
    ]
    assert [m["params"] is None for m in epochs] == [state.parameters is None for state in states]
    arrays = JOB_KINDS["coupling"].arrays([m["params"] for m in epochs], (train, test))
    expected = state_arrays(states)
    for name in ("parameters", "snapshot_epochs"):
        assert arrays[name].dtype == expected[name].dtype
        np.testing.assert_array_equal(arrays[name], expected[name])


def test_own_points_are_trained_on(worker):
    data = np.random.default_rng(0).normal(0, [1, 0.1], (500, 2))
    *epochs, done = worker.run({"kind": "coupling", "config": PLANE, "data": data.tolist()})
    assert done["event"] == "done"
    entropy = np.log(2 * np.pi * np.e) + np.log(0.1)
    assert epochs[-1]["test_loss"] == pytest.approx(entropy, abs=0.5)
    assert epochs[0]["test_loss"] > entropy + 1  # the identity does not know that x2 is narrow


def test_a_diverged_training_keeps_its_losses_and_says_so(worker):
    *epochs, last = worker.run({"kind": "coupling", "config": RUNAWAY})
    assert last["event"] == "diverged" and last["seconds"] > 0
    losses = np.array([message["test_loss"] for message in epochs], np.float64)
    first = np.argmax(~(losses <= losses[0] + 1000))
    assert first > 0 and not losses[-1] <= losses[0] + 1000
    assert f"diverged in epoch {first}:" in last["message"] and "bound s" in last["message"]
    assert worker.run({"config": QUICK})[-1]["event"] == "done"


def test_a_flow_in_the_plane_is_cancelled_between_two_epochs(worker):
    worker.send({"kind": "coupling", "config": {**PLANE, "epochs": 2000}})
    assert worker.receive()["epoch"] == 0
    worker.send({"cancel": True})
    messages = [worker.receive()]
    while messages[-1]["event"] == "epoch":
        messages.append(worker.receive())
    assert messages[-1] == {"event": "cancelled"} and len(messages) < 1900


def test_losses_that_are_no_numbers_are_null():
    assert [finite_or_none(loss) for loss in (np.inf, -np.inf, np.nan, 1.5)] == [None, None, None, 1.5]


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("dance\n", "no training job"),
        ({"configuration": {}}, "no training job"),
        ({"config": {"colour": "red"}}, "no training job"),
        ({"config": {"components": 0}}, "components must be"),
        ({"config": QUICK, "data": [1.0, 2.0]}, "at least 20"),
        ({"config": QUICK, "data": [1.0] * 50}, "one number repeated"),
        ({"config": QUICK, "data": [float("nan")] * 50}, "not finite"),
        ({"config": QUICK, "data": [[1.0] * 50]}, "list of numbers"),
        ({"config": QUICK, "data": [10**400] * 50}, "no training job"),
        ({"kind": "dance", "config": QUICK}, "no training job"),
        ({"kind": [], "config": QUICK}, "no training job"),
        ({"kind": "coupling", "config": QUICK}, "no training job"),
        ({"kind": "coupling", "config": {"layers": 0}}, "layers must be"),
        ({"kind": "coupling", "config": {"data_set": "mnist"}}, "data_set must be one of moons"),
        ({"kind": "coupling", "config": {"hidden_size": 500}}, "parameters, and here 50,000 is the most"),
        ({"kind": "coupling", "config": PLANE, "data": [1.0, 2.0]}, "pairs of numbers"),
        ({"kind": "coupling", "config": PLANE, "data": [[1.0, 2.0, 3.0]] * 60}, "pairs of numbers"),
        ({"kind": "coupling", "config": PLANE, "data": [[1.0, 2.0]]}, "at least 50"),
        ({"kind": "coupling", "config": PLANE, "data": [[1.0, float("nan")]] * 60}, "not finite"),
        ({"kind": "coupling", "config": PLANE, "data": [[i, 2 * i] for i in range(60)]}, "on one line"),
    ],
)
def test_a_job_that_cannot_be_done_is_one_sentence_and_the_worker_stays(worker, job, words):
    (message,) = worker.run(job)
    assert message["event"] == "error" and words in message["message"] and "\n" not in message["message"]
    assert worker.run({"config": QUICK})[-1]["event"] == "done"


def test_a_cancelled_job_ends_early_and_the_next_one_runs_at_once(worker):
    worker.send({"config": LONG})
    assert worker.receive()["epoch"] == 0
    worker.send({"cancel": True})
    messages = [worker.receive()]
    while messages[-1]["event"] == "epoch":
        messages.append(worker.receive())
    assert messages[-1] == {"event": "cancelled"} and len(messages) < 900
    assert worker.run({"config": QUICK})[-1]["event"] == "done"


def test_a_cancellation_right_behind_its_job_is_not_lost(worker):
    lines = [json.dumps(job) + "\n" for job in ({"config": LONG}, {"cancel": True}, {"config": QUICK})]
    worker.send("".join(lines))
    events = [worker.receive()["event"]]
    while events[-1] != "done":
        events.append(worker.receive()["event"])
    assert events.count("cancelled") == 1 and events.index("cancelled") < 900
    assert events[-5:] == ["epoch"] * 4 + ["done"]  # the job sent after it runs


def test_closing_stdin_ends_the_process_in_the_middle_of_a_job(own_worker):
    assert own_worker.receive() == {"event": "ready"}
    own_worker.send({"config": LONG})
    assert own_worker.receive()["epoch"] == 0
    own_worker.process.stdin.close()
    # Whoever closes stdin reads no more either; the pipe must not keep the process.
    assert own_worker.process.wait(timeout=10) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without signals")
def test_ctrl_c_ends_the_process_without_a_traceback(own_worker):
    assert own_worker.receive() == {"event": "ready"}
    own_worker.send({"config": LONG})
    assert own_worker.receive()["epoch"] == 0
    own_worker.process.send_signal(signal.SIGINT)
    assert own_worker.process.wait(timeout=10) == -signal.SIGINT
    assert own_worker.process.stderr.read() == ""
