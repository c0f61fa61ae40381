"""How long a training takes, as told before it begins, against trainings that were done."""

import time

import pytest

from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.cost import training_seconds
from hw9core.line_flow.training_torch import fit_flow


@pytest.mark.usefixtures("one_thread")
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
    told = training_seconds(config, config.n_train, config.n_test)
    assert 1 / 5 < (time.process_time() - started) / told < 5
