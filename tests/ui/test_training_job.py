"""The server's trainer with its real worker process: jobs in turn, cancelled, done, stopped or broken."""

import dataclasses
import time

import numpy as np
import pytest

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.stack import snapshot_flow
from hw9core.errors import ConfigError, Hw9Error, TrainingError
from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints
from ui.jobs.training import LIMITS, Job, Trainer

PLANE = CouplingConfig(
    layers=4, hidden_size=8, epochs=30, learning_rate=0.01, n_train=1000, n_test=500, batch_size=100
)
RUNAWAY = dataclasses.replace(
    PLANE, data_set="checkerboard", bounded=False, layers=8, epochs=6, learning_rate=0.9, batch_size=20
)
LONG = FlowConfig(epochs=1000)


@pytest.fixture(scope="module")
def trainer():
    trainer = Trainer()
    yield trainer
    trainer.lane.close()


def wait(job: Job, seconds: float = 60.0) -> None:
    assert job.task.wait(seconds)


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.01)


def test_a_training_is_that_of_the_shipped_checkpoint(trainer):
    job = trainer.start("anna", FlowConfig(), None)
    wait(job)
    assert job.outcome == "done" and job.message == "" and job.seconds > 0
    shipped = checkpoints.load(checkpoints.find(FlowConfig())).arrays
    arrays = job.arrays() | dict(zip(("data/train", "data/test"), job.samples(), strict=True))
    np.testing.assert_array_equal(arrays.pop("snapshot_epochs"), np.arange(61))
    assert arrays.keys() == shipped.keys()
    for name in shipped:
        assert arrays[name] == pytest.approx(shipped[name], rel=1e-9), name


def test_visitors_wait_in_turn_and_only_the_owner_cancels(trainer):
    first = trainer.start("eve", LONG, None)
    second, third = (trainer.start(name, FlowConfig(epochs=2), None) for name in ("ben", "carl"))
    until(lambda: first.epochs > 0)
    assert [trainer.place(job) for job in (first, second, third)] == [0, 1, 2]
    with pytest.raises(Hw9Error, match="Your last training has not ended"):
        trainer.start("ben", FlowConfig(), None)
    trainer.cancel("nobody")
    trainer.cancel("ben")
    assert second.outcome == "cancelled" and trainer.place(third) == 1 and first.running
    started = time.monotonic()
    trainer.cancel("eve")
    wait(first)
    assert time.monotonic() - started < 2
    assert first.outcome == "cancelled" and first.message == ""
    assert trainer.job("eve") is first is not trainer.finished("eve")
    wait(third)
    assert third.outcome == "done"


def test_a_long_training_keeps_a_stated_number_of_epochs_and_every_loss(trainer):
    config = FlowConfig(components=50, epochs=200, n_train=200, n_test=100)
    job = trainer.start("dora", config, None)
    wait(job)
    arrays = job.arrays()
    assert arrays["train_loss"].shape == (201,) and arrays["weights"].shape == (20, 50)
    epochs = arrays["snapshot_epochs"]
    assert (epochs[0], epochs[-1]) == (0, 200) and set(np.diff(epochs)) <= {10, 11}
    assert job.nbytes < 2**20


def test_own_numbers_are_trained_on(trainer):
    numbers = np.random.default_rng(0).normal(3, 2, 200)
    job = trainer.start("ben", FlowConfig(components=1, epochs=30), numbers)
    wait(job)
    assert job.outcome == "done"
    train, test = job.samples()
    assert sorted([*train, *test]) == pytest.approx(np.sort(numbers))
    assert job.arrays()["locs"][-1] == pytest.approx([train.mean()], abs=0.2)


