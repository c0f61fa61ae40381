"""A training beside a server: what it reports, what is kept of it, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.errors import ConfigError, InputError
from hw9core.jobs.kinds import JOB_KINDS, MAX_SECONDS, kept_epochs
from hw9core.jobs.training import train
from hw9core.line_flow.config import FlowConfig, flow_samples

QUICK = FlowConfig(epochs=3, n_train=400, n_test=200, components=2)
PLANE = CouplingConfig(
    layers=2, hidden_size=4, epochs=20, learning_rate=0.01, n_train=400, n_test=200, batch_size=100
)
RUNAWAY = CouplingConfig(
    "checkerboard", layers=8, hidden_size=8, bounded=False, epochs=6, learning_rate=0.9,
    n_train=400, n_test=200, batch_size=20,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("one_thread")


def trained(config, data=None):
    epochs = []
    return epochs, train(epochs.append, config, data)


def test_a_mixture_flow_is_that_of_the_training(one_thread):
    from hw9core.line_flow.training_torch import fit_flow

    epochs, result = trained(QUICK)
    states = fit_flow(QUICK, *flow_samples(QUICK))
    assert [(e.epoch, e.train_loss, e.test_loss) for e in epochs] == [
        (state.epoch, state.train_loss, state.test_loss) for state in states
    ]
    for name in ("weights", "locs", "scales"):
        np.testing.assert_array_equal(result.arrays[name], [getattr(state, name) for state in states])
    np.testing.assert_array_equal(result.arrays["snapshot_epochs"], range(4))
    assert result.seconds > 0 and result.divergence == ""


def test_a_flow_in_the_plane_reports_every_epoch_and_keeps_its_snapshots():
    from hw9core.coupling.training_torch import fit_coupling, state_arrays, torch

    epochs, result = trained(PLANE)
    sampled, test = plane_samples(PLANE)
    points = torch.from_numpy(np.float32(sampled))
    states = fit_coupling(PLANE, lambda _: points, test)
    assert [(e.train_loss, e.test_loss) for e in epochs] == [(s.train_loss, s.test_loss) for s in states]
    expected = state_arrays(states)
    for name in ("parameters", "snapshot_epochs"):
        assert result.arrays[name].dtype == expected[name].dtype
        np.testing.assert_array_equal(result.arrays[name], expected[name])


def test_own_numbers_are_trained_on():
    data = np.random.default_rng(0).normal(170, 8, 500)
    config = FlowConfig(epochs=40, n_train=400, n_test=200, components=1)
    _, result = trained(config, data)
    assert result.arrays["locs"][-1] == pytest.approx([170], abs=2)
    assert result.arrays["scales"][-1] == pytest.approx([8], abs=1)


def test_own_points_are_trained_on():
    data = np.random.default_rng(0).normal(0, [1, 0.1], (500, 2))
    epochs, _ = trained(PLANE, data)
    entropy = np.log(2 * np.pi * np.e) + np.log(0.1)
    assert epochs[-1].test_loss == pytest.approx(entropy, abs=0.5)
    assert epochs[0].test_loss > entropy + 1  # the identity does not know that x2 is narrow


def test_a_training_that_diverged_keeps_its_losses_alone_and_says_so():
    epochs, result = trained(RUNAWAY)
    losses = np.array([epoch.test_loss for epoch in epochs])
    first = np.argmax(~(losses <= losses[0] + 1000))
    assert first > 0 and not losses[-1] <= losses[0] + 1000
    assert f"diverged in epoch {first}:" in result.divergence and "bound s" in result.divergence
    assert result.arrays == {}


@pytest.mark.parametrize(
    ("config", "data", "words"),
    [
        (QUICK, np.array([1.0, 2.0]), "at least 20"),
        (QUICK, np.ones(50), "one number repeated"),
        (QUICK, np.full(50, np.nan), "not finite"),
        (QUICK, np.ones((50, 1)), "list of numbers"),
        (PLANE, np.array([1.0, 2.0]), "pairs of numbers"),
        (PLANE, np.ones((60, 3)), "pairs of numbers"),
        (PLANE, np.ones((1, 2)), "at least 50"),
        (PLANE, np.full((60, 2), np.nan), "not finite"),
        (PLANE, np.arange(60.0)[:, np.newaxis] * [1, 2], "on one line"),
    ],
)
def test_data_that_cannot_be_trained_on_is_one_sentence(config, data, words):
    with pytest.raises(InputError, match=words):
        trained(config, data)


@pytest.mark.parametrize("components", [1, 5, 16, 20, 63, 100])
@pytest.mark.parametrize("epochs", [1, 15, 16, 60, 61, 1000])
def test_kept_epochs_are_few_even_and_hold_both_ends(components, epochs):
    kept = np.array(kept_epochs(FlowConfig(components=components, epochs=epochs)))
    assert (kept[0], kept[-1]) == (0, epochs)
    steps = np.diff(kept)
    assert steps.min() >= 1 and steps.max() - steps.min() <= 1
    assert len(kept) == epochs + 1 or 16 <= len(kept) <= 61
    assert len(kept) <= 16 or components * len(kept) <= 1000


def test_the_estimate_grows_with_every_setting_that_costs_time():
    for small, large in (
        (FlowConfig(), FlowConfig(epochs=120)),
        (FlowConfig(), FlowConfig(components=100)),
        (FlowConfig(), FlowConfig(batch_size=10)),
        (FlowConfig(), FlowConfig(n_train=50_000)),
        (PLANE, CouplingConfig(**{**vars(PLANE), "layers": 4})),
        (PLANE, CouplingConfig(**{**vars(PLANE), "hidden_size": 8})),
        (PLANE, CouplingConfig(**{**vars(PLANE), "batch_size": 1})),
    ):
        kind = JOB_KINDS[small.kind]
        estimates = [kind.seconds(config, config.n_train, config.n_test) for config in (small, large)]
        assert 0 < estimates[0] < estimates[1]


def test_own_data_counts_for_the_estimate():
    config = FlowConfig(epochs=1000, batch_size=10)  # on the recipe's 5,000 samples
    kind = JOB_KINDS[config.kind]
    kind.require_trainable(config, np.arange(500.0))
    assert kind.seconds(config, 16_000, 4_000) > 2 * MAX_SECONDS
    with pytest.raises(ConfigError, match="takes about 13 minutes, and here 120 seconds are the most"):
        kind.require_trainable(config, np.arange(20_000.0))
