"""The rates, the ROC curve and its area against scikit-learn on 1,000 random score sets, most with ties.

scikit-learn flags ``score >= threshold`` and this program ``score > threshold``: its rates at a score are
ours at the next smaller one.
"""

import numpy as np
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.metrics import roc_curve as sklearn_roc_curve

from hw9core.anomaly.decisions.error_rates import auroc, error_rate_curves, error_rates, roc_curve

SETS = 1000


def score_sets():
    rng = np.random.default_rng(20240209)
    for number in range(SETS):
        m, n = rng.integers(1, 80, size=2)
        test, anomaly = rng.gamma(2.0, 1.0, m), rng.gamma(2.0, 1.0, n) + rng.uniform(-1, 3)
        if number % 4:  # three quarters of the sets: few distinct values
            decimals = int(rng.integers(0, 2))
            test, anomaly = np.round(test, decimals), np.round(anomaly, decimals)
        yield test, anomaly


def truth_and_scores(test, anomaly):
    return np.repeat([0, 1], [test.size, anomaly.size]), np.concatenate([test, anomaly])


def test_error_rate_curves():
    compared = 0
    for test, anomaly in score_sets():
        truth, scores = truth_and_scores(test, anomaly)
        fpr, tpr, at_least = sklearn_roc_curve(truth, scores, drop_intermediate=False)
        thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
        np.testing.assert_allclose(type_1[::-1], fpr, rtol=0, atol=1e-14)
        np.testing.assert_allclose(1 - type_2[::-1], tpr, rtol=0, atol=1e-14)
        # at_least is +inf and then the distinct scores descending; ours are those scores and then −inf.
        np.testing.assert_array_equal(thresholds[:0:-1], at_least[1:])
        compared += 1
    assert compared == SETS


def test_rates_at_one_threshold():
    rng = np.random.default_rng(1)
    for test, anomaly in score_sets():
        truth, scores = truth_and_scores(test, anomaly)
        threshold = rng.choice(scores) if rng.random() < 0.7 else rng.uniform(-2, 8)  # mostly at a tie
        rates = error_rates(threshold, test, anomaly)
        expected = confusion_matrix(truth, scores > threshold, labels=[0, 1]).ravel()
        counts = (rates.true_negatives, rates.false_positives, rates.false_negatives, rates.true_positives)
        assert counts == tuple(expected)
        assert rates.type_1_error == expected[1] / test.size
        assert rates.type_2_error == expected[2] / anomaly.size


def test_roc_curve_and_its_area():
    for test, anomaly in score_sets():
        truth, scores = truth_and_scores(test, anomaly)
        fpr, tpr, _ = sklearn_roc_curve(truth, scores, drop_intermediate=True)
        our_fpr, our_tpr, _ = roc_curve(test, anomaly)
        # Both drop points inside straight segments, scikit-learn not all of them: ours are among theirs.
        theirs = set(zip(np.round(fpr, 12), np.round(tpr, 12), strict=True))
        assert set(zip(np.round(our_fpr, 12), np.round(our_tpr, 12), strict=True)) <= theirs
        assert abs(np.trapezoid(our_tpr, our_fpr) - np.trapezoid(tpr, fpr)) <= 1e-12
        assert abs(auroc(test, anomaly) - roc_auc_score(truth, scores)) <= 1e-12
