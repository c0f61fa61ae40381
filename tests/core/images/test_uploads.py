"""A user's own images: what is decoded, what is refused and how, and the form of MNIST."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from hw9core.anomaly.detectors.autoencoder import AutoencoderError
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.errors import InputError
from hw9core.images.mnist import MNIST_TEST, flat_pixels, load_images
from hw9core.images.uploads import MAXIMUM_BYTES, decode_image, looks_like_black_ink_on_white, to_mnist_form
from hw9core.store import checkpoints

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30), dtype=np.uint8)


def encoded(image, kind="PNG", **options) -> bytes:
    content = io.BytesIO()
    if kind == "NPY":
        np.save(content, image, **options)
    else:
        image = image if isinstance(image, Image.Image) else Image.fromarray(image)
        image.save(content, kind, **options)
    return content.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_announcing(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b""))
        + png_chunk(b"IEND", b"")
    )


def npy_announcing(shape: object, dtype: str = "|u1", body: bytes = b"") -> bytes:
    header = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def refusal(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        decode_image(content, "my picture.png")
    message = str(caught.value)
    assert message.startswith("my picture.png") and message.endswith(".") and "\n" not in message
    return message


# --- What is decoded ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "NPY"])
def test_lossless_files_come_back_exactly(kind):
    image = decode_image(encoded(PICTURE, kind), "x")
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image, PICTURE)


def test_a_jpeg_comes_back_nearly():
    smooth = np.add.outer(np.arange(40), 4 * np.arange(50)).astype(np.uint8)
    image = decode_image(encoded(smooth, "JPEG", quality=95), "x")
    assert np.abs(image.astype(int) - smooth).max() <= 4


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA"])
def test_png_modes_of_one_picture_agree(mode):
    black_and_white = Image.fromarray(np.where(PICTURE > 127, 255, 0).astype(np.uint8))
    image = decode_image(encoded(black_and_white.convert("RGB").convert(mode)), "x")
    np.testing.assert_array_equal(image, np.asarray(black_and_white))


def test_sixteen_bits_become_eight():
    deep = PICTURE.astype(np.uint16) * 257
    np.testing.assert_array_equal(decode_image(encoded(deep), "x"), PICTURE)


def test_a_cmyk_jpeg_is_grey_levels():
    image = decode_image(encoded(Image.new("CMYK", (16, 16), (0, 0, 0, 255)), "JPEG"), "x")
    assert image.shape == (16, 16) and image.max() <= 2


def transparent(mode: str) -> bytes:
    """Black everywhere, transparent in its left half."""
    alpha = Image.fromarray(np.repeat(np.uint8([[0, 255]]), 10, axis=1).repeat(6, axis=0))
    if mode == "P":
        palette = Image.fromarray((np.asarray(alpha) > 0).astype(np.uint8), mode="P")
        palette.putpalette([0] * 6)
        return encoded(palette, transparency=bytes([0, 255]))
    if mode in ("L", "RGB"):  # one colour declared transparent
        grey = Image.fromarray(np.where(np.asarray(alpha) > 0, 0, 9).astype(np.uint8)).convert(mode)
        return encoded(grey, transparency=9 if mode == "L" else (9, 9, 9))
    picture = Image.new(mode, alpha.size)
    picture.putalpha(alpha)
    return encoded(picture)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P", "L", "RGB"])
def test_transparent_pixels_become_white(mode):
    image = decode_image(transparent(mode), "x")
    assert image.shape == (6, 20)
    assert (image[:, :10] == 255).all() and (image[:, 10:] == 0).all()


def test_half_transparent_black_is_grey():
    picture = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    assert set(decode_image(encoded(picture), "x").ravel()) == {127}


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_photographs_are_turned_upright(kind):
    lying = np.zeros((16, 32), np.uint8)
    lying[:, :16] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90° clockwise to show it
    upright = decode_image(encoded(lying, kind, exif=exif), "x")
    assert upright.shape == (32, 16)
    assert upright[:16].min() > 250 and upright[16:].max() < 5


def test_of_an_animation_the_first_frame_is_taken():
    first, second = Image.fromarray(PICTURE), Image.fromarray(255 - PICTURE)
    content = encoded(first, save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(content)).n_frames == 2
    np.testing.assert_array_equal(decode_image(content, "x"), PICTURE)


@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f4", "f8"])
@pytest.mark.parametrize("shape", [(20, 30), (1, 20, 30)])
def test_npy_floats_are_grey_levels(dtype, shape):
    content = encoded((PICTURE / 255).astype(dtype).reshape(shape), "NPY")
    np.testing.assert_array_equal(decode_image(content, "x"), PICTURE)


def test_npy_in_fortran_order():
    np.testing.assert_array_equal(decode_image(encoded(np.asfortranarray(PICTURE), "NPY"), "x"), PICTURE)


# --- What is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("array", "complaint"),
    [
        (np.zeros((28, 28), np.int64), "holds int64"),
        (np.zeros((28, 28), bool), "holds bool"),
        (np.zeros((28, 28), complex), "holds complex128"),
        (np.zeros((28, 28), "U3"), "holds <U3"),
        (np.zeros((2, 28, 28), np.uint8), r"shape (2, 28, 28)"),
        (np.zeros(784, np.uint8), r"shape (784,)"),
        (np.uint8(3), r"shape ()"),
        (np.zeros((0, 28), np.uint8), "empty"),
        (np.zeros((1, 4097), np.uint8), "more than 4096 pixels"),
        (np.full((28, 28), np.nan), "NaN or infinite"),
        (np.full((28, 28), np.inf), "NaN or infinite"),
        (np.full((28, 28), 1.5), "floats from 1.5 to 1.5: scale them"),
        (np.linspace(-0.1, 1, 784).reshape(28, 28), "floats from -0.1 to 1: scale them"),
        (np.full((2, 2), {}, dtype=object), "holds object"),
    ],
)
def test_unusable_arrays_are_explained(array, complaint):
    assert complaint in refusal(encoded(array, "NPY", allow_pickle=True))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"0" * 100,
        b"<svg onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0" + b"0" * 500,
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00\xff\xff{",
        b"\x93NUMPY\x09\x00\x00\x00",
        npy_announcing("(" * 4000),
        npy_announcing((28, 28), "O", b"\x80\x04."),
        npy_announcing((-28, -28)),
        npy_announcing((True, True), body=b"1"),
        encoded(PICTURE, "BMP"),
        encoded(PICTURE, "TIFF"),
    ],
)
def test_files_that_are_something_else_are_named(content):
    refusal(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "NPY"])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_truncated_files_are_named(kind, kept):
    content = encoded(PICTURE, kind)
    refusal(content[: int(kept * len(content))])


@given(st.sampled_from(["PNG", "JPEG", "NPY"]), st.data())
def test_damaged_files_give_an_image_or_a_sentence(kind, data):
    content = bytearray(encoded(PICTURE, kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = decode_image(bytes(content), "x.bin")
    except InputError as error:
        assert "x.bin" in str(error)
    else:
        assert image.dtype == np.uint8 and image.ndim == 2 and image.size


def test_the_size_is_judged_before_the_content():
    just_right = b"\x89PNG\r\n\x1a\n".ljust(MAXIMUM_BYTES, b"\0")
    assert "MiB" not in refusal(just_right)
    assert "5.0 MiB, more than the 5 MiB allowed" in refusal(just_right + b"\0")


@pytest.mark.parametrize(
    "content",
    [
        png_announcing(4097, 1),
        png_announcing(10_000, 10_000),  # Pillow would warn
        png_announcing(2**30, 2**30),  # Pillow would raise
        npy_announcing((2**20, 2**20)),
        npy_announcing((2**62, 2**62), "<f8"),
    ],
)
@pytest.mark.parametrize("warning", ["ignore", "error"])
def test_announced_giants_are_refused_and_not_allocated(content, warning):
    tracemalloc.start()
    try:
        with warnings.catch_warnings(action=warning):
            assert "more than 4096 pixels" in refusal(content)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_an_array_shorter_than_announced_is_named():
    assert "4096×4096 numbers" in refusal(npy_announcing((4096, 4096), "|u1", b"123"))
    assert "2×2 numbers" in refusal(npy_announcing((2, 2), "|u1", b"12345"))


def test_a_jpeg_of_endless_scans_is_refused_at_once():
    content = encoded(Image.new("RGB", (2000, 2000)), "JPEG", progressive=True)
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    start = time.perf_counter()
    assert "too many scans" in refusal(content[:-2] + 100_000 * last_scan + content[-2:])
    assert time.perf_counter() - start < 0.5


def test_a_name_cannot_spoil_the_message():
    with pytest.raises(InputError) as caught:
        decode_image(b"", "a\nb" + 500 * "c")
    assert str(caught.value).startswith("a?bccc") and len(str(caught.value)) < 200


# --- The form of MNIST -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits(real_data_dir):
    return load_images(real_data_dir, MNIST_TEST).images[:1000]


@pytest.fixture(scope="module")
def score():
    weights = checkpoints.require(AutoencoderConfig()).arrays
    return lambda forms: AutoencoderError(weights=weights).decision_function(np.stack(forms))


def test_mnist_itself_is_hardly_changed(digits, score):
    original = flat_pixels(digits)
    forms = np.stack([to_mnist_form(digit, invert=False) for digit in digits])
    # Of 254, the strongest ink of a tenth of the images, 255 is made: a pixel changes by 1/254 at most.
    assert np.abs(forms - original).max() <= 1 / 254 + 1e-6
    assert np.abs(forms - original).mean() < 1e-4
    # s is a sum over about 100 ink pixels with errors below 1, so it changes by 2 · 100/254 at most.
    change = np.abs(score(forms) - score(original))
    assert np.median(change) < 1e-6 and change.max() < 0.3


def test_digits_drawn_large_score_like_mnist(digits, score):
    """Strokes without grey levels at 280×280, dark on grainy paper: MNIST's own process in reverse."""
    rng = np.random.default_rng(0)
    large = (Image.fromarray(digit).resize((280, 280), Image.Resampling.BICUBIC) for digit in digits[:300])
    drawings = [np.where(np.asarray(image) > 127, 60, 200) + rng.normal(0, 3, (280, 280)) for image in large]
    files = [encoded(drawing.astype(np.uint8), "JPEG", quality=75) for drawing in drawings]
    images = [decode_image(file, "x") for file in files]
    assert all(looks_like_black_ink_on_white(image) for image in images)
    scores = score([to_mnist_form(image, invert=True) for image in images])
    originals = score(flat_pixels(digits[:300]))
    # Measured: means 8.2 and 8.4, median change 0.4; the threshold is 24.1.
    assert abs(scores.mean() - originals.mean()) < 1
    assert np.median(np.abs(scores - originals)) < 1


