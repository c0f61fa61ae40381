"""The gallery's images as PNG tiles, made once per server and kept within bounds.

The reconstruction always exists (the checkpoint stores codes); the input only where the data sets are, so
files are looked at on every call: a fetch that has finished shows on the next one.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.detectors.autoencoder import decode, reconstruct, scores
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.errors import CheckpointError, DataError
from hw9core.images.mnist import KMNIST_TEST, MNIST_TEST, Split, data_dir, flat_pixels, load_images
from hw9core.images.tiles import tile_png
from hw9core.store.stamps import Stamp, stamp
from ui.shared import shared

# The sets of the lesson, as in the checkpoint's scores/<set> and codes/<set>.
SPLITS: Mapping[str, Split] = {"test": MNIST_TEST, "anomaly": KMNIST_TEST}
MAXIMUM_TILES = 4096  # of about 4 KB each
# Each file of a data set and the time it was written.
FileTimes = tuple[tuple[Path, int], ...]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Model:
    """What tiles need of a checkpoint: the weights and the codes of every set, float16 (n, code_size)."""

    weights: Mapping[str, NDArray]
    codes: Mapping[str, NDArray]


def tile(set_name: str, index: int) -> bytes | None:
    """The PNG of :func:`.tiles.tile_png` for image ``index`` of "test" (MNIST) or "anomaly" (KMNIST).

    Without the data sets it shows the reconstruction alone. None when there is no such set or image, or no
    default checkpoint.
    """
    split = SPLITS.get(set_name)
    if split is None:
        return None
    model_stamp = stamp(AutoencoderConfig())
    try:
        if not 0 <= index < len(_model(model_stamp).codes[set_name]):
            return None
    except CheckpointError as error:
        _log.warning("%s", error)
        return None
    return _tile(set_name, index, model_stamp, _input_files(split))


def own_tile(pixels: NDArray[np.float32]) -> tuple[bytes, float]:
    """The tile and the score s(x) of a visitor's image, float32 (784,) in [0, 1]; about 1 ms.

    Raises ``CheckpointError`` when there is no default checkpoint.
    """
    image = pixels[np.newaxis]
    reconstruction = reconstruct(_model(stamp(AutoencoderConfig())).weights, image)
    return tile_png(pixels, reconstruction[0]), float(scores(image, reconstruction)[0])


def inputs_available() -> bool:
    """Whether the images of both sets can be shown; files that are damaged count as absent."""
    return all(_inputs(split, _input_files(split)) is not None for split in SPLITS.values())


@shared(entries=MAXIMUM_TILES)
def _tile(set_name: str, index: int, model_stamp: Stamp, input_files: FileTimes | None) -> bytes:
    model = _model(model_stamp)
    inputs = _inputs(SPLITS[set_name], input_files)
    if inputs is None:
        return tile_png(None, decode(model.weights, model.codes[set_name][index : index + 1])[0])
    image = flat_pixels(inputs[index : index + 1])
    return tile_png(image[0], reconstruct(model.weights, image)[0])


@shared(entries=1)
def _model(source: Stamp) -> _Model:
    arrays = source.load().arrays
    weights = {name: array for name, array in arrays.items() if name.startswith(("encoder.", "decoder."))}
    return _Model(weights, {name: arrays[f"codes/{name}"] for name in SPLITS})


def _input_files(split: Split) -> FileTimes | None:
    """The files of a set's images, None when one is missing."""
    directory = data_dir()
    paths = [file.path_in(directory) for file in (split.images, split.labels)]
    try:
        return tuple((path, path.stat().st_mtime_ns) for path in paths)
    except OSError:
        return None


@shared(entries=len(SPLITS))
def _inputs(split: Split, files: FileTimes | None) -> NDArray[np.uint8] | None:
    """The images, uint8 (n, 28, 28), or None when files are missing or damaged, which is found out once."""
    if files is None:
        return None
    directory = files[0][0].parents[2]
    try:
        return load_images(directory, split).images
    except DataError as error:
        _log.warning("%s", error)
        return None
