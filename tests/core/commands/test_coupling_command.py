"""``train coupling`` and ``evaluate coupling`` as they are typed."""

import json

import pytest

from hw9core.cli import main
from hw9core.coupling.config import BOUNDED_TWIN, UNBOUNDED, CouplingConfig, plane_samples
from hw9core.coupling.stack import snapshot_flow
from hw9core.store import checkpoints

pytestmark = pytest.mark.usefixtures("one_thread")
KEYS = {"data_set", "test_nll", "test_nll_se", "reference_nll", "ladj_max_error"}
SMALL = ["--layers", "2", "--hidden-size", "6", "--epochs", "3", "--n-train", "200", "--n-test", "100"]


def options_of(config):
    return [
        *("--data-set", config.data_set, "--epochs", str(config.epochs)),
        *("--learning-rate", str(config.learning_rate), "--batch-size", str(config.batch_size)),
        *("--n-train", str(config.n_train), "--n-test", str(config.n_test), "--seed", str(config.seed)),
        "--bounded" if config.bounded else "--no-bounded",
    ]


def evaluated(capsys, *options):
    assert main(["evaluate", "coupling", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["moons", "rings", "checkerboard", "spiral"])
def test_evaluate_recomputes_what_is_stored(name, capsys):
    metrics = evaluated(capsys, "--data-set", name)
    stored = metrics.pop("stored")
    assert metrics.keys() >= KEYS and metrics["data_set"] == name
    assert metrics["reference_nll"] is not None
    assert metrics["ladj_max_error"] < 1e-10
    for key in ("test_nll", "test_nll_se", "true_entropy", "kl_true_model"):
        assert metrics[key] == pytest.approx(stored[key], rel=1e-9)
    config = CouplingConfig(name)
    flow = snapshot_flow(config, checkpoints.require(config).arrays)
    assert metrics["test_nll"] == pytest.approx(-flow.log_prob(plane_samples(config)[1]).mean(), rel=1e-12)
    assert metrics["test_nll"] - metrics["true_entropy"] == pytest.approx(metrics["kl_true_model"], abs=0.04)


def test_the_run_that_diverged_says_so(capsys):
    metrics = evaluated(capsys, *options_of(UNBOUNDED))
    assert metrics["diverged_epoch"] == 7 and metrics["test_nll"] > 1e6
    assert "diverged_epoch" not in evaluated(capsys, *options_of(BOUNDED_TWIN))
    assert main(["evaluate", "coupling", *options_of(UNBOUNDED)]) == 0
    assert "this run diverged: in epoch 7" in capsys.readouterr().out


def test_a_flow_is_trained_once_and_then_found(tmp_path, capsys):
    options = ["--data-set", "rings", *SMALL, "--no-permute", "--checkpoints", str(tmp_path)]
    assert main(["train", "coupling", *options]) == 0
    first = capsys.readouterr().out
    assert first.startswith("Trained in") and "test NLL" in first
    assert main(["train", "coupling", *options]) == 0
    assert capsys.readouterr().out.startswith("Found ")
    (path,) = tmp_path.glob("coupling-*.safetensors")
    config = checkpoints.load(path).metadata["config"]
    assert config["permute"] is False and config["bounded"] is True and config["hidden_size"] == 6
    assert evaluated(capsys, *options)["parameters"] == 2 * 2 * (2 * 6 + 6 * 7 + 7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--data-set", "moon"], "data_set must be one of"),
        (["--layers", "0"], "layers must be a whole number"),
        (["--learning-rate", "2"], "learning_rate must be"),
        (["--layers", "eight"], "invalid int value"),
    ],
)
def test_a_bad_option_takes_one_line_and_code_2(options, words, capsys):
    try:
        code = main(["train", "coupling", *options])
    except SystemExit as stopped:
        code = stopped.code
    error = capsys.readouterr().err
    assert code == 2 and words in error and error.count("\n") == 1


def test_a_flow_that_was_never_trained_is_named(tmp_path, capsys):
    assert main(["evaluate", "coupling", "--layers", "3", "--checkpoints", str(tmp_path)]) == 2
    assert "There is no checkpoint coupling-" in capsys.readouterr().err
