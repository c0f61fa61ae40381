"""Numbers from a user: what passes comes back as it is, what does not gets one sentence of the right kind."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hw9core.checks import (
    finite_array,
    require_count,
    require_finite,
    require_fraction,
    require_integer,
    require_level,
    require_number,
    require_share,
)
from hw9core.errors import ConfigError, InputError


def test_what_is_right_comes_back():
    assert (require_share(1, "share"), require_level(0.95)) == (1.0, 0.95)
    assert (require_finite("2.5", "k"), require_number(-1e100, "x")) == (2.5, -1e100)
    assert type(require_count(3.0, "n")) is int
    require_integer("layers", 3, 3, 3)
    require_fraction("learning_rate", np.float32(1.0))


@pytest.mark.parametrize(
    ("check", "error"),
    [
        (lambda: require_share(math.nan, "share"), ValueError),
        (lambda: require_share(1.01, "share"), ValueError),
        (lambda: require_level(1.0), ValueError),
        (lambda: require_finite(math.inf, "k"), ValueError),
        (lambda: require_count(2.5, "n"), ValueError),
        (lambda: require_count(1, "n", at_least=2), ValueError),
        (lambda: require_number(math.nan, "x"), InputError),
        (lambda: require_number(1.1e100, "x"), InputError),
        (lambda: require_integer("layers", True, 0, 2), ConfigError),
        (lambda: require_integer("layers", 2.0, 0, 2), ConfigError),
        (lambda: require_integer("layers", 3, 0, 2), ConfigError),
        (lambda: require_fraction("learning_rate", 0), ConfigError),
        (lambda: require_fraction("learning_rate", True), ConfigError),
        (lambda: require_fraction("learning_rate", math.nan), ConfigError),
        (lambda: require_fraction("learning_rate", "1"), ConfigError),
        (lambda: finite_array([[1], [2, 3]], "matrix"), InputError),
        (lambda: finite_array(["1"], "matrix"), InputError),
        (lambda: finite_array([True], "matrix"), InputError),
        (lambda: finite_array([1.0, math.inf], "matrix"), InputError),
        (lambda: finite_array([10**400, 1], "matrix"), InputError),
        (lambda: finite_array([10**31, None], "matrix"), InputError),
        (lambda: finite_array([10**31, True], "matrix"), InputError),
    ],
)
def test_what_is_wrong_gets_one_sentence(check, error):
    with pytest.raises(error) as caught:
        check()
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_finite_array_is_a_copy_in_float64():
    given = np.array([[1, 2]], dtype=np.int32)
    array = finite_array(given, "matrix")
    array[0, 0] = 9
    assert array.dtype == np.float64 and given[0, 0] == 1


def test_integers_of_any_length_are_numbers():
    array = finite_array([[10**31, 1], [0.5, -(10**300)]], "matrix")
    np.testing.assert_array_equal(array, [[1e31, 1], [0.5, -1e300]])
