"""Tiles decode to exactly the pixels and errors they show."""

from __future__ import annotations

import io
import timeit

import numpy as np
import pytest
from PIL import Image

from hw9core.images.tiles import ERROR_SCALE, tile_png

RNG = np.random.default_rng(0)
LEVELS = RNG.integers(0, 256, (2, 28, 28), dtype=np.uint8)
IMAGE, RECONSTRUCTION = LEVELS.reshape(2, 784).astype(np.float32) / np.float32(255)


def decoded(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")
        return np.asarray(image)


def error_colours(errors) -> np.ndarray:
    """The colours, (n, 3), that tiles give to these |x − x̂|."""
    image = np.zeros(784, np.float32)
    image[: len(errors)] = errors
    return decoded(tile_png(image, np.zeros(784, np.float32)))[:, 58:, :3].reshape(784, 3)[: len(errors)]


def test_input_and_reconstruction_come_back_exactly():
    tile = decoded(tile_png(IMAGE, RECONSTRUCTION))
    assert tile.shape == (28, 86, 4)
    for channel in range(3):
        np.testing.assert_array_equal(tile[:, :28, channel], LEVELS[0])
        np.testing.assert_array_equal(tile[:, 29:57, channel], LEVELS[1])


def test_only_the_gaps_are_transparent():
    alpha = decoded(tile_png(IMAGE, RECONSTRUCTION))[..., 3]
    assert (np.flatnonzero((alpha == 0).all(axis=0)) == [28, 57]).all()
    assert (np.delete(alpha, [28, 57], axis=1) == 255).all()


def test_without_an_input_there_is_only_the_reconstruction():
    tile = decoded(tile_png(None, RECONSTRUCTION))
    assert tile.shape == (28, 28, 4) and (tile[..., 3] == 255).all()
    np.testing.assert_array_equal(tile[..., 0], LEVELS[1])


def test_the_error_scale_stands_at_even_steps_of_the_error():
    expected = [tuple(bytes.fromhex(colour[1:])) for colour in ERROR_SCALE]
    steps = np.linspace(0, 1, len(ERROR_SCALE))
    # A level of 255 is not exactly a step of 9: half a level shifts a colour by two at most.
    assert np.abs(error_colours(steps).astype(int) - expected).max() <= 2
    np.testing.assert_array_equal(error_colours([0.0, 1.0]), [expected[0], expected[-1]])


def test_larger_errors_are_brighter():
    luminance = error_colours(np.arange(256) / 255) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > -0.5).all()  # colours have whole levels
    assert (np.diff(luminance[::8]) > 0).all()


def test_the_error_has_no_sign_and_its_own_place():
    image = IMAGE.copy()
    image[[0, 783]] = RECONSTRUCTION[[0, 783]]
    tile = decoded(tile_png(image, RECONSTRUCTION))
    np.testing.assert_array_equal(tile[:, 58:], decoded(tile_png(RECONSTRUCTION, image))[:, 58:])
    assert tuple(tile[0, 58, :3]) == tuple(tile[27, 85, :3]) == (0, 0, 4)
    different = np.abs(image - RECONSTRUCTION).reshape(28, 28) > 0.1
    assert (tile[:, 58:, :3] != [0, 0, 4]).any(axis=2)[different].all()


def test_the_colour_scale_is_the_same_for_every_tile():
    faint = error_colours([0.1])
    np.testing.assert_array_equal(error_colours([0.1, 0.9])[:1], faint)


@pytest.mark.parametrize("shape", [(28, 28), (1, 784), (783,)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="784"):
        tile_png(None, np.zeros(shape, np.float32))


def test_a_tile_takes_about_a_millisecond():
    tile_png(IMAGE, RECONSTRUCTION)
    best = min(timeit.repeat(lambda: tile_png(IMAGE, RECONSTRUCTION), number=10, repeat=10)) / 10
    assert best < 2e-3  # measured 0.4 ms; twice the goal for slow machines
