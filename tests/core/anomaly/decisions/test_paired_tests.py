import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm
from sklearn.metrics import roc_auc_score

from hw9core.anomaly.decisions.error_rates import auroc
from hw9core.anomaly.decisions.paired_tests import (
    auroc_estimate,
    delong_test,
    mcnemar_at_equal_type_1,
    mcnemar_exact,
)
from hw9core.anomaly.decisions.threshold_rules import threshold_for_type_1

tied_scores = st.lists(st.integers(0, 6).map(float), min_size=2, max_size=20)


def brute_force_kernel(test, anomaly):
    """ψ(x, y) = 1 if anomaly y > test x, ½ if equal: the m × n matrix DeLong's paper starts from."""
    return np.array([[1.0 if y > x else 0.5 if y == x else 0.0 for y in anomaly] for x in test])


def brute_force_covariance(kernel_a, kernel_b):
    m, n = kernel_a.shape
    total = 0.0
    for axis, count, number in ((1, m, m), (0, n, n)):
        first, second = kernel_a.mean(axis) - kernel_a.mean(), kernel_b.mean(axis) - kernel_b.mean()
        total += (first @ second) / (count - 1) / number
    return total


def correlated_scores(rng, m=40, n=30, decimals=1):
    """Scores of two detectors for the same m test and n anomaly images; rounding makes ties."""
    shared_test, shared_anomaly = rng.normal(size=m), rng.normal(1, 1, n)
    return tuple(
        np.round(shared + rng.normal(scale=0.7, size=shared.size), decimals)
        for shared in (shared_test, shared_anomaly, shared_test, shared_anomaly)
    )


@given(tied_scores, tied_scores)
def test_auroc_and_its_variance_equal_the_brute_force(test, anomaly):
    estimate = auroc_estimate(test, anomaly)
    kernel = brute_force_kernel(test, anomaly)
    assert estimate.auroc == pytest.approx(kernel.mean(), abs=1e-12)
    assert estimate.auroc == pytest.approx(auroc(test, anomaly), abs=1e-12)
    truth = np.repeat([0, 1], [len(test), len(anomaly)])
    assert estimate.auroc == pytest.approx(roc_auc_score(truth, test + anomaly), abs=1e-12)
    assert estimate.standard_error**2 == pytest.approx(brute_force_covariance(kernel, kernel), abs=1e-12)
    assert (
        estimate.interval.low <= estimate.auroc + 1e-12 and estimate.auroc <= estimate.interval.high + 1e-12
    )


@pytest.mark.parametrize("seed", range(20))
def test_paired_test_equals_the_brute_force(seed):
    scores = correlated_scores(np.random.default_rng(seed))
    result = delong_test(*scores)
    a, b = brute_force_kernel(*scores[:2]), brute_force_kernel(*scores[2:])
    variance = brute_force_covariance(a, a) + brute_force_covariance(b, b) - 2 * brute_force_covariance(a, b)
    z = (a.mean() - b.mean()) / np.sqrt(variance)
    assert result.standard_error == pytest.approx(np.sqrt(variance), rel=1e-10)
    assert result.z == pytest.approx(z, rel=1e-10, abs=1e-10)
    assert result.p_value == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)
    reach = norm.ppf(0.975) * np.sqrt(variance)
    assert result.interval.high - result.difference == pytest.approx(reach, rel=1e-9)
    assert result.auroc_a - result.auroc_b == pytest.approx(result.difference, abs=1e-12)


def test_delong_variance_against_fresh_samples_and_bootstrap():
    """The standard deviation of 2,000 AUROCs has a relative standard error of 1/√4000 = 1.6 %."""
    rng = np.random.default_rng(11)
    m, n, repeats = 120, 80, 2000
    fresh = [auroc_estimate(rng.normal(size=m), rng.normal(1, 1, n)) for _ in range(repeats)]
    observed = np.std([estimate.auroc for estimate in fresh])
    assert np.sqrt(np.mean([e.standard_error**2 for e in fresh])) == pytest.approx(observed, rel=5 * 0.016)

    test, anomaly = rng.normal(size=m), rng.normal(1, 1, n)
    resampled = [auroc(rng.choice(test, m), rng.choice(anomaly, n)) for _ in range(repeats)]
    assert auroc_estimate(test, anomaly).standard_error == pytest.approx(np.std(resampled), rel=5 * 0.016)


def test_auroc_interval_covers_near_one():
    rng = np.random.default_rng(12)
    truth, repeats = norm.cdf(3 / np.sqrt(2)), 1000
    covered = 0
    for _ in range(repeats):
        interval = auroc_estimate(rng.normal(size=300), rng.normal(3, 1, 300)).interval
        covered += interval.low <= truth <= interval.high
    assert covered / repeats == pytest.approx(0.95, abs=0.03)


