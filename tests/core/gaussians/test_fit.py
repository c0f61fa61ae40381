"""Descents on both divergences: against closed forms of the minimum, and quadrature along the way."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hw9core.distributions.composite import Mixture
from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.distributions.line import Normal
from hw9core.divergence.kl import kl_quadrature
from hw9core.errors import InputError
from hw9core.gaussians.fit import GaussianMixture, fit_forward, fit_reverse
from hw9core.gaussians.kl import kl


@pytest.mark.parametrize("d", [1, 2, 4])
def test_diagonal_fits_reach_the_closed_forms(d):
    p = random_gaussian(d, 3, 10)
    start = Gaussian(np.full(d, 3.0), 0.5 * np.eye(d))
    forward, reverse = (fit(p, start, True, steps=2000) for fit in (fit_forward, fit_reverse))
    moments, precisions = np.diag(p.covariance), 1 / np.diag(np.linalg.inv(p.covariance))
    for path, variances, divergence in (
        (forward, moments, lambda q: kl(p, q)),
        (reverse, precisions, lambda q: kl(q, p)),
    ):
        assert path.converged
        np.testing.assert_allclose(path.last.mean, p.mean, atol=1e-6)
        np.testing.assert_allclose(path.last.covariance, np.diag(variances), rtol=1e-6)
        assert np.all(np.diff(path.divergences) <= 0)
        for i in (0, 5, -1):
            q = Gaussian(path.means[i], path.covariances[i])
            assert path.divergences[i] == pytest.approx(divergence(q), rel=1e-9, abs=1e-12)
    assert np.all(precisions <= moments * (1 + 1e-12))


@pytest.mark.parametrize("fit", [fit_forward, fit_reverse])
def test_a_full_q_becomes_p(fit):
    p = random_gaussian(3, 4, 100)
    path = fit(p, Gaussian(np.ones(3), np.eye(3)), False)
    assert path.converged and path.divergences[-1] < 1e-12
    np.testing.assert_allclose(path.last.covariance, p.covariance, rtol=1e-6)


def test_one_covers_the_modes_and_the_other_seeks_one():
    p = GaussianMixture(
        np.array([0.6, 0.4]), (Gaussian([-2, 0], 0.3 * np.eye(2)), Gaussian([2, 1], 0.4 * np.eye(2)))
    )
    start = Gaussian([1.0, 0.0], 0.3 * np.eye(2))
    covering, seeking = fit_forward(p, start, False).last, fit_reverse(p, start, False).last
    np.testing.assert_allclose(covering.mean, [-0.4, 0.4], atol=1e-6)
    np.testing.assert_allclose(covering.covariance, p.covariance, rtol=1e-6)
    np.testing.assert_allclose(seeking.mean, [2, 1], atol=0.02)
    assert kl(seeking, p.components[1]) < 1e-3


@pytest.mark.parametrize("fit", [fit_forward, fit_reverse])
def test_divergences_along_a_fit_to_a_mixture_agree_with_quadrature(fit):
    p = GaussianMixture(np.array([1.0, 1.0]), (Gaussian(-1.5, 0.25), Gaussian(1, 0.49)))
    line = Mixture((0.5, 0.5), (Normal(-1.5, 0.5), Normal(1, 0.7)))
    path = fit(p, Gaussian(0.3, 0.5), False)
    for i in (0, len(path.means) // 2, -1):
        q = Normal(path.means[i, 0], math.sqrt(path.covariances[i, 0, 0]))
        exact = kl_quadrature(line, q) if fit is fit_forward else kl_quadrature(q, line)
        assert path.divergences[i] == pytest.approx(exact.value, abs=1e-5)


def test_mixtures_and_fits_refuse():
    one, two = Gaussian(0, 1), Gaussian([0, 0], np.eye(2))
    cube = Gaussian(np.zeros(3), np.eye(3))
    for weights, components in (
        ([1.0], ()),
        ([1, 0], (one, one)),
        ([1, 1], (one, two)),
        ([1, 1], (cube, cube)),
    ):
        with pytest.raises(InputError):
            GaussianMixture(np.array(weights), components)
    with pytest.raises(InputError, match="dimension 1, but the start of q has 2"):
        fit_forward(one, two, True)
