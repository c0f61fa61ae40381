"""Additivity over coordinates: the joint by a route of its own, and what correlation adds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hw9core.distributions.composite import Truncated
from hw9core.distributions.gaussian import Gaussian
from hw9core.distributions.line import Beta, Laplace, Normal, Uniform
from hw9core.divergence.additivity import (
    Coordinate,
    additivity,
    equicorrelation,
    require_correlation,
    total_correlation,
)
from hw9core.errors import InputError
from hw9core.gaussians.kl import kl
from tests.core.divergence.pairs import HOMEWORK

COORDINATES = [
    Coordinate(Normal(), Normal(1, 2)),
    Coordinate(Laplace(), Normal(0, 1.5)),
    Coordinate(Beta(2, 3), Beta(3, 2)),
    Coordinate(HOMEWORK, Laplace(0, 1)),
    Coordinate(Uniform(0, 1), Normal()),
    Coordinate(Truncated(Normal(), -1, 2), Normal(0.5, 1)),
]


@pytest.mark.parametrize("d", range(1, 7))
def test_independent_coordinates_add_up(d):
    result = additivity(COORDINATES[:d], n=20_000)
    assert result.monte_carlo == (d > 2)
    assert len(result.parts) == d and result.total_correlation == 0
    assert abs(result.gap) <= 5 * result.error + 1e-13
    assert result.error < 0.02 * result.joint


@pytest.mark.parametrize("rho", [-0.5, 0.5, 0.9])
@pytest.mark.parametrize("first", [0, 1, 2, 4])
def test_the_gap_of_a_correlated_p_is_its_total_correlation(rho, first):
    result = additivity(COORDINATES[first : first + 2], equicorrelation(2, rho))
    assert result.total_correlation == pytest.approx(-0.5 * math.log(1 - rho**2), rel=1e-14)
    assert result.gap == pytest.approx(result.total_correlation, abs=result.error + 1e-13)
    assert result.error < 1e-4


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.9])
def test_the_grid_follows_the_kinks_of_correlated_coordinates(rho):
    kinked = [Coordinate(Laplace(), Normal(0, 1.5)), Coordinate(Laplace(0.3, 2), Laplace(0, 1))]
    result = additivity(kinked, equicorrelation(2, rho), equicorrelation(2, rho / 2))
    assert result.error < 1e-9
    plain = additivity(kinked, equicorrelation(2, rho))
    assert plain.gap == pytest.approx(plain.total_correlation, abs=1e-11)


def test_six_equicorrelated_coordinates_of_any_marginals():
    result = additivity(COORDINATES, equicorrelation(6, 0.5), n=50_000)
    assert result.total_correlation == pytest.approx(1.106, abs=5e-4)
    assert abs(result.gap - result.total_correlation) <= 5 * result.error
    assert result.error < 0.02


@pytest.mark.parametrize("d", [2, 3])
def test_normal_coordinates_with_both_correlated_are_gaussians(d):
    marginals = [((0, 1), (1, 2)), ((1, 0.5), (0, 1)), ((-1, 1), (0, 0.8))][:d]
    r_p, r_q = equicorrelation(d, 0.7), equicorrelation(d, -0.3)

    def joint(side, r):
        means, sds = np.array([pair[side] for pair in marginals]).T
        return Gaussian(means, sds[:, None] * r * sds)

    coordinates = [Coordinate(Normal(*p), Normal(*q)) for p, q in marginals]
    result = additivity(coordinates, r_p, r_q)
    exact = kl(joint(0, r_p), joint(1, r_q))
    assert abs(result.joint - exact) <= 5 * result.error + 1e-12
    assert result.error < 0.02 * exact
    # q's dependence breaks additivity in another way than p's total correlation.
    assert abs(result.gap - result.total_correlation) > 0.05


def test_missing_mass_makes_the_joint_infinite():
    for d in (2, 3):
        result = additivity([Coordinate(Normal(), Uniform(0, 1))] * d)
        assert result.joint == math.inf and math.isnan(result.gap)


def test_total_correlation_and_its_input():
    assert total_correlation(equicorrelation(6, 0.5)) == pytest.approx(1.1064864671521792, rel=1e-13)
    for d, rho in ((2, 1.0), (2, -1.0), (3, -0.5), (3, math.nan)):
        with pytest.raises(InputError, match="strictly between"):
            equicorrelation(d, rho)
    for matrix in (np.eye(3), 2 * np.eye(2), [[1, 1], [1, 1]], [[1, 0.2], [0.3, 1]]):
        with pytest.raises(InputError):
            require_correlation(matrix, 2)
    with pytest.raises(InputError, match="1 to 6"):
        additivity([])
