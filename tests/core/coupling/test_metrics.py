"""What is reported of flows in the plane: mass far from the data, by draws and by the long way; largest s."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pytest
from scipy import stats

from hw9core.coupling.config import FEW_LAYERS, WITHOUT_PERMUTATIONS, CouplingConfig
from hw9core.coupling.metrics import (
    MASS_CELLS,
    far_mass,
    grid_noises,
    largest_scales,
    least_loss_without_permutations,
)
from hw9core.coupling.plane_sets import PLANE_SETS, PlaneDistribution, grid_points, plane_entropy
from hw9core.coupling.stack import coupling_layers, parameter_count, points_by_layer, snapshot_flow
from hw9core.coupling.tabulated import grid_density
from hw9core.store import checkpoints

MOONS = PLANE_SETS["moons"]
FLOWS = (*FEW_LAYERS, CouplingConfig("moons"))
NOISES = np.arange(1.0, 5.75, 0.25)


def flow_of(config):
    return snapshot_flow(config, checkpoints.require(config).arrays)


@lru_cache(maxsize=1)
def distances():
    """Of every point of the grid from every node of the curves, the smallest."""
    points, _ = grid_points(MOONS.region, MASS_CELLS)
    first, second = MOONS._quadrature()[0].T
    rows = [np.square(row[:, :1] - first) + np.square(row[:, 1:] - second) for row in points]
    return np.sqrt([row.min(axis=1) for row in rows])


def long_way(log_prob):
    """Far masses and what lies outside, point by point and network by network."""
    points, area = grid_points(MOONS.region, MASS_CELLS)
    mass = area * np.exp(log_prob(points))
    return [mass[distances() > far * MOONS.noise].sum() for far in NOISES], 1.0 - mass.sum()


@pytest.mark.parametrize("config", FLOWS, ids=lambda config: config.layers)
def test_far_mass_of_a_flow_is_what_the_long_way_gives(config):
    flow = flow_of(config)
    quick = far_mass(MOONS, grid_density(flow, MOONS.region, MASS_CELLS), NOISES)
    beyond, outside = long_way(flow.log_prob)
    np.testing.assert_allclose(quick.beyond, beyond, rtol=1e-11)
    assert quick.outside == pytest.approx(outside, abs=1e-12)
    stored = checkpoints.require(config).metadata["metrics"]["far_mass"]
    assert far_mass(MOONS, grid_density(flow, MOONS.region, MASS_CELLS), [4.0]).beyond == pytest.approx(
        [stored], rel=1e-11
    )


def test_far_mass_of_the_data_is_what_the_long_way_gives():
    quick = far_mass(MOONS, MOONS.grid_density(MOONS.region, MASS_CELLS), NOISES)
    beyond, outside = long_way(MOONS.log_prob)
    np.testing.assert_allclose(quick.beyond, beyond, rtol=1e-11)
    assert quick.outside == pytest.approx(max(outside, 0.0), abs=1e-12)


@pytest.mark.parametrize("config", FLOWS, ids=lambda config: config.layers)
def test_far_mass_is_the_share_of_samples_far_from_the_curves(config):
    flow = flow_of(config)
    samples = flow.sample(40_000, np.random.default_rng(5))
    low, high = np.array(MOONS.region).T
    inside = np.all((samples > low) & (samples < high), axis=1)
    masses = far_mass(MOONS, grid_density(flow, MOONS.region, MASS_CELLS), [2.0, 4.0])
    for mass, far in zip(masses.beyond, (2.0, 4.0), strict=True):
        share = np.mean(inside & (MOONS.distance(samples) > far * MOONS.noise))
        assert mass == pytest.approx(share, abs=5 * np.sqrt(max(share, 1e-4) / len(samples)))
    error = 5 * np.sqrt(max(1 - inside.mean(), 1e-4) / len(samples))
    assert masses.outside == pytest.approx(1 - inside.mean(), abs=error)


def test_more_layers_leave_less_mass_on_the_bridge():
    masses = [
        checkpoints.require(CouplingConfig("moons", layers=n)).metadata["metrics"]["far_mass"]
        for n in (2, 4, 8)
    ]
    assert masses[0] > 5 * masses[1] and masses[1] > 2 * masses[2]


def test_noises_of_a_grid_are_shared_and_cannot_be_changed():
    noises = grid_noises(MOONS, 20)
    assert noises.shape == (20, 20) and grid_noises(MOONS, 20) is noises
    with pytest.raises(ValueError, match="read-only"):
        noises[0] = 0.0


def test_the_largest_s_is_that_of_any_layer_at_any_point():
    config = CouplingConfig("moons", layers=3, hidden_size=5, bounded=False)
    vectors = np.random.default_rng(0).normal(size=(2, parameter_count(config)))
    points = np.random.default_rng(1).normal(size=(40, 2))
    expected = []
    for vector in vectors:
        layers = coupling_layers(config, vector)
        way = points_by_layer(layers, points)
        scales = [layer.log_scale(row) for layer, row in zip(layers, way[:-1], strict=True)]
        expected.append(np.max(scales))
    found = largest_scales(config, {"parameters": vectors}, points)
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    astray = largest_scales(config, {"parameters": 1e6 * vectors}, points)  # e^s overflows at once
    assert astray.shape == (2,) and np.all(astray > 1000)


@dataclass(frozen=True)
class Correlated(PlaneDistribution):
    """A Gaussian of the plane, for which all is known: x₁ ~ N(m, v), x₂ | x₁ ~ N(a x₁, w)."""

    m: float
    v: float
    a: float
    w: float

    @property
    def region(self):
        sd = np.sqrt(self.a**2 * self.v + self.w)
        return (self.m - 9 * self.v**0.5, self.m + 9 * self.v**0.5), (
            self.a * self.m - 9 * sd,
            self.a * self.m + 9 * sd,
        )

    def log_prob(self, x):
        x = np.asarray(x)
        first = stats.norm.logpdf(x[..., 0], self.m, np.sqrt(self.v))
        return first + stats.norm.logpdf(x[..., 1], self.a * x[..., 0], np.sqrt(self.w))

    def sample(self, n, rng):
        raise NotImplementedError


@pytest.mark.parametrize("numbers", [(0.0, 1.0, 0.0, 1.0), (0.7, 0.4, 1.5, 0.3), (-1.0, 2.0, -0.5, 0.05)])
def test_copying_costs_nothing_but_the_first_coordinates_own_divergence(numbers):
    """Where x₂ | x₁ is Gaussian, what is left over the entropy is D(N(m, v) ‖ N(0, 1))."""
    data = Correlated(*numbers)
    entropy = 0.5 * np.log(2 * np.pi * np.e * data.v) + 0.5 * np.log(2 * np.pi * np.e * data.w)
    divergence = 0.5 * (data.v + data.m**2 - 1 - np.log(data.v))
    assert least_loss_without_permutations(data) == pytest.approx(entropy + divergence, abs=1e-4)


@pytest.mark.parametrize("name", list(PLANE_SETS))
def test_what_copying_costs_at_least_is_what_binned_draws_say(name):
    """Mean and variance of x₂ in 400 narrow bins of x₁, each with one Gaussian."""
    data = PLANE_SETS[name]
    x = data.sample(400_000, np.random.default_rng(8))
    order = np.argsort(x[:, 0]).reshape(400, -1)
    spread = np.mean(np.log(x[order, 1].var(axis=1)))
    expected = 0.5 * np.mean(x[:, 0] ** 2) + np.log(2 * np.pi) + 0.5 * (1 + spread)
    found = least_loss_without_permutations(data)
    assert found == pytest.approx(expected, abs=0.01)
    assert found > plane_entropy(data)


def test_the_shipped_flow_without_permutations_is_as_good_as_its_kind_can_be():
    metrics = checkpoints.require(WITHOUT_PERMUTATIONS).metadata["metrics"]
    above = metrics["test_nll"] - least_loss_without_permutations(MOONS)
    assert -3 * metrics["test_nll_se"] < above < 0.02 + 3 * metrics["test_nll_se"]
