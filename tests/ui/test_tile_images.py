"""Tiles for the gallery: with and without data sets, and as those come, go and are damaged."""

import gzip
import io
import os
import time

import numpy as np
import pytest
from PIL import Image

from hw9core.anomaly.detectors.autoencoder import decode, reconstruct, scores
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.errors import CheckpointError
from hw9core.images.mnist import DataFile, Split, flat_pixels, md5_hex
from hw9core.images.tiles import tile_png
from hw9core.store import checkpoints, format
from hw9core.store.files import write_atomically
from ui.lessons.anomaly import tile_images
from ui.lessons.anomaly.tile_images import inputs_available, own_tile, tile

RNG = np.random.default_rng(0)
IMAGES = {name: RNG.integers(0, 256, (30, 28, 28), dtype=np.uint8) for name in ("test", "anomaly")}


def idx(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">u4").tobytes()
    return gzip.compress(header + array.tobytes(), mtime=0)


CONTENTS = {
    (name, kind): idx(array)
    for name, images in IMAGES.items()
    for kind, array in (("images", images), ("labels", np.zeros(30, np.uint8)))
}


def data_file(name: str, kind: str) -> DataFile:
    content = CONTENTS[name, kind]
    return DataFile(name.upper(), f"{kind}.gz", len(content), md5_hex(content))


SPLITS = {name: Split(data_file(name, "images"), data_file(name, "labels")) for name in IMAGES}


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    """An empty data folder for two small sets in the official format, and nothing remembered."""
    monkeypatch.setattr(tile_images, "SPLITS", SPLITS)
    monkeypatch.setenv("HW9_DATA", os.fspath(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget():
    for cached in (tile_images._tile, tile_images._inputs, tile_images._model):
        cached.cache_clear()


def write(directory, names=("test", "anomaly"), damage=None):
    for (name, kind), content in CONTENTS.items():
        if name in names:
            path = data_file(name, kind).path_in(directory)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content[:-1] if (name, kind) == damage else content)


@pytest.fixture(scope="module")
def arrays():
    return checkpoints.require(AutoencoderConfig()).arrays


def from_image(arrays, name, index):
    pixels = flat_pixels(IMAGES[name])[index : index + 1]
    return tile_png(pixels[0], reconstruct(arrays, pixels)[0])


def from_codes(arrays, name, index):
    return tile_png(None, decode(arrays, arrays[f"codes/{name}"])[index])


def pixels_of(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image).astype(int)


def assert_same(first: bytes, second: bytes):
    """Equal up to one grey level: a batch of matrix products may round another way than a single one."""
    first, second = pixels_of(first), pixels_of(second)
    assert first.shape == second.shape
    assert np.abs(first - second).max() <= 3  # one level of error is up to three levels of its colour


@pytest.mark.parametrize("name", ["test", "anomaly"])
@pytest.mark.parametrize("index", [0, 7, 29])
def test_with_data_the_input_its_reconstruction_and_error_show(data, arrays, name, index):
    write(data)
    assert inputs_available()
    content = tile(name, index)
    assert_same(content, from_image(arrays, name, index))
    np.testing.assert_array_equal(pixels_of(content)[:, :28, 0], IMAGES[name][index])


@pytest.mark.parametrize(("name", "index"), [("test", 0), ("anomaly", 9_999)])
def test_without_data_the_stored_codes_give_the_reconstruction(arrays, name, index):
    assert not inputs_available()
    assert_same(tile(name, index), from_codes(arrays, name, index))


@pytest.mark.parametrize(
    ("name", "index"),
    [("train", 0), ("validation", 0), ("", 0), ("test", -1), ("test", 10_000), ("test", 10**9)],
)
def test_what_does_not_exist_is_none(data, name, index):
    assert tile(name, index) is None
    write(data)
    assert tile(name, index) is None


def test_a_finished_fetch_shows(data, arrays):
    assert pixels_of(tile("test", 3)).shape == (28, 28, 4)
    write(data, ["test"])
    assert_same(tile("test", 3), from_image(arrays, "test", 3))
    assert not inputs_available()  # the other set is still to come
    assert_same(tile("anomaly", 3), from_codes(arrays, "anomaly", 3))
    write(data, ["anomaly"])
    assert inputs_available()
    assert_same(tile("anomaly", 3), from_image(arrays, "anomaly", 3))


def test_removed_data_does_not_linger(data, arrays):
    write(data)
    assert inputs_available()
    SPLITS["test"].images.path_in(data).unlink()
    assert not inputs_available()
    assert_same(tile("test", 0), from_codes(arrays, "test", 0))


@pytest.mark.parametrize("kind", ["images", "labels"])
def test_damaged_data_counts_as_absent_and_is_logged(data, arrays, caplog, kind):
    write(data, damage=("test", kind))
    assert not inputs_available()
    assert_same(tile("test", 0), from_codes(arrays, "test", 0))
    assert f"{kind}.gz is damaged" in caplog.text
    write(data, ["test"])  # fetched again
    assert inputs_available()


def test_damage_is_found_out_once(data, caplog):
    write(data, damage=("test", "images"))
    for index in range(20):
        assert pixels_of(tile("test", index)).shape == (28, 28, 4)
    assert not inputs_available()
    assert len([record for record in caplog.records if "damaged" in record.message]) == 1


def test_files_are_read_once_and_tiles_made_once(data, monkeypatch):
    write(data)
    reads = []
    load = tile_images.load_images
    monkeypatch.setattr(
        tile_images, "load_images", lambda *arguments: reads.append(arguments) or load(*arguments)
    )
    first = tile("test", 0)
    for index in range(30):
        tile("test", index)
    assert tile("test", 0) is first
    assert len(reads) == 1
    assert tile_images._tile.cache_info().maxsize == tile_images.MAXIMUM_TILES


def test_without_a_checkpoint_there_is_no_tile(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("HW9_CHECKPOINTS", os.fspath(tmp_path / "none"))
    assert tile("test", 0) is None
    assert "There is no checkpoint" in caplog.text
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        own_tile(np.zeros(784, np.float32))


def test_a_new_checkpoint_is_read(arrays, monkeypatch, tmp_path):
    source = checkpoints.load(checkpoints.find(AutoencoderConfig()))
    monkeypatch.setenv("HW9_CHECKPOINTS", os.fspath(tmp_path))
    assert tile("test", 0) is None
    target = tmp_path / source.path.name
    target.write_bytes(source.path.read_bytes())
    assert_same(tile("test", 0), from_codes(arrays, "test", 0))
    retrained = {**arrays, "codes/test": arrays["codes/anomaly"]}
    write_atomically(target, format.encode(retrained, source.metadata))
    os.utime(target, ns=(0, 0))  # any other time than the first file's
    assert_same(tile("test", 0), from_codes(retrained, "test", 0))


def test_an_own_image_gets_tile_and_score(arrays):
    pixels = flat_pixels(IMAGES["test"])[:1]
    content, score = own_tile(pixels[0])
    assert_same(content, from_image(arrays, "test", 0))
    assert isinstance(score, float)
    assert score == pytest.approx(scores(pixels, reconstruct(arrays, pixels))[0], rel=1e-5)


def test_a_tile_is_quick(data):
    write(data)
    tile("test", 0)
    seconds = []
    for index in range(1, 30):
        start = time.perf_counter()
        tile("test", index)
        seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 5e-3  # measured 1 ms
