from functools import partial
from math import ceil, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta as beta_distribution
from scipy.stats import kstest

from hw9core.anomaly.decisions.error_rates import error_rates
from hw9core.anomaly.decisions.threshold_rules import (
    choose_and_judge,
    conformal_type_1_interval,
    equal_error_threshold,
    expected_cost,
    minimum_cost_threshold,
    pair_is_possible,
    split_conformal_threshold,
    split_halves,
    threshold_for_type_1,
    threshold_for_type_2,
    validation_quantile,
    youden_threshold,
)

# Small whole numbers tie often; 0.1-steps make sums and quotients round.
tied_scores = st.lists(st.integers(0, 9).map(lambda i: i / 10), min_size=1, max_size=25)
shares = st.one_of(st.sampled_from([0.0, 0.05, 0.1, 0.29, 0.5, 0.9, 1.0]), st.floats(0, 1))


def every_step(test, anomaly):
    """(τ, α, β) by counting, at −inf and at every distinct score."""
    for threshold in [-inf, *sorted(set(test) | set(anomaly))]:
        yield (
            threshold,
            sum(score > threshold for score in test) / len(test),
            sum(score <= threshold for score in anomaly) / len(anomaly),
        )


def best_by_brute_force(test, anomaly, loss):
    best, best_threshold = inf, None
    for threshold, type_1, type_2 in every_step(test, anomaly):
        value = loss(type_1, type_2)
        if value <= best + 1e-12:
            best, best_threshold = min(best, value), threshold
    return best_threshold


@given(tied_scores, tied_scores)
def test_equal_error_and_youden_against_all_thresholds(test, anomaly):
    assert equal_error_threshold(test, anomaly) == best_by_brute_force(
        test, anomaly, lambda type_1, type_2: abs(type_1 - type_2)
    )
    assert youden_threshold(test, anomaly) == best_by_brute_force(
        test, anomaly, lambda type_1, type_2: -(1 - type_1 - type_2)
    )


def test_equal_gaps_that_round_apart_still_tie():
    # α − β is exactly ±2/60000 at τ = 0 and 1; computed, the sizes differ by more than 1e-12 of it.
    test = np.repeat([0.0, 1.0, 2.0], [60_000 - 15_710, 1, 15_709])
    anomaly = np.repeat([0.0, 1.0, 2.0], [5_236, 1, 20_000 - 5_237])
    at_0, at_1 = (error_rates(threshold, test, anomaly) for threshold in (0.0, 1.0))
    gap_0, gap_1 = (rates.type_1_error - rates.type_2_error for rates in (at_0, at_1))
    assert -gap_1 > gap_0 * (1 + 1e-12)
    assert equal_error_threshold(test, anomaly) == 1.0


@given(tied_scores, tied_scores, st.sampled_from([0.0, 0.1, 1.0, 7.0]), st.sampled_from([0.0, 0.3, 1.0]))
def test_minimum_cost_against_all_thresholds(test, anomaly, cost_ratio, prevalence):
    def cost(type_1, type_2):
        return (1 - prevalence) * type_1 + prevalence * cost_ratio * type_2

    chosen = minimum_cost_threshold(test, anomaly, cost_ratio, prevalence)
    assert chosen == best_by_brute_force(test, anomaly, cost)


def test_cost_extremes_and_a_huge_cost_ratio():
    test, anomaly = [1.0, 2.0, 3.0, 4.0], [3.0, 5.0, 6.0]
    assert minimum_cost_threshold(test, anomaly, cost_ratio=0, prevalence=0.5) == 6.0
    assert minimum_cost_threshold(test, anomaly, cost_ratio=1, prevalence=0) == 6.0
    assert minimum_cost_threshold(test, anomaly, cost_ratio=1, prevalence=1) == 2.0
    assert minimum_cost_threshold(test, [0.0, 9.0], cost_ratio=1, prevalence=1) == -inf
    # Misses decide first and false alarms second, however large the ratio.
    assert minimum_cost_threshold(test, anomaly, cost_ratio=1e15, prevalence=0.5) == 2.0


def test_expected_cost_of_known_rates():
    # 1,000 images, 10 of them anomalies: 99 false alarms at 1 and 2 misses at 50.
    assert expected_cost(0.1, 0.2, cost_ratio=50, prevalence=0.01) * 1000 == pytest.approx(99 + 100)
    assert expected_cost(np.array([0.0, 1.0]), np.array([1.0, 0.0]), 2, 0.5).tolist() == [1.0, 0.5]


