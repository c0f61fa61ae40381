"""Bracketed searches, many brackets at once, against roots and maxima in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.numerics.search import bisect, local_maxima, zoom_maximum


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20))
def test_bisection_finds_every_change_of_sign(roots):
    roots = np.array(roots)
    found = bisect(lambda x: x < roots, roots - 1.0, roots + 3.0)
    np.testing.assert_allclose(found, roots, atol=1e-13)


def test_a_bracket_without_a_change_ends_at_its_end():
    assert bisect(lambda x: x < 7.0, np.array([0.0]), np.array([1.0])) == pytest.approx(1.0)
    assert bisect(lambda x: x < -7.0, np.array([0.0]), np.array([1.0])) == pytest.approx(0.0)


@given(st.lists(st.floats(-0.99, 0.99), min_size=1, max_size=10))
def test_the_top_of_every_bracket_is_found(tops):
    tops = np.array(tops)
    at, value = zoom_maximum(lambda x: 3.0 - (x - tops[:, np.newaxis]) ** 2, tops * 0 - 1, tops * 0 + 1)
    np.testing.assert_allclose(at, tops, atol=1e-7)
    np.testing.assert_allclose(value, 3.0, rtol=1e-14)


def test_a_maximum_at_an_end_is_found():
    at, value = zoom_maximum(lambda x: x, np.array([0.0, 2.0]), np.array([1.0, 5.0]))
    assert at.tolist() == value.tolist() == [1.0, 5.0]


def test_local_maxima_include_ends_and_plateaus():
    rows = np.array([[3.0, 1.0, 2.0, 2.0, 0.0], [0.0, 1.0, 0.0, 0.0, 4.0]])
    assert local_maxima(rows).tolist() == [
        [True, False, True, True, False],
        [False, True, False, False, True],
    ]