def test_black_on_white_is_recognised_and_inverted(digits):
    for digit in digits[:100]:
        assert not looks_like_black_ink_on_white(digit)
        assert looks_like_black_ink_on_white(255 - digit)
        np.testing.assert_array_equal(to_mnist_form(255 - digit, True), to_mnist_form(digit, False))


def test_the_grounds_level_does_not_matter():
    drawing = np.full((50, 40), 90, np.uint8)
    drawing[10:30, 15:20] = 200
    on_black = np.where(drawing == 90, 0, 110).astype(np.uint8)
    np.testing.assert_allclose(to_mnist_form(drawing, False), to_mnist_form(on_black, False), atol=1e-6)


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("invert", [False, True])
def test_a_blank_image_is_refused(level, invert):
    with pytest.raises(InputError, match="Nothing is drawn"):
        to_mnist_form(np.full((60, 50), level, np.uint8), invert)


def test_grain_is_not_ink():
    paper = np.random.default_rng(0).normal(100, 8, (60, 50))
    with pytest.raises(InputError, match="Nothing is drawn"):
        to_mnist_form(paper.astype(np.uint8), invert=False)
    paper[10:50, 20:30] += 100
    form = to_mnist_form(paper.astype(np.uint8), invert=False).reshape(28, 28)
    bar = np.zeros((28, 28), bool)
    bar[5:25, 12:17] = True  # 20×5: the 40×10 that was drawn and none of the page
    np.testing.assert_array_equal(form > 0.1, bar)


