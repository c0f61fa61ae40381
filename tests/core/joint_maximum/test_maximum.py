"""Joint maximisation against closed forms and SciPy's optimisers."""

import time

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from hw9core.errors import InputError
from hw9core.joint_maximum.bias import bowl_shift, curvature, sloped_gap, sloped_shifts
from hw9core.joint_maximum.maximum import (
    grid_points,
    landscape,
    lemma,
    maximisers_of_f,
    maximisers_of_g,
    maximisers_phi,
    profile,
    ridge,
    same_set,
    verdict,
)
from hw9core.joint_maximum.paths import STEPS, coordinate_ascent, gradient_ascent, iterated_ascent
from hw9core.joint_maximum.problems import PROBLEMS, GaussianMixture, LinearGaussian, Quadratic, Typed

ALL = pytest.mark.parametrize("name", list(PROBLEMS))


def sets(problem):
    return maximisers_of_f(problem), maximisers_of_g(problem)


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
    of_g = maximisers_of_g(PROBLEMS[name])
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
        assert ridge(problem, land.theta).least.max() < 1e-12
        np.testing.assert_allclose(profile(problem, land.theta), land.f, atol=1e-12)


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


@ALL
@pytest.mark.parametrize("ascent", [coordinate_ascent, gradient_ascent, iterated_ascent])
@pytest.mark.parametrize("start", [(-2.0, 1.5), (0.3, -2.8), (2.6, 2.6)])
def test_no_path_ever_falls(name, ascent, start):
    problem = PROBLEMS[name]
    path = ascent(problem, *start)
    assert path.g.shape == (STEPS + 1,) and (path.theta[0], path.phi[0]) == start
    assert np.diff(path.g).min() >= -1e-12
    assert np.abs([path.theta, path.phi]).max() <= 3


def test_em_steps_in_closed_form():
    problem = GaussianMixture()
    data, w = np.array(problem.data), problem.weight
    path = coordinate_ascent(problem, -0.4, 2.0)
    for k in range(1, STEPS + 1):
        if k % 2:
            assert path.phi[k] == pytest.approx(path.theta[k - 1], abs=1e-6)
        else:
            r = 1 / (1 + (1 - w) / w * np.exp(-2 * path.phi[k] * data))
            assert path.theta[k] == pytest.approx(np.mean((2 * r - 1) * data), abs=1e-6)


def test_coordinate_ascent_of_the_latent_model_contracts():
    path = coordinate_ascent(LinearGaussian(), -2.0, 0.0)
    errors = (path.theta - 1.2)[::2]
    np.testing.assert_allclose(errors[1:9] / errors[:8], 1 / 1.5, atol=1e-5)


def test_of_two_equal_minimisers_the_path_keeps_to_the_nearest():
    for ascent in (coordinate_ascent, iterated_ascent):
        path = ascent(PROBLEMS["several"], 0.0, 0.9)
        assert path.phi.min() > 0.8
        assert (path.theta[-1], path.phi[-1]) == pytest.approx((1.0, 1.5), abs=0.02)


def test_all_paths_of_the_quadratic_reach_the_top():
    for ascent in (coordinate_ascent, gradient_ascent, iterated_ascent):
        path = ascent(Quadratic(), -2.0, 1.5, 100)
        assert (path.theta[-1], path.phi[-1]) == pytest.approx((1.0, 0.5), abs=1e-4)
    iterated = iterated_ascent(Quadratic(), -2.0, 1.5)
    assert iterated.h[1:].max() < 1e-12, "on the ridge from step 1 on"


