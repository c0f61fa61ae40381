"""The command line: what it prints, its exit codes, and one line for every wrong input."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hw9core.anomaly.detectors.autoencoder import reconstruct
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.cli import main
from hw9core.images.mnist import DATA_FILES, MNIST_TEST, load_images
from hw9core.store import checkpoints

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = (
    ["train"],
    ["evaluate"],
    ["score"],
    ["data", "fetch"],
    ["data", "verify"],
    ["doctor"],
    ["kl"],
)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    """No folder of this computer's environment takes part."""
    monkeypatch.delenv("HW9_DATA", raising=False)
    monkeypatch.delenv("HW9_CHECKPOINTS", raising=False)


@pytest.fixture
def shipped(tmp_path):
    """A folder of our own with the shipped checkpoint; returns its path."""
    source = checkpoints.find(AutoencoderConfig(), ROOT / "checkpoints")
    (tmp_path / "cache").mkdir()
    return Path(shutil.copy(source, tmp_path / "cache"))


@pytest.fixture
def tiny_training(monkeypatch, tiny_data, one_thread):
    """Let ``train`` find the synthetic data behind any data folder; returns options for a quick run."""
    monkeypatch.setattr("hw9core.models.load_autoencoder_data", lambda directory: tiny_data)
    return ["--hidden-sizes", "16", "8", "--code-size", "4", "--epochs", "2", "--validation-size", "50"]


def complaint(capsys, argv, code=2):
    """Run a command that must fail; its one line on stderr."""
    try:
        returned = main(argv)
    except SystemExit as stop:  # argparse's own errors
        returned = stop.code
    captured = capsys.readouterr()
    assert returned == code
    assert captured.out == ""
    assert captured.err.endswith("\n") and captured.err.count("\n") == 1, captured.err
    return captured.err


def report(capsys, argv, code=0):
    """Run a command and parse the JSON it prints."""
    assert main(argv) == code
    return json.loads(capsys.readouterr().out)


# Help and arguments


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_helps_with_an_example(capsys, command):
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert f"  python -m hw9core {' '.join(command)}" in capsys.readouterr().out


def test_help_lists_every_command_with_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    output = capsys.readouterr().out
    for command in ("train", "evaluate", "score", "data", "doctor", "kl"):
        assert f"  python -m hw9core {command}" in output


def test_every_field_of_the_configuration_is_an_option(capsys):
    with pytest.raises(SystemExit):
        main(["train", "autoencoder", "--help"])
    output = capsys.readouterr().out
    for field in dataclasses.fields(AutoencoderConfig):
        assert f"--{field.name.replace('_', '-')}" in output


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "required"),
        (["dance"], "invalid choice"),
        (["train", "transformer"], "invalid choice"),
        (["train", "autoencoder", "--epochs", "ten"], "invalid int value"),
        (["train", "autoencoder", "--epochs", "0"], "epochs must be a whole number from 1"),
        (["train", "autoencoder", "--learning-rate", "nan"], "learning_rate must be"),
        (["train", "autoencoder", "--precision", "fp8"], "precision must be one of fp32, bf16"),
        (["train", "autoencoder", "--device", "tpu"], "invalid choice: 'tpu'"),
        (["evaluate", "autoencoder", "--code-size", "0"], "code_size must be"),
        (["score"], "--images"),
        (["score", "--images", "none.npy"], "none.npy does not exist"),
        (["score", "--images", "README.md"], "convert it"),
        (["score", "--images", "x.npy", "--out", "x.txt"], "x.txt does not end in .npy"),
    ],
)
def test_wrong_input_takes_one_line(capsys, argv, words):
    assert words in complaint(capsys, argv)


