"""The divergence on the line: closed form, quadrature and Monte Carlo give one number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hw9core.distributions.composite import Truncated
from hw9core.distributions.gaussian import Gaussian
from hw9core.distributions.line import Beta, Laplace, Normal, Uniform
from hw9core.divergence.kl import (
    covers,
    kl_closed_form,
    kl_integrand,
    kl_monte_carlo,
    kl_quadrature,
    negentropy,
    signed_areas,
)
from hw9core.gaussians.kl import kl
from tests.core.divergence.pairs import DENSITIES, GAPPED, HOMEWORK, PAIRS


@pytest.mark.parametrize(("p", "q"), PAIRS, ids=str)
def test_closed_form_quadrature_and_monte_carlo_agree(p, q):
    integral = kl_quadrature(p, q)
    exact = kl_closed_form(p, q)
    if exact is not None:
        assert integral.value == pytest.approx(exact, rel=1e-11, abs=max(1e-12, integral.error))
    if math.isfinite(integral.value):
        assert integral.error <= 3e-5 * max(1, integral.value) and integral.value >= -integral.error
        check = kl_monte_carlo(p, q, 4000, 0).estimate
        assert abs(check.value - integral.value) <= 5 * check.standard_error + integral.error
        areas = signed_areas(p, q)
        assert areas.positive - areas.negative == pytest.approx(integral.value, rel=1e-9)


def test_closed_forms_cover_the_stated_pairs():
    normal, laplace, uniform, beta = Normal(1, 2), Laplace(0, 1), Uniform(-1, 1), Beta(2, 3)
    known = [(p, normal) for p in (laplace, uniform, beta)] + [
        (normal, laplace),
        (Laplace(1, 2), laplace),
        (beta, Beta(1, 1)),
        (beta, uniform),
    ]
    for p, q in known:
        assert math.isfinite(kl_closed_form(p, q))
    assert kl_closed_form(HOMEWORK, normal) is None
    assert kl_closed_form(Normal(0, 1), Normal(1, 2)) == pytest.approx(kl(Gaussian(0, 1), Gaussian(1, 4)))


@pytest.mark.parametrize("p", DENSITIES, ids=str)
def test_equal_densities_give_exactly_zero(p):
    assert kl_closed_form(p, p) == 0
    assert kl_quadrature(p, p).value == 0
    assert kl_monte_carlo(p, p, 100, 0).estimate.value == 0


def test_mass_where_q_has_none_is_infinite():
    for p, q in (
        (Normal(), Uniform(-100, 100)),  # the missing mass underflows, and still counts
        (Uniform(0, 1), Uniform(0, 0.999)),
        (Uniform(0, 3), GAPPED),
        (Normal(), Truncated(Normal(), -1, 1)),
    ):
        assert not covers(q, p)
        assert kl_quadrature(p, q).value == math.inf and kl_closed_form(p, q) == math.inf
        assert signed_areas(p, q).positive == math.inf
    check = kl_monte_carlo(Uniform(0, 3), GAPPED, 1000, 0)
    assert check.estimate.value == math.inf and math.isnan(check.estimate.standard_error)
    assert covers(GAPPED, Truncated(Normal(), 2, 2.5))


def test_the_integrand_by_hand():
    p, q = Normal(0, 1), Normal(1, 1)
    expected = math.exp(-2) / math.sqrt(2 * math.pi) * -(4 - 1) / 2
    assert kl_integrand(p, q, 2.0) == pytest.approx(expected)
    np.testing.assert_array_equal(kl_integrand(Uniform(0, 1), p, [-1.0, 2.0]), [0, 0])
    assert kl_integrand(p, Uniform(0, 1), 2.0) == math.inf


def test_running_means_end_at_the_estimate():
    result = kl_monte_carlo(Normal(0, 1), Normal(1, 2), 5000, 0)
    assert result.running.n[-1] == 5000
    assert result.running.mean[-1] == pytest.approx(result.estimate.value, rel=1e-12)
    assert result.running.standard_error[-1] == pytest.approx(result.estimate.standard_error, rel=1e-9)


def test_negentropies():
    assert negentropy(Laplace(3, 0.2)) == pytest.approx(0.07236494, abs=5e-9)
    assert negentropy(Normal(3, 0.2)) == pytest.approx(0, abs=1e-15)
    p = HOMEWORK
    gaussian = Normal(p.mean, math.sqrt(p.variance))
    assert negentropy(p) == pytest.approx(kl_quadrature(p, gaussian).value, rel=1e-10)
