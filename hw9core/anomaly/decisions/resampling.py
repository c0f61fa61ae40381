"""How far τ, α and β shake from sample to sample, and how far the scores are from normal.

Every random function has its own generator: the same arguments, seed included, give the same numbers, and
no global state is touched. Scores are one-dimensional, in any order, compared in float64; empty or
non-finite ones raise ``ValueError``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from hw9core.anomaly.decisions.error_rates import error_rates, mean_plus_k_sd, sorted_scores
from hw9core.arrays import FloatArray
from hw9core.checks import require_count, require_finite, require_level
from hw9core.numerics.intervals import Interval
from hw9core.numerics.monte_carlo import evenly_spread_ranks

_DRAWS_AT_ONCE = 200_000  # keeps a chunk of resampled scores within a few megabytes and mostly in cache


@dataclass(frozen=True, eq=False)
class ThresholdBootstrap:
    """τ = mean + k·sd of the scores, its bootstrap replicates, their standard deviation and an interval."""

    threshold: float
    replicates: FloatArray
    standard_error: float
    interval: Interval


@dataclass(frozen=True, eq=False)
class SubsampledRates:
    """Error rates (shares) of one τ on many small test sets: two float64 arrays of length ``repeats``."""

    type_1: FloatArray
    type_2: FloatArray


@dataclass(frozen=True, eq=False)
class QuantilePoints:
    """Points of a QQ plot against N(0, 1), ascending: two float64 arrays of one length."""

    normal: FloatArray
    z_scores: FloatArray


@dataclass(frozen=True)
class TailShare:
    """The share of scores strictly above mean + k·sd, and the share a normal distribution has there."""

    scores: float
    normal: float


def bootstrap_threshold(
    validation: ArrayLike, k: float = 3.0, repeats: int = 1000, level: float = 0.95, seed: int = 0
) -> ThresholdBootstrap:
    """Bootstrap of the threshold mean + k·sd (ddof 1): draw n of the n scores with replacement, ``repeats``
    times; percentile interval. Efron (1979).

    k may be negative or 0. Raises ``ValueError`` for fewer than two scores, a non-finite k, fewer than two
    repeats, or level outside (0, 1).
    """
    k, repeats = require_finite(k, "factor k"), require_count(repeats, "number of repeats", at_least=2)
    tail = (1.0 - require_level(level)) / 2.0
    scores = sorted_scores(validation, "validation")
    threshold = mean_plus_k_sd(scores, k)
    rng = np.random.default_rng(seed)
    rows = max(1, _DRAWS_AT_ONCE // scores.size)
    replicates = np.empty(repeats)
    for start in range(0, repeats, rows):
        part = replicates[start : start + rows]
        drawn = scores[rng.integers(scores.size, size=(part.size, scores.size))]
        part[:] = drawn.mean(axis=1) + k * drawn.std(axis=1, ddof=1)
    low, high = np.quantile(replicates, [tail, 1.0 - tail])
    return ThresholdBootstrap(
        threshold, replicates, float(replicates.std(ddof=1)), Interval(float(low), float(high))
    )


def subsample_error_rates(
    threshold: float, test: ArrayLike, anomaly: ArrayLike, n: int, repeats: int = 1000, seed: int = 0
) -> SubsampledRates:
    """α and β of one τ on ``repeats`` random sets of n test and n anomaly images.

    Images are drawn with replacement: without it the shaking would shrink to nothing as n nears the size
    of the set, although a new test set of that size would still differ. The number of errors among n such
    draws is binomial, so it is drawn directly and n may be of any size. Raises ``ValueError`` for n or
    repeats below 1 and for a threshold that is NaN.
    """
    n, repeats = require_count(n, "test-set size"), require_count(repeats, "number of repeats")
    rates = error_rates(threshold, test, anomaly)
    rng = np.random.default_rng(seed)
    return SubsampledRates(
        type_1=rng.binomial(n, rates.type_1_error, repeats) / n,
        type_2=rng.binomial(n, rates.type_2_error, repeats) / n,
    )


def normal_quantile_points(scores: ArrayLike, m: int = 200) -> QuantilePoints:
    """At most m ≥ 2 points (Φ⁻¹((i − ½)/n), z-score of the i-th smallest score) for a QQ plot.

    z-scores use the mean and the standard deviation (ddof 1) of the scores. When n > m the points are the
    ones nearest to an even spacing along the normal axis, ends included, so that the tails stay visible.
    Raises ``ValueError`` for fewer than two scores or scores that are all equal.
    """
    m = require_count(m, "number of points", at_least=2)
    values = sorted_scores(scores, "given")
    if values[0] == values[-1]:
        raise ValueError("A QQ plot needs at least two different scores.")
    index = evenly_spread_ranks(values.size, m)
    z_scores = (values[index] - values.mean()) / values.std(ddof=1)
    return QuantilePoints(ndtri((index + 0.5) / values.size), z_scores)


def tail_share(scores: ArrayLike, k: float = 3.0) -> TailShare:
    """The share of scores beyond mean + k·sd, beside the normal 1 − Φ(k), which is 0.00135 at k = 3.

    Raises ``ValueError`` for fewer than two scores or a non-finite k.
    """
    k = require_finite(k, "factor k")
    values = sorted_scores(scores, "given")
    return TailShare(float(np.mean(values > mean_plus_k_sd(values, k))), float(ndtr(-k)))