def test_no_cuda_is_said_even_when_the_checkpoint_is_there(capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert "no CUDA device" in complaint(capsys, ["train", "autoencoder", "--device", "cuda"])


def test_as_a_program_it_leaves_no_traceback():
    result = subprocess.run(
        [sys.executable, "-m", "hw9core", "score", "--images", "none.npy"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "hw9core: none.npy does not exist: check the name.\n"


# train


def test_train_saves_then_finds(capsys, tmp_path, tiny_training):
    argv = ["train", "autoencoder", "--checkpoints", str(tmp_path), *tiny_training]
    assert main(argv) == 0
    captured = capsys.readouterr()
    assert "Trained in" in captured.out and "epoch 2/2: 100%" in captured.err
    (path,) = tmp_path.glob("autoencoder-*.safetensors")
    config = checkpoints.load(path).metadata["config"]
    assert (config["hidden_sizes"], config["code_size"], config["epochs"]) == ([16, 8], 4, 2)
    written = path.stat().st_mtime_ns

    assert main(argv) == 0
    captured = capsys.readouterr()
    assert f"Found {path}: it was not trained again" in captured.out and captured.err == ""
    assert path.stat().st_mtime_ns == written

    assert main([*argv, "--force"]) == 0
    assert "Trained in" in capsys.readouterr().out
    assert path.stat().st_mtime_ns > written


def test_environment_names_the_checkpoint_folder(capsys, tmp_path, monkeypatch, tiny_training):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path / "made"))
    assert main(["train", "autoencoder", *tiny_training]) == 0
    assert len(list((tmp_path / "made").glob("*.safetensors"))) == 1


def test_train_without_data_says_how_to_get_it(capsys, tmp_path):
    error = complaint(
        capsys, ["train", "autoencoder", "--data", str(tmp_path), "--checkpoints", str(tmp_path / "c")]
    )
    assert "train-images-idx3-ubyte.gz is missing" in error and "data fetch" in error


def test_train_without_torch_says_so(capsys, tmp_path, monkeypatch, tiny_training):
    monkeypatch.setitem(sys.modules, "torch", None)  # its import fails
    argv = ["train", "autoencoder", "--checkpoints", str(tmp_path), *tiny_training]
    assert "torch is not installed: pip install" in complaint(capsys, argv)


def test_ctrl_c_is_one_line_and_saves_nothing(capsys, tmp_path, monkeypatch, tiny_training):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("hw9core.anomaly.detectors.training_torch.AutoencoderTrainer.run_epoch", interrupt)
    assert main(["train", "autoencoder", "--checkpoints", str(tmp_path), *tiny_training]) == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith("hw9core: interrupted")
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".lock"]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send an interrupt to one child process")
def test_ctrl_c_on_the_real_program(tmp_path, real_data_dir):
    process = subprocess.Popen(
        [sys.executable, "-m", "hw9core", "train", "autoencoder"],
        cwd=ROOT,
        env={**os.environ, "HW9_DATA": str(real_data_dir), "HW9_CHECKPOINTS": str(tmp_path)},
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background hands down an ignored interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    seen = b""
    while b"loss=" not in seen:
        chunk = os.read(process.stderr.fileno(), 4096)
        assert chunk, seen
        seen += chunk
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert "Traceback" not in rest and rest.splitlines()[-1].startswith("hw9core: interrupted")
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".lock"]


# evaluate


def test_evaluate_recomputes_what_is_stored(capsys, shipped, real_data_dir):
    argv = ["evaluate", "autoencoder", "--checkpoints", str(shipped.parent), "--data", str(real_data_dir)]
    result = report(capsys, [*argv, "--json"])
    stored = result.pop("stored")
    assert stored == checkpoints.load(shipped).metadata["metrics"]
    assert result.keys() == stored.keys() == {
        "threshold", "type_1_error", "type_2_error", "auroc", "n_validation", "n_test", "n_anomaly",
    }  # fmt: skip
    for name, value in result.items():
        # another computer's matrix products may carry one image across the threshold
        assert value == pytest.approx(stored[name], rel=1e-5, abs=1.5e-4), name
    assert 21 <= result["threshold"] <= 28
    assert main(argv) == 0
    assert f"threshold      {result['threshold']:.4f}" in capsys.readouterr().out


def test_evaluate_looks_at_the_weights_and_not_at_the_stored_numbers(
    capsys, tmp_path, shipped, real_data_dir
):
    trained = checkpoints.load(shipped)
    arrays = {name: np.array(array) for name, array in trained.arrays.items()}
    arrays["decoder.2.bias"][:] = -20  # every reconstruction is black
    model = checkpoints.TrainedModel(arrays, trained.metadata["metrics"], "cpu")
    checkpoints.obtain(AutoencoderConfig(), shipped.parent, lambda: model, force=True)
    result = report(
        capsys,
        [
            "evaluate",
            "autoencoder",
            "--json",
            "--checkpoints",
            str(shipped.parent),
            "--data",
            str(real_data_dir),
        ],
    )
    assert result["threshold"] > 3 * result["stored"]["threshold"]


def test_evaluate_without_a_checkpoint_says_how_to_train_it(capsys, tmp_path):
    error = complaint(capsys, ["evaluate", "autoencoder", "--seed", "7", "--checkpoints", str(tmp_path)])
    assert "There is no checkpoint" in error and "python -m hw9core train autoencoder" in error


# score


