"""What a training takes and leaves, as told before it begins, against trainings that were done."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from hw9core.coupling.config import MNIST, SHIPPED_FLOWS, CouplingConfig, plane_samples
from hw9core.coupling.cost import result_bytes, training_seconds
from hw9core.coupling.training_torch import fit_coupling, state_arrays
from hw9core.numerics.number_files import split_values
from hw9core.store import checkpoints

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = CouplingConfig("moons", layers=3, hidden_size=8, epochs=5, n_train=300, n_test=200, batch_size=100)
PLANE = [config for config in SHIPPED_FLOWS if config.data_set != MNIST]


def trained(config, train, test):
    points = torch.from_numpy(np.float32(train))
    return state_arrays(fit_coupling(config, lambda _: points, test))


def size(arrays, *samples):
    return sum(array.nbytes for array in (*arrays.values(), *samples))


@pytest.mark.parametrize("config", [SMALL, replace(SMALL, layers=1, hidden_size=20, epochs=1)])
def test_the_result_is_as_large_as_told(config):
    samples = plane_samples(config)
    assert size(trained(config, *samples), *samples) == result_bytes(config)


def test_own_points_count_instead_of_the_samples_of_the_configuration():
    own = split_values(np.random.default_rng(0).normal(size=(333, 2)), 0)
    assert size(trained(SMALL, *own), *own) == result_bytes(SMALL, 333)


@pytest.mark.parametrize("config", PLANE)
def test_a_shipped_training_is_as_large_as_told(config):
    samples = plane_samples(config)
    assert size(checkpoints.require(config).arrays, *samples) == result_bytes(config)


def test_a_training_that_ended_early_leaves_less():
    config, (train, test) = replace(SMALL, bounded=False, epochs=8), plane_samples(SMALL)
    draws = iter([train, train, *[1e30 * train] * 8])
    states = fit_coupling(config, lambda _: torch.from_numpy(np.float32(next(draws))), test)
    assert states[-1].diverged and size(state_arrays(states), train, test) < result_bytes(config)


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
    trained(replace(SMALL, epochs=1), *plane_samples(SMALL))  # what torch does only once
    started = time.process_time()
    trained(config, *samples)
    assert 1 / 5 < (time.process_time() - started) / training_seconds(config) < 5
