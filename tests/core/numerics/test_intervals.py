import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from hw9core.numerics.intervals import clopper_pearson, wilson

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("interval", "method"), [(clopper_pearson, "exact"), (wilson, "wilson")])
@given(counts, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_equals_scipy(interval, method, count, level):
    successes, n = count
    ours = interval(successes, n, level)
    theirs = binomtest(successes, n).proportion_ci(level, method=method)
    np.testing.assert_allclose([ours.low, ours.high], [theirs.low, theirs.high], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_end_points_and_broadcasting(interval):
    bounds = interval([0, 90, 10_000], 10_000)
    sizes = np.arange(1, 500)
    assert np.all(interval(0, sizes).low == 0.0) and np.all(interval(sizes, sizes).high == 1.0)
    assert bounds.low[1] == interval(90, 10_000).low
    assert interval([[1], [2]], [10, 20, 30]).high.shape == (2, 3)


def test_clopper_pearson_of_no_successes_is_the_closed_form():
    assert clopper_pearson(0, 50).high == pytest.approx(1 - 0.025 ** (1 / 50), rel=1e-12)


@pytest.mark.parametrize("share", [0.003, 0.1, 0.5])
def test_coverage_summed_exactly_over_all_outcomes(share):
    n = 100
    successes = np.arange(n + 1)
    weights = binom.pmf(successes, n, share)
    exact, score = clopper_pearson(successes, n), wilson(successes, n)
    assert weights[(exact.low <= share) & (share <= exact.high)].sum() >= 0.95
    assert weights[(score.low <= share) & (share <= score.high)].sum() == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
@pytest.mark.parametrize(
    "arguments", [(-1, 10), (11, 10), (0, 0), (0.5, 10), (np.nan, 10), (1, np.inf), ([1, 5], 4)]
)
def test_refuses_impossible_counts(interval, arguments):
    with pytest.raises(ValueError, match="whole numbers"):
        interval(*arguments)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, np.nan])
def test_refuses_a_level_that_is_no_level(level):
    with pytest.raises(ValueError, match="confidence level"):
        wilson(1, 10, level)
