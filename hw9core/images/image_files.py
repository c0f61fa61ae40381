"""Images that a user hands in, as the flat pixels the models take."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from hw9core.errors import InputError
from hw9core.images.mnist import IMAGE_SHAPE, PIXELS, flat_pixels

EXPECTED = "28×28 pixels, white on black as in MNIST"


def read_image_file(path: Path) -> NDArray[np.float32]:
    """The images of a .npy or PNG file as float32 (n, 784) in [0, 1].

    A .npy file holds N×28×28 or N×784 numbers, or a single image of either shape: uint8, or float in [0, 1].
    Raises ``InputError`` in one sentence that names the file.
    """
    readers = {".npy": _read_npy, ".png": _read_png}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path} is neither .npy nor .png: convert it to one of them.")
    try:
        images = reader(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: check the name.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}).") from error
    return _pixels(images, path)


def _read_npy(path: Path) -> NDArray:
    try:
        # Unlike numpy.load this does not open .npz archives, which hold several arrays.
        with path.open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, MemoryError) as error:
        raise InputError(f"{path} is no .npy file of numbers: write it with numpy.save.") from error


def _read_png(path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(path, formats=["PNG"]) as image:
            # The header gives the size, so an enormous image is turned away before it is unpacked.
            if image.size != IMAGE_SHAPE[::-1]:
                width, height = image.size
                raise InputError(f"{path} is {width}×{height} pixels: resize it to {EXPECTED}.")
            if image.mode.startswith("I"):
                raise InputError(f"{path} has 16 bits per pixel: save it with 8.")
            rgba = image.convert("RGBA")
    except (UnidentifiedImageError, SyntaxError) as error:  # Pillow raises SyntaxError for broken PNG chunks
        raise InputError(f"{path} is no readable PNG image: save it again.") from error
    # What is transparent shows the background, and MNIST's background is black.
    black = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
    return np.asarray(Image.alpha_composite(black, rgba).convert("L"))


def _pixels(images: NDArray, path: Path) -> NDArray[np.float32]:
    if images.shape in (IMAGE_SHAPE, (PIXELS,)):
        images = images[np.newaxis]
    if images.shape[1:] not in (IMAGE_SHAPE, (PIXELS,)) or len(images) == 0:
        raise InputError(f"{path} has shape {images.shape}: it must be N×28×28 or N×784 with N at least 1.")
    if images.dtype == np.uint8:
        return flat_pixels(images)
    flat = images.reshape(len(images), PIXELS)
    if not np.issubdtype(flat.dtype, np.floating):
        raise InputError(f"{path} holds {flat.dtype}: use uint8 from 0 to 255 or float from 0 to 1.")
    if not np.all(np.isfinite(flat)):
        raise InputError(f"{path} holds NaN or infinite values: use numbers from 0 to 1.")
    if flat.min() < 0 or flat.max() > 1:
        extent = f"{flat.min():.6g} to {flat.max():.6g}"
        raise InputError(f"{path} holds values from {extent}: scale floats to 0 … 1, or use uint8.")
    return flat.astype(np.float32)
