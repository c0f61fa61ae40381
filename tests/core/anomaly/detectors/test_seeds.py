"""Runs of one recipe from several seeds: what is kept of each, and the shipped ones."""

from __future__ import annotations

import numpy as np
import pytest

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.config import AutoencoderConfig, SeedsConfig
from hw9core.anomaly.detectors.seeds import RUN_METRICS, train_seeds
from hw9core.cli import main
from hw9core.errors import ConfigError
from hw9core.images.mnist import IMAGE_SETS
from hw9core.store import checkpoints
from hw9core.store.checkpoints import TrainedModel


@pytest.fixture(scope="module")
def shipped():
    return checkpoints.require(SeedsConfig())


def pretended_run(config: AutoencoderConfig) -> TrainedModel:
    """Scores of two epochs, which depend on the seed alone."""
    rng = np.random.default_rng(config.seed)
    sizes = {"validation": 60, "test": 40, "anomaly": 30}
    scores = {
        f"scores/{name}": rng.normal(5 * (name == "anomaly"), 1, size=(2, n)) for name, n in sizes.items()
    }
    return TrainedModel({name: rows.astype(np.float32) for name, rows in scores.items()}, {}, "cpu")


def test_runs_differ_in_the_seed_alone():
    runs = SeedsConfig(hidden_sizes=(16,), epochs=2, seed=5, count=3).runs
    assert runs == tuple(AutoencoderConfig(hidden_sizes=(16,), epochs=2, seed=seed) for seed in (5, 6, 7))
    assert all(type(run) is AutoencoderConfig for run in runs)
    assert SeedsConfig().runs[0] == AutoencoderConfig()


@pytest.mark.parametrize("changes", [{"count": 1}, {"count": 101}, {"epochs": 0}])
def test_unusable_configurations_are_named(changes):
    with pytest.raises(ConfigError, match=next(iter(changes))):
        SeedsConfig(**changes)


def test_each_run_keeps_its_final_scores_and_rates():
    config = SeedsConfig(seed=2, count=4)
    model = train_seeds(config, pretended_run)
    assert model.arrays["seed"].tolist() == [2, 3, 4, 5]
    for row, run in enumerate(config.runs):
        expected = {name: pretended_run(run).arrays[f"scores/{name}"][-1] for name in IMAGE_SETS}
        for name in IMAGE_SETS:
            np.testing.assert_array_equal(model.arrays[f"scores/{name}"][row], expected[name])
        metrics = anomaly_metrics(**expected)
        assert {name: model.arrays[name][row] for name in RUN_METRICS} == {
            name: metrics[name] for name in RUN_METRICS
        }
    assert model.metrics["count"] == 4
    assert model.metrics["threshold_sd"] == pytest.approx(np.std(model.arrays["threshold"], ddof=1))


def test_train_seeds_trains_and_then_finds_them(capsys, monkeypatch, tmp_path, tiny_data, one_thread):
    monkeypatch.setattr("hw9core.models.load_autoencoder_data", lambda directory: tiny_data)
    argv = ["train", "seeds", "--checkpoints", str(tmp_path), "--count", "2", "--epochs", "1"]
    argv += ["--hidden-sizes", "8", "--code-size", "4", "--validation-size", "50", "--device", "cpu"]
    assert main(argv) == 0
    assert "2 runs" in capsys.readouterr().out
    assert main(argv) == 0
    assert "not trained again" in capsys.readouterr().out


def test_shipped_runs_are_the_homeworks_recipe(shipped):
    """Near what the specification lists: τ 21–28, α 0.007–0.012, β 0.020–0.045; one τ of twelve is 28.7."""
    arrays = shipped.arrays
    assert len(arrays["seed"]) >= 10
    assert np.all((21 <= arrays["threshold"]) & (arrays["threshold"] <= 29))
    assert 21 <= arrays["threshold"].mean() <= 28
    assert np.all((0.007 <= arrays["type_1_error"]) & (arrays["type_1_error"] <= 0.012))
    assert np.all((0.020 <= arrays["type_2_error"]) & (arrays["type_2_error"] <= 0.045))
    assert shipped.path.stat().st_size <= 6_000_000


def test_shipped_rates_come_from_the_shipped_scores(shipped):
    """Scores are float32 as computed, so nothing was lost by storing them: the rates agree exactly."""
    for row in range(len(shipped.arrays["seed"])):
        scores = {name: shipped.arrays[f"scores/{name}"][row] for name in IMAGE_SETS}
        assert all(values.dtype == np.float32 and values.shape == (10_000,) for values in scores.values())
        metrics = anomaly_metrics(**scores)
        for name in RUN_METRICS:
            # Within rounding: a mean or an area may be summed in another order elsewhere.
            assert shipped.arrays[name][row] == pytest.approx(metrics[name], rel=1e-12)


def test_the_shipped_autoencoder_is_the_first_run(shipped):
    """The two files belong together: who retrains one on another computer retrains the other."""
    autoencoder = checkpoints.require(AutoencoderConfig()).arrays
    for name in IMAGE_SETS:
        first, final = shipped.arrays[f"scores/{name}"][0], autoencoder[f"scores/{name}"][-1]
        np.testing.assert_allclose(first, final, rtol=1e-4)
