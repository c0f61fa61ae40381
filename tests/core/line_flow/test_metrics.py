"""How far a flow is from the data: against closed forms, SciPy's tests and Monte Carlo."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hw9core.line_flow.bases import BASES, NORMAL
from hw9core.line_flow.data_sets import DATA_SETS, GaussianMixture
from hw9core.line_flow.metrics import (
    _anderson_darling_limit,
    anderson_darling,
    base_quantile_points,
    flow_metrics,
    kl_true_model,
    kolmogorov_smirnov,
    latent_histogram,
)
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform

ORACLES = {"normal": stats.norm, "uniform": stats.uniform, "logistic": stats.logistic}
every_base = pytest.mark.parametrize("base", BASES.values(), ids=BASES)


def the_truth(name):
    data = DATA_SETS[name]
    return MixtureCDFTransform(data.weights, data.locs, data.scales)


@pytest.mark.parametrize("name", ["two", "three"])
def test_the_flow_that_is_the_data_has_no_divergence(name):
    assert kl_true_model(DATA_SETS[name], the_truth(name)) == pytest.approx(0.0, abs=1e-14)


def test_divergence_of_two_normals_in_closed_form():
    p, q = GaussianMixture((1.0,), (0.3,), (0.5,)), MixtureCDFTransform([1.0], [-1.0], [2.0])
    expected = np.log(2 / 0.5) + (0.5**2 + 1.3**2) / (2 * 2**2) - 0.5
    assert kl_true_model(p, q) == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("name", DATA_SETS)
def test_divergence_agrees_with_sampling(name):
    data, flow = DATA_SETS[name], MixtureCDFTransform([0.4, 0.6], [-0.5, 0.5], [0.8, 1.5])
    x = data.sample(50_000, np.random.default_rng(1))
    gaps = data.log_prob(x) - flow.flow.log_prob(x)
    assert kl_true_model(data, flow) == pytest.approx(gaps.mean(), abs=5 * gaps.std() / np.sqrt(x.size))


def test_a_narrow_component_does_not_escape_the_quadrature():
    data = GaussianMixture((0.5, 0.5), (0.0, 2.0), (1.0, 1e-3))
    flow = MixtureCDFTransform(data.weights, data.locs, data.scales)
    other = MixtureCDFTransform([0.9, 0.1], data.locs, data.scales)
    assert kl_true_model(data, flow) == pytest.approx(0, abs=1e-14)
    x = data.sample(50_000, np.random.default_rng(1))
    gaps = data.log_prob(x) - other.flow.log_prob(x)
    assert kl_true_model(data, other) == pytest.approx(gaps.mean(), abs=5 * gaps.std() / np.sqrt(x.size))


@every_base
@pytest.mark.parametrize("n", [1, 2, 7, 5000])
def test_the_histogram_of_z_counts_as_one_that_looks_at_every_sample(base, n):
    x = np.sort(
        np.concatenate([DATA_SETS["heavy"].sample(n, np.random.default_rng(0)), [-60.0, 50.0][: n - 1]])
    )
    edges = np.linspace(*{"normal": (-4, 4), "uniform": (0, 1), "logistic": (-8, 8)}[base.name], 61)
    for mixture in (([1.0], [5.0], [0.1]), ([0.5, 0.5], [-0.5, 0.5], [0.3, 0.6])):
        flow = MixtureCDFTransform(*mixture, base)
        expected = np.histogram(flow(x), edges)[0] / (x.size * np.diff(edges))
        np.testing.assert_array_equal(latent_histogram(flow, x, edges), expected)


@every_base
@pytest.mark.parametrize("n", [5, 60, 1000])
@pytest.mark.parametrize("scale", [1.0, 0.8])
def test_kolmogorov_smirnov_is_scipys(base, n, scale):
    oracle = ORACLES[base.name]
    z = scale * oracle.rvs(size=n, random_state=n)
    ours, expected = kolmogorov_smirnov(z, base), stats.kstest(z, oracle.cdf)
    assert ours.statistic == pytest.approx(expected.statistic, abs=1e-14)
    assert ours.p_value == pytest.approx(expected.pvalue, abs=0.008 if n < 60 else 0.0003)


@every_base
def test_anderson_darling_is_its_integral_and_has_its_distribution(base):
    oracle = ORACLES[base.name]
    z = oracle.rvs(size=80, random_state=1)
    u = np.sort(oracle.cdf(z))
    i = np.arange(1, 81)
    direct = -80 - np.mean((2 * i - 1) * np.log(u) + (2 * (80 - i) + 1) * np.log1p(-u))
    ours = anderson_darling(z, base)
    assert ours.statistic == pytest.approx(direct, rel=1e-12)
    p_values = [anderson_darling(oracle.rvs(size=80, random_state=k), base).p_value for k in range(500)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


@pytest.mark.parametrize(("statistic", "p_value"), [(1.933, 0.10), (2.492, 0.05), (3.878, 0.01)])
def test_anderson_darling_has_the_published_critical_values(statistic, p_value):
    # Marsaglia & Marsaglia (2004), for a fully specified distribution
    assert 1 - _anderson_darling_limit(statistic) == pytest.approx(p_value, abs=2e-5)


def test_both_tests_notice_a_wrong_scale_that_fitted_parameters_would_hide():
    z = 1.2 * np.random.default_rng(0).standard_normal(1000)
    assert kolmogorov_smirnov(z).p_value < 0.01 and anderson_darling(z).p_value < 0.001


def test_anderson_darling_survives_far_tails():
    z = np.append(np.random.default_rng(0).standard_normal(100), [30.0, -30.0])
    assert np.isfinite(anderson_darling(z).statistic) and anderson_darling(z).p_value < 0.01


@every_base
def test_quantile_points_are_ranks_of_the_base(base):
    z = ORACLES[base.name].rvs(size=1001, random_state=0)
    points = base_quantile_points(z, base, m=50)
    assert 2 <= points.z.size <= 50 and np.all(np.diff(points.z) > 0)
    rank = np.searchsorted(np.sort(z), points.z)
    np.testing.assert_allclose(points.base, ORACLES[base.name].ppf((rank + 0.5) / 1001), rtol=1e-12)
    assert (rank[0], rank[-1]) == (0, 1000)


def test_metrics_have_the_keys_of_the_command_line():
    metrics = flow_metrics(the_truth("two"), "two", DATA_SETS["two"].sample(500, np.random.default_rng(0)))
    assert list(metrics) == [
        "test_nll",
        "test_nll_se",
        "true_entropy",
        "kl_true_model",
        "kl_paired",
        "kl_paired_se",
        "ks_p_value",
    ]
    assert abs(metrics["test_nll"] - metrics["true_entropy"]) < 4 * metrics["test_nll_se"]


@pytest.mark.parametrize("z", [[], [np.nan], [[1.0, 2.0]]])
def test_samples_that_cannot_be_tested(z):
    for test in (kolmogorov_smirnov, anderson_darling):
        with pytest.raises(ValueError, match="finite numbers"):
            test(z, NORMAL)
