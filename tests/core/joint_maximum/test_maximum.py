"""Joint maximisation against closed forms and SciPy's optimisers."""

import time

import numpy as np
import pytest
from scipy import optimize

from hw9core.joint_maximum.maximum import (
    grid_points,
    landscape,
    lemma,
    maximisers_of_f,
    maximisers_of_g,
    maximisers_phi,
    ridge,
    same_set,
)
from hw9core.joint_maximum.problems import PROBLEMS

ALL = pytest.mark.parametrize("name", list(PROBLEMS))


def sets(problem):
    return maximisers_of_f(problem), maximisers_of_g(landscape(problem))


@ALL
def test_the_sets_from_f_and_from_g_agree(name):
    of_f, of_g = sets(PROBLEMS[name])
    assert same_set(of_f, of_g)
    if name != "open":
        assert of_g.value == pytest.approx(of_f.value, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "theta", "phi"),
    [
        ("quadratic", [1.0], [0.5]),
        ("two", [-1.5, 1.5], [-np.sin(1.5), np.sin(1.5)]),
        ("several", [1.0], [-0.5, 1.5]),
        ("latent", [1.2], [0.0]),
        ("approached", [3.0], [1.5]),
    ],
)
def test_closed_forms(name, theta, phi):
    of_g = maximisers_of_g(landscape(PROBLEMS[name]))
    assert of_g.theta == pytest.approx(theta, abs=1e-7)
    assert maximisers_phi(PROBLEMS[name], of_g) == pytest.approx(phi, abs=1e-6)


@ALL
def test_scipy_finds_nothing_higher(name):
    problem = PROBLEMS[name]
    of_f, of_g = sets(problem)
    bounds = [(-3, 3)]

    def minus_g(point):
        theta, phi = (np.array([value]) for value in point)
        return float((problem.h(theta, phi) - problem.f(theta))[0])

    best_f = optimize.differential_evolution(lambda t: float(-problem.f(t)[0]), bounds, seed=0, tol=1e-12)
    best_g = optimize.differential_evolution(minus_g, bounds * 2, seed=0, tol=1e-12)
    assert -best_f.fun == pytest.approx(of_f.value, abs=1e-9)
    assert -best_g.fun == pytest.approx(of_g.value, abs=1e-9)
    assert min(abs(best_g.x[0] - np.array(of_g.theta))) < 1e-4


@ALL
@pytest.mark.parametrize("points", [2, 121, 401])
def test_the_lemma_holds_to_the_last_bit(name, points):
    found = lemma(landscape(PROBLEMS[name], points).g)
    assert found.pair == found.theta_then_phi == found.phi_then_theta


@ALL
def test_a_grid_of_401_squared_takes_milliseconds(name):
    def seconds():
        start = time.process_time()
        landscape(PROBLEMS[name], 401)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.03


@ALL
def test_h_is_a_gap(name):
    problem = PROBLEMS[name]
    land = landscape(problem)
    assert land.h.min() >= 0
    np.testing.assert_array_equal(land.g, land.f[:, np.newaxis] - land.h)
    if name != "open":
        assert land.ridge.complete and land.ridge.least.max() < 1e-12
        np.testing.assert_allclose(land.profile, land.f, atol=1e-12)


def test_ridges_in_closed_form():
    theta = grid_points()
    assert np.allclose(
        ridge(PROBLEMS["quadratic"], theta).phi, ridge(PROBLEMS["quadratic"], theta).theta / 2, atol=1e-7
    )
    mixture = ridge(PROBLEMS["mixture"], theta)
    np.testing.assert_allclose(mixture.phi, mixture.theta, atol=1e-7)
    latent = ridge(PROBLEMS["latent"], theta)
    np.testing.assert_allclose(latent.phi, (1.2 - latent.theta) / 1.5, atol=1e-7)
    several = ridge(PROBLEMS["several"], theta)
    assert np.bincount(np.searchsorted(theta, several.theta)).min() >= 2
    np.testing.assert_allclose(np.abs(several.phi - several.theta / 2), 1, atol=1e-7)
