"""Gaussians and their divergence: against torch, 50-digit mpmath, closed forms and the SPEC's numbers."""

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
from hw9core.distributions.composite import Mixture as LineMixture
from hw9core.distributions.covariance import (
    Ellipse,
    covariance_from_correlation,
    covariance_from_ellipse,
    ellipse_from_covariance,
    nearest_valid_covariance,
)
from hw9core.distributions.gaussian import (
    Gaussian,
    error_bound,
    jeffreys,
    jensen_shannon,
    kl,
    kl_monte_carlo,
    kl_terms,
    log1p_gap,
    log_ratio,
    random_gaussian,
    whitened,
)
from hw9core.distributions.line import Normal
from hw9core.divergence.kl import kl_quadrature
from hw9core.errors import InputError
from hw9core.gaussians.fit import GaussianMixture, fit_forward, fit_reverse, match_moments, match_precisions
from hw9core.gaussians.quadratic_form import (
    inserted_matrix,
    precision_form_mean,
    precision_form_monte_carlo,
    quadratic_form_mean,
    quadratic_form_monte_carlo,
    third_line,
)
from hw9core.gaussians.solve import (
    scale_p_for_divergence,
    scale_q_for_divergence,
    scaled,
    shift_for_divergence,
)

pair_of_gaussians = st.builds(
    lambda d, seed, cond: tuple(random_gaussian(d, seed + i, 10.0**cond) for i in range(2)),
    st.integers(1, 5),
    st.integers(0, 10**6),
    st.floats(0, 8),
)

# The divergence


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


@given(st.floats(-0.999, 1e6))
def test_log1p_gap_against_mpmath(x):
    with mpmath.workdps(700):  # x − log(1 + x) ≈ x²/2 loses as many digits as x has zeros
        exact = mpmath.mpf(x) - mpmath.log1p(mpmath.mpf(x))
    assert float(log1p_gap(x)) == pytest.approx(float(exact), rel=3e-15, abs=1e-320)


# Estimates and transforms


def test_monte_carlo_agrees_within_five_standard_errors():
    p, q = random_gaussian(3, 0), random_gaussian(3, 1)
    check = kl_monte_carlo(p, q, 100_000, 0)
    assert abs(check.value - kl(p, q)) <= 5 * check.standard_error
    assert check.standard_error < 0.1 * kl(p, q)


def test_jensen_shannon_against_quadrature_and_its_bounds():
    p, q = Gaussian(-1, 0.25), Gaussian(1, 1)
    lines = Normal(-1, 0.5), Normal(1, 1)
    middle = LineMixture((0.5, 0.5), lines)
    exact = sum(kl_quadrature(line, middle).value for line in lines) / 2
    check = jensen_shannon(p, q, 100_000, 0)
    assert abs(check.value - exact) <= 5 * check.standard_error
    assert check.standard_error < 0.01
    assert jensen_shannon(p, Gaussian(1e3, 1), 100, 0).value == pytest.approx(math.log(2))
    assert jensen_shannon(p, p, 100, 0).value == 0


def test_log_ratio_and_log_prob():
    p, q = random_gaussian(3, 0), random_gaussian(3, 1)
    points = p.sample(7, np.random.default_rng(0))
    inverse = np.linalg.inv(p.covariance)
    away = points - p.mean
    expected = -0.5 * (
        np.einsum("ni,ij,nj->n", away, inverse, away)
        + np.linalg.slogdet(p.covariance)[1]
        + 3 * math.log(2 * math.pi)
    )
    np.testing.assert_allclose(p.log_prob(points), expected, rtol=1e-12)
    np.testing.assert_allclose(log_ratio(p, q, points), p.log_prob(points) - q.log_prob(points), rtol=1e-15)


def test_samples_have_the_mean_and_covariance():
    p = random_gaussian(3, 5)
    draws = p.sample(200_000, np.random.default_rng(0))
    np.testing.assert_allclose(draws.mean(axis=0), p.mean, atol=0.03)
    np.testing.assert_allclose(np.cov(draws.T), p.covariance, atol=0.05)


@given(pair_of_gaussians)
def test_whitening_keeps_both_divergences(pair):
    p, q = pair
    white, standard = whitened(p, q)
    np.testing.assert_array_equal(standard.covariance, np.eye(p.dimension))
    scale = 1e3 * p.condition_number * q.condition_number * 2.3e-16
    assert kl(white, standard) == pytest.approx(kl(p, q), rel=1e-9 + scale)


# Covariances


