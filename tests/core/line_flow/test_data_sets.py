"""One-dimensional data: densities and entropies in closed form, and samples that follow them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hw9core.distributions.line import Uniform
from hw9core.line_flow.data_sets import DATA_SETS, definition_digest
from hw9core.numerics.quadrature import integrate_line


def normal_mixture(weights, locs, scales):
    return lambda x: sum(w * stats.norm.cdf(x, m, s) for w, m, s in zip(weights, locs, scales, strict=True))


CDFS = {
    "two": normal_mixture([1 / 2] * 2, [-1, 0.25], [0.25, 0.5]),
    "three": normal_mixture([1 / 3] * 3, [-1, 1.5, 0], [0.25, 0.35, 0.2]),
    "skewed": stats.gumbel_r(-0.5, 0.5).cdf,
    "heavy": stats.t(3, scale=0.4).cdf,
    "uniform": stats.uniform(-1.5, 3).cdf,
}


@pytest.mark.parametrize("name", DATA_SETS)
def test_samples_follow_the_distribution_and_the_density_is_its_derivative(name):
    data, cdf = DATA_SETS[name], CDFS[name]
    assert stats.kstest(data.sample(5000, np.random.default_rng(11)), cdf).pvalue > 0.01
    assert stats.kstest(data.sample(5000, np.random.default_rng(11)) + 0.1, cdf).pvalue < 1e-3
    for a, b in [(-1.2, -0.9), (-0.3, 0.4), (1.0, 1.4)]:
        mass = integrate_line(lambda x: np.exp(data.log_prob(x)), a, b).value
        assert mass == pytest.approx(cdf(b) - cdf(a), abs=1e-13)


@pytest.mark.parametrize("name", DATA_SETS)
def test_samples_are_one_seeds(name):
    def draw(seed):
        return DATA_SETS[name].sample(10, np.random.default_rng(seed)).tolist()

    assert draw((3, 0)) == draw((3, 0)) != draw((3, 1))


def test_entropy_against_closed_forms_and_sampling():
    assert DATA_SETS["skewed"].entropy() == pytest.approx(np.log(0.5) + np.euler_gamma + 1, abs=1e-12)
    assert DATA_SETS["heavy"].entropy() == pytest.approx(stats.t(3, scale=0.4).entropy(), abs=1e-10)
    assert DATA_SETS["uniform"].entropy() == pytest.approx(np.log(3), abs=1e-12)
    for name in ("two", "three"):
        surprise = -DATA_SETS[name].log_prob(DATA_SETS[name].sample(40_000, np.random.default_rng(0)))
        standard_error = surprise.std() / np.sqrt(surprise.size)
        assert DATA_SETS[name].entropy() == pytest.approx(surprise.mean(), abs=5 * standard_error)


def test_the_density_is_0_outside_the_support():
    assert DATA_SETS["uniform"].log_prob([-1.6, 1.6]).tolist() == [-np.inf, -np.inf]


def test_a_definitions_digest_changes_with_it(monkeypatch):
    digests = {definition_digest(name) for name in DATA_SETS}
    assert len(digests) == 5
    monkeypatch.setattr("hw9core.line_flow.data_sets.DATA_SETS", {**DATA_SETS, "uniform": Uniform(-1.0, 1.5)})
    assert definition_digest("uniform") not in digests and definition_digest("two") in digests
