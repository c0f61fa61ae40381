"""Loss and divergence estimated from samples: against SciPy, quadrature, and repetition."""

import numpy as np
import pytest
from scipy import stats

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.plane_sets import PLANE_SETS, grid_points
from hw9core.coupling.stack import snapshot_flow
from hw9core.distributions.likelihood import negative_log_likelihood, paired_divergence
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.data_sets import DATA_SETS, GaussianMixture
from hw9core.line_flow.metrics import kl_true_model
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.store import checkpoints

MODEL = MixtureCDFTransform([0.4, 0.6], [-0.5, 0.5], [0.8, 1.5]).flow


def test_negative_log_likelihood_and_its_standard_error():
    x = DATA_SETS["two"].sample(400, np.random.default_rng(0))
    nll = -np.log(0.4 * stats.norm.pdf(x, -0.5, 0.8) + 0.6 * stats.norm.pdf(x, 0.5, 1.5))
    estimate = negative_log_likelihood(MODEL, x)
    assert estimate.value == pytest.approx(nll.mean(), abs=1e-12)
    assert estimate.standard_error == pytest.approx(stats.sem(nll), rel=1e-12)


@pytest.mark.parametrize("name", DATA_SETS)
def test_divergence_on_the_line_is_that_of_quadrature_within_its_standard_error(name):
    checkpoint = checkpoints.require(FlowConfig(data_set=name))
    flow, data = MixtureCDFTransform.from_snapshots(checkpoint.arrays), DATA_SETS[name]
    paired = paired_divergence(data, flow.flow, checkpoint.arrays["data/test"])
    assert paired.value == pytest.approx(kl_true_model(data, flow), abs=4 * paired.standard_error)


@pytest.mark.parametrize("name", ["moons", "rings", "spiral"])
def test_divergence_in_the_plane_is_that_of_a_sum_over_a_grid(name):
    config, data = CouplingConfig(name), PLANE_SETS[name]
    flow = snapshot_flow(config, checkpoints.require(config).arrays)
    paired = paired_divergence(data, flow, plane_samples(config)[1])
    points, area = grid_points(data.region, 240)
    log_p = data.log_prob(points)
    integral = area * np.sum(np.exp(log_p) * (log_p - flow.log_prob(points)))
    assert paired.value == pytest.approx(integral, abs=4 * paired.standard_error)


def test_the_moons_divergence_is_not_what_their_loss_less_the_entropy_is():
    config = CouplingConfig("moons")
    checkpoint = checkpoints.require(config)
    flow, (_, test) = snapshot_flow(config, checkpoint.arrays), plane_samples(config)
    paired = paired_divergence(PLANE_SETS["moons"], flow, test)
    assert (round(paired.value, 4), round(paired.standard_error, 4)) == (0.0155, 0.0017)
    loss = negative_log_likelihood(flow, test)
    assert round(loss.value - checkpoint.metadata["metrics"]["true_entropy"], 4) == 0.0052
    assert loss.standard_error > 4 * paired.standard_error, "that is why the pairs matter"


def test_the_standard_error_is_the_spread_of_repeated_estimates():
    data, flow = GaussianMixture((1.0,), (0.3,), (0.5,)), MixtureCDFTransform([1.0], [-0.2], [0.6])
    truth = np.log(0.6 / 0.5) + (0.5**2 + 0.5**2) / (2 * 0.6**2) - 0.5
    estimates = [
        paired_divergence(data, flow.flow, data.sample(400, np.random.default_rng(k))) for k in range(300)
    ]
    errors = np.array([(e.value - truth) / e.standard_error for e in estimates])
    assert abs(errors.mean()) < 4 / np.sqrt(300)
    # The variance of 300 standard normals: chi-squared, within 4 of its standard deviations.
    assert np.mean(errors**2) == pytest.approx(1.0, abs=4 * np.sqrt(2 / 300))


def test_a_model_that_is_the_data_is_no_distance_away_in_every_pair():
    data = DATA_SETS["two"]
    flow = MixtureCDFTransform(data.weights, data.locs, data.scales)
    paired = paired_divergence(data, flow.flow, data.sample(1000, np.random.default_rng(3)))
    assert abs(paired.value) < 1e-14 and paired.standard_error < 1e-14
