"""What problem 1 reports of a detector, from its scores alone."""

from __future__ import annotations

from numpy.typing import ArrayLike

from hw9core.anomaly.decisions.error_rates import ScoreSets, auroc, error_rates, mean_plus_k_sd
from hw9core.anomaly.decisions.threshold_rules import threshold_for_type_1

COMPARISON_TYPE_1_ERROR = 0.009
"""The one α at which detectors are compared: what the homework's recipe reported."""

AnomalyMetrics = dict[str, float | int]


def anomaly_metrics(validation: ArrayLike, test: ArrayLike, anomaly: ArrayLike) -> AnomalyMetrics:
    """The numbers problem 1 reports, from three 1-D score arrays, at the threshold mean + 3 sd.

    The threshold is that of the validation scores alone; the anomalies serve to measure the type II error
    and nothing else.
    """
    sets = ScoreSets.from_scores(validation, test, anomaly)
    rates = error_rates(mean_plus_k_sd(sets.validation), sets.test, sets.anomaly)
    return {
        "threshold": rates.threshold,
        "type_1_error": rates.type_1_error,
        "type_2_error": rates.type_2_error,
        "auroc": auroc(sets.test, sets.anomaly),
        "n_validation": sets.validation.size,
        "n_test": sets.test.size,
        "n_anomaly": sets.anomaly.size,
    }


def detector_metrics(validation: ArrayLike, test: ArrayLike, anomaly: ArrayLike) -> AnomalyMetrics:
    """:func:`anomaly_metrics`, and ``type_2_error_at_equal_type_1``: β at α = 0.9 % of the test images."""
    missed = missed_at_equal_type_1(test, anomaly)
    return {**anomaly_metrics(validation, test, anomaly), "type_2_error_at_equal_type_1": missed}


def missed_at_equal_type_1(test: ArrayLike, anomaly: ArrayLike) -> float:
    """β at the smallest τ that flags at most ``COMPARISON_TYPE_1_ERROR`` of the test images."""
    threshold = threshold_for_type_1(test, COMPARISON_TYPE_1_ERROR)
    return error_rates(threshold, test, anomaly).type_2_error
