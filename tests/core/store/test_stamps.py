"""Stamps: what was made of the last complete checkpoint stays in use until another one is complete."""

from __future__ import annotations

import os
from threading import Thread

import numpy as np
import pytest

from hw9core.errors import CheckpointError
from hw9core.store import checkpoints, stamps
from hw9core.store.checkpoints import TrainedModel
from tests.core.store.cache_worker import ToyConfig

CONFIG = ToyConfig(size=3)


def train(directory, value):
    model = TrainedModel({"weights": np.full(3, value)}, {}, "cpu")
    return checkpoints.obtain(CONFIG, directory, lambda: model, force=True)[0].path


def weight(stamp):
    return stamp.load().arrays["weights"][0]


def test_a_stamp_is_the_same_until_the_file_is_another(tmp_path):
    train(tmp_path, 1.0)
    first = stamps.stamp(CONFIG, tmp_path)
    assert stamps.stamp(CONFIG, tmp_path) == first and hash(stamps.stamp(CONFIG, tmp_path)) == hash(first)
    train(tmp_path, 2.0)
    second = stamps.stamp(CONFIG, tmp_path)
    assert second != first and weight(second) == 2.0


def test_a_half_copied_file_leaves_the_last_stamp_until_it_is_complete(tmp_path, caplog):
    path = train(tmp_path, 1.0)
    first = stamps.stamp(CONFIG, tmp_path)
    train(tmp_path / "new", 2.0)
    content = (tmp_path / "new" / path.name).read_bytes()
    with path.open("wb") as file:  # as cp does, slowly
        for start in range(0, len(content), 100):
            assert stamps.stamp(CONFIG, tmp_path) == first
            file.write(content[start : start + 100])
            file.flush()
    second = stamps.stamp(CONFIG, tmp_path)
    assert second != first and weight(second) == 2.0
    assert "The last complete one stays in use." in caplog.text
    assert {entry.name for entry in tmp_path.iterdir()} >= {path.name}
    assert not list(tmp_path.glob("*.damaged"))


def test_a_file_that_is_gone_leaves_the_last_stamp(tmp_path):
    path = train(tmp_path, 1.0)
    first = stamps.stamp(CONFIG, tmp_path)
    path.unlink()
    assert stamps.stamp(CONFIG, tmp_path) == first


def test_without_a_complete_file_the_sentence_names_what_is_wrong(tmp_path):
    missing = stamps.stamp(CONFIG, tmp_path)
    assert missing.state is None
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        missing.load()
    missing.path.write_bytes(b"half")
    damaged = stamps.stamp(CONFIG, tmp_path)
    assert damaged != missing
    with pytest.raises(CheckpointError, match="damaged"):
        damaged.load()


def test_each_state_of_a_file_is_judged_once(tmp_path, monkeypatch):
    train(tmp_path, 1.0)
    calls = []
    load = checkpoints.load
    monkeypatch.setattr(checkpoints, "load", lambda path: calls.append(path) or load(path))
    askers = [Thread(target=stamps.stamp, args=(CONFIG, tmp_path)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(calls) == 1
    os.utime(calls[0], ns=(1, 1))
    stamps.stamp(CONFIG, tmp_path)
    assert len(calls) == 2
