"""The flow on the line: exact in the tails, monotone, invertible, and the mixture density it claims to be."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hw9core.errors import ConfigError, InputError
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.data_sets import DATA_SETS
from hw9core.line_flow.metrics import kolmogorov_smirnov
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.line_flow.mixture_torch import autograd_ladj, flow, mixture_log_prob
from hw9core.line_flow.signed_mixture import signed_cdf, signed_density, signed_mixture_report
from hw9core.numerics.quadrature import integrate_line

TWO = ([0.5, 0.5], [-1.0, 0.25], [0.25, 0.5])
MIXTURES = {
    "two": TWO,
    "one": ([1.0], [3.0], [0.2]),
    "five": ([0.1, 0.3, 0.2, 0.15, 0.25], [-3.0, -1.0, 0.0, 0.5, 4.0], [0.4, 1e-3, 2.0, 0.1, 0.7]),
    "a weight of 0": ([0.0, 1.0], [50.0, 0.0], [0.1, 1.0]),
}
every_base = pytest.mark.parametrize("base", BASES.values(), ids=BASES)
every_mixture = pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)


@st.composite
def mixtures(draw):
    """Weights down to 1e-6, centres within ±20, widths from 1e-3 to 10."""
    k = draw(st.integers(1, 6))
    raw = np.array(draw(st.lists(st.floats(-14, 0), min_size=k, max_size=k)))
    weights = np.exp(raw) / np.exp(raw).sum()
    locs = draw(st.lists(st.floats(-20, 20), min_size=k, max_size=k))
    log_scales = draw(st.lists(st.floats(np.log(1e-3), np.log(10)), min_size=k, max_size=k))
    return weights, np.array(locs), np.exp(log_scales)


def levels(base, n=201):
    """z over the whole stated interval, dense in both tails."""
    inner = np.linspace(base.low, base.high, n)
    return np.unique(np.concatenate([inner, np.geomspace(1e-12, base.high, n), [base.low, base.high]]))


def valid_interval(transform):
    """The x between which every value is finite."""
    return transform.inverse([transform.base.low, transform.base.high])


# Against independent computations


@every_base
@every_mixture
def test_density_is_that_of_torchs_mixture(base, mixture):
    transform = MixtureCDFTransform(*mixture, base)
    x = np.linspace(*valid_interval(transform), 501)
    weights, locs, scales = (torch.tensor(values, dtype=torch.float64) for values in mixture)
    oracle = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(weights), torch.distributions.Normal(locs, scales)
    )
    expected = oracle.log_prob(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(transform.flow.log_prob(x), expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(transform.cdf(x), oracle.cdf(torch.from_numpy(x)).numpy(), atol=1e-12)


def exact(mixture, x):
    """F, 1 − F and the density with 60 digits."""
    parts = [
        (mpmath.mpf(w), (mpmath.mpf(x) - m) / mpmath.mpf(s), s) for w, m, s in zip(*mixture, strict=True)
    ]
    return (
        sum(w * mpmath.erfc(-a / mpmath.sqrt(2)) / 2 for w, a, s in parts),
        sum(w * mpmath.erfc(a / mpmath.sqrt(2)) / 2 for w, a, s in parts),
        sum(w * mpmath.npdf(a) / s for w, a, s in parts),
    )


@pytest.mark.parametrize("x", [-18.2, -9.0, -2.0, -0.3, 0.0, 0.9, 5.0, 12.0, 18.7])
def test_z_and_ladj_with_sixty_digits_far_into_both_tails(x):
    transform = MixtureCDFTransform(*TWO)
    z, ladj = transform.call_and_ladj(x)
    with mpmath.workdps(60):
        cdf, sf, density = exact(TWO, x)
        assert transform.log_cdf(x) == pytest.approx(float(mpmath.log(cdf)), rel=1e-14)
        assert transform.log_sf(x) == pytest.approx(float(mpmath.log(sf)), rel=1e-14)
        # Newton on the smaller tail, from the value under test: one step shows its error.
        tail, at = (cdf, z) if cdf < sf else (sf, -z)
        error = (mpmath.erfc(-at / mpmath.sqrt(2)) / 2 - tail) / mpmath.npdf(at)
        assert abs(error) <= 1e-15 * max(1, abs(z))
        assert ladj == pytest.approx(float(mpmath.log(density / mpmath.npdf(z))), abs=1e-12)


@every_base
@every_mixture
def test_ladj_is_the_derivative_that_autograd_finds(base, mixture):
    transform = MixtureCDFTransform(*mixture, base)
    x = transform.flow.sample(500, np.random.default_rng(1))
    np.testing.assert_allclose(transform.call_and_ladj(x)[1], autograd_ladj(transform, x), atol=1e-11)
    far = valid_interval(transform)
    np.testing.assert_allclose(transform.call_and_ladj(far)[1], autograd_ladj(transform, far), atol=1e-9)


@every_base
@every_mixture
def test_torch_twin_gives_the_same_z(base, mixture):
    transform = MixtureCDFTransform(*mixture, base)
    x = np.linspace(*valid_interval(transform), 301)
    weights, locs, scales = (torch.tensor(values, dtype=torch.float64) for values in mixture)
    z = flow(torch.from_numpy(x), weights.log(), locs, scales, base.name)
    np.testing.assert_allclose(transform(x), z.numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("x", [-18.0, -1.0, 0.2, 3.6])
def test_gradients_of_every_parameter_are_finite(base, x):
    parameters = [torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in TWO]
    weights, locs, scales = parameters
    point = torch.tensor([x], dtype=torch.float64, requires_grad=True)
    z = flow(point, weights.log(), locs, scales, base)
    log_p = mixture_log_prob(point, weights.log(), locs, scales)
    gradients = torch.autograd.grad(z.sum() + log_p.sum(), [*parameters, point])
    assert all(torch.isfinite(gradient).all() for gradient in gradients)
    assert gradients[1].abs().max() > 0


# Monotone, finite, invertible


@settings(max_examples=60)
@given(mixture=mixtures(), base=st.sampled_from(list(BASES.values())))
def test_any_mixture_is_finite_monotone_and_inverted_on_the_whole_interval(mixture, base):
    transform = MixtureCDFTransform(*mixture, base)
    z = levels(base)
    x = transform.inverse(z)
    assert np.all(np.isfinite(x))
    again, ladj = transform.call_and_ladj(x)
    np.testing.assert_allclose(
        again, z, rtol=1e-9, atol=1e-9
    )  # the tolerance inverse() promises, and reserve
    assert np.all(np.diff(x) >= 0)
    assert np.all(np.isfinite(ladj)) and np.all(np.isfinite(transform.flow.log_prob(x)))
    low, high = x[0], x[-1]
    grid = transform(np.linspace(low, high, 2001))
    assert np.all(np.isfinite(grid))
    assert np.all(np.diff(grid) >= -1e-14 * np.maximum(1, np.abs(grid[1:])))


@settings(max_examples=60)
@given(mixture=mixtures(), base=st.sampled_from(list(BASES.values())))
def test_x_comes_back_wherever_the_map_is_not_flat(mixture, base):
    transform = MixtureCDFTransform(*mixture, base)
    # The middle of every component, and far out on both sides.
    x = np.concatenate([transform.locs, transform.inverse(levels(base, 21))])
    z = transform(x)
    inside = (z >= base.low) & (z <= base.high)
    x, z = x[inside], z[inside]
    # What one rounding of the smaller tail, which is kept as a logarithm, moves x by: much in a flat gap.
    log_tail = np.minimum(transform.log_cdf(x), transform.log_sf(x))
    log_density = transform.mixture_log_prob(x)
    tolerance = 1e-13 * np.maximum(1, -log_tail) * np.exp(log_tail - log_density)
    if base.name == "uniform":  # z near 1 has no digits to spare
        tolerance += 1e-15 * np.exp(-log_density)
    assert np.all(np.abs(transform.inverse(z) - x) <= tolerance + 1e-14 * (np.abs(x) + 1))


@every_base
def test_strictly_monotone_over_the_homeworks_mixture(base):
    transform = MixtureCDFTransform(*TWO, base)
    z = transform(np.linspace(*valid_interval(transform), 20_001))
    assert np.all(np.diff(z) > 0)
    assert z[0] == pytest.approx(base.low, rel=1e-9) and z[-1] == pytest.approx(base.high, rel=1e-9)


def test_a_component_of_width_a_thousandth_is_resolved():
    transform = MixtureCDFTransform([0.999, 0.001], [0.0, 10.0], [1.0, 1e-3])
    x = 10.0 + 1e-3 * np.linspace(-3, 3, 1001)
    z, ladj = transform.call_and_ladj(x)
    assert np.all(np.diff(z) > 0)
    np.testing.assert_allclose(np.gradient(z, x)[1:-1], np.exp(ladj)[1:-1], rtol=1e-4)
    np.testing.assert_allclose(transform.inverse(z), x, rtol=1e-14)


# Density and sampling


@every_base
@pytest.mark.parametrize("name", DATA_SETS)
def test_density_of_every_data_sets_flow_integrates_to_1(name, base):
    data = DATA_SETS[name]
    assert integrate_line(lambda x: np.exp(data.log_prob(x)), *data.support[0]).value == pytest.approx(
        1.0, abs=1e-12
    )
    low, high = np.quantile(data.sample(2000, np.random.default_rng(0)), [0.1, 0.9])
    transform = MixtureCDFTransform([0.3, 0.7], [low, high], [0.2, 0.4], base)
    ends = valid_interval(transform)
    mass = integrate_line(lambda x: np.exp(transform.flow.log_prob(x)), *ends).value
    assert mass == pytest.approx(1.0, abs=2e-12)  # the uniform base's interval leaves 1e-12 out


@every_base
@every_mixture
def test_samples_follow_the_mixture_and_z_the_base(base, mixture):
    transform = MixtureCDFTransform(*mixture, base)
    x = transform.flow.sample(2000, np.random.default_rng(3))
    assert np.array_equal(x, transform.flow.sample(2000, np.random.default_rng(3)))
    assert not np.array_equal(x, transform.flow.sample(2000, np.random.default_rng(4)))
    rng = np.random.default_rng(5)
    weights, locs, scales = mixture
    k = rng.choice(len(weights), p=weights, size=2000)
    drawn = np.take(locs, k) + np.take(scales, k) * rng.standard_normal(2000)
    assert stats.ks_2samp(x, drawn).pvalue > 0.01
    assert kolmogorov_smirnov(transform(drawn), base).p_value > 0.01
    shifted = drawn + 0.2 * drawn.std()
    assert kolmogorov_smirnov(transform(shifted), base).p_value < 1e-3  # the test can fail


# Negative weights


def test_the_negative_weight_of_the_homeworks_components():
    report = signed_mixture_report([1.3, -0.3], [-1.0, 0.25], [0.25, 0.5])
    assert report.integral == pytest.approx(1.0, abs=1e-15)
    assert report.total_variation == pytest.approx(1.5207, abs=5e-5)
    assert report.highest == pytest.approx(1.26, abs=5e-3)
    assert not report.is_monotone and not report.is_distribution
    slopes = signed_density(report.turning_points, [1.3, -0.3], [-1.0, 0.25], [0.25, 0.5])
    np.testing.assert_allclose(slopes, 0.0, atol=1e-12)


def test_total_variation_agrees_with_quadrature():
    mixture = ([0.8, -0.5, 0.7], [-1.0, 0.25, 2.0], [0.25, 0.5, 0.7])
    report = signed_mixture_report(*mixture)
    turns = report.turning_points
    assert integrate_line(
        lambda x: np.abs(signed_density(x, *mixture)), breakpoints=turns
    ).value == pytest.approx(report.total_variation, abs=1e-12)
    grid = signed_cdf(np.linspace(-8, 8, 100_001), *mixture)
    assert (report.lowest, report.highest) == pytest.approx((grid.min(), grid.max()), abs=1e-7)


def test_a_negative_weight_need_not_break_it():
    report = signed_mixture_report([1.3, -0.3], [0.0, 0.0], [1.0, 0.3])
    assert report.is_distribution and report.total_variation == pytest.approx(1.0, abs=1e-15)
    assert not signed_mixture_report([0.7, 0.7], [0, 1], [1, 1]).is_distribution  # monotone, but up to 1.4


# What cannot be used


@pytest.mark.parametrize(
    ("mixture", "words"),
    [
        (([], [], []), "1 to 100 numbers"),
        (([0.5, 0.5], [0.0], [1.0]), "one number for each"),
        (([1.0], [0.0], [0.0]), "scale must be above 0"),
        (([1.0], [0.0], [-1.0]), "scale must be above 0"),
        (([1.3, -0.3], [0.0, 1.0], [1.0, 1.0]), "must not be negative"),
        (([0.5, 0.4], [0.0, 1.0], [1.0, 1.0]), "sum to 1"),
        (([1.0], [np.nan], [1.0]), "locs must be finite"),
        (([1.0], [0.0], [np.inf]), "scales must be finite"),
    ],
)
def test_parameters_of_no_distribution_are_refused(mixture, words):
    with pytest.raises(ConfigError, match=words):
        MixtureCDFTransform(*mixture)


@pytest.mark.parametrize("z", [np.nan, np.inf, -37.1, 40.0])
def test_z_outside_the_stated_interval_is_refused(z):
    with pytest.raises(InputError, match="between -37 and 37"):
        MixtureCDFTransform(*TWO).inverse(z)


def test_x_that_is_not_finite_is_refused():
    with pytest.raises(InputError, match="finite"):
        MixtureCDFTransform(*TWO)([0.0, np.nan])


def test_signed_mixtures_need_finite_numbers_and_widths():
    with pytest.raises(ConfigError, match="above 0"):
        signed_mixture_report([1.0], [0.0], [0.0])
    with pytest.raises(ConfigError, match="one number for each"):
        signed_mixture_report([1.0, 2.0], [0.0], [1.0])


def test_parameters_cannot_be_changed_behind_the_transforms_back():
    transform = MixtureCDFTransform(*TWO)
    with pytest.raises(ValueError, match="read-only"):
        transform.weights[0] = 2.0