def test_score_prints_and_saves(capsys, tmp_path, shipped, real_data_dir):
    images = load_images(real_data_dir, MNIST_TEST).images[:3]
    np.save(tmp_path / "digits.npy", images)
    np.save(tmp_path / "noise.npy", np.random.default_rng(0).random((28, 28)))
    argv = ["score", "--checkpoints", str(shipped.parent), "--out", str(tmp_path / "scores.npy")]
    assert main([*argv, "--images", str(tmp_path / "digits.npy"), str(tmp_path / "noise.npy")]) == 0
    lines = capsys.readouterr().out.splitlines()
    scores = np.load(tmp_path / "scores.npy")
    checkpoint = checkpoints.load(shipped)
    pixels = images.reshape(3, 784) / 255
    errors = pixels - reconstruct(checkpoint.arrays, pixels)
    np.testing.assert_allclose(scores[:3], (errors**2).sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(scores[:3], checkpoint.arrays["scores/test"][-1, :3], rtol=1e-4)
    assert [line.split()[-1] for line in lines] == ["in-distribution"] * 3 + ["anomaly"]
    threshold = checkpoint.metadata["metrics"]["threshold"]
    assert all(f"threshold {threshold:.4f}" in line for line in lines)
    assert f"score {scores[3]:.4f}" in lines[3] and "noise.npy[0]" in lines[3]


def test_score_to_a_folder_that_is_not_there(capsys, tmp_path, shipped):
    np.save(tmp_path / "x.npy", np.zeros((28, 28), np.uint8))
    error = complaint(
        capsys,
        ["score", "--images", str(tmp_path / "x.npy"), "--out", str(tmp_path / "no" / "y.npy")]
        + ["--checkpoints", str(shipped.parent)],
    )
    assert "y.npy cannot be written" in error


def test_score_with_a_damaged_checkpoint(capsys, tmp_path, shipped):
    np.save(tmp_path / "x.npy", np.zeros((28, 28), np.uint8))
    content = bytearray(shipped.read_bytes())
    content[len(content) // 2] ^= 1
    shipped.write_bytes(content)
    argv = ["score", "--images", str(tmp_path / "x.npy"), "--checkpoints", str(shipped.parent)]
    error = complaint(capsys, argv)
    assert "damaged" in error and shipped.name in error
    assert shipped.read_bytes() == content


# data


def test_verify_passes_on_the_real_data(capsys, real_data_dir):
    assert main(["data", "verify", "--data", str(real_data_dir)]) == 0
    assert capsys.readouterr().out.count("ok ") == len(DATA_FILES)


def test_verify_names_what_is_damaged_or_missing(capsys, tmp_path):
    damaged = DATA_FILES[1].path_in(tmp_path)
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"x")
    assert main(["data", "verify", "--data", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and all(line.startswith("BROKEN") for line in lines)
    assert "was not used" in lines[1] and "missing" in lines[0]


def test_fetch_that_reaches_no_host_says_what_to_put_where(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("hw9core.images.download.mirror_urls", lambda dataset: ["http://127.0.0.1:9/"])
    monkeypatch.setattr("hw9core.images.download.time.sleep", lambda seconds: None)
    error = complaint(capsys, ["data", "fetch", "--data", str(tmp_path)])
    for file in DATA_FILES:
        assert str(file.path_in(tmp_path)) in error


def test_fetch_leaves_complete_data_alone(capsys, real_data_dir):
    assert main(["data", "fetch", "--data", str(real_data_dir)]) == 0
    assert capsys.readouterr().out.count("present") == len(DATA_FILES)


# doctor


def test_doctor_needs_no_data(capsys, tmp_path, shipped):
    argv = ["doctor", "--checkpoints", str(shipped.parent), "--data", str(tmp_path)]
    result = report(capsys, [*argv, "--json"])
    checks = {check["name"]: check for check in result["checks"]}
    assert result["healthy"]
    assert checks[shipped.name]["ok"] and checks["numpy"]["detail"] == np.__version__
    assert not checks[DATA_FILES[0].relative_path]["ok"]
    assert main(argv) == 0
    output = capsys.readouterr().out
    assert f"warning {DATA_FILES[0].relative_path}" in output and "BROKEN" not in output


def test_doctor_reports_missing_and_damaged_checkpoints_and_touches_nothing(capsys, tmp_path, shipped):
    assert report(capsys, ["doctor", "--json", "--checkpoints", str(tmp_path)], code=1)["healthy"] is False
    shipped.write_bytes(shipped.read_bytes()[:-1])
    for _ in range(2):
        assert main(["doctor", "--checkpoints", str(shipped.parent)]) == 1
        assert f"BROKEN  {shipped.name}" in capsys.readouterr().out


def test_doctor_reports_a_missing_package(capsys, shipped, monkeypatch):
    monkeypatch.setattr("hw9core.commands.doctor.APP_PACKAGES", ("numpy", "no-such-package"))
    result = report(capsys, ["doctor", "--json", "--checkpoints", str(shipped.parent)], code=1)
    broken = [check["name"] for check in result["checks"] if check["needed"] and not check["ok"]]
    assert broken == ["no-such-package"]