def test_paired_p_values_are_uniform_when_both_detectors_are_equally_good():
    rng = np.random.default_rng(13)
    p_values = [delong_test(*correlated_scores(rng, 80, 80, decimals=6)).p_value for _ in range(1000)]
    for share in (0.05, 0.5):
        error = np.sqrt(share * (1 - share) / 1000)
        assert np.mean(np.array(p_values) <= share) == pytest.approx(share, abs=5 * error)


def test_perfect_separation_keeps_an_honest_interval():
    estimate = auroc_estimate(np.arange(10.0), np.arange(20.0, 60.0))
    assert estimate.auroc == 1.0 and estimate.interval.high == 1.0
    assert estimate.interval.low == pytest.approx(0.025 ** (1 / 10))
    worst = auroc_estimate(np.arange(20.0, 60.0), np.arange(10.0))
    assert worst.auroc == 0.0 and worst.interval.high == pytest.approx(1 - 0.025 ** (1 / 10))


def test_detectors_that_rank_alike_do_not_differ():
    rng = np.random.default_rng(14)
    test, anomaly = rng.normal(size=30), rng.normal(1, 1, 30)
    result = delong_test(test, anomaly, np.exp(test), np.exp(anomaly))
    assert (result.difference, result.standard_error, result.p_value) == (0.0, 0.0, 1.0)


def test_exchanging_the_detectors_changes_only_the_sign():
    scores = correlated_scores(np.random.default_rng(15))
    one, other = delong_test(*scores), delong_test(*scores[2:], *scores[:2])
    assert one.difference == -other.difference and one.p_value == other.p_value


def test_pairing_matters():
    rng = np.random.default_rng(16)
    test_a, anomaly_a, test_b, anomaly_b = correlated_scores(rng, 200, 200, decimals=6)
    paired = delong_test(test_a, anomaly_a, test_b, anomaly_b)
    shuffled = delong_test(test_a, anomaly_a, rng.permutation(test_b), rng.permutation(anomaly_b))
    assert paired.difference == pytest.approx(shuffled.difference)
    assert paired.standard_error < 0.8 * shuffled.standard_error


def test_delong_refuses_what_it_cannot_answer():
    with pytest.raises(ValueError, match="same images"):
        delong_test([1.0, 2.0], [3.0, 4.0], [1.0, 2.0, 3.0], [3.0, 4.0])
    with pytest.raises(ValueError, match="at least two anomaly scores"):
        auroc_estimate([1.0, 2.0], [3.0])
    with pytest.raises(ValueError, match="variance of 0"):
        delong_test([1.0, 2.0], [3.0, 4.0], [0.0, 0.0], [0.0, 0.0])
    with pytest.raises(ValueError, match="finite"):
        auroc_estimate([1.0, np.nan], [3.0, 4.0])


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200))
def test_mcnemar_equals_the_binomial_test(pairs):
    a, b = np.array(pairs).T
    result = mcnemar_exact(a, b)
    only_a = sum(x and not y for x, y in pairs)
    only_b = sum(y and not x for x, y in pairs)
    assert (result.only_a, result.only_b) == (only_a, only_b)
    expected = binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert result.p_value == pytest.approx(expected, rel=1e-9)


def test_mcnemar_of_a_large_disagreement():
    only_a = np.repeat([True, False], [250, 150])
    assert mcnemar_exact(only_a, ~only_a).p_value == pytest.approx(binomtest(150, 400).pvalue, rel=1e-9)


def test_mcnemar_refuses_scores_and_unpaired_decisions():
    for a, b in (([0.5, 1.0], [0.5, 2.0]), ([True], [True, False]), ([[True]], [[True]])):
        with pytest.raises(ValueError, match="boolean"):
            mcnemar_exact(a, b)


def test_mcnemar_at_equal_type_1_puts_each_detector_at_its_own_threshold():
    rng = np.random.default_rng(17)
    test_a, anomaly_a, test_b, anomaly_b = correlated_scores(rng, 200, 300)
    result = mcnemar_at_equal_type_1(test_a, anomaly_a, 10 * test_b + 3, 10 * anomaly_b + 3, alpha=0.1)
    a = anomaly_a > threshold_for_type_1(test_a, 0.1)
    b = anomaly_b > threshold_for_type_1(test_b, 0.1)
    assert (result.only_a, result.only_b) == (np.sum(a & ~b), np.sum(b & ~a))
    assert result.only_a + result.only_b > 0
