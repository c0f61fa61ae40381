"""Training of the flow: the same for one seed, good at the defaults, and loud when it cannot be done."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from hw9core.cli import main
from hw9core.distributions.likelihood import negative_log_likelihood
from hw9core.errors import ConfigError, InputError, TrainingError
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.data_sets import DATA_SETS
from hw9core.line_flow.metrics import fresh_samples, kolmogorov_smirnov
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.line_flow.training_torch import fit_flow, flow_device, train_flow
from hw9core.store import checkpoints
from hw9core.store.checkpoints import Checkpoint
from hw9core.store.files import REPOSITORY

pytestmark = pytest.mark.usefixtures("one_thread")
QUICK = FlowConfig(epochs=4, n_train=600, n_test=300, components=3)
# KL(true ‖ model) in nats. A Gaussian mixture has no edges, so it stays away from the uniform distribution.
LARGEST_KL = {"two": 0.01, "three": 0.01, "skewed": 0.01, "heavy": 0.01, "uniform": 0.04}
SHIPPED = [FlowConfig(data_set=name) for name in DATA_SETS] + [
    FlowConfig(base=name) for name in ("uniform", "logistic")
]


@pytest.fixture(scope="module")
def default_model():
    return train_flow(FlowConfig())


def test_the_default_finds_the_density_and_a_normal_z(default_model):
    metrics = default_model.metrics
    assert metrics["kl_true_model"] <= 0.01
    assert metrics["ks_p_value"] > 0.01
    assert metrics["ladj_max_error"] < 1e-12
    assert abs(metrics["test_nll"] - metrics["true_entropy"]) < 4 * metrics["test_nll_se"]


def test_losses_and_snapshots_belong_together(default_model):
    arrays, config = default_model.arrays, FlowConfig()
    assert arrays["weights"].shape == arrays["locs"].shape == arrays["scales"].shape == (config.epochs + 1, 5)
    assert all(array.dtype == np.float64 for array in arrays.values())
    for epoch in (0, 7, -1):
        flow = MixtureCDFTransform.from_snapshots(arrays, epoch=epoch)
        for part in ("train", "test"):
            nll = negative_log_likelihood(flow.flow, arrays[f"data/{part}"]).value
            assert arrays[f"{part}_loss"][epoch] == pytest.approx(nll, abs=1e-12)
    assert arrays["train_loss"][0] - arrays["train_loss"][-1] > 0.2
    np.testing.assert_array_equal(arrays["data/test"], flow_samples(config)[1])


def test_one_seed_gives_one_result_and_leaves_the_global_state_alone():
    state = torch.get_rng_state()
    first = train_flow(QUICK)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(99)
        again = train_flow(QUICK)
    assert torch.equal(torch.get_rng_state(), state)
    for name, array in first.arrays.items():
        np.testing.assert_array_equal(array, again.arrays[name], err_msg=name)
    other = train_flow(dataclasses.replace(QUICK, seed=1))
    assert not np.array_equal(first.arrays["locs"], other.arrays["locs"])


def test_the_base_changes_z_and_not_the_density():
    normal, uniform = train_flow(QUICK), train_flow(dataclasses.replace(QUICK, base="uniform"))
    np.testing.assert_array_equal(normal.arrays["locs"], uniform.arrays["locs"])
    assert normal.metrics["test_nll"] == pytest.approx(uniform.metrics["test_nll"], abs=1e-12)


def test_first_step_follows_the_gradient_of_the_likelihood():
    config = dataclasses.replace(QUICK, batch_size=600, epochs=1, learning_rate=1e-4)
    train, test = flow_samples(config)
    before, after = fit_flow(config, train, test)
    flow = MixtureCDFTransform(before.weights, before.locs, before.scales)
    step = 1e-6
    for k in range(3):
        moved = before.locs + step * np.eye(3)[k]
        gain = (
            flow.flow.log_prob(train).mean()
            - MixtureCDFTransform(before.weights, moved, before.scales).flow.log_prob(train).mean()
        )
        assert np.sign(after.locs[k] - before.locs[k]) == -np.sign(gain)  # Adam's first step is its sign


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_units_of_the_data_do_not_matter(unit):
    train, test = flow_samples(QUICK)
    here = fit_flow(QUICK, train, test)[-1]
    there = fit_flow(QUICK, 40 * unit + unit * train, 40 * unit + unit * test)[-1]
    np.testing.assert_allclose(there.locs, 40 * unit + unit * here.locs, rtol=1e-6)
    np.testing.assert_allclose(there.scales, unit * here.scales, rtol=1e-6)
    assert there.test_loss == pytest.approx(here.test_loss + np.log(unit), abs=1e-6)


def test_repeated_values_do_not_make_a_component_collapse():
    values = np.concatenate([np.zeros(300), np.random.default_rng(0).normal(size=100)])
    states = fit_flow(dataclasses.replace(QUICK, epochs=30), values, values)
    assert np.isfinite(states[-1].train_loss) and states[-1].scales.min() > 0


def test_epochs_are_heard_in_order_and_an_exception_ends_the_training():
    train, test = flow_samples(QUICK)
    heard = []
    states = fit_flow(QUICK, train, test, on_epoch=heard.append)
    assert [state.epoch for state in heard] == [0, 1, 2, 3, 4] and heard == states

    def stop(state):
        if state.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_flow(QUICK, train, test, on_epoch=stop)


def test_values_without_spread_and_losses_that_are_not_finite():
    with pytest.raises(InputError, match="all the same"):
        fit_flow(QUICK, np.ones(50), np.ones(50))
    train, test = flow_samples(QUICK)
    with pytest.raises(TrainingError, match="epoch 0"):
        fit_flow(QUICK, np.append(train, np.inf), test)


def test_devices():
    assert flow_device("auto") == flow_device("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError, match="float64"):
        flow_device("mps")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_trains_like_the_cpu():
    on_cpu, on_cuda = (train_flow(QUICK, torch.device(name)) for name in ("cpu", "cuda"))
    np.testing.assert_allclose(on_cuda.arrays["locs"], on_cpu.arrays["locs"], rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", DATA_SETS)
@pytest.mark.parametrize("seed", range(5))
def test_every_data_set_is_learned_from_every_seed(name, seed):
    assert train_flow(FlowConfig(data_set=name, seed=seed)).metrics["kl_true_model"] <= LARGEST_KL[name]


# Configuration


@pytest.mark.parametrize(
    "changes",
    [
        {"data_set": "four"},
        {"base": "cauchy"},
        {"components": 0},
        {"components": 101},
        {"epochs": 0},
        {"learning_rate": float("nan")},
        {"batch_size": 0},
        {"n_train": 1},
        {"n_test": 100_001},
        {"seed": -1},
        {"epochs": True},
    ],
)
def test_unusable_values_are_named(changes):
    with pytest.raises(ConfigError, match=next(iter(changes))):
        FlowConfig(**changes)


def test_the_key_follows_the_definition_of_the_data(monkeypatch):
    before = checkpoints.checkpoint_path(FlowConfig())
    assert before != checkpoints.checkpoint_path(FlowConfig(data_set="three"))
    monkeypatch.setattr("hw9core.line_flow.data_sets._SAMPLER", "another")
    assert checkpoints.checkpoint_path(FlowConfig()) != before


# Shipped checkpoints and the command line


@pytest.mark.parametrize("config", SHIPPED, ids=lambda config: f"{config.data_set}-{config.base}")
def test_shipped_flows_are_what_their_configuration_trains(config):
    checkpoint: Checkpoint = checkpoints.load(checkpoints.find(config, REPOSITORY / "checkpoints"))
    assert checkpoint.path.stat().st_size < 120_000
    metrics = checkpoint.metadata["metrics"]
    assert metrics["kl_true_model"] <= LARGEST_KL[config.data_set] and metrics["ks_p_value"] > 0.01
    flow = MixtureCDFTransform.from_snapshots(checkpoint.arrays, BASES[config.base])
    z = flow(fresh_samples(config.data_set))
    assert kolmogorov_smirnov(z, flow.base).p_value == pytest.approx(metrics["ks_p_value"], rel=1e-9)
    train, test = flow_samples(config)
    np.testing.assert_array_equal(checkpoint.arrays["data/train"], train)
    np.testing.assert_array_equal(checkpoint.arrays["data/test"], test)


def test_evaluate_flow_recomputes_what_is_stored(capsys):
    argv = ["evaluate", "flow", "--checkpoints", str(REPOSITORY / "checkpoints")]
    assert main([*argv, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    stored = result.pop("stored")
    assert stored.keys() == {
        "test_nll", "test_nll_se", "true_entropy", "kl_true_model", "ks_p_value", "ladj_max_error",
    }  # fmt: skip
    assert result.keys() == stored.keys() | {"kl_paired", "kl_paired_se"}  # computed since, from the weights
    assert abs(result["kl_paired"] - result["kl_true_model"]) < 4 * result["kl_paired_se"]
    assert result["kl_true_model"] <= 0.01 and result["ks_p_value"] > 0.01
    assert result["ladj_max_error"] < 1e-12
    for name in stored.keys() - {"ladj_max_error"}:
        assert result[name] == pytest.approx(stored[name], rel=1e-9), name
    assert main([*argv, "--data-set", "uniform"]) == 0
    assert "KL(data, model)       0.02" in capsys.readouterr().out


def test_train_flow_saves_then_finds(capsys, tmp_path):
    argv = ["train", "flow", "--data-set", "skewed", "--components", "2", "--epochs", "2", "--n-train", "200"]
    argv += ["--checkpoints", str(tmp_path)]
    assert main(argv) == 0
    captured = capsys.readouterr()
    assert "Trained in" in captured.out and "2/2" in captured.err
    (path,) = tmp_path.glob("flow-*.safetensors")
    assert checkpoints.load(path).arrays["weights"].shape == (3, 2)
    assert main(argv) == 0
    assert f"Found {path}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["train", "flow", "--components", "0"], "components must be"),
        (["train", "flow", "--data-set", "four"], "data_set must be one of two, three"),
        (["train", "flow", "--base", "cauchy"], "base must be one of normal, uniform, logistic"),
        (["train", "flow", "--device", "mps"], "MPS"),
        (["evaluate", "flow", "--seed", "77"], "train it with `python -m hw9core train flow`"),
    ],
)
def test_wrong_input_takes_one_line(capsys, tmp_path, argv, words):
    assert main([*argv, "--checkpoints", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1
