"""Data in the plane: densities against closed forms, quadrature and the samples themselves."""

import numpy as np
import pytest
from scipy import integrate, special
from sklearn.datasets import make_moons

from hw9core.coupling.plane_sets import (
    PLANE_SETS,
    Moons,
    NoisyCurves,
    Rings,
    cell_area,
    grid_axes,
    grid_points,
    plane_digest,
    plane_entropy,
)

CURVES = [name for name, data in PLANE_SETS.items() if isinstance(data, NoisyCurves)]


@pytest.mark.parametrize("name", PLANE_SETS)
def test_the_region_holds_all_mass(name):
    data = PLANE_SETS[name]
    points, area = grid_points(data.region, 200)
    assert area * np.exp(data.log_prob(points)).sum() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("name", PLANE_SETS)
def test_entropy_is_the_mean_surprise_of_samples(name):
    data = PLANE_SETS[name]
    surprise = -data.log_prob(data.sample(20_000, np.random.default_rng(3)))
    error = 5 * surprise.std() / np.sqrt(surprise.size) + 1e-12
    assert plane_entropy(data) == pytest.approx(surprise.mean(), abs=error)


def test_a_ring_has_the_density_of_bessel():
    radius, noise = 1.3, 0.2
    x = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    r = np.linalg.norm(x, axis=1)
    # exp(−(r² + R²)/2σ²) I₀(rR/σ²), with I₀ scaled by exp(−rR/σ²)
    expected = -((r - radius) ** 2) / (2 * noise**2) + np.log(special.i0e(r * radius / noise**2))
    expected -= np.log(2 * np.pi * noise**2)
    np.testing.assert_allclose(Rings((radius,), noise).log_prob(x), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", ["moons", "spiral"])
def test_the_density_is_the_mean_over_the_curves(name):
    data = PLANE_SETS[name]
    for x in data.sample(5, np.random.default_rng(1)):

        def height(u, arm, x=x):
            away = x - data.curves(np.array([u]))[arm, 0]
            return np.exp(-0.5 * away @ away / data.noise**2) / (2 * np.pi * data.noise**2)

        expected = sum(integrate.quad(height, 0, 1, args=(arm,), limit=400)[0] for arm in (0, 1)) / 2
        assert np.exp(data.log_prob(x)) == pytest.approx(expected, rel=1e-7)


def test_the_moons_are_those_of_scikit_learn():
    ours = Moons(scale=1.0, noise=0.1)
    theirs, _ = make_moons(400, noise=None, random_state=0)
    # Theirs are centred on (0.5, 0.25); without noise every point is on a curve.
    assert ours.distance(theirs - [0.5, 0.25]).max() < 0.01


def test_a_checkerboard_is_uniform_on_every_other_square():
    data = PLANE_SETS["checkerboard"]
    x = data.sample(16_000, np.random.default_rng(0))
    squares = np.floor(x) + 2
    assert np.all(squares.sum(axis=1) % 2 == 0)
    counts = np.unique(squares, axis=0, return_counts=True)[1]
    assert counts.size == 8
    assert np.sum((counts - 2000) ** 2 / 2000) < 24.3  # chi-squared with 7 degrees, p = 0.001
    assert sorted(data.log_prob([[0.5, 0.5], [0.5, 1.5]])) == [-np.inf, pytest.approx(-np.log(8))]
    assert data.log_prob([2.5, 0.5]) == -np.inf


@pytest.mark.parametrize("name", CURVES)
def test_distance_is_that_of_the_nearest_point_of_the_curves(name):
    data = PLANE_SETS[name]
    x = np.random.default_rng(1).uniform(-3, 3, (50, 2))
    fine = data.curves(np.linspace(0, 1, 20_001)).reshape(-1, 2)
    expected = np.linalg.norm(x[:, np.newaxis] - fine, axis=2).min(axis=1)
    np.testing.assert_allclose(data.distance(x), expected, atol=0.01)


@pytest.mark.parametrize("name", CURVES)
def test_distance_is_that_of_every_node_looked_at(name):
    data = PLANE_SETS[name]
    x = np.random.default_rng(2).uniform(-3, 3, (6, 20, 2))
    nodes = data._quadrature()[0]
    expected = np.sqrt(np.square(x[..., np.newaxis, :] - nodes).sum(axis=-1).min(axis=-1))
    np.testing.assert_allclose(data.distance(x), expected, rtol=1e-15)


@pytest.mark.parametrize("name", PLANE_SETS)
def test_the_density_of_a_grid_is_that_of_its_points(name):
    data = PLANE_SETS[name]
    for region in (data.region, ((-3.0, 2.5), (-1.0, 4.0))):
        points, area = grid_points(region, 90)
        density = data.grid_density(region, 90)
        np.testing.assert_allclose(density, np.exp(data.log_prob(points)), rtol=1e-12, atol=1e-300)
        x1, x2 = grid_axes(region, 90)
        np.testing.assert_array_equal(points, np.stack(np.meshgrid(x1, x2), axis=-1))
        assert cell_area(region, 90) == area == pytest.approx((x1[1] - x1[0]) * (x2[1] - x2[0]), rel=1e-12)


@pytest.mark.parametrize("name", PLANE_SETS)
def test_the_entropy_has_converged(name):
    data = PLANE_SETS[name]
    assert plane_entropy(data) == pytest.approx(plane_entropy(data, 120), abs=1e-6)


def test_one_seed_gives_one_sample_and_shapes_are_kept():
    data = PLANE_SETS["spiral"]
    first, again, other = (data.sample(50, np.random.default_rng((1, seed))) for seed in (2, 2, 3))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert data.log_prob(np.zeros((3, 4, 2))).shape == (3, 4)
    assert data.log_prob(np.zeros((0, 2))).shape == (0,)


def test_a_digest_tells_data_sets_apart():
    assert len({plane_digest(name) for name in PLANE_SETS}) == len(PLANE_SETS)
