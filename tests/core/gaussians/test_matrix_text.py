"""Matrices from text: everything NumPy prints comes back, everything else is one sentence."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.errors import InputError
from hw9core.gaussians.matrix_text import LONGEST, parse_array, write_array


@pytest.mark.parametrize("shape", [(1,), (3,), (1, 1), (2, 2), (5, 5)])
def test_what_numpy_prints_comes_back(shape):
    array = np.random.default_rng(3).normal(size=shape) * 10.0 ** np.random.default_rng(4).integers(
        -9, 9, shape
    )
    with np.printoptions(precision=17, floatmode="unique"):
        for text in (repr(array), str(array), str(array.tolist()), write_array(array)):
            assert np.array_equal(parse_array(text), array), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", [2.0]),
        ("1, 2", [1.0, 2.0]),
        ("1 2\n3 4", [[1.0, 2.0], [3.0, 4.0]]),
        ("1 2; 3 4", [[1.0, 2.0], [3.0, 4.0]]),
        ("np.array([[1., -.5],\n          [-.5, 2e-3]], dtype=np.float64)", [[1.0, -0.5], [-0.5, 0.002]]),
        ("array([[1, 2], [3, 4]], dtype=int32)", [[1.0, 2.0], [3.0, 4.0]]),
        ("[ [1,2],\n [3,4], ]", [[1.0, 2.0], [3.0, 4.0]]),
        ("[1 2; 3 4;]", [[1.0, 2.0], [3.0, 4.0]]),
        ("[1,\n 2,]", [1.0, 2.0]),
        ("[[1, −0.5], [−5e−1, 1]]", [[1.0, -0.5], [-0.5, 1.0]]),
        (f"1{'0' * 31}, 1e31", [1e31, 1e31]),
        ("[[1]]", [[1.0]]),
    ],
)
def test_other_ways_to_write_one_down(text, expected):
    assert parse_array(text).tolist() == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("[]", "empty"),
        ("[[1, 2], [3]]", "different lengths: 2, 1"),
        ("[[1, nan], [0, 1]]", "“nan”"),
        ("[1, inf]", "“inf”"),
        ("1 two", "“two”"),
        ("1, 2 3-4", "“3-4”"),
        ("1,,2", "a comma with no number before it"),
        (", 1", "a comma with no number before it"),
        ("[1,2", "brackets of the mean of p do not match"),
        ("1,2]", "brackets"),
        ("[[1,2],[3,4]", "brackets"),
        ("[1,2]]", "brackets"),
        ("[[1,2],,[3,4]]", "brackets"),
        ("[1,[2]]", "brackets"),
        ("[1 2] [3 4]", "brackets"),
        ("array([1, 2]", "brackets"),
        ("][", "brackets"),
        ("[[1, 2], []]", "different lengths: 2, 0"),
        ("__import__('os')", "not a finite number"),
        ("1e999", "finite"),
        ("[[[1]]]", "brackets"),
        ("1" * 1_999, "not a finite number"),
        ("1" * 4_301, "longer than 2,000 characters"),
        ("1 " * 10_000, "longer than"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text, words):
    with pytest.raises(InputError, match=words) as caught:
        parse_array(text, "mean of p")
    assert "mean of p" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "1" * LONGEST + "x",
        "1" * (LONGEST - 1) + "x",
        "1." * (LONGEST // 2),
        "1 " * (LONGEST // 2),
        "1e" * (LONGEST // 2),
        "[" * LONGEST,
        "[[" + "],[" * (LONGEST // 3 - 1),
        "[[" + " " * (LONGEST - 3) + "x",
        "array(" * (LONGEST // 6),
        "array(" + ", dtype=" * (LONGEST // 8 - 2) + ")",
        "array(" + f", dtype={'a' * 90}" * (LONGEST // 100 - 1) + " !)",
        "," * LONGEST,
        (", " + " " * 99) * (LONGEST // 101),
        "\n" * LONGEST,
        ";1" * (LONGEST // 2),
        "−" * LONGEST,
    ],
    ids=lambda text: text[:12],
)
def test_whatever_is_typed_costs_milliseconds(text):
    def seconds():
        start = time.process_time()
        try:
            parse_array(text, "mean of p")
        except InputError:
            pass
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.005


@given(st.text("0123456789.eE+-−[](),;\n\t x", max_size=LONGEST))
def test_any_text_is_numbers_or_one_sentence(text):
    try:
        array = parse_array(text, "mean of p")
    except InputError as error:
        assert "mean of p" in str(error) and "\n" not in str(error)
    else:
        assert array.size and np.isfinite(array).all()
        assert np.array_equal(parse_array(write_array(array)), array)
