"""Numbers that a person would write: steps of 1, 2 or 5 times a power of ten, and ranges of whole steps."""

from __future__ import annotations

import math


def round_step(size: float) -> float:
    """The number 1, 2 or 5 times a power of ten that is nearest to ``size`` > 0 by ratio."""
    exponent = math.floor(math.log10(size))
    steps = [float(f"{digit}e{exponent}") for digit in (1, 2, 5, 10)]  # 10.0**-5 may miss it
    return min(steps, key=lambda step: abs(math.log(step / size)))


def decimals(step: float) -> int:
    """Decimals that tell multiples of a round step apart: 2 for 0.02 and 0.05, −3 for 2000."""
    return -math.floor(math.log10(step) + 1e-9)  # of a power of ten the logarithm may fall short


def multiple(k: float, step: float) -> float:
    """k round steps, the double nearest to the decimal number."""
    return round(k * step, decimals(step))


def round_range(low: float, high: float, steps: int) -> tuple[float, float, float]:
    """``low`` < ``high`` moved outwards to multiples of a round step, and the step; about ``steps`` of it."""
    step = round_step((high - low) / steps)
    return multiple(math.floor(low / step), step), multiple(math.ceil(high / step), step), step