def test_a_flow_in_the_plane_shows_the_losses_that_were_trained(trainer):
    job = trainer.start("anna", PLANE, None)
    wait(job)
    assert job.outcome == "done" and trainer.job("anna", "coupling") is job
    arrays = job.arrays()
    assert arrays.keys() == {"train_loss", "test_loss", "parameters", "snapshot_epochs"}
    assert arrays["train_loss"].shape == (31,) and arrays["parameters"].dtype == np.float16
    _, test = plane_samples(PLANE)
    np.testing.assert_array_equal(job.samples()[1], test)
    for row, epoch in enumerate(arrays["snapshot_epochs"]):
        loss = -snapshot_flow(PLANE, arrays, row).log_prob(test).mean()
        assert loss == pytest.approx(arrays["test_loss"][epoch], abs=5e-3)  # float16 weights
    assert arrays["test_loss"][-1] < arrays["test_loss"][0] - 0.3


def test_own_points_are_trained_on(trainer):
    points = np.random.default_rng(0).normal(0, 1, (200, 2))
    job = trainer.start("ben", PLANE, points)
    wait(job)
    train, test = job.samples()
    assert job.outcome == "done" and (len(train), len(test)) == (160, 40)
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test]).ravel()), np.sort(points.ravel()))


def test_a_visitor_keeps_one_training_of_each_kind(trainer):
    plane = trainer.start("carl", PLANE, None)
    wait(plane)
    line = trainer.start("carl", FlowConfig(epochs=1), None)
    wait(line)
    assert trainer.job("carl", "coupling") is plane and trainer.job("carl", "flow") is line


def test_a_diverged_training_is_an_outcome_with_its_losses(trainer):
    before = trainer.finished("anna", "coupling")
    job = trainer.start("anna", RUNAWAY, None)
    wait(job)
    assert job.outcome == "diverged" and job.message.endswith(".")
    assert trainer.job("anna", "coupling") is job
    assert trainer.finished("anna", "coupling") is before and before.outcome == "done"
    _, test_loss = job.losses()
    assert test_loss.size > 1 and not test_loss[-1] <= test_loss[0] + 1000
    job._losses[-1] = (1.0, np.inf)
    np.testing.assert_array_equal(np.isnan(job.losses()[1]), [*[False] * (test_loss.size - 1), True])


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (CouplingConfig(hidden_size=500), "50,000 is the most"),
        (CouplingConfig(epochs=2000, batch_size=1), "takes about .* hours"),
        (FlowConfig(epochs=1000, batch_size=1), r"takes about \d+ minutes, and here 120 seconds"),
    ],
)
def test_what_a_server_must_not_train_is_refused_at_once(trainer, config, words):
    with pytest.raises(ConfigError, match=words):
        trainer.start("anna", config, None)


def test_a_training_has_a_time_limit():
    trainer = Trainer(dataclasses.replace(LIMITS, seconds=1.0))
    job = trainer.start("anna", LONG, None)
    wait(job)
    trainer.lane.close()
    assert job.outcome == "error" and 0 < job.epochs < 1000
    assert job.message == "This training was stopped: 1 seconds are the most for a visitor's."


def test_a_worker_that_dies_is_one_sentence_and_the_next_job_gets_a_new_one(trainer):
    job = trainer.start("anna", LONG, None)
    until(lambda: job.epochs > 0)
    trainer.lane.close()
    wait(job)
    assert job.outcome == "error" and job.message.endswith("ended unexpectedly; start it again.")
    again = trainer.start("anna", FlowConfig(epochs=2), None)
    wait(again)
    assert again.outcome == "done"


def test_the_longest_unseen_trainings_are_forgotten_when_all_take_too_much(trainer):
    small = Trainer(maximum_bytes=7 * 2**13)
    small.lane = trainer.lane
    for name in ("anna", "ben", "anna", "carl"):
        wait(small.start(name, FlowConfig(components=1, epochs=1, n_train=20, n_test=20), None))
    assert small.job("anna") and small.job("carl") and small.finished("carl")
    assert small.job("ben") is None and small.finished("ben") is None


def test_read_only_mode_refuses(trainer, monkeypatch):
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    with pytest.raises(TrainingError, match="read-only"):
        trainer.start("anna", FlowConfig(), None)
