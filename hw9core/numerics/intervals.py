"""Confidence intervals for a proportion such as an error rate, from its counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from hw9core.checks import require_level


@dataclass(frozen=True)
class Interval:
    """The ends of a confidence interval: two floats, or two float64 arrays of one shape."""

    low: float | NDArray[np.float64]
    high: float | NDArray[np.float64]


def clopper_pearson(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Exact interval for p from ``successes`` out of ``n``: its coverage is never below the level.

    Scalars or arrays that broadcast; float64 of the broadcast shape. Each tail has at most (1 − level)/2.

    The ends are Beta(k, n − k + 1) and Beta(k + 1, n − k) quantiles; 0 at k = 0 and 1 at k = n. Raises
    ``ValueError`` unless 0 ≤ k ≤ n are whole numbers, n ≥ 1 and 0 < level < 1. Clopper & Pearson (1934).
    """
    k, n = _counts(successes, n)
    tail = (1.0 - require_level(level)) / 2.0
    # A Beta parameter of 0 has no quantile: np.maximum keeps betaincinv defined where np.where discards it.
    low = np.where(k == 0, 0.0, betaincinv(np.maximum(k, 1), n - k + 1, tail))
    high = np.where(k == n, 1.0, betaincinv(k + 1, np.maximum(n - k, 1), 1.0 - tail))
    return Interval(low[()], high[()])


def _counts(successes: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    k, n = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    whole = np.isfinite(n) & (k == np.floor(k)) & (n == np.floor(n))
    if not np.all(whole & (0 <= k) & (k <= n) & (n >= 1)):
        raise ValueError("Successes and n must be whole numbers with 0 ≤ successes ≤ n and n ≥ 1.")
    return k, n
