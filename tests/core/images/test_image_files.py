"""Images that users hand in: what is accepted, and one sentence for what is not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from hw9core.errors import InputError
from hw9core.images.image_files import read_image_file

DIGIT = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)


@pytest.mark.parametrize("shape", [(28, 28), (784,), (1, 28, 28), (1, 784)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64])
def test_npy_shapes_and_types(tmp_path, shape, dtype):
    array = DIGIT if dtype == np.uint8 else (DIGIT / 255).astype(dtype)
    np.save(tmp_path / "x.npy", array.reshape(shape))
    pixels = read_image_file(tmp_path / "x.npy")
    assert (pixels.shape, pixels.dtype) == ((1, 784), np.float32)
    tolerance = 1e-3 if dtype == np.float16 else 1e-7
    np.testing.assert_allclose(pixels, DIGIT.reshape(1, 784) / 255, atol=tolerance)


def test_several_images_keep_their_order(tmp_path):
    np.save(tmp_path / "x.npy", np.stack([DIGIT, 255 - DIGIT]))
    first, second = read_image_file(tmp_path / "x.npy")
    np.testing.assert_allclose(first + second, 1, atol=1e-6)
    np.testing.assert_allclose(first, DIGIT.ravel() / 255, atol=1e-7)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_png_modes(tmp_path, mode):
    Image.fromarray(DIGIT).convert(mode).save(tmp_path / "x.PNG", format="PNG")
    np.testing.assert_allclose(read_image_file(tmp_path / "x.PNG"), DIGIT.reshape(1, 784) / 255, atol=1e-7)


def test_transparent_pixels_are_black(tmp_path):
    image = np.full((28, 28, 4), 255, np.uint8)
    image[:, :14, 3] = 0
    Image.fromarray(image).save(tmp_path / "x.png")
    pixels = read_image_file(tmp_path / "x.png").reshape(28, 28)
    assert set(pixels[:, :14].ravel()) == {0.0} and set(pixels[:, 14:].ravel()) == {1.0}


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
        (np.full((1, 784), 255.0), "values from 255 to 255: scale"),
        (np.full((1, 784), -0.5), "values from -0.5 to -0.5"),
        (np.array([{"a": 1}], dtype=object), "no .npy file of numbers"),
    ],
)
def test_unusable_arrays_are_explained(tmp_path, array, complaint):
    np.save(tmp_path / "x.npy", array, allow_pickle=True)
    with pytest.raises(InputError, match=complaint) as caught:
        read_image_file(tmp_path / "x.npy")
    assert "x.npy" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["x.npy", "x.png"])
@pytest.mark.parametrize(
    "content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n truncated", b"\x93NUMPY\x01\x00"]
)
def test_files_that_are_something_else_are_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_image_file(tmp_path / name)


def test_an_archive_of_arrays_is_not_an_array(tmp_path):
    with (tmp_path / "x.npy").open("wb") as file:
        np.savez(file, DIGIT)
    with pytest.raises(InputError, match="no .npy file of numbers"):
        read_image_file(tmp_path / "x.npy")


def test_a_truncated_png_is_named(tmp_path):
    Image.fromarray(DIGIT).save(tmp_path / "whole.png")
    (tmp_path / "x.png").write_bytes((tmp_path / "whole.png").read_bytes()[:-300])
    with pytest.raises(InputError, match="x.png"):
        read_image_file(tmp_path / "x.png")


def test_other_files_are_explained(tmp_path):
    Image.fromarray(np.zeros((40, 100), np.uint8)).save(tmp_path / "wide.png")
    Image.fromarray(DIGIT.astype(np.uint16)).save(tmp_path / "deep.png")
    with pytest.raises(InputError, match="100×40 pixels: resize it to 28×28"):
        read_image_file(tmp_path / "wide.png")
    with pytest.raises(InputError, match="16 bits"):
        read_image_file(tmp_path / "deep.png")
    with pytest.raises(InputError, match="neither .npy nor .png"):
        read_image_file(tmp_path / "x.jpg")
    with pytest.raises(InputError, match="does not exist"):
        read_image_file(tmp_path / "none.npy")
    (tmp_path / "folder.npy").mkdir()
    with pytest.raises(InputError, match=r"folder\.npy cannot be read"):
        read_image_file(tmp_path / "folder.npy")
