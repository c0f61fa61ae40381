"""Mass carried along a journey: areas stay, ends are the flow's own, slopes are those of differences."""

import numpy as np
import pytest
from scipy import stats

from hw9core.line_flow.bases import BASES
from hw9core.line_flow.journey import direct_journey, quantile_slices, two_stage_journey
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from tests.core.line_flow.test_mixture_cdf import TWO, every_base, every_mixture

TIMES = np.linspace(0, 1, 11)
either_way = pytest.mark.parametrize(("journey", "end"), [(direct_journey, 1), (two_stage_journey, 2)])


@pytest.fixture(params=list(BASES))
def flow(request):
    return MixtureCDFTransform([0.4, 0.35, 0.25], [-1.0, 0.4, 1.8], [0.25, 0.5, 0.1], BASES[request.param])


@either_way
def test_areas_of_slices_stay(flow, journey, end):
    slices = quantile_slices(flow, 8)
    areas = journey(flow, slices.points, end * TIMES).areas(slices.edge_index)
    assert areas.shape == (11, 8)
    assert np.abs(areas - 0.125).max() < 1e-4


@every_base
@every_mixture
def test_slices_have_equal_mass_and_keep_their_areas(base, mixture):
    transform = MixtureCDFTransform(*mixture, base)
    slices = quantile_slices(transform, count=8)
    assert slices.edge_index.shape == (9,)
    np.testing.assert_allclose(np.diff(transform.cdf(slices.points[slices.edge_index])), 1 / 8, atol=1.1e-6)
    areas = direct_journey(transform, slices.points, np.linspace(0, 1, 21)).areas(slices.edge_index)
    np.testing.assert_allclose(areas, 1 / 8, atol=5e-5)


def test_direct_journey_is_the_interpolation_and_its_density_the_quotient(flow):
    x = np.linspace(-2, 2.5, 50)
    journey = direct_journey(flow, x, TIMES)
    parts = list(zip(flow.weights, flow.locs, flow.scales, strict=True))
    u = sum(w * stats.norm.cdf(x, m, s) for w, m, s in parts)
    p = sum(w * stats.norm.pdf(x, m, s) for w, m, s in parts)
    oracle = {"normal": stats.norm, "uniform": stats.uniform, "logistic": stats.logistic}[flow.base.name]
    z = oracle.ppf(u)
    for i, t in enumerate(TIMES):
        assert journey.points[i] == pytest.approx((1 - t) * x + t * z, rel=1e-9, abs=1e-9)
        assert journey.density[i] == pytest.approx(p / ((1 - t) + t * p / oracle.pdf(z)), rel=1e-6)


def test_two_stages_pass_through_u_where_the_density_is_one(flow):
    x = np.linspace(-2, 2.5, 50)
    journey = two_stage_journey(flow, x, [0.0, 1.0, 2.0])
    assert journey.points[0] == pytest.approx(x)
    assert journey.points[1] == pytest.approx(flow.cdf(x), rel=1e-12)
    assert journey.density[1] == pytest.approx(np.ones_like(x), rel=1e-9)
    assert journey.points[2] == pytest.approx(flow(x), rel=1e-12)
    assert journey.density[2] == pytest.approx(np.exp(flow.base.log_prob(flow(x))), rel=1e-6)


@either_way
def test_density_is_mass_over_length_of_small_pieces(flow, journey, end):
    x = np.linspace(-1.5, 2.2, 40)
    pair = np.stack([x, x + 1e-6], axis=1).ravel()
    points = journey(flow, pair, end * TIMES).points
    lengths = points[:, 1::2] - points[:, ::2]
    middle = journey(flow, x + 5e-7, end * TIMES).density
    mass = np.exp(flow.mixture_log_prob(x + 5e-7)) * 1e-6
    assert middle * lengths == pytest.approx(np.broadcast_to(mass, lengths.shape), rel=1e-3)


@every_base
@pytest.mark.parametrize("t", [0.0, 0.3, 0.7, 1.0])
def test_mass_under_the_interpolation_is_that_of_the_moved_samples(base, t):
    transform = MixtureCDFTransform(*TWO, base)
    samples = transform.flow.sample(500, np.random.default_rng(0))
    x = np.linspace(*transform.inverse(np.quantile(transform(samples), [0, 1])), 20_001)
    journey = direct_journey(transform, x, [t])
    (points,), (density,) = journey.points, journey.density
    assert np.all(np.diff(points) > 0)
    mass = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(points))])
    np.testing.assert_allclose(mass, transform.cdf(x) - transform.cdf(x[0]), atol=1e-6)


def test_a_journey_starts_as_the_data_and_ends_as_the_base():
    transform = MixtureCDFTransform(*TWO)
    x = np.linspace(-3, 3, 101)
    journey = direct_journey(transform, x, [0.0, 1.0])
    np.testing.assert_array_equal(journey.points[0], x)
    np.testing.assert_allclose(journey.density[0], np.exp(transform.flow.log_prob(x)), rtol=1e-13)
    np.testing.assert_allclose(journey.density[1], stats.norm.pdf(journey.points[1]), rtol=1e-12)


def test_a_journey_survives_a_gap_where_the_slope_underflows():
    transform = MixtureCDFTransform([0.5, 0.5], [-10, 10], [1e-2, 1e-2])
    journey = direct_journey(transform, np.linspace(-10.5, 10.5, 999), [1.0])
    assert np.all(np.isfinite(journey.density))
    np.testing.assert_allclose(journey.density, stats.norm.pdf(journey.points), atol=1e-9)