@given(tied_scores, shares)
def test_threshold_for_type_1_is_the_smallest_that_meets_it(test, alpha):
    meeting = [threshold for threshold, type_1, _ in every_step(test, test) if type_1 <= alpha]
    assert threshold_for_type_1(test, alpha) == validation_quantile(test, alpha) == min(meeting)


@given(tied_scores, shares)
def test_threshold_for_type_2_is_the_largest_that_meets_it(anomaly, beta):
    threshold = threshold_for_type_2(anomaly, beta)
    assert error_rates(threshold, anomaly, anomaly).type_2_error <= beta
    if threshold < inf:
        assert error_rates(np.nextafter(threshold, inf), anomaly, anomaly).type_2_error > beta
    else:
        assert beta == 1.0


@pytest.mark.parametrize("share", [0.07, 0.14, 0.29, 0.57, 0.58])
def test_a_share_of_a_hundred_is_met_exactly_although_products_round(share):
    scores = np.arange(100.0)
    assert error_rates(threshold_for_type_1(scores, share), scores, scores).type_1_error == share
    assert error_rates(threshold_for_type_2(scores, share), scores, scores).type_2_error == share


@pytest.mark.parametrize("alpha", [0.0, 0.009, 0.1, 0.25, 1.0])
def test_validation_quantile_is_numpys_inverted_cdf(alpha):
    scores = np.random.default_rng(0).gamma(2.0, 1.0, 4000).round(2)
    expected = -inf if alpha == 1 else np.quantile(scores, 1 - alpha, method="inverted_cdf")
    assert validation_quantile(scores, alpha) == expected


@given(tied_scores, tied_scores, shares, shares)
def test_a_pair_is_possible_exactly_when_some_threshold_meets_both(test, anomaly, alpha, beta):
    pair = pair_is_possible(test, anomaly, alpha, beta)
    steps = list(every_step(test, anomaly))
    assert pair.possible == any(type_1 <= alpha and type_2 <= beta for _, type_1, type_2 in steps)
    assert pair.best_type_2_error == min(type_2 for _, type_1, type_2 in steps if type_1 <= alpha)
    assert pair.best_type_1_error == min(type_1 for _, type_1, type_2 in steps if type_2 <= beta)
    if pair.possible:
        for rates in (pair.at_alpha, pair.at_beta):
            assert rates.type_1_error <= alpha and rates.type_2_error <= beta


@pytest.mark.parametrize(
    ("alpha", "rank"), [(0.0, 10), (0.1, 9), (0.19, 9), (0.2, 8), (0.5, 5), (0.9, 1), (1.0, 0)]
)
def test_conformal_rank_among_nine_scores(alpha, rank):
    assert rank == ceil(round(10 * (1 - alpha), 9))
    scores = [9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0]  # the r-th smallest is r
    expected = {0: -inf, 10: inf}.get(rank, float(rank))
    assert split_conformal_threshold(scores, alpha) == expected


@given(tied_scores, shares)
def test_conformal_guarantee_counted_exactly(scores, alpha):
    """Of n + 1 exchangeable scores each is the new one equally often: at most a share α is flagged."""
    if len(scores) < 2:
        return
    flagged = sum(
        score > split_conformal_threshold(scores[:i] + scores[i + 1 :], alpha)
        for i, score in enumerate(scores)
    )
    assert flagged / len(scores) <= alpha


def test_conformal_coverage_by_monte_carlo():
    """Uniform scores: the true type I error is 1 − τ, distributed as Beta(j, n + 1 − j)."""
    n, alpha, repeats = 99, 0.055, 4000  # j = ⌊(n + 1)α⌋ = 5
    rng = np.random.default_rng(3)
    true_type_1 = np.array([1 - split_conformal_threshold(rng.random(n), alpha) for _ in range(repeats)])
    law = beta_distribution(5, 95)
    assert abs(true_type_1.mean() - 0.05) <= 5 * law.std() / np.sqrt(repeats)
    assert kstest(true_type_1, law.cdf).pvalue > 1e-4
    interval = conformal_type_1_interval(n, alpha, 0.9)
    np.testing.assert_allclose([interval.low, interval.high], law.ppf([0.05, 0.95]), rtol=1e-9)
    inside = np.mean((interval.low <= true_type_1) & (true_type_1 <= interval.high))
    assert abs(inside - 0.9) <= 5 * np.sqrt(0.9 * 0.1 / repeats)


