"""The shift of the maximiser against SciPy's optimiser, and what a gap does to the assumption."""

import numpy as np
import pytest
from scipy import optimize

from hw9core.joint_maximum.bias import bowl_shift, broken_assumption, curvature, sloped_gap, sloped_shifts
from hw9core.joint_maximum.maximum import landscape, maximisers_of_f
from hw9core.joint_maximum.problems import PROBLEMS, Typed


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
    ("problem", "words"),
    [
        (PROBLEMS["quadratic"], "the smallest h over φ is c(θ) > 0: the assumption fails at every θ"),
        (PROBLEMS["open"], "c(θ) plus what no φ closed before, up to 0.04979"),
        (Typed("-θ**2", "φ**2 + 0.5"), "c(θ) plus what no φ closed before, up to 0.5"),
        (Typed("-θ**2", "φ**2 - 0.5"), "fails already without c, where h falls to -0.5"),
    ],
)
def test_what_a_gap_does_is_said_of_the_h_that_is_there(problem, words):
    assert words in broken_assumption(landscape(problem).ridge.least)
