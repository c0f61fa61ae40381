"""Matrices from text: everything NumPy prints comes back, everything else is one sentence."""

import numpy as np
import pytest

from hw9core.errors import InputError
from hw9core.gaussians.matrix_text import parse_array, write_array


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
        ("1,,2 3-4", "“3-4”"),
        ("__import__('os')", "not a finite number"),
        ("1e999", "finite"),
        ("[[[1]]]", "not a finite number"),
        ("1 " * 10_000, "longer than"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text, words):
    with pytest.raises(InputError, match=words) as caught:
        parse_array(text, "mean of p")
    assert "mean of p" in str(caught.value) and "\n" not in str(caught.value)
