"""Comparing detectors: the uncertainty of one AUROC, and paired tests of two detectors on the same images.

Paired functions take the scores of detector a and of detector b for the same images in the same order, so
never sorted ones such as those of :class:`.error_rates.ScoreSets`. Scores are one-dimensional and
compared in float64; empty or non-finite ones raise ``ValueError``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, expit, logit, ndtr, ndtri

from hw9core.anomaly.decisions.error_rates import require_scores
from hw9core.anomaly.decisions.threshold_rules import threshold_for_type_1
from hw9core.arrays import FloatArray
from hw9core.checks import require_level
from hw9core.numerics.intervals import Interval, clopper_pearson


@dataclass(frozen=True)
class AurocEstimate:
    """An AUROC in [0, 1], its DeLong standard error, and a confidence interval."""

    auroc: float
    standard_error: float
    interval: Interval


@dataclass(frozen=True)
class DelongTest:
    """Two AUROCs on the same images: difference a − b, its standard error and interval, two-sided p-value."""

    auroc_a: float
    auroc_b: float
    difference: float
    standard_error: float
    interval: Interval
    z: float
    p_value: float


@dataclass(frozen=True)
class McNemarTest:
    """Images flagged by one detector only (two counts), and the exact two-sided p-value."""

    only_a: int
    only_b: int
    p_value: float


def auroc_estimate(test: ArrayLike, anomaly: ArrayLike, level: float = 0.95) -> AurocEstimate:
    """AUROC with DeLong's standard error and an interval on the logit scale, which stays inside (0, 1).

    An AUROC of exactly 0 or 1 has DeLong variance 0; there the interval is exact but wide: min(m, n) disjoint
    pairs all agree, so Clopper–Pearson applies to them. When every score is the same the interval is the
    point ½. Raises ``ValueError`` for fewer than two scores in a set. DeLong, DeLong & Clarke-Pearson (1988).
    """
    z = ndtri((1.0 + require_level(level)) / 2.0)
    by_anomaly, by_test = _placements(test, anomaly)
    area = float(by_anomaly.mean())
    error = _standard_error(by_anomaly, by_test)
    if area in (0.0, 1.0):
        pairs = min(by_anomaly.size, by_test.size)
        bounds = clopper_pearson(area * pairs, pairs, level)
        return AurocEstimate(area, error, Interval(float(bounds.low), float(bounds.high)))
    reach = z * error / (area * (1.0 - area))
    low, high = expit(logit(area) + np.array([-reach, reach]))
    return AurocEstimate(area, error, Interval(float(low), float(high)))


def delong_test(
    test_a: ArrayLike, anomaly_a: ArrayLike, test_b: ArrayLike, anomaly_b: ArrayLike, level: float = 0.95
) -> DelongTest:
    """DeLong's paired test of "both detectors have the same AUROC", with an interval for the difference.

    The interval is difference ± z · standard error, cut to [−1, 1]. Detectors that rank alike have
    difference 0 and p = 1. Raises ``ValueError`` for unpaired lengths, fewer than two scores in a set, and
    for a difference whose estimated variance is 0 (a detector that separates perfectly against one that
    gives every image the same score). DeLong, DeLong & Clarke-Pearson (1988).
    """
    quantile = ndtri((1.0 + require_level(level)) / 2.0)
    if np.size(test_a) != np.size(test_b) or np.size(anomaly_a) != np.size(anomaly_b):
        raise ValueError("Both detectors must have scored the same images, but the numbers of scores differ.")
    by_anomaly_a, by_test_a = _placements(test_a, anomaly_a)
    by_anomaly_b, by_test_b = _placements(test_b, anomaly_b)
    difference = float((by_anomaly_a - by_anomaly_b).mean())
    error = _standard_error(by_anomaly_a - by_anomaly_b, by_test_a - by_test_b)
    if error == 0.0 and difference != 0.0:
        raise ValueError("The difference has an estimated variance of 0, so DeLong's test does not apply.")
    z = difference / error if error > 0.0 else 0.0
    return DelongTest(
        auroc_a=float(by_anomaly_a.mean()),
        auroc_b=float(by_anomaly_b.mean()),
        difference=difference,
        standard_error=error,
        interval=Interval(max(-1.0, difference - quantile * error), min(1.0, difference + quantile * error)),
        z=z,
        p_value=float(2.0 * ndtr(-abs(z))),
    )


def mcnemar_exact(flagged_a: ArrayLike, flagged_b: ArrayLike) -> McNemarTest:
    """McNemar's exact test on the decisions (booleans) of two detectors about the same images.

    Given the number of images on which they disagree, the number flagged by a alone is Bin(·, ½) when both
    flag equally often. Without disagreement p = 1. Raises ``ValueError`` unless both are one-dimensional
    booleans of one length. McNemar (1947).
    """
    a, b = np.asarray(flagged_a), np.asarray(flagged_b)
    if a.ndim != 1 or a.shape != b.shape or a.dtype != bool or b.dtype != bool:
        raise ValueError("The decisions of both detectors must be boolean arrays of one length.")
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    p_value = min(1.0, 2.0 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))
    return McNemarTest(only_a, only_b, p_value)


def mcnemar_at_equal_type_1(
    test_a: ArrayLike, anomaly_a: ArrayLike, test_b: ArrayLike, anomaly_b: ArrayLike, alpha: float
) -> McNemarTest:
    """McNemar's exact test of the detectors' decisions about the anomalies, each at its own τ for ``alpha``.

    Each τ is :func:`.threshold_rules.threshold_for_type_1` on that detector's test scores. The
    p-value takes both thresholds as given. Raises ``ValueError`` for α outside [0, 1] or unpaired lengths.
    """
    decisions = []
    for test, anomaly in ((test_a, anomaly_a), (test_b, anomaly_b)):
        scores = np.asarray(anomaly, dtype=np.float64)
        require_scores(scores, "anomaly")
        decisions.append(scores > threshold_for_type_1(test, alpha))
    return mcnemar_exact(*decisions)


def _placements(test: ArrayLike, anomaly: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """DeLong's structural components, in the order of the scores: one per anomaly, one per test score.

    An anomaly's is the share of test scores below it, a test score's the share of anomalies above it, equal
    scores counting ½; the mean of either is the AUROC. Counting by binary search is the fast algorithm of
    Sun & Xu (2014): their midrank in the pooled scores less the midrank in the own set is this count.
    """
    test_scores, anomaly_scores = np.asarray(test, np.float64), np.asarray(anomaly, np.float64)
    for scores, name in ((test_scores, "test"), (anomaly_scores, "anomaly")):
        require_scores(scores, name)
        if scores.size < 2:
            raise ValueError(f"The variance of an AUROC needs at least two {name} scores.")
    below = _count_below(np.sort(test_scores), anomaly_scores)
    above = anomaly_scores.size - _count_below(np.sort(anomaly_scores), test_scores)
    return below / test_scores.size, above / anomaly_scores.size


def _count_below(ascending: FloatArray, values: FloatArray) -> FloatArray:
    left, right = (np.searchsorted(ascending, values, side=side) for side in ("left", "right"))
    return (left + right) / 2.0


def _standard_error(by_anomaly: FloatArray, by_test: FloatArray) -> float:
    return float(np.sqrt(by_anomaly.var(ddof=1) / by_anomaly.size + by_test.var(ddof=1) / by_test.size))
