"""E[XᵀAX] against sampling, and errata 4 and 5 of problem 5."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.errors import InputError
from hw9core.gaussians.kl import kl
from hw9core.gaussians.quadratic_form import (
    inserted_matrix,
    precision_form_mean,
    precision_form_monte_carlo,
    quadratic_form_mean,
    quadratic_form_monte_carlo,
    third_line,
)


def test_quadratic_forms_agree_with_sampling():
    x, a = random_gaussian(3, 0), random_gaussian(3, 1)
    matrix = np.random.default_rng(0).normal(size=(3, 3))
    for exact, check in (
        (quadratic_form_mean(matrix, x), quadratic_form_monte_carlo(matrix, x, 100_000, 0)),
        (precision_form_mean(a, x), precision_form_monte_carlo(a, x, 100_000, 0)),
    ):
        assert abs(check.value - exact) <= 5 * check.standard_error
        assert check.standard_error < 0.1
    assert precision_form_mean(a, x) == pytest.approx(
        quadratic_form_mean(np.linalg.inv(a.covariance), x), rel=1e-12
    )
    with pytest.raises(InputError, match="3 × 3"):
        quadratic_form_mean(np.eye(2), x)


def test_erratum_4_is_half_an_expectation_too_large():
    p, q = random_gaussian(3, 0), random_gaussian(3, 1)
    draws = p.sample(100_000, np.random.default_rng(0))
    white = np.linalg.solve(q.cholesky, (draws - q.mean).T)
    expected = (white**2).sum(axis=0) / 2
    line = third_line(p, q)
    assert line.corrected == kl(p, q)
    assert abs(line.difference - expected.mean()) <= 5 * expected.std() / math.sqrt(100_000)


def test_erratum_5_shows_unless_the_covariance_is_the_identity():
    p = random_gaussian(3, 0)
    line = inserted_matrix(p, p)
    assert line.corrected == pytest.approx(3 + p.mean @ np.linalg.solve(p.covariance, p.mean), rel=1e-12)
    assert line.as_handed_in == pytest.approx(
        np.sum(p.covariance**2) + p.mean @ p.covariance @ p.mean, rel=1e-12
    )
    assert abs(line.difference) > 0.1
    unit = Gaussian(p.mean, np.eye(3))
    assert inserted_matrix(unit, unit).difference == pytest.approx(0, abs=1e-14)
