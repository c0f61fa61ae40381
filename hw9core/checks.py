"""Checks of numbers that come from a user: each returns the number or raises one clear sentence."""

from __future__ import annotations

import math


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
