"""Gaussians: density, samples, and which covariances are valid; every refusal says why."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.distributions.covariance import (
    Ellipse,
    covariance_from_ellipse,
    nearest_valid_covariance,
)
from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.errors import InputError


def test_log_prob_by_hand():
    p = random_gaussian(3, 0)
    points = p.sample(7, np.random.default_rng(0))
    inverse = np.linalg.inv(p.covariance)
    away = points - p.mean
    expected = -0.5 * (
        np.einsum("ni,ij,nj->n", away, inverse, away)
        + np.linalg.slogdet(p.covariance)[1]
        + 3 * math.log(2 * math.pi)
    )
    np.testing.assert_allclose(p.log_prob(points), expected, rtol=1e-12)


def test_samples_have_the_mean_and_covariance():
    p = random_gaussian(3, 5)
    draws = p.sample(200_000, np.random.default_rng(0))
    np.testing.assert_allclose(draws.mean(axis=0), p.mean, atol=0.03)
    np.testing.assert_allclose(np.cov(draws.T), p.covariance, atol=0.05)


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
def test_an_ellipse_is_its_covariances_axes(first, second, angle):
    covariance = covariance_from_ellipse(Ellipse(first, second, angle))
    axis = np.array([math.cos(angle), math.sin(angle)])
    np.testing.assert_allclose(covariance @ axis, first**2 * axis, atol=1e-12 * covariance.max())
    assert np.linalg.eigvalsh(covariance) == pytest.approx(sorted([first**2, second**2]), rel=1e-6)


def test_an_ellipse_by_hand():
    np.testing.assert_allclose(covariance_from_ellipse(Ellipse(2, 1, math.pi / 4)), [[2.5, 1.5], [1.5, 2.5]])
    with pytest.raises(InputError, match="greater than 0"):
        covariance_from_ellipse(Ellipse(1, 0, 0))
