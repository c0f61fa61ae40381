import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import beta, binom, norm
from sklearn.metrics import det_curve as sklearn_det_curve
from sklearn.metrics import precision_recall_curve

from hw9core.anomaly.decisions.curves import (
    det_curve,
    equal_error_crossing,
    precision_recall_at_prevalence,
    type_2_at_type_1,
)
from hw9core.anomaly.decisions.error_rates import error_rates, roc_curve
from hw9core.numerics.intervals import clopper_pearson

tied_scores = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30)


def truth_and_scores(test, anomaly):
    return np.repeat([0, 1], [len(test), len(anomaly)]), np.concatenate([test, anomaly])


@given(tied_scores, tied_scores)
def test_det_steps_are_scikit_learns_where_finite(test, anomaly):
    curve = det_curve(test, anomaly)
    fpr, fnr, _ = sklearn_det_curve(*truth_and_scores(test, anomaly))
    finite = (0 < fpr) & (fpr < 1) & (0 < fnr) & (fnr < 1)
    fpr, fnr = fpr[finite], fnr[finite]
    assert (curve.type_1.size == 0) == (fpr.size == 0)
    if fpr.size:
        # β − α ascends along the steps, so both coordinates are functions of it.
        place, ours = fnr - fpr, curve.type_2 - curve.type_1
        np.testing.assert_allclose(np.interp(place, ours, curve.type_1), fpr, atol=1e-12)
        np.testing.assert_allclose(np.interp(place, ours, curve.type_2), fnr, atol=1e-12)
    for threshold, type_1, type_2 in zip(curve.thresholds, curve.type_1, curve.type_2, strict=True):
        rates = error_rates(threshold, test, anomaly)
        assert (rates.type_1_error, rates.type_2_error) == (type_1, type_2)


def test_det_drops_the_inside_of_runs_and_keeps_diagonal_steps():
    # At τ = 0…5 (α, β) in sevenths is (6, 0), (5, 1), (4, 2), (3, 2), (2, 2), (1, 2): (3, 2) and (2, 2) go.
    curve = det_curve([0, 1, 2, 3, 4, 5, 6], [1, 2, 9, 9, 9, 9, 9])
    assert curve.thresholds.tolist() == [1, 2, 5]


def test_det_of_two_normals_is_a_straight_line():
    rng = np.random.default_rng(2)
    curve = det_curve(rng.normal(size=20_000), rng.normal(2.5, 1.0, 20_000))
    middle = (-2 < curve.type_1_deviate) & (curve.type_1_deviate < -0.5)  # so −2 < z(β) < −0.5
    # z(β) = −2.5 − z(α); a deviate at |z| ≤ 2 from 20,000 scores has a standard error of at most 0.02.
    np.testing.assert_allclose((curve.type_1_deviate + curve.type_2_deviate)[middle], -2.5, atol=0.1)
    assert np.all(np.isfinite(curve.type_2_deviate)) and curve.type_1_deviate.size < 20_000


def test_det_of_separated_sets_is_empty():
    assert det_curve([1.0, 2.0], [3.0, 4.0]).type_1.size == 0


@given(tied_scores, tied_scores)
def test_precision_at_the_sample_prevalence_is_scikit_learns(test, anomaly):
    prevalence = len(anomaly) / (len(test) + len(anomaly))
    curve = precision_recall_at_prevalence(test, anomaly, prevalence)
    precision, recall, _ = precision_recall_curve(*truth_and_scores(test, anomaly))
    # scikit-learn appends (precision 1, recall 0) where nothing is flagged; ours is NaN there.
    np.testing.assert_allclose(curve.precision[:-1], precision[:-1], atol=1e-12)
    np.testing.assert_allclose(curve.recall, recall, atol=1e-12)
    assert np.isnan(curve.precision[-1]) and curve.recall[-1] == 0


def test_precision_at_another_prevalence_is_that_of_reweighted_images():
    rng = np.random.default_rng(4)
    test, anomaly = rng.normal(size=50).round(1), rng.normal(1, 1, 30).round(1)
    curve = precision_recall_at_prevalence(test, anomaly, 0.02)
    weights = np.repeat([0.98 / 50, 0.02 / 30], [50, 30])
    precision, _, _ = precision_recall_curve(*truth_and_scores(test, anomaly), sample_weight=weights)
    np.testing.assert_allclose(curve.precision[:-1], precision[:-1], atol=1e-12)


