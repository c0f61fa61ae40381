"""Whatever a command is given, the user reads one sentence, the exit code is 2, and JSON is JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hw9core.anomaly.comparison import OFFERED
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.suite import score_all
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.anomaly.likelihood.metrics import image_scores
from hw9core.cli import main
from hw9core.commands.output import print_json
from hw9core.images.mnist import DATA_FILES, AutoencoderData, LabelledImages, load_autoencoder_data
from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints, format
from hw9core.store.files import REPOSITORY
from tests.variants import seldom

SHIPPED = REPOSITORY / "checkpoints"
TOO_LONG = 300 * "x"
NOBODY = "~nosuchuser-here/x"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.delenv("HW9_DATA", raising=False)
    monkeypatch.delenv("HW9_CHECKPOINTS", raising=False)


@pytest.fixture
def image(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((28, 28), np.uint8))
    return str(tmp_path / "x.npy")


def complaint(capsys, argv, code=2):
    """Run a command that must fail; its one line on stderr."""
    try:
        returned = main(argv)
    except SystemExit as stop:  # argparse's own errors
        returned = stop.code
    captured = capsys.readouterr()
    assert returned == code and captured.out == ""
    assert captured.err.endswith("\n") and captured.err.count("\n") == 1, captured.err
    assert len(captured.err) < 1_000
    return captured.err


def strict_json(text):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


# Files and folders


@pytest.mark.parametrize("folder", [TOO_LONG, NOBODY])
@pytest.mark.parametrize("command", ["train autoencoder", "evaluate flow", "evaluate detectors --left-out"])
def test_an_impossible_checkpoint_folder(capsys, command, folder):
    assert folder[:20] in complaint(capsys, [*command.split(), "--checkpoints", folder])


@pytest.mark.parametrize("detector", ["autoencoder", "combined", "likelihood"])
@pytest.mark.parametrize("folder", [TOO_LONG, NOBODY])
def test_an_impossible_checkpoint_folder_of_score(capsys, image, detector, folder):
    argv = ["score", "--images", image, "--detector", detector, "--checkpoints", folder]
    assert folder[:20] in complaint(capsys, argv)


@pytest.mark.parametrize("command", ["evaluate autoencoder", "data verify", "data fetch", "doctor"])
def test_the_data_folder_of_nobody(capsys, command):
    assert "there is no such user" in complaint(capsys, [*command.split(), "--data", NOBODY])


def test_the_doctor_names_nobody_and_reports_what_it_cannot_read(capsys):
    assert "there is no such user" in complaint(capsys, ["doctor", "--checkpoints", NOBODY])
    assert main(["doctor", "--checkpoints", TOO_LONG]) == 1
    assert "cannot be read: File name too long" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_folder_that_may_not_be_looked_into(capsys, monkeypatch, tmp_path, command):
    def refuse(path, **options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)  # a test may run as root, whom no folder refuses
    error = complaint(capsys, [command, "autoencoder", "--checkpoints", str(tmp_path)])
    assert "cannot be read" in error and "Permission denied" in error


@pytest.mark.parametrize("name", ["two\nlines.npy", "tab\there.npy", "bell\a.npy", TOO_LONG, "\udcff.npy"])
def test_odd_names_of_files(capsys, tmp_path, name):
    complaint(capsys, ["score", "--images", str(tmp_path / name)])
    complaint(capsys, ["score", "--images", "x.npy", "--out", name + ".txt"])
    complaint(capsys, ["evaluate", "autoencoder", "--data", str(tmp_path / name)])


def test_a_scored_file_takes_one_line_whatever_its_name(capsys, tmp_path, image):
    odd = shutil.copy(image, tmp_path / "two\nlines.npy")
    assert main(["score", "--images", str(odd), image, image, "--checkpoints", str(SHIPPED)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and "two?lines.npy[0]" in lines[0] and lines[1] == lines[2]


def test_a_folder_with_an_odd_name_takes_one_line_a_file(capsys, tmp_path):
    odd = str(tmp_path / "two\nlines")
    assert main(["data", "verify", "--data", odd]) == 1
    assert len(capsys.readouterr().out.splitlines()) == len(DATA_FILES)
    assert main(["doctor", "--data", odd, "--checkpoints", odd]) == 1
    names = [line.split()[1].rstrip(":") for line in capsys.readouterr().out.splitlines()[:-1]]
    assert {file.relative_path for file in DATA_FILES} < set(names) and len(names) == len(set(names))


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["two\nlines"], "invalid choice"),
        (["train", "autoencoder", "--seed", 5_000 * "1"], "invalid int value"),
        (["train", "autoencoder", "--no\nsuch"], "unrecognized arguments"),
        (["train", "autoencoder", "--seed", 31 * "9"], "seed must be a whole number"),
        (["evaluate", "coupling", "--data-set", "two\nmoons"], "data_set must be one of"),
        (["score", "--images", "x", "--detector", "svm"], "invalid choice: 'svm'"),
    ],
)
def test_odd_words(capsys, argv, words):
    assert words in complaint(capsys, argv)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_one_sentence():
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "hw9core", "train", "autoencoder", "--checkpoints", str(SHIPPED)],
            cwd=REPOSITORY, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert result.returncode == 2
    assert result.stderr == "hw9core: the output cannot be used (No space left on device).\n"


# What goes wrong inside


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("boom"), "a fault of this program (RuntimeError: boom, in test_one_sentence.py, line "),
        (OSError(5, "Input/output error", "disk"), "disk cannot be used (Input/output error)"),
        (OSError("libtorch.so is missing"), "a library cannot be used (libtorch.so is missing)"),
        (MemoryError(), "does not have the memory"),
    ],
)
def test_no_traceback_whatever_is_raised(capsys, monkeypatch, error, words):
    def fail(*_):
        raise error

    monkeypatch.setattr("hw9core.commands.evaluate.checkpoints.require", fail)
    assert words in complaint(capsys, ["evaluate", "autoencoder"])


# Checkpoints that are intact and something else than they should be


def stored(directory, config, change_arrays=lambda arrays: arrays, metrics=None):
    """The shipped checkpoint of a configuration with other contents and a digest of its own that is right."""
    shipped = checkpoints.require(config, SHIPPED)
    kept = shipped.metadata["metrics"] if metrics is None else metrics
    model = checkpoints.TrainedModel(change_arrays(dict(shipped.arrays)), kept, "cpu")
    return checkpoints.obtain(config, directory, lambda: model)[0].path


def without(word):
    return lambda arrays: {name: array for name, array in arrays.items() if word not in name}


@pytest.mark.parametrize("config", [AutoencoderConfig(), DetectorsConfig(), FlowConfig()])
def test_metrics_that_are_missing(capsys, tmp_path, config):
    path = stored(tmp_path, config, metrics={"another": 3})
    argv = ["train", config.kind, "--checkpoints", str(tmp_path)]
    assert f"The checkpoint {path} has no metric" in complaint(capsys, argv)


@pytest.mark.parametrize(
    ("config", "name"),
    [(AutoencoderConfig(), "threshold"), (DetectorsConfig(), "pca"), (FlowConfig(), "test_nll")],
)
@pytest.mark.parametrize("value", ["high", None, []])
def test_metrics_of_another_type(capsys, tmp_path, config, name, value):
    metrics = checkpoints.require(config, SHIPPED).metadata["metrics"]
    path = stored(tmp_path, config, metrics={**metrics, name: value})
    argv = ["train", config.kind, "--checkpoints", str(tmp_path)]
    said = complaint(capsys, argv)
    assert f"{path} does not hold what this program stores" in said or f"{path} has no metric" in said
    assert "train it again" in said


@pytest.mark.parametrize(
    ("word", "words"), [("scores", "has no array 'scores/"), ("weight", "does not hold")]
)
def test_arrays_that_are_missing(capsys, tmp_path, image, word, words):
    stored(tmp_path, AutoencoderConfig(), without(word))
    assert words in complaint(capsys, ["score", "--images", image, "--checkpoints", str(tmp_path)])


def test_arrays_of_another_shape(capsys, tmp_path, image):
    stored(tmp_path, AutoencoderConfig(), lambda arrays: {**arrays, "encoder.0.weight": np.zeros((3, 3))})
    assert "does not hold" in complaint(capsys, ["score", "--images", image, "--checkpoints", str(tmp_path)])
    stored(tmp_path, FlowConfig(), without("data/test"))
    assert "'data/test'" in complaint(capsys, ["evaluate", "flow", "--checkpoints", str(tmp_path)])


@pytest.mark.parametrize(
    "change",
    [
        {"kind": None}, {"kind": 3}, {"config": None}, {"config": [1]}, {"data_digests": 3},
        {"metrics": None}, {"metrics": []}, {"created": None}, {"format_version": None},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_other_metadata_than_a_checkpoints(capsys, tmp_path, command, change):
    shipped = checkpoints.require(AutoencoderConfig(), SHIPPED)
    facts = {name: value for name, value in {**shipped.metadata, **change}.items() if value is not None}
    path = tmp_path / shipped.path.name
    path.write_bytes(format.encode(shipped.arrays, facts))
    error = complaint(capsys, [command, "autoencoder", "--checkpoints", str(tmp_path)])
    assert shipped.path.name in error
    assert main(["doctor", "--checkpoints", str(tmp_path)]) == 1
    assert f"BROKEN  {shipped.path.name}" in capsys.readouterr().out and path.exists()


# JSON


def test_json_has_no_word_for_what_is_not_finite(capsys):
    print_json({"a": np.inf, "b": [1.5, (np.nan, -np.inf, "NaN")], "c": True, "d": None})
    expected = {"a": None, "b": [1.5, [None, None, "NaN"]], "c": True, "d": None}
    assert strict_json(capsys.readouterr().out) == expected


def test_stored_numbers_that_are_not_finite_are_null(capsys, tmp_path):
    stored(tmp_path, FlowConfig(), metrics={"test_nll": float("inf"), "kl_true_model": float("nan")})
    assert main(["evaluate", "flow", "--json", "--checkpoints", str(tmp_path)]) == 0
    result = strict_json(capsys.readouterr().out)
    assert result["stored"] == {"test_nll": None, "kl_true_model": None} and result["test_nll"] < 2


# Consoles that lack Greek letters


@pytest.mark.parametrize("encoding", seldom(["cp1252", "ascii"]))
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_piped_table_in_any_encoding(encoding, command, real_data_dir):
    result = subprocess.run(
        [sys.executable, "-m", "hw9core", command, "detectors"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONIOENCODING": encoding, "HW9_DATA": str(real_data_dir)},
        capture_output=True,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    output = result.stdout.decode(encoding)
    assert "beta at alpha = 0.9 %" in output and "error / ||x||" in output


# Every detector


@pytest.fixture(scope="module")
def few(real_data_dir):
    """The training images, and of the test sets 40 images each."""
    data = load_autoencoder_data(real_data_dir)
    test, anomaly = (LabelledImages(s.images[:40], s.labels[:40]) for s in (data.test, data.anomaly))
    return AutoencoderData(data.train, test, anomaly)


@pytest.fixture(scope="module")
def evaluated(few):
    """By detector, what ``evaluate`` computes its rates from: scores of both sets, and the threshold."""
    config, flow_config = DetectorsConfig(), ImageFlowConfig()
    shipped, autoencoder, flow = (
        checkpoints.require(other, SHIPPED) for other in (config, AutoencoderConfig(), flow_config)
    )
    first = {"validation_index": autoencoder.arrays["validation_index"][:2]}
    of_few = checkpoints.Checkpoint(autoencoder.path, {**autoencoder.arrays, **first}, autoencoder.metadata)
    sets = score_all(config, shipped.arrays, of_few, few)
    row = config.component_counts.index(config.components)
    sets["pca"] = {name: table[row] for name, table in sets["pca"].items()}
    sets[LIKELIHOOD] = image_scores(flow_config, {**flow.arrays, **first}, few)
    metrics = {**shipped.metadata["metrics"], LIKELIHOOD: flow.metadata["metrics"]}
    return {
        name: (np.concatenate([scores["test"], scores["anomaly"]]), metrics[name]["threshold"])
        for name, scores in sets.items()
    }


@pytest.mark.parametrize("name", OFFERED)
def test_score_takes_every_detector_and_agrees_with_evaluate(capsys, tmp_path, name, few, evaluated):
    np.save(tmp_path / "x.npy", np.concatenate([few.test.images, few.anomaly.images]))
    argv = ["score", "--images", str(tmp_path / "x.npy"), "--checkpoints", str(SHIPPED)]
    assert main([*argv, "--detector", name, "--out", str(tmp_path / "scores.npy")]) == 0
    lines = capsys.readouterr().out.splitlines()
    expected, threshold = evaluated[name]
    np.testing.assert_allclose(np.load(tmp_path / "scores.npy"), expected, rtol=1e-6, atol=1e-6)
    assert all(f"threshold {threshold:.4f}" in line for line in lines)
    flagged = np.array([line.endswith("anomaly") for line in lines])
    np.testing.assert_array_equal(flagged, expected > threshold)
    assert flagged[40:].mean() > 0.9 and flagged[:40].mean() < 0.1
    assert main([*argv, "--detector", OFFERED[name]]) == 0  # as the page calls it
    assert capsys.readouterr().out.splitlines() == lines
