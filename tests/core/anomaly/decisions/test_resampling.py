import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm, probplot

from hw9core.anomaly.decisions.error_rates import error_rates, mean_plus_k_sd
from hw9core.anomaly.decisions.resampling import (
    bootstrap_threshold,
    normal_quantile_points,
    subsample_error_rates,
    tail_share,
)


def test_bootstrap_of_normal_scores_has_the_delta_method_standard_error():
    """Var(mean + k·sd) = σ²(1 + k²/2)/n for normal scores."""
    scores = np.random.default_rng(0).normal(10, 2, 5000)
    result = bootstrap_threshold(scores, 3.0, repeats=2000)
    expected = 2 * np.sqrt((1 + 4.5) / 5000)
    assert result.standard_error == pytest.approx(
        expected, rel=0.12
    )  # 1.6 % bootstrap, 3–4 % the sample's σ⁴
    assert result.threshold == mean_plus_k_sd(scores, 3.0)
    half_width = (result.interval.high - result.interval.low) / 2
    assert half_width == pytest.approx(1.96 * result.standard_error, rel=0.1)
    assert result.replicates.mean() == pytest.approx(result.threshold, abs=0.2 * result.standard_error)


def test_bootstrap_interval_covers_the_true_threshold_of_skewed_scores():
    rng = np.random.default_rng(1)
    covered = 0
    for seed in range(200):  # gamma(4): mean 4, sd 2, so mean + 2 sd = 8
        interval = bootstrap_threshold(rng.gamma(4, 1, 500), 2.0, repeats=200, seed=seed).interval
        covered += interval.low <= 8 <= interval.high
    assert 0.85 <= covered / 200 <= 0.99


def test_bootstrap_does_not_depend_on_order_and_repeats_by_seed():
    scores = np.random.default_rng(2).gamma(2, 1, 3000)
    one, other = bootstrap_threshold(scores, repeats=100), bootstrap_threshold(scores[::-1], repeats=100)
    np.testing.assert_array_equal(one.replicates, other.replicates)
    assert not np.array_equal(one.replicates, bootstrap_threshold(scores, repeats=100, seed=1).replicates)
    assert np.unique(one.replicates).size == 100  # every chunk is filled, none twice


@pytest.mark.parametrize("k", [-3.0, 0.0])
def test_bootstrap_of_a_negative_or_zero_factor(k):
    scores = np.random.default_rng(3).normal(size=400)
    result = bootstrap_threshold(scores, k, repeats=50)
    assert result.interval.low < result.threshold < result.interval.high
    assert result.threshold == pytest.approx(scores.mean() + k * scores.std(ddof=1))


@pytest.mark.parametrize(
    "arguments",
    [
        {"k": np.nan},
        {"repeats": 1},
        {"level": 1.0},
        {"validation": [1.0]},
        {"validation": []},
        {"validation": [1.0, np.nan]},
        {"seed": -1},
    ],
)
def test_bootstrap_refuses(arguments):
    with pytest.raises(ValueError):
        bootstrap_threshold(**{"validation": [1.0, 2.0, 3.0], **arguments})


def test_subsampled_rates_are_distributed_as_rates_of_drawn_images():
    rng = np.random.default_rng(4)
    test, anomaly = rng.normal(size=1000), rng.normal(2, 1, 500)
    n, repeats = 200, 20_000
    full = error_rates(1.5, test, anomaly)
    result = subsample_error_rates(1.5, test, anomaly, n, repeats)
    for drawn, scores, share, is_error in (
        (result.type_1, test, full.type_1_error, lambda s: s > 1.5),
        (result.type_2, anomaly, full.type_2_error, lambda s: s <= 1.5),
    ):
        literal = is_error(rng.choice(scores, (repeats, n))).mean(axis=1)
        spread = np.sqrt(share * (1 - share) / n)
        assert drawn.mean() == pytest.approx(share, abs=5 * spread / np.sqrt(repeats))
        assert drawn.std() == pytest.approx(literal.std(), rel=0.05)
        assert drawn.std() == pytest.approx(spread, rel=0.05)
        for count in (int(n * share), int(n * share) + 3):
            below = binom.cdf(count, n, share)
            assert np.mean(drawn * n <= count + 0.5) == pytest.approx(below, abs=0.02)
    assert abs(np.corrcoef(result.type_1, result.type_2)[0, 1]) < 5 / np.sqrt(repeats)


