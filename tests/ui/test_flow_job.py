"""The server's trainer with its real worker process: one job at a time, cancelled, done or broken."""

import time

import numpy as np
import pytest

from hw9core import checkpoints
from hw9core.errors import TrainingError
from hw9core.flow_config import FlowConfig
from ui.flow_job import FlowTrainer, Job


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
    assert job.outcome == "cancelled" and trainer.job("anna") is job


def test_own_numbers_are_trained_on(trainer):
    numbers = np.random.default_rng(0).normal(3, 2, 200)
    job = trainer.start("ben", FlowConfig(components=1, epochs=30), numbers)
    wait(job)
    assert job.outcome == "done"
    arrays = job.arrays()
    assert sorted([*arrays["data/train"], *arrays["data/test"]]) == pytest.approx(np.sort(numbers))
    assert arrays["locs"][-1] == pytest.approx([arrays["data/train"].mean()], abs=0.2)


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
