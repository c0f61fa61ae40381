"""Reading and verifying the data files."""

from __future__ import annotations

import dataclasses
import gzip
import struct

import numpy as np
import pytest

from hw9core.errors import DataError, TrainingError
from hw9core.images.mnist import (
    DATA_FILES,
    KMNIST_TEST,
    MNIST_TEST,
    MNIST_TRAIN,
    DataFile,
    LabelledImages,
    Split,
    data_dir,
    flat_levels,
    flat_pixels,
    grey_levels,
    load_images,
    md5_hex,
    parse_idx,
    random_split,
)


def idx_bytes(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def small_split(tmp_path):
    """A complete split of three images in tmp_path, with the digests of its own files."""
    images = np.arange(3 * 784, dtype=np.uint32).reshape(3, 28, 28).astype(np.uint8)
    labels = np.array([7, 0, 9], np.uint8)
    files = []
    for name, array in (("images.gz", images), ("labels.gz", labels)):
        content = gzip.compress(idx_bytes(array))
        file = DataFile("TOY", name, len(content), md5_hex(content))
        file.path_in(tmp_path).parent.mkdir(parents=True, exist_ok=True)
        file.path_in(tmp_path).write_bytes(content)
        files.append(file)
    return Split(*files), images, labels


def test_md5_constants_are_torchvisions():
    datasets = pytest.importorskip("torchvision.datasets")
    for file in DATA_FILES:
        assert (file.name, file.md5) in getattr(datasets, file.dataset).resources
    assert len({file.relative_path for file in DATA_FILES}) == 6


def test_reads_images_and_labels(tmp_path, small_split):
    split, images, labels = small_split
    loaded = load_images(tmp_path, split)
    np.testing.assert_array_equal(loaded.images, images)
    np.testing.assert_array_equal(loaded.labels, labels)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b + b"x", lambda b: bytes([b[0] ^ 1]) + b[1:]]
)
def test_a_damaged_file_is_named_and_stays_where_it_is(tmp_path, small_split, damage):
    split, _, _ = small_split
    path = split.labels.path_in(tmp_path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(DataError, match=r"labels\.gz is damaged .* and was not used"):
        load_images(tmp_path, split)
    assert path.read_bytes() == damaged


def test_a_missing_file_is_named_with_the_way_to_get_it(tmp_path):
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz is missing: .*data fetch"):
        load_images(tmp_path, MNIST_TRAIN)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x00\x0d\x01" + struct.pack(">I", 1) + bytes(4),  # float32
        idx_bytes(np.zeros((2, 3), np.uint8))[:-1],
        idx_bytes(np.zeros((2, 3), np.uint8)) + b"\x00",
        b"\x00\x00\x08\x03\x00\x00",  # the header itself is cut off
    ],
)
def test_bytes_that_are_no_idx_file_are_refused(content):
    with pytest.raises(ValueError, match="idx"):
        parse_idx(content)


def test_labelled_images_refuses_other_shapes_and_types():
    images, labels = np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8)
    with pytest.raises(ValueError, match="uint8 of shape"):
        LabelledImages(images.astype(np.float32), labels)
    with pytest.raises(ValueError, match="one uint8 label"):
        LabelledImages(images, labels[:1])


def test_flat_pixels_are_what_to_tensor_gives():
    transforms = pytest.importorskip("torchvision.transforms")
    image = np.arange(784, dtype=np.uint32).reshape(28, 28).astype(np.uint8)
    expected = transforms.ToTensor()(image).numpy().reshape(1, 784)
    np.testing.assert_array_equal(flat_pixels(image[None]), expected)


def test_the_folder_that_was_named_wins(tmp_path, monkeypatch):
    named, from_environment = tmp_path / "named", tmp_path / "environment"
    named.mkdir()
    from_environment.mkdir()
    monkeypatch.setenv("HW9_DATA", str(from_environment))
    assert data_dir(named) == named
    assert data_dir() == from_environment
    assert data_dir(tmp_path / "mistyped") == tmp_path / "mistyped"
    monkeypatch.setattr("hw9core.images.mnist.REPOSITORY", tmp_path)
    monkeypatch.delenv("HW9_DATA")
    assert data_dir() == tmp_path / "data"


def test_the_home_folder_of_nobody_is_one_sentence():
    with pytest.raises(DataError, match="~nosuchuser-here/x cannot be found: there is no such user"):
        data_dir("~nosuchuser-here/x")


def test_flat_levels_keep_the_order():
    images = np.arange(2 * 784).reshape(2, 28, 28).astype(np.uint8)
    assert np.array_equal(flat_levels(images)[1], images[1].ravel())


def test_grey_levels_are_the_inverse_of_brightness():
    every_level = np.resize(np.arange(256, dtype=np.uint8), (1, 784))
    np.testing.assert_array_equal(grey_levels(flat_pixels(every_level)), every_level)
    np.testing.assert_array_equal(grey_levels(np.array([-1.0, 0.4 / 255, 0.6 / 255, 2.0])), [0, 0, 1, 255])


def test_random_split_is_a_partition():
    training, validation = random_split(1000, 300, seed=1)
    assert (len(training), len(validation)) == (700, 300)
    np.testing.assert_array_equal(np.sort(np.concatenate([training, validation])), np.arange(1000))
    assert np.all(np.diff(validation) > 0)
    assert validation.mean() == pytest.approx(500, abs=60)  # random, not the head or the tail (sd 14)
    with pytest.raises(TrainingError, match="held out"):
        random_split(10, 10, seed=0)


@pytest.mark.parametrize(
    ("split", "n", "per_class"),
    [(MNIST_TEST, 10_000, [980, 1135]), (KMNIST_TEST, 10_000, [1000, 1000])],
)
def test_real_files(real_data_dir, split, n, per_class):
    loaded = load_images(real_data_dir, split)
    assert loaded.images.shape == (n, 28, 28)
    assert np.bincount(loaded.labels)[:2].tolist() == per_class  # published class counts


def test_sizes_are_those_of_the_real_files(real_data_dir):
    assert [file.path_in(real_data_dir).stat().st_size for file in DATA_FILES] == [f.size for f in DATA_FILES]


def test_data_files_are_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        MNIST_TEST.images.md5 = "0" * 32
