import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from hw9core.numerics.intervals import clopper_pearson

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_equals_scipy(count, level):
    successes, n = count
    ours = clopper_pearson(successes, n, level)
    theirs = binomtest(successes, n).proportion_ci(level, method="exact")
    np.testing.assert_allclose([ours.low, ours.high], [theirs.low, theirs.high], rtol=1e-9, atol=1e-12)


def test_end_points_and_broadcasting():
    bounds = clopper_pearson([0, 90, 10_000], 10_000)
    sizes = np.arange(1, 500)
    assert np.all(clopper_pearson(0, sizes).low == 0.0)
    assert np.all(clopper_pearson(sizes, sizes).high == 1.0)
    assert bounds.low[1] == clopper_pearson(90, 10_000).low
    assert clopper_pearson([[1], [2]], [10, 20, 30]).high.shape == (2, 3)


def test_clopper_pearson_of_no_successes_is_the_closed_form():
    assert clopper_pearson(0, 50).high == pytest.approx(1 - 0.025 ** (1 / 50), rel=1e-12)


@pytest.mark.parametrize("share", [0.003, 0.1, 0.5])
def test_coverage_summed_exactly_over_all_outcomes(share):
    n = 100
    successes = np.arange(n + 1)
    weights = binom.pmf(successes, n, share)
    interval = clopper_pearson(successes, n)
    assert weights[(interval.low <= share) & (share <= interval.high)].sum() >= 0.95


@pytest.mark.parametrize(
    "arguments", [(-1, 10), (11, 10), (0, 0), (0.5, 10), (np.nan, 10), (1, np.inf), ([1, 5], 4)]
)
def test_refuses_impossible_counts(arguments):
    with pytest.raises(ValueError, match="whole numbers"):
        clopper_pearson(*arguments)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, np.nan])
def test_refuses_a_level_that_is_no_level(level):
    with pytest.raises(ValueError, match="confidence level"):
        clopper_pearson(1, 10, level)
