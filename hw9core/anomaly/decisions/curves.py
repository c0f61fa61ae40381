"""Curves of a detector beyond ROC, all from :func:`hw9core.anomaly.decisions.error_rates.error_rate_curves`.

Scores are one-dimensional, in any order, compared in float64; empty or non-finite ones raise ``ValueError``.
The positive class is "anomaly": true positive rate (recall) 1 − β, false positive rate α.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, ndtri

from hw9core.anomaly.decisions.error_rates import ErrorRates, error_rate_curves, error_rates, sorted_scores
from hw9core.anomaly.decisions.threshold_rules import equal_error_threshold, threshold_for_type_1
from hw9core.arrays import FloatArray
from hw9core.checks import require_level, require_share
from hw9core.numerics.intervals import Interval, clopper_pearson


@dataclass(frozen=True, eq=False)
class DetCurve:
    """Detection error trade-off, thresholds ascending: five float64 arrays of one length, maybe 0.

    ``type_1`` and ``type_2`` are shares in (0, 1); the deviates are their standard normal quantiles, the
    coordinates to draw.
    """

    thresholds: FloatArray
    type_1: FloatArray
    type_2: FloatArray
    type_1_deviate: FloatArray
    type_2_deviate: FloatArray


@dataclass(frozen=True, eq=False)
class PrecisionRecall:
    """Precision and recall (shares) at every threshold, ascending: three float64 arrays of length d + 1.

    ``precision`` is NaN where it is undefined, because nothing would be flagged.
    """

    thresholds: FloatArray
    precision: FloatArray
    recall: FloatArray


@dataclass(frozen=True)
class EqualError:
    """Where α(τ) and β(τ) cross.

    ``rates`` are those at the threshold where the two steps come closest; ``equal_error_rate`` is the share
    at which the ROC curve, straight between its points, meets α = β.
    """

    rates: ErrorRates
    equal_error_rate: float


@dataclass(frozen=True)
class TypeTwoAtTypeOne:
    """β at a fixed α: rates at the estimated τ, and intervals for the true τ and for the true β there.

    ``type_2_interval`` has the level asked for; ``threshold_interval``, a step on the way to it, spends half
    of the error: at level 0.95 it is a 0.975 interval.
    """

    rates: ErrorRates
    threshold_interval: Interval
    type_2_interval: Interval


def det_curve(test: ArrayLike, anomaly: ArrayLike) -> DetCurve:
    """β against α on normal-deviate axes, where two normal distributions give a straight line.

    Points with a rate of 0 or 1 have no finite deviate and are dropped, not clipped; when the sets are
    separated nothing is left. Points inside a horizontal or vertical run are dropped too, which does not
    change the drawn line. Martin et al. (1997), "The DET curve in assessment of detection task performance".
    """
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    keep = (type_1 > 0) & (type_1 < 1) & (type_2 > 0) & (type_2 < 1)
    thresholds, type_1, type_2 = thresholds[keep], type_1[keep], type_2[keep]
    inside = np.zeros(thresholds.size, dtype=bool)
    for rate in (type_1, type_2):
        inside[1:-1] |= (rate[:-2] == rate[1:-1]) & (rate[1:-1] == rate[2:])
    thresholds, type_1, type_2 = thresholds[~inside], type_1[~inside], type_2[~inside]
    return DetCurve(thresholds, type_1, type_2, ndtri(type_1), ndtri(type_2))


def precision_recall_at_prevalence(test: ArrayLike, anomaly: ArrayLike, prevalence: float) -> PrecisionRecall:
    """Precision π(1 − β) / (π(1 − β) + (1 − π)α) and recall 1 − β when a share π of images are anomalies.

    Precision is NaN where its denominator is 0: at the largest threshold, where nothing is flagged, and at
    π = 0 or 1 wherever that kind of image is never flagged. Raises ``ValueError`` for π outside [0, 1].
    """
    share = require_share(prevalence, "prevalence of anomalies")
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    recall = 1.0 - type_2
    hits = share * recall
    flagged = hits + (1.0 - share) * type_1
    precision = np.divide(hits, flagged, out=np.full_like(hits, np.nan), where=flagged > 0)
    return PrecisionRecall(thresholds, precision, recall)


def equal_error_crossing(test: ArrayLike, anomaly: ArrayLike) -> EqualError:
    """The crossing of α(τ) and β(τ); τ is that of :func:`.threshold_rules.equal_error_threshold`."""
    _, type_1, type_2 = error_rate_curves(test, anomaly)
    gap = type_1 - type_2  # falls strictly from 1 to −1
    after = int(np.argmax(gap <= 0))
    weight = gap[after - 1] / (gap[after - 1] - gap[after])
    crossing = (1.0 - weight) * type_1[after - 1] + weight * type_1[after]
    return EqualError(error_rates(equal_error_threshold(test, anomaly), test, anomaly), float(crossing))


def type_2_at_type_1(
    test: ArrayLike, anomaly: ArrayLike, alpha: float, level: float = 0.95
) -> TypeTwoAtTypeOne:
    """β at the smallest τ with α(τ) ≤ ``alpha`` on the test set, and an interval for the true β at true α.

    The interval allows for τ being estimated. Let τ* be the smallest threshold of true type I error ≤ α.
    Order statistics of the test scores bound τ* on each side with error (1 − level)/4, because the number
    of test scores above τ* is binomial; β is monotone in τ, so one-sided Clopper–Pearson bounds on β at
    those two thresholds, again with error (1 − level)/4 each, bound β(τ*). By the union bound the coverage
    is at least ``level`` for every sample size and distribution, ties included; the price is an interval
    wider than a bootstrap's. Both sets must be independent samples. Raises ``ValueError`` for α outside
    [0, 1] or level outside (0, 1).
    """
    tail = (1.0 - require_level(level)) / 4.0
    test_scores = sorted_scores(test, "test")
    rates = error_rates(threshold_for_type_1(test_scores, alpha), test_scores, anomaly)
    n = test_scores.size
    at_most = bdtr(np.arange(n + 1), n, float(alpha))  # P(Bin(n, α) ≤ j)
    # P(#{s > τ*} ≥ j) ≤ P(Bin ≥ j) = 1 − at_most[j − 1] ≤ tail puts the j-th largest score at or below τ*.
    j = int(np.argmax(at_most >= 1.0 - tail)) + 1
    low = float(test_scores[n - j]) if j <= n else -np.inf
    # P(#{s ≥ τ*} ≤ j) ≤ P(Bin ≤ j) ≤ tail puts the (j + 1)-th largest score at or above τ*.
    j = int(np.searchsorted(at_most, tail, side="right")) - 1
    high = float(test_scores[n - 1 - j]) if j >= 0 else np.inf
    anomaly_scores = sorted_scores(anomaly, "anomaly")
    missed = np.searchsorted(anomaly_scores, [low, high], side="right")
    bounds = clopper_pearson(missed, anomaly_scores.size, 1.0 - 2.0 * tail)
    return TypeTwoAtTypeOne(rates, Interval(low, high), Interval(float(bounds.low[0]), float(bounds.high[1])))