@pytest.mark.parametrize(
    ("mean", "covariance", "words"),
    [
        ([0, 0], [[1, 2], [2, 1]], "its smallest eigenvalue of 2 is -1"),
        ([0, 0], [[1, 1], [1, 1]], "cannot be told from 0"),
        (
            [0, 0, 0],
            [[1, 2, 2], [2, 1, 2], [2, 2, 1]],
            "2 of its 3 eigenvalues are negative, the smallest -1",
        ),
        ([0, 0], [[1, 0], [0, -3]], "variance 2 of 2 on its diagonal is -3"),
        ([0, 0], [[1, 0.5], [0.1, 1]], r"entries \(1, 2\) and \(2, 1\), 0.5 and 0.1, differ"),
        ([0, 0], [[1, 0, 0], [0, 1, 0]], "square matrix, not of shape 2 × 3"),
        ([0, 0], [[1, 0], [0]], "rows of different lengths"),
        ([0, 0], [[1, math.nan], [math.nan, 1]], "covariance must hold finite"),
        ([0, math.inf], np.eye(2), "mean must hold finite"),
        ([0, 0, 0], np.eye(2), "mean has shape 3, but the covariance is 2 × 2"),
        ([[0], [0]], np.eye(2), "mean has shape 2 × 1"),
        (["a", "b"], np.eye(2), "real numbers only"),
        ([0, 0], [[1j, 0], [0, 1]], "real numbers only"),
        (0, 0, "is 0, which is not greater than 0"),
        (0, 1e-200, "keep it between"),
        (1e200, 1, "must lie within"),
    ],
)
def test_invalid_gaussians_say_why(mean, covariance, words):
    with pytest.raises(InputError, match=words):
        Gaussian(mean, covariance)


def test_dimensions_must_agree():
    with pytest.raises(InputError, match="differ in dimension: 1 and 2"):
        kl_terms(Gaussian(0, 1), Gaussian([0, 0], np.eye(2)))


def test_a_gaussian_keeps_its_own_read_only_arrays():
    covariance = np.eye(2)
    p = Gaussian([0, 0], covariance)
    covariance[0, 0] = 9
    assert p.covariance[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        p.covariance[0, 0] = 5


@given(st.integers(1, 5), st.integers(0, 10**6))
def test_the_nearest_valid_covariance_is_valid_and_floors_eigenvalues(d, seed):
    matrix = np.random.default_rng(seed).normal(size=(d, d))
    nearest = nearest_valid_covariance(matrix)
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    floored = (vectors * np.maximum(values, 1e-8 * abs(values).max())) @ vectors.T
    np.testing.assert_allclose(Gaussian(np.zeros(d), nearest).covariance, floored, atol=1e-12)


def test_a_valid_covariance_is_its_own_nearest():
    p = random_gaussian(4, 0, 1e10)
    np.testing.assert_array_equal(nearest_valid_covariance(p.covariance), p.covariance)
    np.testing.assert_array_equal(nearest_valid_covariance([[2, 1], [0, 2]]), [[2, 0.5], [0.5, 2]])


@pytest.mark.parametrize("condition_number", [1.0, 100.0, 1e8])
def test_random_gaussians_have_the_condition_number_and_repeat(condition_number):
    p = random_gaussian(4, 7, condition_number)
    assert p.condition_number == pytest.approx(condition_number, rel=1e-6)
    np.testing.assert_array_equal(p.covariance, random_gaussian(4, 7, condition_number).covariance)
    assert not np.array_equal(p.mean, random_gaussian(4, 8, condition_number).mean)


@pytest.mark.parametrize(("d", "condition_number"), [(0, 10), (2.5, 10), (2, 0.5), (2, math.nan), (65, 1)])
def test_random_gaussians_refuse(d, condition_number):
    with pytest.raises(InputError):
        random_gaussian(d, 0, condition_number)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(-1.5, 1.5))
def test_ellipses_round_trip(first, second, angle):
    covariance = covariance_from_ellipse(Ellipse(first, second, angle))
    ellipse = ellipse_from_covariance(covariance)
    assert (ellipse.first, ellipse.second) == pytest.approx(
        (max(first, second), min(first, second)), rel=1e-8
    )
    np.testing.assert_allclose(covariance_from_ellipse(ellipse), covariance, atol=1e-12 * covariance.max())


def test_an_ellipse_by_hand():
    ellipse = ellipse_from_covariance([[2.5, 1.5], [1.5, 2.5]])
    assert (ellipse.first, ellipse.second, ellipse.angle) == pytest.approx((2, 1, math.pi / 4))
    assert ellipse_from_covariance(np.eye(2)) == Ellipse(1, 1, 0)
    with pytest.raises(InputError, match="2 × 2"):
        ellipse_from_covariance(np.eye(3))
    with pytest.raises(InputError, match="greater than 0"):
        covariance_from_ellipse(Ellipse(1, 0, 0))


