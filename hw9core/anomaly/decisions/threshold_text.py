"""A threshold written with as many digits as keep true what is said of it."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
from numpy.typing import ArrayLike

from hw9core.anomaly.decisions.error_rates import require_scores

_ENOUGH_DIGITS = 17  # tell any two float64 apart
_PLAIN = range(-4, 16)  # decades that are written without an exponent, as Python writes floats


def threshold_text(threshold: float, *scores: ArrayLike, digits: int = 1) -> str:
    """The shortest decimal that flags the same scores, of each array, as ``threshold`` does.

    An image is flagged when its score is strictly above τ, so every number from the highest score that is not
    flagged up to below the lowest that is does the same. Of those with the fewest significant digits, but at
    least ``digits``, this is the nearest to τ, without zeros at the end. ``float`` reads it back; an infinite
    τ is "inf" or "-inf". Scores are one-dimensional, in any order, compared in float64. Raises ``ValueError``
    for NaN, for empty or non-finite scores, and for ``digits`` outside 1 to 17.
    """
    threshold = float(threshold) + 0.0  # −0 is 0
    if math.isnan(threshold):
        raise ValueError("The threshold must be a number, not NaN.")
    if not 1 <= digits <= _ENOUGH_DIGITS:
        raise ValueError(f"The number of digits must be from 1 to {_ENOUGH_DIGITS}, not {digits}.")
    if math.isinf(threshold):
        return str(threshold)
    low, high = _same_counts(threshold, scores)
    exact = Decimal(threshold)
    for count in range(digits, _ENOUGH_DIGITS + 1):
        unit = Decimal(1).scaleb(exact.adjusted() - count + 1)
        around = [exact.quantize(unit, rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        for decimal in sorted(around, key=lambda decimal: abs(decimal - exact)):
            if low <= float(decimal) < high:
                return _written(decimal)
    raise AssertionError(f"{_ENOUGH_DIGITS} digits must tell {threshold!r} from every other float64")


def _same_counts(threshold: float, scores: tuple[ArrayLike, ...]) -> tuple[float, float]:
    """The thresholds [low, high) that flag the same scores."""
    low, high = -math.inf, math.inf
    for one in scores:
        values = np.asarray(one, dtype=np.float64)
        require_scores(values, "given")
        flagged = values > threshold
        low = max(low, float(values.max(where=~flagged, initial=-math.inf)))
        high = min(high, float(values.min(where=flagged, initial=math.inf)))
    return low, high


def _written(decimal: Decimal) -> str:
    shortest = decimal.normalize()
    return f"{shortest:f}" if shortest.adjusted() in _PLAIN else f"{shortest:e}"
