"""MNIST and KMNIST straight from the official gzipped idx files into NumPy arrays.

The files lie as torchvision lays them out (``MNIST/raw``, ``KMNIST/raw``) in one data folder, which may be
shared or read-only: nothing is unpacked there. Each file is compared with its official MD5 every time it is
read, so a damaged one is named and never used.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import Float32Array, Levels
from hw9core.errors import DataError, TrainingError
from hw9core.store.files import REPOSITORY

IMAGE_SHAPE = (28, 28)
PIXELS = 784
LEVELS = 256  # of grey: 0 is black
WHITE = LEVELS - 1
IMAGE_SETS = ("validation", "test", "anomaly")
"""The images that detectors score: held out from MNIST's training set, MNIST's and KMNIST's test images."""


@dataclass(frozen=True)
class DataFile:
    """One official file: its data set, name, size in bytes and MD5 (hexadecimal)."""

    dataset: str
    name: str
    size: int
    md5: str

    @property
    def relative_path(self) -> str:
        """Path inside the data folder, with forward slashes on every system."""
        return f"{self.dataset}/raw/{self.name}"

    def path_in(self, directory: Path) -> Path:
        """Where this file lies in a data folder."""
        return directory / self.dataset / "raw" / self.name


@dataclass(frozen=True)
class Split:
    """The two files of one set of labelled images."""

    images: DataFile
    labels: DataFile


# The MD5 constants are torchvision's (a test compares them); they stand here because viewing does not
# import torchvision.
MNIST_TRAIN = Split(
    DataFile("MNIST", "train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    DataFile("MNIST", "train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
)
MNIST_TEST = Split(
    DataFile("MNIST", "t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
    DataFile("MNIST", "t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
)
KMNIST_TEST = Split(
    DataFile("KMNIST", "t10k-images-idx3-ubyte.gz", 3_041_136, "5c965bf0a639b31b8f53240b1b52f4d7"),
    DataFile("KMNIST", "t10k-labels-idx1-ubyte.gz", 5_120, "7320c461ea6c1c855c0b718fb2a4b134"),
)
DATA_FILES = tuple(
    file for split in (MNIST_TRAIN, MNIST_TEST, KMNIST_TEST) for file in (split.images, split.labels)
)
DATA_DIGESTS: Mapping[str, str] = {file.relative_path: file.md5 for file in DATA_FILES}


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Images, uint8 (n, 28, 28) with 0 black and 255 white, and their class ids, uint8 (n,)."""

    images: Levels
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 3 or self.images.shape[1:] != IMAGE_SHAPE:
            raise ValueError(
                f"Images must be uint8 of shape (n, 28, 28), not {self.images.dtype} {self.images.shape}."
            )
        if self.labels.dtype != np.uint8 or self.labels.shape != self.images.shape[:1]:
            raise ValueError("There must be one uint8 label for each image.")


@dataclass(frozen=True, eq=False)
class AutoencoderData:
    """What problem 1 needs: MNIST's 60,000 training and 10,000 test images, KMNIST's 10,000 test images."""

    train: LabelledImages
    test: LabelledImages
    anomaly: LabelledImages

    def scored(self, validation_index: NDArray[np.int32]) -> dict[str, Levels]:
        """The images of each of ``IMAGE_SETS``, uint8 (n, 28, 28); the first are these rows of ``train``."""
        return {
            "validation": self.train.images[validation_index],
            "test": self.test.images,
            "anomaly": self.anomaly.images,
        }


def data_dir(explicit: str | Path | None = None) -> Path:
    """The data folder, which need not exist: ``explicit``, else $HW9_DATA, else data/ of the repo.

    A folder that was named but is missing is not replaced by the next in line: that would hide a mistyped
    name. Raises ``DataError`` for the home folder of somebody this computer does not know.
    """
    chosen = Path(explicit or os.environ.get("HW9_DATA") or REPOSITORY / "data")
    try:
        return chosen.expanduser()
    except RuntimeError as error:
        raise DataError(f"The data folder {chosen} cannot be found: there is no such user.") from error


def load_images(directory: Path, split: Split) -> LabelledImages:
    """Read and verify one split; raises ``DataError`` for a missing or damaged file."""
    images = parse_idx(gzip.decompress(read_verified(directory, split.images)))
    labels = parse_idx(gzip.decompress(read_verified(directory, split.labels)))
    return LabelledImages(images, labels)


def load_autoencoder_data(directory: Path) -> AutoencoderData:
    """Read and verify all that problem 1 needs; raises ``DataError`` for a missing or damaged file."""
    return AutoencoderData(
        train=load_images(directory, MNIST_TRAIN),
        test=load_images(directory, MNIST_TEST),
        anomaly=load_images(directory, KMNIST_TEST),
    )


def flat_levels(images: Levels) -> Levels:
    """Images (n, 28, 28) or (n, 784) of grey levels as (n, 784)."""
    return images.reshape(len(images), PIXELS)


def flat_pixels(images: Levels) -> Float32Array:
    """The brightness of images, float32 (n, 784) in [0, 1], the numbers torchvision's ToTensor gives."""
    return flat_levels(images).astype(np.float32) / np.float32(WHITE)


def grey_levels(brightness: NDArray[np.floating]) -> Levels:
    """The nearest grey levels, in the shape of ``brightness``, which is cut to [0, 1]."""
    return np.rint(np.clip(brightness, 0, 1) * WHITE).astype(np.uint8)


def random_split(n: int, validation_size: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Split range(n) at random into training and validation indices, both int32 and ascending.

    Raises ``TrainingError`` when nothing is left to train on.
    """
    if validation_size >= n:
        raise TrainingError(f"{validation_size:,} of {n:,} images cannot be held out: none is left to train.")
    permutation = np.random.default_rng(seed).permutation(n).astype(np.int32)
    return np.sort(permutation[validation_size:]), np.sort(permutation[:validation_size])


def read_verified(directory: Path, file: DataFile) -> bytes:
    """The bytes of a file whose MD5 is the official one.

    Raises ``DataError`` when it is missing or damaged, and changes nothing: only a fetch sets a damaged file
    aside. The bytes that were checked are the bytes returned, so nothing can change in between.
    """
    path = file.path_in(directory)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"{path} is missing: get it with `python -m hw9core data fetch`, or name its folder with --data."
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the permissions.") from error
    if md5_hex(content) != file.md5:
        raise DataError(
            f"{path} is damaged (its MD5 is not {file.md5}) and was not used: "
            "get it again with `python -m hw9core data fetch`."
        )
    return content


def md5_hex(content: bytes) -> str:
    """MD5 in hexadecimal, the digest the data sets publish; it guards against damage, not against attack."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def parse_idx(content: bytes) -> NDArray[np.uint8]:
    """The uint8 array of an idx file (big-endian header: 0, 0, type 0x08, rank, then the shape).

    Raises ``ValueError`` when the header and the number of bytes do not agree.
    """
    header_size = 4 + 4 * content[3] if len(content) >= 4 else 4
    if content[:3] != b"\x00\x00\x08" or len(content) < header_size:
        raise ValueError("These bytes are not an idx file of unsigned bytes.")
    shape = np.frombuffer(content[4:header_size], dtype=">u4").astype(int)
    if len(content) - header_size != np.prod(shape):
        raise ValueError(f"This idx file does not have the {np.prod(shape)} bytes that its header announces.")
    return np.frombuffer(content, dtype=np.uint8, offset=header_size).reshape(shape)
