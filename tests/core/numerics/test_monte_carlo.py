"""Estimates against NumPy's moments of every prefix, and ranks that are even along the normal axis."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hw9core.numerics.monte_carlo import estimate, evenly_spread_ranks, running_mean


def test_estimates_and_running_means():
    draws = np.array([1.0, 2.0, 4.0, 9.0]) + 1e8
    final = estimate(draws)
    assert (final.value, final.n) == (1e8 + 4, 4)
    assert final.standard_error == pytest.approx(draws.std(ddof=1) / 2)
    running = running_mean(draws)
    np.testing.assert_array_equal(running.n, [2, 3, 4])
    for n, mean, standard_error in zip(running.n, running.mean, running.standard_error, strict=True):
        expected = estimate(draws[:n])
        assert mean == pytest.approx(expected.value, rel=1e-15)
        assert standard_error == pytest.approx(expected.standard_error, rel=1e-9)
    with pytest.raises(ValueError, match="two draws"):
        estimate([1.0])


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e300])
def test_the_standard_error_overflows_only_where_it_must(scale):
    draws = np.random.default_rng(0).normal(size=100)
    expected = draws.std(ddof=1) / 10
    assert estimate(scale * draws).standard_error == pytest.approx(scale * expected, rel=1e-14)
    assert estimate(draws).standard_error == expected


def test_an_infinite_draw_makes_the_estimate_infinite():
    result = estimate([1.0, np.inf])
    assert result.value == np.inf and np.isnan(result.standard_error)


@pytest.mark.parametrize(("n", "m"), [(1, 5), (7, 7), (8, 7), (1000, 50), (100_000, 200)])
def test_ranks_are_few_ascending_and_reach_both_ends(n, m):
    ranks = evenly_spread_ranks(n, m)
    assert ranks.size == min(n, ranks.size) <= m and (ranks[0], ranks[-1]) == (0, n - 1)
    assert np.all(np.diff(ranks) > 0)


def test_ranks_are_the_nearest_in_probability_to_even_steps_along_the_normal_axis():
    n, m = 20_001, 51
    levels = (np.arange(n) + 0.5) / n
    even = np.linspace(stats.norm.ppf(levels[0]), stats.norm.ppf(levels[-1]), m)
    nearest = [np.argmin(abs(levels - stats.norm.cdf(step))) for step in even]
    np.testing.assert_array_equal(evenly_spread_ranks(n, m), np.unique(nearest))
