"""Files of images for the command line: arrays as they are, pictures as the page takes them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from hw9core.errors import InputError
from hw9core.images.uploads import (
    decode_image,
    looks_like_black_ink_on_white,
    read_images,
    to_mnist_form,
)

DIGIT = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
STROKE = np.zeros((60, 50), np.uint8)
STROKE[10:40, 20:28] = 255


@pytest.mark.parametrize("shape", [(28, 28), (784,), (1, 28, 28), (1, 784)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64])
def test_arrays_are_taken_as_they_are(tmp_path, shape, dtype):
    array = DIGIT if dtype == np.uint8 else (DIGIT / 255).astype(dtype)
    np.save(tmp_path / "x.npy", array.reshape(shape))
    pixels = read_images(tmp_path / "x.npy")
    assert (pixels.shape, pixels.dtype) == ((1, 784), np.float32)
    tolerance = 1e-3 if dtype == np.float16 else 1e-7
    np.testing.assert_allclose(pixels, DIGIT.reshape(1, 784) / 255, atol=tolerance)


def test_several_images_keep_their_order(tmp_path):
    np.save(tmp_path / "x.npy", np.asfortranarray(np.stack([DIGIT, 255 - DIGIT])))
    first, second = read_images(tmp_path / "x.npy")
    np.testing.assert_allclose(first + second, 1, atol=1e-6)
    np.testing.assert_allclose(first, DIGIT.ravel() / 255, atol=1e-7)


def test_more_images_than_a_page_takes(tmp_path):
    many = np.random.default_rng(1).random((1_000, 784))  # 6.3 MB
    np.save(tmp_path / "x.npy", many)
    np.testing.assert_allclose(read_images(tmp_path / "x.npy"), many, atol=1e-7)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("ground", ["dark", "bright"])
def test_a_picture_is_what_the_page_makes_of_it(tmp_path, kind, ground):
    picture = STROKE if ground == "dark" else 255 - STROKE
    Image.fromarray(picture).save(tmp_path / "x", kind)  # what it is, its bytes say, not its name
    (pixels,) = read_images(tmp_path / "x")
    on_the_page = decode_image((tmp_path / "x").read_bytes(), "x")
    assert looks_like_black_ink_on_white(on_the_page) == (ground == "bright")
    np.testing.assert_array_equal(pixels, to_mnist_form(on_the_page, invert=ground == "bright"))
    bar = np.zeros((28, 28), bool)
    bar[5:25, 12:17] = True  # 30×8 scaled to 20×5 and centred
    if kind == "PNG":  # a JPEG has a halo
        assert np.array_equal(pixels.reshape(28, 28) > 0, bar)


def test_dark_ink_on_nothing_is_dark_ink_on_white(tmp_path):
    drawing = np.zeros((*STROKE.shape, 4), np.uint8)
    drawing[..., 3] = STROKE
    Image.fromarray(drawing).save(tmp_path / "transparent.png")
    Image.fromarray(255 - STROKE).save(tmp_path / "white.png")
    on_nothing, on_white = (read_images(tmp_path / f"{name}.png") for name in ("transparent", "white"))
    np.testing.assert_array_equal(on_nothing, on_white)


@pytest.mark.parametrize(
    ("array", "complaint"),
    [
        (np.zeros((2, 27, 28), np.uint8), r"shape \(2, 27, 28\): it must be N×28×28 or N×784"),
        (np.zeros((0, 784), np.uint8), "N at least 1"),
        (np.zeros(5, np.uint8), r"shape \(5,\)"),
        (np.float64(1), r"shape \(\)"),
        (np.zeros((1, 784), np.int64), "holds int64: use uint8"),
        (np.zeros((1, 784), bool), "holds bool"),
        (np.full((1, 784), np.nan), "NaN or infinite"),
        (np.full((1, 784), np.inf), "NaN or infinite"),
        (np.full((1, 784), 255.0), "floats from 255 to 255: scale"),
        (np.full((1, 784), -0.5), "floats from -0.5 to -0.5"),
        (np.array([{"a": 1}], dtype=object), "holds object"),
    ],
)
def test_unusable_arrays_are_explained(tmp_path, array, complaint):
    np.save(tmp_path / "x.npy", array, allow_pickle=True)
    with pytest.raises(InputError, match=complaint) as caught:
        read_images(tmp_path / "x.npy")
    assert "x.npy" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"not an image", b"\x89PNG\r\n\x1a\n cut off", b"\x93NUMPY\x01\x00", b"PK\x03\x04 an archive"],
)
def test_files_that_are_something_else_are_named(tmp_path, content):
    (tmp_path / "x.npy").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.npy"):
        read_images(tmp_path / "x.npy")


def test_files_that_cannot_be_used_are_explained(tmp_path):
    Image.fromarray(np.zeros((40, 100), np.uint8)).save(tmp_path / "blank.png")
    with pytest.raises(InputError, match=r"blank\.png: Nothing is drawn"):
        read_images(tmp_path / "blank.png")
    with pytest.raises(InputError, match=r"none\.npy does not exist"):
        read_images(tmp_path / "none.npy")
    (tmp_path / "folder.npy").mkdir()
    with pytest.raises(InputError, match=r"folder\.npy cannot be read"):
        read_images(tmp_path / "folder.npy")
    with pytest.raises(InputError, match="cannot be read"):
        read_images(tmp_path / (300 * "x"))


def test_a_line_break_in_a_name_does_not_break_the_message(tmp_path):
    with pytest.raises(InputError) as caught:
        read_images(tmp_path / "two\nlines.png")
    assert str(caught.value).endswith("two?lines.png does not exist: check the name.")
