"""Ways up g: they never fall, and are EM and contraction where closed forms say so."""

import numpy as np
import pytest

from hw9core.joint_maximum.paths import STEPS, coordinate_ascent, gradient_ascent, iterated_ascent
from hw9core.joint_maximum.problems import PROBLEMS, GaussianMixture, LinearGaussian, Quadratic

ALL = pytest.mark.parametrize("name", list(PROBLEMS))


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