def test_conformal_interval_where_the_rank_runs_out():
    assert conformal_type_1_interval(9, 0.05).high == 0.0  # τ = +inf
    assert conformal_type_1_interval(9, 1.0).low == 1.0  # τ = −inf


@given(st.integers(2, 300), st.integers(0, 2**32))
def test_halves_are_a_partition_and_repeat(n, seed):
    first, second = split_halves(n, seed)
    assert sorted([*first, *second]) == list(range(n)) and second.size - first.size == n % 2
    again, _ = split_halves(n, seed)
    assert first.tolist() == again.tolist()


def test_halves_differ_by_seed_and_leave_the_global_generator_alone():
    before = np.random.get_state()[1].tolist()
    assert split_halves(100, 0)[0].tolist() != split_halves(100, 1)[0].tolist()
    assert np.random.get_state()[1].tolist() == before


def test_choose_and_judge_uses_each_score_once():
    seen = {}
    test, anomaly = np.arange(11.0), np.arange(100.0, 120.0)

    def rule(test_half, anomaly_half):
        seen["test"], seen["anomaly"] = test_half, anomaly_half
        return 104.5

    choice = choose_and_judge(rule, test, anomaly, seed=5)
    assert seen["test"].size == 5 and seen["anomaly"].size == 10
    judged_anomaly = np.setdiff1d(anomaly, seen["anomaly"])
    assert choice.judged.false_negatives == np.sum(judged_anomaly <= 104.5)
    assert choice.chosen.false_negatives == np.sum(seen["anomaly"] <= 104.5)
    assert choice.judged.true_negatives == 6 and choice.threshold == 104.5


def test_an_oracle_looks_better_where_it_was_chosen():
    """Youden on noise: J is positive on the halves it was fitted to, and 0 on average on the others."""
    rng = np.random.default_rng(8)
    chosen, judged = [], []
    for seed in range(200):
        choice = choose_and_judge(youden_threshold, rng.normal(size=60), rng.normal(size=60), seed)
        chosen.append(1 - choice.chosen.type_1_error - choice.chosen.type_2_error)
        judged.append(1 - choice.judged.type_1_error - choice.judged.type_2_error)
    assert np.mean(chosen) > 0.1
    assert abs(np.mean(judged)) <= 5 * np.std(judged) / np.sqrt(200)


def test_choose_and_judge_takes_rules_with_arguments():
    rng = np.random.default_rng(0)
    test, anomaly = rng.normal(size=400), rng.normal(3, 1, 400)
    rule = partial(minimum_cost_threshold, cost_ratio=100, prevalence=0.5)
    careful = choose_and_judge(rule, test, anomaly, 0)
    assert careful.threshold < choose_and_judge(youden_threshold, test, anomaly, 0).threshold


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan, np.inf])
@pytest.mark.parametrize(
    "call",
    [
        lambda share: validation_quantile([1.0, 2.0], share),
        lambda share: split_conformal_threshold([1.0, 2.0], share),
        lambda share: conformal_type_1_interval(10, share),
        lambda share: threshold_for_type_1([1.0], share),
        lambda share: threshold_for_type_2([1.0], share),
        lambda share: pair_is_possible([1.0], [2.0], 0.1, share),
        lambda share: minimum_cost_threshold([1.0], [2.0], 1.0, share),
    ],
)
def test_refuses_shares_outside_0_to_1(call, share):
    with pytest.raises(ValueError, match="must be a number between 0 and 1"):
        call(share)


@pytest.mark.parametrize("cost_ratio", [-1.0, np.nan, np.inf])
def test_refuses_an_impossible_cost_ratio(cost_ratio):
    with pytest.raises(ValueError, match="cost ratio must"):
        expected_cost(0.1, 0.1, cost_ratio, 0.5)


@pytest.mark.parametrize("scores", [[], [np.nan, 1.0], [np.inf], [[1.0, 2.0]]])
def test_refuses_scores_that_are_no_scores(scores):
    for call in (
        lambda: split_conformal_threshold(scores, 0.1),
        lambda: youden_threshold([1.0], scores),
        lambda: threshold_for_type_2(scores, 0.1),
        lambda: choose_and_judge(youden_threshold, scores, [1.0, 2.0], 0),
    ):
        with pytest.raises(ValueError, match="scores must"):
            call()


@pytest.mark.parametrize("n", [0, 1, 2.5, np.nan, np.inf])
def test_refuses_to_halve_less_than_two(n):
    with pytest.raises(ValueError, match="whole number of at least 2"):
        split_halves(n, 0)
