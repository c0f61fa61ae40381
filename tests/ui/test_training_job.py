"""The server's trainer with its real worker process: one job at a time, cancelled, done or broken."""

import dataclasses
import time

import numpy as np
import pytest

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.stack import snapshot_flow
from hw9core.errors import ConfigError, TrainingError
from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints
from ui.jobs.training import FlowTrainer, Job

PLANE = CouplingConfig(
    layers=4, hidden_size=8, epochs=30, learning_rate=0.01, n_train=1000, n_test=500, batch_size=100
)
RUNAWAY = dataclasses.replace(
    PLANE, data_set="checkerboard", bounded=False, layers=8, epochs=6, learning_rate=0.9, batch_size=20
)


@pytest.fixture(scope="module")
def trainer():
    trainer = FlowTrainer()
    yield trainer
    trainer.close()
    trainer._worker.wait(timeout=20)


def wait(job: Job, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while job.running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not job.running


def test_a_training_is_that_of_the_shipped_checkpoint(trainer):
    job = trainer.start("anna", FlowConfig(), None)
    wait(job)
    assert job.outcome == "done" and job.seconds > 0
    shipped = checkpoints.load(checkpoints.find(FlowConfig())).arrays
    arrays = job.arrays()
    assert arrays.keys() == shipped.keys()
    for name in shipped:
        assert arrays[name] == pytest.approx(shipped[name], rel=1e-9), name


def test_one_at_a_time_and_only_the_owner_cancels(trainer):
    job = trainer.start("anna", FlowConfig(epochs=1000), None)
    with pytest.raises(TrainingError, match="Another training is running"):
        trainer.start("ben", FlowConfig(), None)
    trainer.cancel("ben")
    time.sleep(0.3)
    assert job.running and trainer.job("ben") is None
    trainer.cancel("anna")
    wait(job)
    assert job.outcome == "cancelled" and trainer.job("anna") is job is not trainer.finished("anna")


def test_own_numbers_are_trained_on(trainer):
    numbers = np.random.default_rng(0).normal(3, 2, 200)
    job = trainer.start("ben", FlowConfig(components=1, epochs=30), numbers)
    wait(job)
    assert job.outcome == "done"
    arrays = job.arrays()
    assert sorted([*arrays["data/train"], *arrays["data/test"]]) == pytest.approx(np.sort(numbers))
    assert arrays["locs"][-1] == pytest.approx([arrays["data/train"].mean()], abs=0.2)


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
    job.epochs[-1]["test_loss"] = None  # as the worker sends it
    np.testing.assert_array_equal(np.isnan(job.losses()[1]), [*[False] * (test_loss.size - 1), True])


@pytest.mark.parametrize("change", [{"hidden_size": 500}, {"data_set": "mnist"}])
def test_a_flow_too_large_for_a_server_is_refused_at_once(trainer, change):
    with pytest.raises(ConfigError):
        trainer.start("anna", CouplingConfig(**change), None)
    assert not trainer.busy


def test_a_worker_that_dies_is_one_sentence_and_the_next_job_gets_a_new_one(trainer):
    job = trainer.start("anna", FlowConfig(epochs=1000), None)
    trainer._worker.kill()
    wait(job)
    assert job.outcome == "error" and job.message.endswith(".")
    trainer._worker.wait(timeout=20)
    again = trainer.start("anna", FlowConfig(epochs=2), None)
    wait(again)
    assert again.outcome == "done"


def test_read_only_mode_refuses(trainer, monkeypatch):
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    with pytest.raises(TrainingError, match="read-only"):
        trainer.start("anna", FlowConfig(), None)