def test_a_correlation_makes_a_covariance():
    np.testing.assert_allclose(covariance_from_correlation(2, 3, 0.5), [[4, 3], [3, 9]])
    for rho in (1.0, -1.0, 1.5):
        with pytest.raises(InputError, match="strictly between -1 and 1"):
            covariance_from_correlation(1, 1, rho)
    with pytest.raises(InputError, match="standard deviation must be greater than 0"):
        covariance_from_correlation(0, 1, 0)


# Solving


@given(pair_of_gaussians, st.floats(0, 50))
def test_shifts_give_the_divergence(pair, above):
    p, q = pair
    direction = np.arange(1.0, p.dimension + 1)
    unit = direction / np.linalg.norm(direction)
    least = shift_for_divergence(p, q, direction, kl(p, q)).least
    solutions = shift_for_divergence(p, q, direction, least + above)
    assert solutions.low <= solutions.at_least <= solutions.high
    for t in (solutions.low, solutions.high):
        moved = Gaussian(p.mean + t * unit, p.covariance)
        bound = error_bound(moved, q) + error_bound(p, q)
        assert kl(moved, q) == pytest.approx(least + above, rel=1e-9, abs=1e-9 + bound)


@given(st.integers(1, 5), st.integers(0, 10**6), st.floats(1e-8, 40))
def test_scales_give_the_divergence_on_both_sides_of_the_minimum(d, seed, above):
    p, q = (random_gaussian(d, seed + i, 4.0) for i in range(2))
    of_p = scale_p_for_divergence(p, q, scale_p_for_divergence(p, q, kl(p, q)).least + above)
    of_q = scale_q_for_divergence(p, q, scale_q_for_divergence(p, q, kl(p, q)).least + above)
    assert 0 < of_p.low < of_p.at_least < of_p.high
    assert 0 < of_q.low < of_q.at_least < of_q.high
    for s in (of_p.low, of_p.high):
        assert kl(scaled(p, s), q) == pytest.approx(of_p.least + above, rel=1e-8, abs=1e-12)
    for s in (of_q.low, of_q.high):
        assert kl(p, scaled(q, s)) == pytest.approx(of_q.least + above, rel=1e-8, abs=1e-12)


def test_tiny_divergences_keep_their_digits():
    q = random_gaussian(3, 0)
    for solve, divergence in (
        (scale_p_for_divergence, lambda s: kl(scaled(q, s), q)),
        (scale_q_for_divergence, lambda s: kl(q, scaled(q, s))),
    ):
        solutions = solve(q, q, 1e-10)
        for s in (solutions.low, solutions.high):
            assert divergence(s) == pytest.approx(1e-10, rel=1e-8)
        assert solve(q, q, 0.0).low == solve(q, q, 0.0).high == 1


def test_what_cannot_be_reached_is_said():
    p, q = random_gaussian(3, 0), random_gaussian(3, 1)
    for solve in (scale_p_for_divergence, scale_q_for_divergence):
        with pytest.raises(InputError, match="the least possible is"):
            solve(p, q, 1e-3)
        with pytest.raises(InputError, match="finite"):
            solve(p, q, math.nan)
    with pytest.raises(InputError, match="No mean along this direction gives a divergence of 0.001 nats"):
        shift_for_divergence(p, q, [1, 0, 0], 0.001)
    with pytest.raises(InputError, match="needs a scale beyond"):
        scale_q_for_divergence(p, q, 1e9)
    for direction in ([0, 0, 0], [1, 2]):
        with pytest.raises(InputError, match="3 numbers that are not all 0"):
            shift_for_divergence(p, q, direction, 1)


# Fitting


@pytest.mark.parametrize("d", [1, 2, 4])
def test_diagonal_fits_reach_the_closed_forms(d):
    p = random_gaussian(d, 3, 10)
    start = Gaussian(np.full(d, 3.0), 0.5 * np.eye(d))
    forward, reverse = (fit(p, start, True, steps=2000) for fit in (fit_forward, fit_reverse))
    for path, best, divergence in (
        (forward, match_moments(p, True), lambda q: kl(p, q)),
        (reverse, match_precisions(p), lambda q: kl(q, p)),
    ):
        assert path.converged
        np.testing.assert_allclose(path.last.mean, best.mean, atol=1e-6)
        np.testing.assert_allclose(path.last.covariance, best.covariance, rtol=1e-6)
        assert np.all(np.diff(path.divergences) <= 0)
        for i in (0, 5, -1):
            q = Gaussian(path.means[i], path.covariances[i])
            assert path.divergences[i] == pytest.approx(divergence(q), rel=1e-9, abs=1e-12)
    assert np.all(np.diag(match_precisions(p).covariance) <= np.diag(p.covariance) * (1 + 1e-12))


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
    line = LineMixture((0.5, 0.5), (Normal(-1.5, 0.5), Normal(1, 0.7)))
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


# Quadratic forms and errata


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
