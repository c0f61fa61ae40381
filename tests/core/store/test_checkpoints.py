"""The checkpoint cache: found again, trained once, complete or absent, and no flipped byte gets through."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from safetensors import safe_open
from safetensors.numpy import save

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.errors import CheckpointError
from hw9core.store import checkpoints, files, format
from hw9core.store.checkpoints import TrainedModel
from tests.core.store.cache_worker import KILLED, ToyConfig, toy_model

ROOT = Path(__file__).resolve().parents[3]
SMALL = ToyConfig(size=3)


def small_model():
    arrays = {"weights": np.float32([1, 2, 3]), "index": np.array([[7]], np.int32)}
    return TrainedModel(arrays, {"loss": 0.5}, "cpu")


def never():
    raise AssertionError("trained although a checkpoint was there")


@pytest.fixture
def saved(tmp_path):
    checkpoint, found = checkpoints.obtain(SMALL, tmp_path, small_model)
    assert not found
    return checkpoint.path


def worker(mode, directory, **options):
    command = [sys.executable, str(Path(__file__).with_name("cache_worker.py")), mode, str(directory)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, **options)


def names(directory):
    """What lies in a cache folder besides lock files, which may stay."""
    return {path.name for path in directory.iterdir() if path.suffix != ".lock"}


# Finding


def test_round_trip(saved):
    checkpoint = checkpoints.load(saved)
    np.testing.assert_array_equal(checkpoint.arrays["weights"], [1, 2, 3])
    assert checkpoint.arrays["index"].dtype == np.int32
    facts = checkpoint.metadata
    assert facts["kind"] == "toy" and facts["config"] == {"size": 3} and facts["data_digests"] == {}
    assert facts["metrics"] == {"loss": 0.5} and facts["device"] == "cpu"
    assert facts["library_versions"]["numpy"] == np.__version__
    assert {"created", "format_version"} < facts.keys()


def test_any_safetensors_reader_opens_it(saved):
    with safe_open(saved, framework="np") as file:
        assert set(file.keys()) == {"weights", "index"}
        assert len(file.metadata()["sha256"]) == 64


def test_arrays_are_read_only(saved):
    with pytest.raises(ValueError, match="read-only"):
        checkpoints.load(saved).arrays["weights"][0] = 9


def test_the_same_configuration_is_found(saved, tmp_path):
    checkpoint, found = checkpoints.obtain(SMALL, tmp_path, never)
    assert found and checkpoint.path == saved == checkpoints.find(SMALL, tmp_path)
    assert checkpoints.require(SMALL, tmp_path).metadata == checkpoint.metadata


def test_force_trains_again(saved, tmp_path):
    checkpoint, found = checkpoints.obtain(SMALL, tmp_path, lambda: toy_model(9.0), force=True)
    assert not found and checkpoint.path == saved
    assert checkpoint.metadata["metrics"] == {"loss": 9.0}


def test_every_field_and_the_data_but_not_the_device_make_the_key():
    config = dataclasses.asdict(AutoencoderConfig())
    keys = {checkpoints.checkpoint_key("autoencoder", config, {"a": "1"})}
    for name in config:
        keys.add(checkpoints.checkpoint_key("autoencoder", {**config, name: "other"}, {"a": "1"}))
    keys.add(checkpoints.checkpoint_key("autoencoder", config, {"a": "2"}))
    keys.add(checkpoints.checkpoint_key("flow", config, {"a": "1"}))
    assert len(keys) == len(config) + 3
    assert all(len(key) == 64 for key in keys)
    shuffled = dict(reversed(config.items()))
    assert checkpoints.checkpoint_key("autoencoder", shuffled, {"a": "1"}) in keys


def test_a_missing_checkpoint_is_named_with_the_command_that_makes_it(tmp_path):
    assert checkpoints.find(SMALL, tmp_path) is None
    with pytest.raises(CheckpointError, match=r"no checkpoint toy-\w{16}\.safetensors .*train toy"):
        checkpoints.require(SMALL, tmp_path)


def test_the_folder_that_was_named_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path / "environment"))
    assert checkpoints.checkpoint_dir(tmp_path) == tmp_path
    assert checkpoints.checkpoint_dir() == tmp_path / "environment"
    monkeypatch.delenv("HW9_CHECKPOINTS")
    assert checkpoints.checkpoint_dir() == ROOT / "checkpoints"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    with pytest.raises(CheckpointError, match="cannot be written .* --checkpoints"):
        checkpoints.obtain(SMALL, blocker, small_model)


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(CheckpointError, match="No space left on device"):
        checkpoints.obtain(SMALL, tmp_path, small_model)
    assert names(tmp_path) == set()


def test_a_full_disk_is_noticed_before_the_training(tmp_path, monkeypatch):
    usage = checkpoints.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(checkpoints.shutil, "disk_usage", lambda _: usage._replace(free=7_000_000))
    with pytest.raises(CheckpointError, match="Only 7 MB are free where the checkpoint .* is to be written"):
        checkpoints.obtain(SMALL, tmp_path, never)


def test_a_model_that_finds_no_room_after_training_is_kept_elsewhere(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "checkpoints", tmp_path / "elsewhere"
    elsewhere.mkdir()
    replace = os.replace

    def full(source, target):
        if Path(target).parent == folder:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", full)
    monkeypatch.setattr(checkpoints.tempfile, "gettempdir", lambda: str(elsewhere))
    with pytest.raises(CheckpointError, match="No space left on device.*is kept as .*elsewhere"):
        checkpoints.obtain(SMALL, folder, small_model)
    (kept,) = elsewhere.iterdir()
    np.testing.assert_array_equal(checkpoints.load(kept).arrays["weights"], [1, 2, 3])
    assert names(folder) == set()


def test_an_interrupted_training_leaves_nothing_behind(tmp_path):
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checkpoints.obtain(SMALL, tmp_path, interrupted)
    assert names(tmp_path) == set()
    assert checkpoints.obtain(SMALL, tmp_path, small_model)[1] is False  # the lock is free again


# Damage


def test_every_flipped_byte_is_noticed(saved):
    content = saved.read_bytes()
    assert len(content) < 1500  # small enough to flip each byte in three ways
    for position in range(len(content)):
        for mask in (0x01, 0x20, 0xFF):
            flipped = bytearray(content)
            flipped[position] ^= mask
            with pytest.raises(format.DamagedError):
                format.decode(bytes(flipped))


@pytest.mark.parametrize("keep", [0, 4, 8, 200, -1])
def test_every_truncation_is_noticed(saved, keep):
    with pytest.raises(format.DamagedError):
        format.decode(saved.read_bytes()[:keep])
    with pytest.raises(format.DamagedError):
        format.decode(saved.read_bytes() + b"\x00")


def test_metadata_that_imitates_the_checksum_field_does_no_harm():
    imitation = '"sha256":"' + "0" * 64 + '"'
    content = format.encode({"sha256": np.zeros(1)}, {"note": imitation, "sha": imitation})
    arrays, facts = format.decode(content)
    assert facts["note"] == imitation and "sha256" in arrays


@pytest.mark.parametrize("where", ["header length", "header", "data"])
def test_a_damaged_file_is_named_and_set_aside_and_the_next_call_trains(saved, tmp_path, where):
    content = bytearray(saved.read_bytes())
    content[{"header length": 0, "header": 60, "data": -1}[where]] ^= 0x10
    saved.write_bytes(content)
    with pytest.raises(CheckpointError) as caught:
        checkpoints.obtain(SMALL, tmp_path, never)
    message = str(caught.value)
    assert str(saved) in message and "damaged" in message and "\n" not in message
    aside = saved.with_name(saved.name + ".damaged")
    assert not saved.exists() and aside.read_bytes() == content
    checkpoint, found = checkpoints.obtain(SMALL, tmp_path, small_model)
    assert not found
    assert checkpoints.load(saved).metadata == checkpoint.metadata


def test_reading_changes_nothing(saved):
    saved.write_bytes(saved.read_bytes()[:-1])
    before = names(saved.parent)
    for read in (lambda: checkpoints.load(saved), lambda: checkpoints.require(SMALL, saved.parent)):
        with pytest.raises(CheckpointError, match="damaged .* was not used"):
            read()
    assert names(saved.parent) == before


def test_a_file_that_was_replaced_meanwhile_is_read_and_not_set_aside(saved, monkeypatch):
    good = saved.read_bytes()
    saved.write_bytes(good[:-1])
    acquire = FileLock.acquire

    def replaced_before_the_lock(self, *arguments, **options):
        saved.write_bytes(good)
        return acquire(self, *arguments, **options)

    monkeypatch.setattr(FileLock, "acquire", replaced_before_the_lock)
    checkpoint, found = checkpoints.obtain(SMALL, saved.parent, never)
    np.testing.assert_array_equal(checkpoint.arrays["weights"], [1, 2, 3])
    assert found and names(saved.parent) == {saved.name}


def test_a_damaged_file_in_a_read_only_folder_is_not_used(saved, monkeypatch):
    saved.write_bytes(saved.read_bytes()[:-1])
    monkeypatch.setattr(checkpoints.os, "access", lambda *_: False)
    with pytest.raises(CheckpointError, match="damaged .* was not used"):
        checkpoints.obtain(SMALL, saved.parent, never)


def rewritten(path, change):
    """The checkpoint with other metadata and a digest that is right for it."""
    arrays, facts = format.decode(path.read_bytes())
    change(facts)
    path.write_bytes(format.encode(arrays, facts))


@pytest.mark.parametrize("name", ["kind", "config", "data_digests", "device", "metrics", "created"])
@pytest.mark.parametrize("wrong", [None, 3, ["a"]])
def test_wrong_metadata_with_a_valid_digest_is_one_sentence(saved, name, wrong):
    rewritten(saved, lambda facts: facts.pop(name) if wrong is None else facts.update({name: wrong}))
    with pytest.raises(CheckpointError) as caught:
        checkpoints.load(saved)
    message = str(caught.value)
    assert saved.name in message and f"does not say its {name}" in message and "\n" not in message


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "nonsense"])
def test_metadata_that_is_no_json_is_damage(saved, text):
    content = save({"weights": np.zeros(1)}, {"kind": text, "sha256": "0" * 64})
    start, end = format._digest_span(content)
    saved.write_bytes(content[:start] + hashlib.sha256(content).hexdigest().encode() + content[end:])
    with pytest.raises(CheckpointError, match="its metadata is not JSON"):
        checkpoints.load(saved)


def test_what_a_reader_misses_is_one_sentence(saved):
    checkpoint = checkpoints.load(saved)
    with pytest.raises(CheckpointError, match=f"{saved.name} has no array 'scores': train it again"):
        checkpoint.arrays["scores"]
    with pytest.raises(CheckpointError, match="has no metric 'threshold'"):
        checkpoint.metadata["metrics"]["threshold"]
    assert "scores" not in checkpoint.arrays and checkpoint.arrays.get("scores") is None


def test_another_format_version_is_not_taken_for_damage(saved, monkeypatch):
    monkeypatch.setattr(format, "FORMAT_VERSION", 2)
    with pytest.raises(CheckpointError, match="has format 1"):
        checkpoints.load(saved)
    assert saved.exists()


def test_a_file_under_another_models_name_is_refused(saved, tmp_path):
    other = checkpoints.checkpoint_path(ToyConfig(size=4), tmp_path)
    saved.rename(other)
    with pytest.raises(CheckpointError, match=f"rename it to {saved.name}"):
        checkpoints.obtain(ToyConfig(size=4), tmp_path, never)
    assert other.exists()


# Several processes


def test_processes_that_want_one_key_at_once_train_it_once(tmp_path):
    workers = [worker("obtain", tmp_path) for _ in range(3)]
    outputs = [process.communicate(timeout=60)[0].strip() for process in workers]
    assert sorted(outputs) == ["found", "found", "trained"]
    assert len((tmp_path / "trained.log").read_text().splitlines()) == 1


@pytest.mark.parametrize("mode", ["die-training", "die-flushing", "die-renaming"])
def test_a_process_killed_at_a_critical_point_leaves_no_checkpoint_and_blocks_nobody(tmp_path, mode):
    killed = worker(mode, tmp_path)
    killed.communicate(timeout=60)
    assert killed.returncode == KILLED
    left = [name for name in names(tmp_path) if name.endswith(".tmp")]
    assert len(left) == (0 if mode == "die-training" else 1)
    assert checkpoints.find(ToyConfig(), tmp_path) is None
    checkpoint, found = checkpoints.obtain(ToyConfig(), tmp_path, toy_model)
    assert not found
    assert names(tmp_path) == {checkpoint.path.name, "trained.log"}


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no such signal here")
def test_a_stopped_process_is_waited_for_aloud_and_not_for_ever(tmp_path, caplog):
    holder = worker("obtain", tmp_path)
    try:
        while not (tmp_path / "trained.log").exists():
            time.sleep(0.01)
        holder.send_signal(signal.SIGSTOP)
        with pytest.raises(CheckpointError, match="held the lock of toy-.* end that process"):
            checkpoints.obtain(ToyConfig(), tmp_path, toy_model, patience=1.5)
        assert "waiting for it, at most 0.00833 minutes" in caplog.text
        holder.send_signal(signal.SIGCONT)
        assert checkpoints.obtain(ToyConfig(), tmp_path, toy_model, patience=60)[1] is True
    finally:
        holder.kill()
        holder.communicate(timeout=60)


def test_a_process_killed_at_any_moment_leaves_a_complete_checkpoint(tmp_path):
    first, _ = checkpoints.obtain(ToyConfig(), tmp_path, toy_model)
    rng = random.Random(0)
    values, kills = {1.0}, 0
    while kills < 12 or len(values) < 3:  # on a busy computer many fall before the first write
        kills += 1
        process = worker("overwrite", tmp_path)
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0, 0.08))
        process.kill()
        process.communicate(timeout=60)
        arrays = checkpoints.load(first.path).arrays
        assert np.unique(arrays["weights"]).size == 1  # all of one write
        values.add(float(arrays["weights"][0]))


# The shipped checkpoint


def test_shipped_checkpoint_holds_what_the_pages_show():
    checkpoint = checkpoints.load(checkpoints.find(AutoencoderConfig(), ROOT / "checkpoints"))
    assert checkpoint.path.stat().st_size <= 8_000_000
    metrics = checkpoint.metadata["metrics"]
    assert 21 <= metrics["threshold"] <= 28
    assert 0.007 <= metrics["type_1_error"] <= 0.012
    assert 0.020 <= metrics["type_2_error"] <= 0.045
    assert checkpoint.arrays["scores/test"].shape == (10, 10_000)
    assert checkpoint.arrays["training_loss"].shape == (5_000,)
