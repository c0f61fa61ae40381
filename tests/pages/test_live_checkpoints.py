"""Checkpoints that are replaced while the pages are open: by a training, and by a slow copy."""

import os
import shutil
from pathlib import Path
from threading import Event, Thread

import pytest

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.store import checkpoints, format
from hw9core.store.files import write_atomically
from tests.pages.scene import component_data, open_page
from ui.lessons.anomaly.material import Choice, material

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the shipped checkpoints, in use."""
    shutil.copytree(ROOT / "checkpoints", tmp_path / "checkpoints")
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path / "checkpoints"))
    return tmp_path / "checkpoints"


def retrained(path: Path, shift: float) -> bytes:
    """A complete checkpoint of the same configuration whose scores are all larger by ``shift``."""
    arrays, facts = format.decode(path.read_bytes())
    scores = {name: array + shift for name, array in arrays.items() if name.startswith("scores/")}
    return format.encode({**arrays, **scores}, facts)


def tau(**query: str) -> float:
    return component_data(open_page("anomaly", **query))["values"]["tau"]


def test_a_half_copied_checkpoint_changes_nothing_until_it_is_complete(folder):
    path = checkpoints.find(AutoencoderConfig())
    before, content = tau(), retrained(path, 1.0)
    path.write_bytes(content[: len(content) // 2])
    assert tau() == before
    for view in ("curves", "replay", "uncertainty"):  # views that nobody had opened yet
        app = open_page("anomaly", view=view)
        assert not app.exception and not app.error
    assert path.read_bytes() == content[: len(content) // 2]
    assert not list(folder.glob("*.damaged"))
    path.write_bytes(content)
    assert tau() == pytest.approx(before + 1.0, abs=0.01)


def test_without_any_complete_checkpoint_visitors_read_one_sentence_without_a_folder(folder):
    path = checkpoints.find(AutoencoderConfig())
    path.write_bytes(path.read_bytes()[:1000])
    app = open_page("anomaly")
    (sentence,) = [error.value for error in app.error]
    assert path.name.split("-")[0] in sentence and "damaged" in sentence
    assert str(folder) not in sentence and os.sep + "tmp" not in sentence
    assert path.exists()


def test_retraining_under_the_pages_never_raises(folder):
    path = checkpoints.find(AutoencoderConfig())
    contents = [retrained(path, shift) for shift in (0.0, 1.0)]
    stop, failures = Event(), []

    def read() -> None:
        while not stop.is_set():
            try:
                material()
                material(Choice("autoencoder_normalised"))
            except Exception as error:
                failures.append(repr(error))

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for i in range(30):
        write_atomically(path, contents[i % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