def test_precision_at_prevalence_0_and_1():
    test, anomaly = [1.0, 2.0], [2.0, 3.0]
    np.testing.assert_array_equal(
        precision_recall_at_prevalence(test, anomaly, 0).precision, [0, 0, np.nan, np.nan]
    )
    np.testing.assert_array_equal(
        precision_recall_at_prevalence(test, anomaly, 1).precision, [1, 1, 1, np.nan]
    )


@given(tied_scores, tied_scores)
def test_equal_error_rate_is_where_the_roc_meets_the_diagonal(test, anomaly):
    crossing = equal_error_crossing(test, anomaly)
    fpr, tpr, _ = roc_curve(test, anomaly)
    # FPR + TPR ascends along the ROC curve, so both coordinates are functions of it.
    arc = fpr + tpr
    gap = (1 - tpr) - fpr
    root = brentq(lambda s: np.interp(s, arc, gap), 0, 2, xtol=1e-14)
    assert crossing.equal_error_rate == pytest.approx(np.interp(root, arc, fpr), abs=1e-9)


def test_equal_error_of_two_normals():
    rng = np.random.default_rng(6)
    crossing = equal_error_crossing(rng.normal(size=40_000), rng.normal(3, 1, 40_000))
    assert crossing.equal_error_rate == pytest.approx(norm.sf(1.5), abs=5 * np.sqrt(0.0668 / 40_000))
    assert crossing.rates.threshold == pytest.approx(1.5, abs=0.05)
    assert abs(crossing.rates.type_1_error - crossing.rates.type_2_error) <= 2 / 40_000


def test_type_2_at_type_1_against_the_definition():
    """Order statistics and Clopper–Pearson bounds found by looping over ranks with scipy's distributions."""
    rng = np.random.default_rng(7)
    test, anomaly, alpha, tail = rng.gamma(4, 1, 300), rng.gamma(14, 1, 200), 0.05, 0.1 / 4
    result = type_2_at_type_1(test, anomaly, alpha, level=0.9)
    ranked = np.sort(test)[::-1]  # ranked[j − 1] is the j-th largest
    low = next(ranked[j - 1] for j in range(1, 301) if binom.sf(j - 1, 300, alpha) <= tail)
    high = next(ranked[j] for j in range(299, -1, -1) if binom.cdf(j, 300, alpha) <= tail)
    assert (result.threshold_interval.low, result.threshold_interval.high) == (low, high)
    missed_low, missed_high = np.sum(anomaly <= low), np.sum(anomaly <= high)
    assert result.type_2_interval.low == pytest.approx(beta.ppf(tail, missed_low, 201 - missed_low))
    assert result.type_2_interval.high == pytest.approx(beta.isf(tail, missed_high + 1, 200 - missed_high))
    assert result.rates.false_positives == 15
    assert result.rates.threshold == ranked[15]


def test_type_2_at_type_1_covers_where_an_interval_at_the_estimated_threshold_does_not():
    rng = np.random.default_rng(9)
    alpha, shift, repeats = 0.05, 2.5, 1000
    truth = norm.cdf(norm.isf(alpha) - shift)
    covered = naive = 0
    for _ in range(repeats):
        result = type_2_at_type_1(rng.normal(size=200), rng.normal(shift, 1, 2000), alpha)
        covered += result.type_2_interval.low <= truth <= result.type_2_interval.high
        at_threshold = clopper_pearson(result.rates.false_negatives, 2000)
        naive += at_threshold.low <= truth <= at_threshold.high
    assert covered / repeats >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / repeats)
    assert naive / repeats < 0.5


@given(tied_scores, tied_scores, st.sampled_from([0.0, 0.01, 0.5, 1.0]))
def test_type_2_at_type_1_has_an_answer_for_ties_and_end_points(test, anomaly, alpha):
    result = type_2_at_type_1(test, anomaly, alpha)
    assert result.rates.type_1_error <= alpha
    assert result.threshold_interval.low <= result.rates.threshold <= result.threshold_interval.high
    assert 0 <= result.type_2_interval.low <= result.rates.type_2_error <= result.type_2_interval.high <= 1


@pytest.mark.parametrize("share", [-0.01, 2.0, np.nan])
def test_refuses_shares_outside_0_to_1(share):
    for call in (precision_recall_at_prevalence, type_2_at_type_1):
        with pytest.raises(ValueError, match="must be a number between 0 and 1"):
            call([1.0, 2.0], [3.0], share)


def test_refuses_nan_scores():
    for call in (det_curve, equal_error_crossing):
        with pytest.raises(ValueError, match="finite"):
            call([1.0, np.nan], [3.0])
