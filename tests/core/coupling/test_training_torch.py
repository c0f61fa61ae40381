"""Training of coupling flows: one seed one result, snapshots, divergence, and zuko beside it."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
import zuko

from hw9core.coupling.config import (
    BOUNDED_TWIN,
    SHIPPED_FLOWS,
    UNBOUNDED,
    CouplingConfig,
    plane_samples,
)
from hw9core.coupling.metrics import REFERENCE_FILE, divergence_epoch, plane_metrics, reference_nll
from hw9core.coupling.plane_sets import PLANE_SETS
from hw9core.coupling.stack import parameter_count, snapshot_epochs, snapshot_flow
from hw9core.coupling.training_torch import (
    fit_coupling,
    maximise_likelihood,
    mean_nll,
    state_arrays,
    train_plane_flow,
)
from hw9core.errors import ConfigError, TrainingError
from hw9core.store import checkpoints

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = CouplingConfig("moons", layers=3, hidden_size=8, epochs=6, n_train=600, n_test=400, batch_size=100)


def constant(points):
    tensor = torch.from_numpy(np.float32(points))
    return lambda generator: tensor


@pytest.fixture(scope="module")
def trained():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield train_plane_flow(SMALL)
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"data_set": "moon"}, "data_set must be one of moons, rings"),
        ({"layers": 0}, "layers must be a whole number from 1"),
        ({"hidden_size": 2.5}, "hidden_size"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"batch_size": 0}, "batch_size"),
        ({"n_train": 1}, "n_train"),
        ({"data_set": "mnist"}, "data_set must be one of moons, rings"),
        ({"seed": -1}, "seed"),
        ({"permute": 1}, "permute must be true or false"),
        ({"bounded": "no"}, "bounded must be true or false"),
    ],
)
def test_a_bad_configuration_is_explained(fields, words):
    with pytest.raises(ConfigError, match=words):
        CouplingConfig(**fields)


def test_what_is_left_out_is_the_recipe_of_the_data_set():
    assert CouplingConfig("rings") == CouplingConfig("rings", layers=8, hidden_size=32, epochs=300)
    assert len({checkpoints.checkpoint_path(config) for config in SHIPPED_FLOWS}) == len(SHIPPED_FLOWS)


@pytest.mark.parametrize("epochs", [1, 2, 7, 60, 300])
def test_snapshots_begin_at_the_start_and_end_at_the_end(epochs):
    kept = snapshot_epochs(epochs)
    assert kept[0] == 0 and kept[-1] == epochs and len(kept) <= 16
    assert list(kept) == sorted(set(kept))


def test_training_lowers_the_loss_and_starts_at_the_standard_normal(trained):
    losses = trained.arrays["test_loss"]
    _, test = plane_samples(SMALL)
    normal = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
    assert losses[0] == pytest.approx(-float(normal.log_prob(torch.from_numpy(test)).mean()), rel=1e-6)
    assert losses.shape == (7,) and losses[-1] < losses[0] - 0.2


def test_one_seed_gives_one_result(trained):
    again, other = train_plane_flow(SMALL), train_plane_flow(replace(SMALL, seed=1))
    for name, array in trained.arrays.items():
        assert np.array_equal(array, again.arrays[name])
    assert not np.array_equal(trained.arrays["parameters"], other.arrays["parameters"])


def test_metrics_are_those_of_the_parameters_that_are_kept(trained):
    assert trained.arrays["parameters"].dtype == np.float16
    assert trained.arrays["parameters"].shape == (7, parameter_count(SMALL))
    assert plane_metrics(SMALL, trained.arrays) == trained.metrics
    _, test = plane_samples(SMALL)
    nll = -snapshot_flow(SMALL, trained.arrays).log_prob(test)
    assert trained.metrics["test_nll"] == pytest.approx(nll.mean(), rel=1e-12)
    assert trained.metrics["test_nll_se"] == pytest.approx(nll.std(ddof=1) / 20, rel=1e-12)
    # The losses are those of the float32 weights: what float16 costs is small.
    assert trained.metrics["test_nll"] == pytest.approx(trained.arrays["test_loss"][-1], abs=0.01)


def test_every_epoch_is_heard_and_an_exception_ends_the_training():
    heard = []

    def on_epoch(state):
        heard.append(state.epoch)
        if state.epoch == 2:
            raise KeyError("enough")

    train, test = plane_samples(SMALL)
    with pytest.raises(KeyError):
        fit_coupling(SMALL, constant(train), test, on_epoch=on_epoch)
    assert heard == [0, 1, 2]


def test_a_bounded_run_whose_loss_is_not_finite_is_an_error():
    train, test = plane_samples(SMALL)
    with pytest.raises(TrainingError, match="diverged in epoch 0"):
        fit_coupling(SMALL, constant(train), np.where(test > 1, np.inf, test))


def test_an_unbounded_run_keeps_its_curve_up_to_the_loss_that_is_not_finite():
    config = replace(SMALL, bounded=False)
    train, test = plane_samples(config)
    draws = iter([train, train, 1e30 * train])

    def draw(generator):
        return torch.from_numpy(np.float32(next(draws)))

    arrays = state_arrays(fit_coupling(config, draw, test))
    assert arrays["train_loss"].shape == (3,) and not np.isfinite(arrays["train_loss"][-1])
    assert arrays["snapshot_epochs"].tolist() == [0, 1]
    assert np.all(np.isfinite(arrays["parameters"].astype(float)))


@pytest.mark.parametrize(
    ("losses", "epoch"),
    [([3, 2, 1], None), ([3, 2000, 1], 1), ([3, 2, np.nan], 2), ([3, np.inf, 1], 1), ([3, 1003, 1003.1], 2)],
)
def test_the_epoch_of_divergence(losses, epoch):
    assert divergence_epoch(np.array(losses, dtype=float)) == epoch


def test_the_shipped_unbounded_run_diverged_and_its_twin_did_not():
    unbounded, twin = (
        checkpoints.require(config).arrays["test_loss"] for config in (UNBOUNDED, BOUNDED_TWIN)
    )
    assert divergence_epoch(unbounded) == 7 and unbounded[-1] > 1e6
    assert divergence_epoch(twin) is None and twin[-1] < twin[0]


@pytest.mark.parametrize("name", PLANE_SETS)
def test_a_shipped_flow_is_no_worse_than_the_reference(name):
    config = CouplingConfig(name)
    entries = json.loads(REFERENCE_FILE.read_text())["flows"]
    entry = next(entry for entry in entries if entry["config"] == asdict(config))
    assert entry["parameters"] >= parameter_count(config)
    assert reference_nll(config) == entry["test_nll"]
    assert checkpoints.require(config).metadata["metrics"]["test_nll"] <= entry["test_nll"] + 0.05


def test_what_was_never_compared_has_no_reference():
    assert reference_nll(SMALL) is None


def test_a_short_training_is_no_worse_than_zukos():
    config = replace(CouplingConfig("moons"), epochs=8, n_train=5_000, n_test=2_000)
    train, test = plane_samples(config)
    torch.manual_seed(0)
    lazy = zuko.flows.RealNVP(2, transforms=config.layers, hidden_features=(46, 46))

    class Reference(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.flow = lazy

        def log_prob(self, x):
            return self.flow().log_prob(x)

    reference = Reference()
    assert sum(p.numel() for p in reference.parameters()) >= parameter_count(config)
    for _ in maximise_likelihood(reference, config, constant(train), torch.Generator().manual_seed(0)):
        pass
    expected = mean_nll(reference, torch.from_numpy(np.float32(test)))
    assert fit_coupling(config, constant(train), test)[-1].test_loss <= expected + 0.05
