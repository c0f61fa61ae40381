"""Checks of numbers that come from a user: each returns what it was given, or raises one clear sentence.

The error says who is at fault: ``ConfigError`` a setting of a model, ``InputError`` numbers handed in, and
``ValueError`` an argument of a function that only code calls.
"""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from hw9core.arrays import FloatArray
from hw9core.errors import ConfigError, InputError

_LARGEST = 1e100  # squares, differences and ratios of such numbers stay finite


def require_share(value: float, name: str) -> float:
    """``value`` as a float in [0, 1]; ``ValueError`` for NaN and everything outside."""
    share = float(value)
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"The {name} must be a number between 0 and 1, not {share}.")
    return share


def require_level(level: float) -> float:
    """A confidence level as a float strictly between 0 and 1; ``ValueError`` otherwise."""
    value = float(level)
    if not 0.0 < value < 1.0:
        raise ValueError(f"The confidence level must lie strictly between 0 and 1, not {value}.")
    return value


def require_finite(value: float, name: str) -> float:
    """``value`` as a finite float; ``ValueError`` for NaN and ±inf."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"The {name} must be a finite number, not {number}.")
    return number


def require_count(value: int, name: str, at_least: int = 1) -> int:
    """``value`` as an int of at least ``at_least``; ``ValueError`` for less and for fractions."""
    if not float(value).is_integer() or value < at_least:
        raise ValueError(f"The {name} must be a whole number of at least {at_least}, not {value}.")
    return int(value)


def require_integer(name: str, value: object, low: int, high: int) -> None:
    """``ConfigError`` unless the setting is a whole number from ``low`` to ``high``."""
    # bool is an int too, and True would silently mean 1.
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low:,} to {high:,}, not {value!r}.")


def require_fraction(name: str, value: object) -> None:
    """``ConfigError`` unless the setting is a number above 0 and at most 1."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= 1:
        raise ConfigError(f"{name} must be a number above 0 and at most 1, not {value!r}.")


def require_number(value: float, name: str) -> float:
    """``value`` as a float within ±1e100; ``InputError`` otherwise."""
    number = float(value)
    if not abs(number) <= _LARGEST:
        raise InputError(f"The {name} must be a finite number, not {number:g}.")
    return number


def finite_array(values: ArrayLike, name: str) -> FloatArray:
    """A float64 copy; ``InputError`` names what holds text, rows of different lengths, NaN or infinity."""
    try:
        array = np.array(values)
    except ValueError as error:
        raise InputError(f"The {name} has rows of different lengths.") from error
    # Integers that NumPy has no type for, such as 10³¹, are numbers all the same.
    has_long_integers = array.dtype.kind == "O" and all(type(item) in (int, float) for item in array.flat)
    if array.dtype.kind not in "iuf" and not has_long_integers:
        raise InputError(f"The {name} must hold real numbers only.")
    try:
        array = array.astype(np.float64)
    except OverflowError as error:
        raise InputError(f"The {name} holds an integer beyond {np.finfo(np.float64).max:.2g}.") from error
    if not np.isfinite(array).all():
        raise InputError(f"The {name} must hold finite numbers only, not NaN or infinity.")
    return array
