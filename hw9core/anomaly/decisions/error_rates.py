"""Error rates of the test "flag x as an anomaly when s(x) > threshold" (homework problem 1).

There is one null hypothesis for both kinds of error, H0: "x comes from the MNIST distribution". The type I
error α is the share of MNIST test images that are flagged; the type II error β is the share of anomalies
that are not. Every curve derives from one routine, :func:`error_rate_curves`, as in scikit-learn's
``_ranking``; unlike scikit-learn, which flags ``score >= threshold``, an image is flagged when its score is
strictly above the threshold.

All scores are compared in float64: NumPy would compare a float32 score with a Python float in float32, and a
browser would compare the same two numbers in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class ScoreSets:
    """Scores of the validation, test (both in-distribution) and anomaly images.

    Each field is a one-dimensional float64 array, sorted ascending, finite and non-empty; ``ValueError``
    otherwise. Use :meth:`from_scores` for scores in any order and precision.
    """

    validation: FloatArray
    test: FloatArray
    anomaly: FloatArray

    def __post_init__(self) -> None:
        for field in fields(self):
            scores = getattr(self, field.name)
            require_scores(scores, field.name)
            if scores.dtype != np.float64 or np.any(scores[1:] < scores[:-1]):
                raise ValueError(f"The {field.name} scores must be float64 and sorted ascending.")

    @classmethod
    def from_scores(cls, validation: ArrayLike, test: ArrayLike, anomaly: ArrayLike) -> ScoreSets:
        """Cast three one-dimensional score arrays to float64 and sort them."""
        return cls(
            sorted_scores(validation, "validation"),
            sorted_scores(test, "test"),
            sorted_scores(anomaly, "anomaly"),
        )


@dataclass(frozen=True)
class ErrorRates:
    """What one threshold does: the two error rates (shares in [0, 1]) and the four counts behind them.

    "Positive" means flagged as an anomaly, so a false positive is a flagged MNIST test image.
    """

    threshold: float
    type_1_error: float
    type_2_error: float
    false_positives: int
    true_negatives: int
    false_negatives: int
    true_positives: int


def mean_plus_k_sd(scores: ArrayLike, k: float = 3.0) -> float:
    """The threshold mean + k · standard deviation (ddof 1) of at least two scores, in float64.

    Raises ``ValueError`` when there are fewer than two scores or one is not finite.
    """
    values = np.asarray(scores, dtype=np.float64)
    require_scores(values, "given")
    if values.size < 2:
        raise ValueError("A standard deviation needs at least two scores.")
    return float(values.mean() + k * values.std(ddof=1))


def error_rates(threshold: float, test: ArrayLike, anomaly: ArrayLike) -> ErrorRates:
    """Error rates and counts at one threshold; ``test`` and ``anomaly`` are 1-D scores in any order.

    The threshold may be ±inf. Raises ``ValueError`` for NaN, empty or non-finite scores.
    """
    threshold = float(threshold)
    if np.isnan(threshold):
        raise ValueError("The threshold must be a number, not NaN.")
    test_scores, anomaly_scores = sorted_scores(test, "test"), sorted_scores(anomaly, "anomaly")
    true_negatives = int(np.searchsorted(test_scores, threshold, side="right"))
    false_negatives = int(np.searchsorted(anomaly_scores, threshold, side="right"))
    false_positives = test_scores.size - true_negatives
    return ErrorRates(
        threshold=threshold,
        type_1_error=false_positives / test_scores.size,
        type_2_error=false_negatives / anomaly_scores.size,
        false_positives=false_positives,
        true_negatives=true_negatives,
        false_negatives=false_negatives,
        true_positives=anomaly_scores.size - false_negatives,
    )


def error_rate_curves(test: ArrayLike, anomaly: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Both error rates at every threshold where one of them changes.

    Returns ``(thresholds, type_1, type_2)``, three float64 arrays of length d + 1 for d distinct scores.
    ``thresholds`` ascends from −inf (everything flagged: α = 1, β = 0) over the distinct scores to the
    largest of them (nothing flagged: α = 0, β = 1). Both rates are step functions, constant on
    [thresholds[i], thresholds[i + 1]), so these points describe them completely.
    """
    test_scores, anomaly_scores = sorted_scores(test, "test"), sorted_scores(anomaly, "anomaly")
    thresholds = np.concatenate([[-np.inf], np.union1d(test_scores, anomaly_scores)])
    flagged_test = test_scores.size - np.searchsorted(test_scores, thresholds, side="right")
    passed_anomaly = np.searchsorted(anomaly_scores, thresholds, side="right")
    return thresholds, flagged_test / test_scores.size, passed_anomaly / anomaly_scores.size


def roc_curve(test: ArrayLike, anomaly: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """ROC curve from (0, 0) to (1, 1): ``(false_positive_rate, true_positive_rate, thresholds)``.

    The false positive rate is α, the true positive rate (power) 1 − β. Points in the middle of a straight
    segment are dropped, which changes neither the drawn curve nor the area under it.
    """
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    fpr, tpr, thresholds = type_1[::-1], 1.0 - type_2[::-1], thresholds[::-1]
    corner = _is_corner(fpr * np.size(test), tpr * np.size(anomaly))
    return fpr[corner], tpr[corner], thresholds[corner]


def power_at(shares: ArrayLike, test: ArrayLike, anomaly: ArrayLike) -> FloatArray:
    """The ROC curve read off at the α in ``shares``, straight between its points: 1 − β, float64 (m,).

    Where the curve rises vertically this is the upper end, what some threshold reaches at that α.
    """
    fpr, tpr, _ = roc_curve(test, anomaly)
    return np.interp(shares, fpr, tpr)


def auroc(test: ArrayLike, anomaly: ArrayLike) -> float:
    """Area under the ROC curve: P(anomaly score > test score) + ½ P(both equal), a number in [0, 1]."""
    fpr, tpr, _ = roc_curve(test, anomaly)
    return float(np.trapezoid(tpr, fpr))


def _is_corner(x_counts: FloatArray, y_counts: FloatArray) -> NDArray[np.bool_]:
    """Mask of the end points and of every point where the direction of a polyline of counts changes."""
    dx, dy = np.rint(np.diff(x_counts)), np.rint(np.diff(y_counts))
    turns = dx[1:] * dy[:-1] != dx[:-1] * dy[1:]
    return np.concatenate([[True], turns, [True]])


def sorted_scores(scores: ArrayLike, name: str) -> FloatArray:
    """Scores as float64 (n,), ascending; ValueError unless they are finite, one-dimensional and some."""
    values = np.asarray(scores, dtype=np.float64)
    require_scores(values, name)
    return np.sort(values)


def require_scores(values: FloatArray, name: str) -> None:
    """ValueError, naming the set, unless the scores are finite, one-dimensional and at least one."""
    if values.ndim != 1 or values.size == 0:
        raise ValueError(
            f"The {name} scores must be a non-empty one-dimensional array, not of shape {values.shape}."
        )
    if not np.all(np.isfinite(values)):
        raise ValueError(f"The {name} scores must all be finite numbers.")