def test_subsampled_rates_repeat_by_seed_and_take_infinite_thresholds():
    test, anomaly = np.arange(100.0), np.arange(50.0, 150.0)
    one, same, other = (subsample_error_rates(75.0, test, anomaly, 30, 50, seed) for seed in (1, 1, 2))
    assert one.type_1.tolist() == same.type_1.tolist() != other.type_1.tolist()
    everything = subsample_error_rates(-np.inf, test, anomaly, 30, 50)
    assert np.all(everything.type_1 == 1) and np.all(everything.type_2 == 0)


@pytest.mark.parametrize(
    ("threshold", "n", "repeats"), [(np.nan, 10, 10), (1.0, 0, 10), (1.0, 10, 0), (1.0, np.nan, 10)]
)
def test_subsampling_refuses(threshold, n, repeats):
    with pytest.raises(ValueError, match="must be a"):
        subsample_error_rates(threshold, [1.0], [2.0], n, repeats)


def test_all_quantile_points_are_scipys_with_hazen_positions():
    scores = np.random.default_rng(5).gamma(3, 1, 150)
    points = normal_quantile_points(scores, m=150)
    np.testing.assert_allclose(points.normal, norm.ppf((np.arange(1, 151) - 0.5) / 150), atol=1e-12)
    np.testing.assert_allclose(
        points.z_scores, (np.sort(scores) - scores.mean()) / scores.std(ddof=1), atol=1e-12
    )
    # probplot uses Filliben's positions: alike in the middle.
    theirs, _ = probplot(scores, fit=False)
    np.testing.assert_allclose(points.normal[15:-15], theirs[15:-15], atol=0.01)


@given(st.integers(2, 3000), st.integers(2, 300))
def test_thinned_quantile_points_keep_the_ends_and_their_places(n, m):
    scores = np.random.default_rng(n).gamma(2, 1, n)
    points, everything = normal_quantile_points(scores, m), normal_quantile_points(scores, n)
    assert 2 <= points.normal.size <= m and everything.normal.size == n
    assert points.normal[0] == everything.normal[0] and points.normal[-1] == everything.normal[-1]
    places = np.searchsorted(everything.normal, points.normal)
    np.testing.assert_array_equal(points.z_scores, everything.z_scores[places])
    assert np.all(np.diff(points.normal) > 0)


def test_thinned_points_show_the_tails():
    points = normal_quantile_points(np.random.default_rng(6).normal(size=10_000), m=100)
    assert np.sum(points.normal > 2) >= 10  # 2 of 100 if evenly spaced in rank


def test_quantile_points_refuse():
    for scores, m in (([1.0, 1.0], 10), ([1.0], 10), ([1.0, 2.0], 1), ([1.0, np.nan], 10)):
        with pytest.raises(ValueError):
            normal_quantile_points(scores, m)


def test_tail_share_of_normal_and_of_skewed_scores():
    assert tail_share(np.arange(10.0)).normal == pytest.approx(0.00135, abs=1e-6)
    quantiles = norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert tail_share(quantiles).scores == pytest.approx(0.00135, abs=2e-5)
    exponential = -np.log1p(-(np.arange(100_000) + 0.5) / 100_000)  # mean 1, sd 1: share e⁻⁴ beyond 4
    assert tail_share(exponential).scores == pytest.approx(np.exp(-4), rel=0.01)


def test_tail_share_is_strict_and_takes_a_negative_factor():
    assert tail_share([5.0, 5.0, 5.0], 0.0).scores == 0.0
    share = tail_share([1.0, 2.0, 3.0], -10.0)
    assert share.scores == 1.0 and share.normal == pytest.approx(1.0)
    with pytest.raises(ValueError, match="finite"):
        tail_share([1.0, 2.0], np.inf)
