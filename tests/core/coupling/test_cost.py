"""How long a training takes, as told before it begins, against trainings that were done."""

import time

import numpy as np
import pytest
import torch

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.cost import training_seconds
from hw9core.coupling.training_torch import fit_coupling


def train(config, train, test):
    points = torch.from_numpy(np.float32(train))
    fit_coupling(config, lambda _: points, test)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 2},
        {"epochs": 1, "batch_size": 5, "n_train": 2_000, "n_test": 2_000},
        {"epochs": 2, "batch_size": 20_000, "hidden_size": 64},
        {"epochs": 2, "layers": 24, "n_train": 4_000, "n_test": 1_000},
    ],
    ids=["default", "small batches", "one batch", "many layers"],
)
def test_a_training_takes_about_as_long_as_told(changes):
    config = CouplingConfig("moons", **changes)
    samples = plane_samples(config)
    first = CouplingConfig("moons", layers=1, hidden_size=4, epochs=1)
    train(first, *(part[:500] for part in samples))  # what torch does only once
    started = time.process_time()
    train(config, *samples)
    told = training_seconds(config, config.n_train, config.n_test)
    assert 1 / 5 < (time.process_time() - started) / told < 5
