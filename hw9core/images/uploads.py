"""A user's own images, decoded with bounds on time and memory and brought into the form of MNIST.

What is transparent becomes white. A drawing without a ground is nearly always dark ink, meant for white paper
as every viewer shows it; on black it would be gone.

MNIST's form (LeCun, Cortes and Burges, "The MNIST database of handwritten digits"): white ink on black,
scaled with anti-aliasing and unchanged aspect so that it fits a box of 20×20 pixels, in a field of 28×28
pixels whose centre is the ink's centre of mass.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from hw9core.arrays import Float32Array, Levels
from hw9core.errors import InputError
from hw9core.images.mnist import IMAGE_SHAPE, PIXELS, WHITE, flat_pixels, grey_levels

MAXIMUM_BYTES = 5 * 2**20
MAXIMUM_SIDE = 4096  # pixels: a 12-megapixel photograph fits, and its grey levels take 16 MiB
# A progressive JPEG has about ten scans; each scan of a hostile one costs a pass over all pixels.
MAXIMUM_SCANS = 32
INK_BOX = 20  # pixels, the longer side of a digit in MNIST
# All 10,000 images of MNIST test have their centre of mass within half a pixel of row 14 and column 14.
CENTRE = 14
# Ink fainter than this share of the darkest does not widen the bounding box: JPEG leaves a halo of up to
# a tenth around strokes, while of MNIST test's 10,000 bounding boxes this share moves one.
FAINT = 0.1
# A picture whose ink differs less than this from the ground, as a share of white, is blank.
LEAST_CONTRAST = 0.1

_PNG, _JPEG, _NPY = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x93NUMPY"
_START_OF_SCAN = b"\xff\xda"


def decode_image(content: bytes, name: str) -> Levels:
    """The grey levels, uint8 (h, w) with 0 black and 255 white, of a PNG, JPEG or NPY file of at most 5 MiB.

    What the file is, its first bytes say; ``name`` only serves messages. Transparent pixels become white, a
    photograph is turned upright (EXIF), 16 bits become 8, and of an animation the first frame is taken. An
    NPY file holds one image, (h, w) or (1, h, w), as uint8 or as float in [0, 1]. Size and dimensions are
    judged before anything is unpacked. Raises ``InputError`` in one sentence for a file that cannot be used.
    """
    name = _shortened(name)
    _require_size(content, name)
    if not content.startswith(_NPY):
        return _decode_picture(content, name)
    image = _npy_array(content, name, _require_one_image)
    image = image.reshape(image.shape[-2:])
    return image.copy() if image.dtype == np.uint8 else grey_levels(image.astype(np.float32))


def read_images(path: Path) -> Float32Array:
    """The images of a file as float32 (n, 784) in [0, 1].

    The arrays of an NPY file, N×28×28 or N×784 or one image of either shape, as uint8 or as float in [0, 1],
    are taken as they are. A PNG or JPEG picture is decoded as :func:`decode_image` does it, brought into
    MNIST's form, and inverted first when its ground is bright. Raises ``InputError`` in one sentence that
    names the file.
    """
    name = str(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{name} does not exist: check the name.") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror or error}).") from error
    if content.startswith(_NPY):
        images = _npy_array(content, name, _require_mnist_shape).reshape(-1, PIXELS)
        return flat_pixels(images) if images.dtype == np.uint8 else images.astype(np.float32)
    _require_size(content, name)
    image = _decode_picture(content, name)
    try:
        return to_mnist_form(image, looks_like_black_ink_on_white(image))[np.newaxis]
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


def looks_like_black_ink_on_white(image: NDArray) -> bool:
    """Whether the ground of an image is bright, so that MNIST's form needs it inverted.

    ``image`` is uint8, or float in [0, 1], of shape (h, w). The ground is the median of the border, which ink
    that touches one side does not change.
    """
    return bool(np.median(_border(image)) > _white(image) / 2)


def to_mnist_form(image: NDArray, invert: bool) -> Float32Array:
    """An image in MNIST's form, float32 (784,) from 0 (ground) to 1 (the strongest ink).

    ``image`` is uint8, or float in [0, 1], of shape (h, w); without ``invert`` its ink is brighter than its
    ground. Ink is counted from the border's median, so paper need not be white. Very lopsided ink stays whole
    within the field, with its centre of mass off the centre. What is in this form already is not changed
    (apart from its strongest ink becoming 1). Raises ``InputError`` when nothing is drawn.
    """
    if image.ndim != 2 or 0 in image.shape:
        raise ValueError(f"An image must have shape (h, w), not {image.shape}.")
    if invert:
        image = _white(image) - image
    ink = _ink(image)
    small = _scaled(ink[_bounding_box(ink)])
    field = np.zeros(IMAGE_SHAPE, dtype=np.float32)
    rows, columns = (_centred(small.sum(axis=axis)) for axis in (1, 0))
    field[rows, columns] = small
    return field.ravel()


def _shortened(name: str) -> str:
    """A file name that keeps a message one short line, whatever the user called the file."""
    return name if len(name) <= 60 else name[:57] + "..."


def _require_size(content: bytes, name: str) -> None:
    if len(content) > MAXIMUM_BYTES:
        raise InputError(
            f"{name} has {len(content) / 2**20:.1f} MiB, more than the {MAXIMUM_BYTES >> 20} MiB allowed: "
            "make it smaller."
        )


def _decode_picture(content: bytes, name: str) -> Levels:
    if not content.startswith((_PNG, _JPEG)):
        raise InputError(f"{name} is no PNG, JPEG or NPY file: convert it to one of them.")
    unreadable = f"{name} is damaged or no image that can be read: save it again as PNG."
    if content.startswith(_JPEG) and content.count(_START_OF_SCAN) > MAXIMUM_SCANS:
        raise InputError(f"{name} has too many scans for a JPEG file: save it again as PNG.")
    try:
        # formats: nothing but these two decoders ever sees the bytes. Opening reads the header alone.
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            _require_dimensions(image.size[::-1], name)
            ImageOps.exif_transpose(image, in_place=True)
            return _grey_levels(image)
    except InputError:
        raise
    # Pillow judges dimensions itself while opening, far above our limit; as an error, or as a warning that
    # pytest or -W makes one.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(_too_large(name)) from None
    # Broken files make decoders raise nearly anything: OSError, SyntaxError, ValueError, struct.error, ...
    except Exception as error:
        raise InputError(unreadable) from error


def _grey_levels(image: Image.Image) -> Levels:
    if image.mode.startswith("I"):  # 16 bits, which Pillow's own conversion to 8 would clip instead of scale
        return (np.asarray(image) >> 8).astype(np.uint8)
    if not image.has_transparency_data:
        return np.array(image.convert("L"))
    grey, alpha = image.convert("LA").split()
    return np.array(Image.composite(grey, Image.new("L", image.size, WHITE), alpha))


def _npy_array(content: bytes, name: str, require_shape: Callable[[tuple[int, ...], str], None]) -> NDArray:
    """The numbers of an NPY file, uint8 or float in [0, 1]; ``require_shape`` judges what it announces."""
    stream = io.BytesIO(content)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    unreadable = f"{name} is no NPY file of numbers: write it with numpy.save."
    try:
        shape, fortran_order, dtype = readers[np.lib.format.read_magic(stream)](stream)
    except Exception as error:  # a header is a Python literal, and broken ones raise nearly anything
        raise InputError(unreadable) from error
    if not all(type(side) is int for side in shape):  # True is an int to NumPy's own check
        raise InputError(unreadable)
    if dtype != np.uint8 and dtype.kind != "f":
        raise InputError(f"{name} holds {dtype}: use uint8 from 0 to 255 or float from 0 to 1.")
    require_shape(shape, name)
    # Only now is the shape one whose bytes are worth counting.
    values = content[stream.tell() :]
    if len(values) != math.prod(shape) * dtype.itemsize:
        announced = "×".join(map(str, shape))
        raise InputError(f"{name} does not have the {announced} numbers that its header announces.")
    array = np.frombuffer(values, dtype).reshape(shape, order="F" if fortran_order else "C")
    if dtype != np.uint8:
        _require_unit_interval(array, name)
    return array


def _require_one_image(shape: tuple[int, ...], name: str) -> None:
    if len(shape) != 2 and (len(shape) != 3 or shape[0] != 1):
        raise InputError(f"{name} has shape {shape}: it must hold one image, h×w or 1×h×w.")
    _require_dimensions(shape[-2:], name)


def _require_mnist_shape(shape: tuple[int, ...], name: str) -> None:
    one_image = (IMAGE_SHAPE, (PIXELS,))
    if shape not in one_image and (shape[1:] not in one_image or shape[0] < 1):
        raise InputError(f"{name} has shape {shape}: it must be N×28×28 or N×784 with N at least 1.")


def _require_unit_interval(numbers: NDArray, name: str) -> None:
    if not np.isfinite(numbers).all():
        raise InputError(f"{name} holds NaN or infinite values: use numbers from 0 to 1.")
    low, high = numbers.min(), numbers.max()
    if low < 0 or high > 1:
        extent = f"{low:.6g} to {high:.6g}"
        raise InputError(f"{name} holds floats from {extent}: scale them to 0 … 1, or use uint8 up to 255.")


def _require_dimensions(shape: tuple[int, int], name: str) -> None:
    if min(shape) < 1:
        raise InputError(f"{name} is empty: it has no pixels.")
    if max(shape) > MAXIMUM_SIDE:
        raise InputError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {MAXIMUM_SIDE} pixels along a side: make it smaller."


def _white(image: NDArray) -> int:
    return WHITE if image.dtype == np.uint8 else 1


def _border(image: NDArray) -> NDArray:
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def _ink(image: NDArray) -> NDArray[np.float32]:
    """How much brighter than the ground each pixel is, float32 (h, w), at least 0; raises ``InputError``."""
    border = _border(image).astype(np.float32)
    ground = np.median(border)
    # 1.4826 times the median absolute deviation estimates a standard deviation, here of the paper's grain.
    ground += 4 * 1.4826 * np.median(np.abs(border - ground))
    if image.max() - ground <= LEAST_CONTRAST * _white(image):
        raise InputError(
            "Nothing is drawn on this image, or its ink is darker than its ground and it must be inverted."
        )
    return np.maximum(image - ground, 0, dtype=np.float32)


def _bounding_box(ink: NDArray[np.float32]) -> tuple[slice, slice]:
    """Where the ink is, as slices of rows and columns; faint ink around it is left out."""
    whole = _box_around(ink > 0)
    # What is in MNIST's form already is not scaled a second time, however faint its anti-aliased edge.
    if ink.shape == IMAGE_SHAPE and max(side.stop - side.start for side in whole) == INK_BOX:
        return whole
    return _box_around(ink > FAINT * ink.max())


def _box_around(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _scaled(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ink scaled so that its longer side has 20 pixels and its strongest pixel is 1, float32 (h, w)."""
    scale = INK_BOX / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    # Hamming's filter averages over each target pixel and has no negative lobes, so no ink appears outside
    # the strokes; of Pillow's filters it brings strokes drawn at 280×280 nearest to MNIST's scores.
    small = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.HAMMING))
    return small / small.max()


def _centred(profile: NDArray[np.float32]) -> slice:
    """Where ink with these sums per row (or column) comes to lie in the field, float32 (n,) with n <= 20."""
    mass = profile.astype(np.float64)
    centre_of_mass = mass @ np.arange(mass.size) / mass.sum()
    start = int(np.floor(CENTRE - centre_of_mass + 0.5))
    start = min(max(start, 0), IMAGE_SHAPE[0] - mass.size)
    return slice(start, start + mass.size)
