"""The shipped problems against their definitions: f − h is the evidence lower bound."""

import numpy as np
import pytest
from scipy import integrate, stats

from hw9core.errors import InputError
from hw9core.joint_maximum.maximum import landscape
from hw9core.joint_maximum.problems import GaussianMixture, LinearGaussian, Typed


def test_the_mixture_is_the_elbo():
    problem = GaussianMixture()
    data, w = np.array(problem.data), problem.weight
    for theta, phi in [(0.7, -1.1), (2.0, 0.4), (-1.3, -1.3)]:
        density = w * stats.norm.pdf(data, theta) + (1 - w) * stats.norm.pdf(data, -theta)
        assert problem.f(np.array(theta)) == pytest.approx(np.log(density).sum(), rel=1e-13)
        r = (
            w
            * stats.norm.pdf(data, phi)
            / (w * stats.norm.pdf(data, phi) + (1 - w) * stats.norm.pdf(data, -phi))
        )
        joint = r * (np.log(w) + stats.norm.logpdf(data, theta)) + (1 - r) * (
            np.log(1 - w) + stats.norm.logpdf(data, -theta)
        )
        entropy = -r * np.log(r) - (1 - r) * np.log(1 - r)
        g = problem.f(np.array(theta)) - problem.h(np.array(theta), np.array(phi))
        assert g == pytest.approx((joint + entropy).sum(), rel=1e-12)


def test_the_latent_model_is_the_elbo_by_quadrature():
    problem = LinearGaussian()
    v = 0.5 / 1.5
    for theta, phi in [(0.0, 0.0), (1.2, -0.5), (-2.0, 2.5)]:

        def integrand(z, theta=theta, phi=phi):
            log_q = stats.norm.logpdf(z, phi, np.sqrt(v))
            log_joint = stats.norm.logpdf(z) + stats.norm.logpdf(1.2, theta + z, np.sqrt(0.5))
            return np.exp(log_q) * (log_joint - log_q)

        elbo = integrate.quad(integrand, phi - 12, phi + 12, epsabs=1e-12)[0]
        g = problem.f(np.array(theta)) - problem.h(np.array(theta), np.array(phi))
        assert g == pytest.approx(elbo, abs=1e-9)


def test_typed_problems_that_cannot_be_computed():
    with pytest.raises(InputError, match="no real number"):
        landscape(Typed("log(θ)", "φ**2"))
    with pytest.raises(InputError, match="not known here"):
        Typed("φ", "φ**2")