def test_dark_ink_without_inversion_is_refused():
    drawing = np.full((60, 50), 255, np.uint8)
    drawing[20:40, 20:30] = 0
    with pytest.raises(InputError, match="inverted"):
        to_mnist_form(drawing, invert=False)


def test_a_bar_is_scaled_and_centred_exactly():
    drawing = np.zeros((100, 300), np.uint8)
    drawing[10:90, 5:25] = 255  # 80×20, scaled by a quarter
    expected = np.zeros((28, 28), np.float32)
    # Rows 4 to 23 have the centre 13.5, and half a pixel is rounded towards the larger index; so columns.
    expected[5:25, 12:17] = 1
    np.testing.assert_allclose(to_mnist_form(drawing, False).reshape(28, 28), expected, atol=1e-6)


def test_other_shapes_are_a_programming_error():
    with pytest.raises(ValueError, match=r"\(h, w\)"):
        to_mnist_form(np.zeros((1, 28, 28), np.uint8), False)


levels = arrays(
    np.uint8,
    st.tuples(st.integers(1, 45), st.integers(1, 45)),
    elements=st.integers(0, 255) | st.sampled_from([0, 255]),
    fill=st.just(0),
)
drawings = levels | levels.map(lambda image: image.astype(np.float32) / 255)


def form_of(drawing):
    try:
        form = to_mnist_form(drawing, invert=False)
    except InputError:
        assume(False)
    return form.reshape(28, 28)


def extent(field, axis):
    indices = np.flatnonzero(field.any(axis=axis))
    return indices[0], indices[-1]


@given(drawings)
def test_the_form_is_mnists(drawing):
    form = form_of(drawing)
    assert form.dtype == np.float32 and form.min() == 0 and form.max() == 1
    lengths = []
    for axis in (0, 1):
        first, last = extent(form, axis)
        lengths.append(last - first + 1)
        mass = form.sum(axis=axis, dtype=np.float64)
        offset = mass @ np.arange(28) / mass.sum() - 14
        # Off the centre only as far as the field's edge, which keeps all ink within it.
        assert abs(offset) <= 0.5 + 1e-6 or (first == 0 and offset > 0) or (last == 27 and offset < 0)
    assert max(lengths) == 20


@given(drawings)
def test_the_form_of_a_form_is_itself(drawing):
    form = form_of(drawing)
    np.testing.assert_array_equal(to_mnist_form(form, invert=False).reshape(28, 28), form)
