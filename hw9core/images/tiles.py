"""Small pictures of what the autoencoder did with an image: input, reconstruction and error map."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hw9core.images.mnist import IMAGE_SHAPE, PIXELS, grey_levels

# The colours of Inferno (Smith and van der Walt for matplotlib; these ten as in plotly), whose lightness
# rises evenly. They stand at equal distances of |x − x̂| from 0 to 1, one fixed scale for every image, so that
# two tiles can be compared: a pixel's colour says |x − x̂|, the square root of its squared error, because on
# the squares' own scale all but the worst errors would be black.
ERROR_SCALE = (
    "#000004",
    "#1b0c41",
    "#4a0c6b",
    "#781c6d",
    "#a52c60",
    "#cf4446",
    "#ed6925",
    "#fb9b06",
    "#f7d13d",
    "#fcffa4",
)
GAP = 1  # pixels, transparent


def tile_png(image: NDArray[np.float32] | None, reconstruction: NDArray[np.float32]) -> bytes:
    """A PNG of input | reconstruction | error map, 86×28 pixels; without ``image`` the reconstruction alone.

    Both are float32 (784,) in [0, 1], drawn in grey with 1 white. The error map shows each pixel's absolute
    error in the colours of ``ERROR_SCALE``. Raises ``ValueError`` for another shape.
    """
    panels = [_grey(reconstruction)]
    if image is not None:
        panels = [_grey(image), *panels, _error_map(image, reconstruction)]
    height, width = IMAGE_SHAPE
    # Zeros are transparent, so the gaps show whatever ground the page has.
    tile = np.zeros((height, len(panels) * (width + GAP) - GAP, 4), dtype=np.uint8)
    for position, panel in enumerate(panels):
        start = position * (width + GAP)
        tile[:, start : start + width, :3] = panel
        tile[:, start : start + width, 3] = 255
    content = io.BytesIO()
    Image.fromarray(tile).save(content, "PNG")
    return content.getvalue()


def _grey(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pixels (784,) in [0, 1] as uint8 (28, 28, 1)."""
    if pixels.shape != (PIXELS,):
        raise ValueError(f"An image must have shape ({PIXELS},), not {pixels.shape}.")
    return grey_levels(pixels).reshape(*IMAGE_SHAPE, 1)


def _error_map(image: NDArray[np.float32], reconstruction: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colours of the pixels' errors, uint8 (28, 28, 3)."""
    return _COLOURS[grey_levels(np.abs(image - reconstruction))].reshape(*IMAGE_SHAPE, 3)


def _colour_table() -> NDArray[np.uint8]:
    """256 colours from 0 to 1, uint8 (256, 3), straight between neighbours as CSS draws a gradient."""
    stops = np.array([tuple(bytes.fromhex(colour[1:])) for colour in ERROR_SCALE])
    positions = np.linspace(0, 1, len(stops))
    channels = [np.interp(np.linspace(0, 1, 256), positions, stops[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


_COLOURS = _colour_table()
