"""What a training takes and leaves, as told before it begins, against trainings that were done."""

import time

import pytest

from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.cost import result_bytes, training_seconds
from hw9core.line_flow.data_sets import DATA_SETS
from hw9core.line_flow.training_torch import fit_flow, train_flow
from hw9core.numerics.number_files import split_values
from hw9core.store import checkpoints

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    "config",
    [FlowConfig(epochs=1, n_train=50, n_test=20), FlowConfig("three", 7, epochs=3, n_train=201, n_test=99)],
    ids=lambda config: config.components,
)
def test_the_result_is_as_large_as_told(config):
    assert sum(array.nbytes for array in train_flow(config).arrays.values()) == result_bytes(config)


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_shipped_training_is_as_large_as_told(name):
    arrays = checkpoints.require(FlowConfig(data_set=name)).arrays
    assert sum(array.nbytes for array in arrays.values()) == result_bytes(FlowConfig(data_set=name))


def test_own_numbers_count_instead_of_the_samples_of_the_configuration():
    config = FlowConfig(epochs=2)
    train, test = split_values(DATA_SETS["two"].sample(1_003, 0), 0)
    states = fit_flow(config, train, test)
    names = ("weights", "locs", "scales")
    kept = sum(getattr(state, name).nbytes for state in states for name in names) + 16 * len(states)
    assert kept + train.nbytes + test.nbytes == result_bytes(config, 1_003)


@pytest.mark.parametrize(
    "config",
    [
        FlowConfig(epochs=15),
        FlowConfig(epochs=15, components=100),
        FlowConfig(epochs=1, batch_size=5),
        FlowConfig(epochs=30, batch_size=20_000, n_train=20_000, components=30),
    ],
    ids=["default", "many components", "small batches", "one batch"],
)
def test_a_training_takes_about_as_long_as_told(config):
    train, test = flow_samples(config)
    fit_flow(FlowConfig(epochs=1), train[:500], test[:500])  # what torch does only once
    started = time.process_time()
    fit_flow(config, train, test)
    assert 1 / 5 < (time.process_time() - started) / training_seconds(config) < 5
