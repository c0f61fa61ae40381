"""Error rates against scikit-learn, counting by hand, and their own laws.

scikit-learn flags ``score >= threshold``, this program ``score > threshold``: its rates at t are those here
at the largest float below t.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics

from hw9core.anomaly.decisions.error_rates import (
    ScoreSets,
    auroc,
    error_rate_curves,
    error_rates,
    mean_plus_k_sd,
    power_at,
    roc_curve,
)

# Few distinct values make ties within and between the two sets the rule.
TIED = arrays(np.float64, st.integers(1, 40), elements=st.integers(-4, 12).map(lambda v: v / 4))
FINITE = arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e6, 1e6))
SCORES = st.one_of(TIED, FINITE)


def labelled(test, anomaly):
    return np.repeat([0, 1], [len(test), len(anomaly)]), np.concatenate([test, anomaly])


def random_scores(ties: bool):
    rng = np.random.default_rng(5)
    test, anomaly = rng.gamma(4, 2, 700), rng.gamma(9, 3, 500)
    return (np.round(test), np.round(anomaly)) if ties else (test, anomaly)


def test_a_score_equal_to_the_threshold_is_not_flagged():
    rates = error_rates(2.0, test=[1.0, 2.0, 3.0], anomaly=[2.0, 2.0, 5.0, 7.0])
    assert (rates.false_positives, rates.true_negatives) == (1, 2)
    assert (rates.false_negatives, rates.true_positives) == (2, 2)
    assert rates.type_1_error == 1 / 3
    assert rates.type_2_error == 0.5


@pytest.mark.parametrize("ties", [False, True])
def test_rates_equal_scikit_learns_det_curve(ties):
    test, anomaly = random_scores(ties)
    fpr, fnr, thresholds = metrics.det_curve(*labelled(test, anomaly))
    finite = np.isfinite(thresholds)
    assert finite.sum() > 15
    for alpha, beta, threshold in zip(fpr[finite], fnr[finite], thresholds[finite], strict=True):
        rates = error_rates(np.nextafter(threshold, -np.inf), test, anomaly)
        assert rates.type_1_error == pytest.approx(alpha, abs=1e-12)
        assert rates.type_2_error == pytest.approx(beta, abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_curves_equal_scikit_learns_roc_curve_point_for_point(ties):
    test, anomaly = random_scores(ties)
    fpr, tpr, _ = metrics.roc_curve(*labelled(test, anomaly), drop_intermediate=False)
    _, type_1, type_2 = error_rate_curves(test, anomaly)
    np.testing.assert_allclose(type_1[::-1], fpr, atol=1e-12)
    np.testing.assert_allclose(1 - type_2[::-1], tpr, atol=1e-12)


@given(SCORES, SCORES)
def test_auroc_equals_scikit_learn_and_counting_pairs(test, anomaly):
    difference = anomaly[:, None] - test[None, :]
    by_pairs = np.mean((difference > 0) + 0.5 * (difference == 0))
    assert auroc(test, anomaly) == pytest.approx(by_pairs, abs=1e-12)
    assert auroc(test, anomaly) == pytest.approx(metrics.roc_auc_score(*labelled(test, anomaly)), abs=1e-12)


@given(SCORES, SCORES, st.floats(allow_nan=False))
def test_rates_equal_counting(test, anomaly, threshold):
    rates = error_rates(threshold, test, anomaly)
    assert rates.false_positives == sum(score > threshold for score in test.tolist())
    assert rates.true_positives == sum(score > threshold for score in anomaly.tolist())
    assert rates.type_1_error + rates.true_negatives / len(test) == pytest.approx(1)
    assert rates.type_2_error + rates.true_positives / len(anomaly) == pytest.approx(1)


@given(SCORES, SCORES, st.floats(-10, 10), st.floats(0, 10))
def test_raising_the_threshold_trades_one_error_for_the_other(test, anomaly, threshold, step):
    low, high = error_rates(threshold, test, anomaly), error_rates(threshold + step, test, anomaly)
    assert high.type_1_error <= low.type_1_error
    assert high.type_2_error >= low.type_2_error


@given(SCORES, SCORES)
def test_curves_start_flagging_all_and_end_flagging_none(test, anomaly):
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    assert (thresholds[0], type_1[0], type_2[0]) == (-np.inf, 1, 0)
    assert (thresholds[-1], type_1[-1], type_2[-1]) == (max(test.max(), anomaly.max()), 0, 1)
    assert np.all(np.diff(thresholds) > 0)
    for threshold, alpha, beta in zip(thresholds, type_1, type_2, strict=True):
        rates = error_rates(threshold, test, anomaly)
        assert (rates.type_1_error, rates.type_2_error) == (alpha, beta)


@given(SCORES, SCORES)
def test_roc_curve_drops_exactly_the_points_inside_straight_segments(test, anomaly):
    fpr, tpr, thresholds = roc_curve(test, anomaly)
    assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
    all_thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    assert metrics.auc(type_1[::-1], 1 - type_2[::-1]) == pytest.approx(metrics.auc(fpr, tpr), abs=1e-12)
    for threshold, x, y in zip(all_thresholds, type_1, 1 - type_2, strict=True):
        # thresholds descends: the kept points on either side of this one
        right = int(np.argmax(thresholds <= threshold))
        left = max(right - 1, 0)
        cross = (fpr[right] - fpr[left]) * (y - tpr[left]) - (tpr[right] - tpr[left]) * (x - fpr[left])
        assert cross == pytest.approx(0, abs=1e-12)
    turns = np.diff(fpr)[1:] * np.diff(tpr)[:-1] - np.diff(fpr)[:-1] * np.diff(tpr)[1:]
    assert np.all(np.abs(turns) > 1e-9)


def test_float32_scores_are_compared_as_the_doubles_they_are():
    score = np.float32(0.1)  # 0.10000000149… as a double, so above 0.1
    rates = error_rates(0.1, np.array([score]), np.array([score]))
    assert rates.false_positives == 1


def test_threshold_is_mean_plus_three_sample_standard_deviations():
    scores = [2.0, 4.0, 9.0]  # mean 5, sum of squares 26, so the sample variance is 13
    assert mean_plus_k_sd(scores) == pytest.approx(5 + 3 * 13**0.5)
    assert mean_plus_k_sd(scores, k=0) == 5
    with pytest.raises(ValueError, match="two scores"):
        mean_plus_k_sd([1.0])


def test_score_sets_sorts_and_casts():
    sets = ScoreSets.from_scores(np.float32([3, 1, 2]), [2.0, 1.0], [5])
    assert sets.validation.tolist() == [1.0, 2.0, 3.0]
    assert {sets.validation.dtype, sets.test.dtype, sets.anomaly.dtype} == {np.dtype(np.float64)}


@pytest.mark.parametrize("bad", [[], [np.nan], [np.inf, 1.0], [[1.0]]])
def test_unusable_scores_are_named(bad):
    with pytest.raises(ValueError, match="anomaly scores must"):
        ScoreSets.from_scores([1.0], [1.0], bad)
    with pytest.raises(ValueError, match="test scores must"):
        error_rates(1.0, bad, [1.0])


def test_score_sets_refuses_unsorted_or_float32_arrays():
    good = np.array([1.0, 2.0])
    for bad in (good[::-1], good.astype(np.float32)):
        with pytest.raises(ValueError, match="test scores must be float64 and sorted"):
            ScoreSets(good, bad, good)


def test_a_nan_threshold_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        error_rates(float("nan"), [1.0], [1.0])


def test_power_at_is_scikit_learns_curve_read_off():
    generator = np.random.default_rng(11)
    test, anomaly = generator.normal(size=400), generator.normal(1.5, size=300)
    labels, scores = np.repeat([0, 1], [400, 300]), np.concatenate([test, anomaly])
    fpr, tpr, _ = metrics.roc_curve(labels, scores, drop_intermediate=False)
    for share in (0.001, 0.01, 0.1234, 0.5, 1.0):
        before, after = fpr[fpr <= share].max(), fpr[fpr >= share].min()
        (power,) = power_at([share], test, anomaly)
        assert tpr[fpr == before].max() - 1e-12 <= power <= tpr[fpr == after].max() + 1e-12
        if share == before:
            assert power == pytest.approx(tpr[fpr == share].max(), abs=1e-12)
