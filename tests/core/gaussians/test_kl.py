"""The divergence between Gaussians: against torch, 50-digit mpmath, closed forms and the SPEC's numbers."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ortho_group

from benchmarks.gaussian_accuracy import generic_pairs, kl_mpmath, largest_errors, near_pairs
from hw9core.distributions.composite import Mixture
from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.distributions.line import Normal
from hw9core.divergence.kl import kl_quadrature
from hw9core.errors import InputError
from hw9core.gaussians.kl import (
    error_bound,
    jeffreys,
    jensen_shannon,
    kl,
    kl_monte_carlo,
    kl_terms,
    log1p_gap,
    log_ratio,
)
from tests.core.gaussians.pairs import pair_of_gaussians


def test_a_thousand_pairs_agree_with_torch_within_the_stated_bound(one_thread):
    pairs = [pair for decade in range(10) for pair in generic_pairs(10.0**decade, 100)]
    for d in range(1, 6):
        same = [pair for pair in pairs if pair[0].dimension == d]
        normals = [
            torch.distributions.MultivariateNormal(
                *(torch.tensor(np.array([getattr(g, name) for g in side])) for name in ("mean", "covariance"))
            )
            for side in zip(*same, strict=True)
        ]
        theirs = torch.distributions.kl_divergence(*normals).numpy()
        ours = np.array([kl(p, q) for p, q in same])
        # torch's trace − d cancels, which the bound of the terms does not allow for.
        allowance = np.array([error_bound(p, q) for p, q in same]) + 10 * d * np.finfo(float).eps
        assert len(same) == 200 and np.all(abs(ours - theirs) <= allowance)


@pytest.mark.parametrize("draw", [generic_pairs, near_pairs])
@pytest.mark.parametrize("condition_number", [1.0, 1e5, 1e8])
def test_errors_against_mpmath_stay_within_the_bound_and_below_torch(draw, condition_number):
    errors = largest_errors(draw(condition_number, 20))
    assert errors.share <= 1
    assert errors.ours <= 2 * errors.torch


@pytest.mark.parametrize("condition_number", [1.0, 1e4, 1e8])
def test_refinement_takes_the_condition_number_out_of_generic_pairs(condition_number):
    assert largest_errors(generic_pairs(condition_number, 20)).ours < 1e-13


def test_refinement_corrects_the_determinants():
    for seed in range(20):
        p, q = random_gaussian(4, seed, 1e8), Gaussian(np.zeros(4), 1e4 * np.eye(4))
        assert kl_terms(p, q).log_det == pytest.approx(-2 * float(half_log_det_ratio(p, q)), rel=1e-13)


def half_log_det_ratio(p, q):
    """½ log(det Σ0/det Σ1) with 50 digits."""
    with mpmath.workdps(50):
        determinants = (mpmath.det(mpmath.matrix(g.covariance.tolist())) for g in (p, q))
        return mpmath.log(next(determinants) / next(determinants)) / 2


def test_the_bound_by_hand():
    p, q = Gaussian([0, 0], np.diag([1.0, 1e3])), Gaussian([1, 0], np.diag([4.0, 1e3]))
    assert error_bound(p, q) == pytest.approx(50 * 2.0**-52 * 1e3 * (math.log(4) + 0.25 + 0.75) / 2)


def test_diagonal_covariances_of_any_scale_are_exact():
    p = Gaussian([0.0, 0.0], np.diag([1e-20, 1.0]))
    q = Gaussian([0.0, 3.0], np.diag([1e-20, 1e20]))
    assert kl(p, q) == pytest.approx(float(kl_mpmath(p, q)), rel=1e-15)


@given(pair_of_gaussians)
def test_the_terms_add_up_to_twice_the_divergence(pair):
    terms = kl_terms(*pair)
    total = terms.log_det + terms.mahalanobis + terms.trace_minus_d
    assert total / 2 == pytest.approx(terms.kl, rel=1e-12, abs=error_bound(*pair))


@pytest.mark.parametrize("condition_number", [1.0, 1e6, 1e12])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_identical_inputs_give_zero(d, condition_number):
    for seed in range(20):
        p = random_gaussian(d, seed, condition_number)
        terms = kl_terms(p, Gaussian(p.mean, p.covariance))
        assert max(abs(terms.kl), abs(terms.log_det), abs(terms.trace_minus_d)) <= 1e-12


def test_equal_covariances_leave_no_negative_zero():
    terms = kl_terms(Gaussian([0, 1], np.eye(2)), Gaussian([1, 1], np.eye(2)))
    assert [str(x) for x in (terms.log_det, terms.trace_minus_d)] == ["0.0", "0.0"]


@given(pair_of_gaussians)
def test_the_divergence_is_not_negative(pair):
    p, q = pair
    assert kl(p, q) >= 0
    near = Gaussian(np.nextafter(p.mean, 9), p.covariance * (1 + 1e-15))
    assert 0 <= kl(p, near) < 1e-12


@given(pair_of_gaussians, st.integers(0, 1000))
def test_a_common_rotation_changes_nothing(pair, seed):
    p, q = pair
    d = p.dimension
    rotation = ortho_group.rvs(d, random_state=seed) if d > 1 else np.array([[-1.0]])

    def rotated(g):
        covariance = rotation @ g.covariance @ rotation.T
        return Gaussian(rotation @ g.mean, (covariance + covariance.T) / 2)

    assert abs(kl(p, q) - kl(rotated(p), rotated(q))) <= error_bound(p, q)


def test_block_diagonal_gaussians_add_up():
    p, q = (random_gaussian(2, s) for s in (1, 2)), (random_gaussian(3, s) for s in (3, 4))
    (p1, q1), (p2, q2) = p, q

    def joined(a, b):
        covariance = np.zeros((5, 5))
        covariance[:2, :2], covariance[2:, 2:] = a.covariance, b.covariance
        return Gaussian(np.concatenate([a.mean, b.mean]), covariance)

    assert kl(joined(p1, p2), joined(q1, q2)) == pytest.approx(kl(p1, q1) + kl(p2, q2), rel=1e-14)


def test_one_dimension_by_hand():
    p, q = Gaussian(0, 1), Gaussian(1, 4)
    terms = kl_terms(p, q)
    assert (terms.log_det, terms.mahalanobis, terms.trace_minus_d) == (math.log(4), 0.25, -0.75)
    assert jeffreys(p, q) == pytest.approx(1.75, rel=1e-15)


@pytest.mark.parametrize(
    ("eps", "expected"), [(1e-2, 0.0965735902799727), (1e-9, 0.0965735902799727), (1e-12, 0.0965735902799727)]
)
def test_singular_alike_stays_finite(eps, expected):
    p, q = (Gaussian([0, 0], np.diag([a, eps])) for a in (1.0, 2.0))
    assert kl(p, q) == pytest.approx(expected, rel=1e-14)


def test_singular_q_diverges_and_singular_p_only_like_half_log():
    unit = Gaussian([0, 0], np.eye(2))
    thin = {eps: Gaussian([0, 0], np.diag([1.0, eps])) for eps in (1e-6, 1e-8)}
    assert kl(unit, thin[1e-8]) == pytest.approx(0.5 * (1e8 - 1 + math.log(1e-8)), rel=1e-14)
    assert kl(thin[1e-8], unit) - kl(thin[1e-6], unit) == pytest.approx(0.5 * math.log(100), abs=1e-6)


def test_total_correlation_of_six_equicorrelated_coordinates():
    r = np.full((6, 6), 0.5) + 0.5 * np.eye(6)
    assert kl(Gaussian(np.zeros(6), r), Gaussian(np.zeros(6), np.eye(6))) == pytest.approx(1.106, abs=5e-4)


def test_what_overflows_is_infinite_and_never_zero():
    covariance = 1e-100 * np.array([[1, 1 - 1e-14], [1 - 1e-14, 1]])
    terms = kl_terms(Gaussian([1e100, 0], covariance), Gaussian([-1e100, 0], covariance))
    assert terms.mahalanobis == terms.kl == math.inf


@given(st.floats(-0.999, 1e6))
def test_log1p_gap_against_mpmath(x):
    with mpmath.workdps(700):  # x − log(1 + x) ≈ x²/2 loses as many digits as x has zeros
        exact = mpmath.mpf(x) - mpmath.log1p(mpmath.mpf(x))
    assert float(log1p_gap(x)) == pytest.approx(float(exact), rel=3e-15, abs=1e-320)


def test_monte_carlo_agrees_within_five_standard_errors():
    p, q = random_gaussian(3, 0), random_gaussian(3, 1)
    check = kl_monte_carlo(p, q, 100_000, 0)
    assert abs(check.value - kl(p, q)) <= 5 * check.standard_error
    assert check.standard_error < 0.1 * kl(p, q)


def test_draws_in_parts_are_the_draws_at_once():
    p, q = random_gaussian(64, 0), random_gaussian(64, 1)
    n = 10_000  # of 64 numbers each: three parts
    draws = log_ratio(p, q, p.sample(n, np.random.default_rng(5)))
    check = kl_monte_carlo(p, q, n, 5)
    assert check.n == n and check.value == pytest.approx(draws.mean(), rel=1e-12)
    assert check.standard_error == pytest.approx(draws.std(ddof=1) / 100, rel=1e-12)


def test_jensen_shannon_against_quadrature_and_its_bounds():
    p, q = Gaussian(-1, 0.25), Gaussian(1, 1)
    lines = Normal(-1, 0.5), Normal(1, 1)
    middle = Mixture((0.5, 0.5), lines)
    exact = sum(kl_quadrature(line, middle).value for line in lines) / 2
    check = jensen_shannon(p, q, 100_000, 0)
    assert abs(check.value - exact) <= 5 * check.standard_error
    assert check.standard_error < 0.01
    assert jensen_shannon(p, Gaussian(1e3, 1), 100, 0).value == pytest.approx(math.log(2))
    assert jensen_shannon(p, p, 100, 0).value == 0


@given(pair_of_gaussians)
def test_whitening_keeps_both_divergences(pair):
    p, q = pair
    factor = np.linalg.solve(q.cholesky, p.cholesky)
    white = Gaussian(np.linalg.solve(q.cholesky, p.mean - q.mean), factor @ factor.T)
    standard = Gaussian(np.zeros(p.dimension), np.eye(p.dimension))
    scale = 1e3 * p.condition_number * q.condition_number * 2.3e-16
    assert kl(white, standard) == pytest.approx(kl(p, q), rel=1e-9 + scale)


def test_dimensions_must_agree():
    with pytest.raises(InputError, match="differ in dimension: 1 and 2"):
        kl_terms(Gaussian(0, 1), Gaussian([0, 0], np.eye(2)))