@pytest.mark.parametrize("name", ["quadratic", "mixture", "latent"])
def test_the_shift_is_that_of_scipy_and_first_order_for_small_slopes(name):
    problem = PROBLEMS[name]
    star = maximisers_of_f(problem).theta[0]
    sizes, slopes = np.array([0.1, 1.0, 2.0]), np.array([-1.0, -0.02, 0.0, 0.02, 0.7])
    shifts = sloped_shifts(problem, star, sizes, slopes)
    for i, j in np.ndindex(3, 5):

        def minus(t, i=i, j=j):
            return -problem.f(t) + sloped_gap(t, star, sizes[i], slopes[j])

        grid = np.linspace(-3, 3, 2001)
        at = grid[np.argmin(minus(grid))]
        bounds = (at - 0.01, min(at + 0.01, 3.0))
        oracle = optimize.minimize_scalar(
            lambda t, minus=minus: float(minus(np.array(t))),
            bounds=bounds,
            method="bounded",
            options={"xatol": 1e-10},
        )
        assert shifts.theta_hat[i, j] == pytest.approx(oracle.x, abs=1e-5)
    assert shifts.theta_hat[1, 2] == pytest.approx(star, abs=1e-6)
    np.testing.assert_allclose(shifts.theta_hat[1, [1, 3]] - star, shifts.first_order[[1, 3]], rtol=0.02)


def test_nothing_moves_under_a_bowl_and_curvature_is_exact():
    for name in ("quadratic", "two", "several", "mixture", "latent"):
        star = maximisers_of_f(PROBLEMS[name]).theta[0]
        assert abs(bowl_shift(PROBLEMS[name], star, 1.0)) < 1e-6
    assert curvature(PROBLEMS["quadratic"], 1.0) == pytest.approx(-1, abs=1e-9)
    assert curvature(PROBLEMS["two"], 1.5) == pytest.approx(-4.5, rel=1e-8)
    assert curvature(PROBLEMS["latent"], 1.2) == pytest.approx(-1 / 1.5, abs=1e-9)
    assert np.isnan(curvature(PROBLEMS["approached"], 3.0))


@pytest.mark.parametrize(
    ("f", "h", "assumption", "claim", "words"),
    [
        ("-(θ-0.7)**2", "(φ-θ)**2/(1+θ**2)", True, True, "holds on the square"),
        ("-(θ-0.7)**2", "(φ-θ)**2 + 0.5", False, False, "min over φ of h = 0.5 at θ = 0.7"),
        ("-(θ-0.7)**2", "(φ-θ)**2 - 0.1", False, False, "h falls to -0.1"),
        ("-(θ-0.7)**2", "φ**2 + (θ-0.7)**2", False, True, "that is all the claim needs"),
        ("-(θ-0.7)**2", "φ**2 + exp(θ)/9", False, False, "where f is largest"),
        ("0*θ", "φ**2", True, True, "holds"),
    ],
)
def test_verdicts_on_typed_problems(f, h, assumption, claim, words):
    problem = Typed(f, h)
    found = verdict(problem, *sets(problem))
    assert (found.assumption, found.claim) == (assumption, claim)
    assert words in found.sentence


def test_verdicts_on_the_shipped_problems():
    assert [verdict(p, *sets(p)).assumption for p in PROBLEMS.values()] == [
        name != "open" for name in PROBLEMS
    ]


def test_a_flat_f_is_a_plateau():
    of_f, of_g = sets(Typed("3", "(φ - θ/2)**2"))
    assert of_f.plateau and of_g.plateau and of_f.theta == (-3.0, 3.0)


@pytest.mark.parametrize(
    ("f", "h"),
    [("-θ**2", "0*φ"), ("cos(40*θ)", "+".join(["sin(9*φ+θ)**2"] * 6)), ("sin(99*θ)", "abs(sin(99*φ))**0.5")],
)
def test_the_worst_typed_problems_take_bounded_time(f, h):
    start = time.process_time()
    problem = Typed(f, h)
    verdict(problem, *sets(problem))
    assert time.process_time() - start < 2


def test_typed_problems_that_cannot_be_computed():
    with pytest.raises(InputError, match="no real number"):
        landscape(Typed("log(θ)", "φ**2"))
    with pytest.raises(InputError, match="not known here"):
        Typed("φ", "φ**2")
