"""Flows of coupling layers: NumPy against torch, the density against quadrature, every shipped flow."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hw9core.coupling.config import (
    BOUNDED_TWIN,
    SHIPPED_FLOWS,
    UNBOUNDED,
    WITHOUT_PERMUTATIONS,
    CouplingConfig,
    plane_samples,
)
from hw9core.coupling.layers import (
    ComposedTransform,
    complex_step_jacobian,
    random_coupling,
)
from hw9core.coupling.plane_sets import PLANE_SETS, grid_points
from hw9core.coupling.stack import (
    coupling_flow,
    coupling_layers,
    parameter_count,
    points_back,
    points_by_layer,
    snapshot_flow,
)
from hw9core.coupling.stack_torch import CouplingFlowModule, autograd_ladj
from hw9core.distributions.flow import NormalizingFlow, StandardNormal
from hw9core.store import checkpoints
from tests.core.coupling.oracles import PermutationTransform
from tests.core.energy import energy_p_value

pytestmark = pytest.mark.usefixtures("one_thread")
PLANE_FLOWS = [config for config in SHIPPED_FLOWS if config != UNBOUNDED]
WELL_TRAINED = [CouplingConfig(name) for name in PLANE_SETS]


def name_of(config):
    layers = "" if config.layers == 8 else f"-{config.layers}"
    return f"{config.data_set}{layers}{'' if config.permute else '-fixed'}"


def shipped(config):
    return snapshot_flow(config, checkpoints.require(config).arrays)


def random_parameters(config, seed=0, scale=0.3):
    return scale * np.random.default_rng(seed).standard_normal(parameter_count(config))


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_the_standard_normal_is_torchs(dim):
    z = np.random.default_rng(0).standard_normal((7, dim))
    oracle = torch.distributions.MultivariateNormal(torch.zeros(dim).double(), torch.eye(dim).double())
    np.testing.assert_allclose(StandardNormal(dim).log_prob(z), oracle.log_prob(torch.tensor(z)), rtol=1e-13)


@given(dim=st.integers(2, 6), seed=st.integers(0, 1000), first=st.integers(1, 5))
def test_any_composition_is_a_flow(dim, seed, first):
    mask = tuple(range(min(first, dim - 1)))
    layers = [random_coupling(dim, mask, seed), PermutationTransform(tuple(reversed(range(dim))))]
    flow = NormalizingFlow(ComposedTransform((*layers, *layers)), StandardNormal(dim))
    x = np.random.default_rng(seed).uniform(-2, 2, dim)
    z, _ = flow.transform.call_and_ladj(x)
    back, _ = flow.transform.inverse_and_ladj(z)
    # Scales within e^±2 in each layer lose at most a few digits on the way back.
    np.testing.assert_allclose(back, x, rtol=1e-10, atol=1e-10)
    derivative = complex_step_jacobian(lambda points: flow.transform.call_and_ladj(points)[0], x)
    expected = stats.norm.logpdf(z).sum() + np.linalg.slogdet(derivative).logabsdet
    assert flow.log_prob(x) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("permute", [True, False])
@pytest.mark.parametrize("bounded", [True, False])
def test_numpy_is_torch(permute, bounded):
    config = CouplingConfig("rings", layers=3, hidden_size=5, permute=permute, bounded=bounded)
    parameters = random_parameters(config)
    module = CouplingFlowModule(config).double()
    module.load_vector(parameters)
    assert np.array_equal(module.vector(), parameters)
    x = np.random.default_rng(1).standard_normal((40, 2))
    z, ladj = (tensor.detach().numpy() for tensor in module(torch.tensor(x)))
    flow = coupling_flow(config, parameters)
    np.testing.assert_allclose(flow.transform.call_and_ladj(x)[0], z, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(flow.transform.call_and_ladj(x)[1], ladj, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(flow.log_prob(x), module.log_prob(torch.tensor(x)).detach(), rtol=1e-12)


def test_a_new_module_leaves_the_points_where_they_are():
    config = CouplingConfig("moons", layers=4, hidden_size=7)
    module = CouplingFlowModule(config, torch.Generator().manual_seed(0))
    x = torch.randn(10, 2)
    z, ladj = module(x)
    assert torch.equal(z, x) and torch.equal(ladj, torch.zeros(10))


def test_a_vector_of_another_length_is_refused():
    config = CouplingConfig("moons", layers=2, hidden_size=4)
    with pytest.raises(ValueError, match="parameters"):
        coupling_layers(config, np.zeros(parameter_count(config) + 1))


def test_points_by_layer_end_at_z_and_come_back():
    config = CouplingConfig("moons", layers=5, hidden_size=6)
    layers = coupling_layers(config, random_parameters(config))
    x = np.random.default_rng(0).standard_normal((11, 2))
    forth = points_by_layer(layers, x)
    assert forth.shape == (6, 11, 2) and np.array_equal(forth[0], x)
    np.testing.assert_allclose(points_back(layers, forth[-1]), forth[::-1], rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("config", [*PLANE_FLOWS, UNBOUNDED], ids=name_of)
def test_the_determinant_of_a_shipped_flow_is_autograds(config):
    arrays = checkpoints.require(config).arrays
    x = plane_samples(config)[1][:200]
    if config == UNBOUNDED:
        x = x[:50]  # what is left of precision after scales of e^10 and more is tested on a few
    _, ladj = snapshot_flow(config, arrays).transform.call_and_ladj(x)
    tolerance = 1e-6 if config == UNBOUNDED else 1e-10
    np.testing.assert_allclose(ladj, autograd_ladj(config, arrays["parameters"][-1], x), atol=tolerance)


@pytest.mark.parametrize("config", PLANE_FLOWS, ids=name_of)
def test_a_shipped_flow_goes_there_and_back(config):
    flow = shipped(config)
    x = plane_samples(config)[1][:500]
    z, ladj = flow.transform.call_and_ladj(x)
    back, inverse_ladj = flow.transform.inverse_and_ladj(z)
    np.testing.assert_allclose(back, x, atol=1e-7)
    np.testing.assert_allclose(inverse_ladj, -ladj, atol=1e-7)


@pytest.mark.parametrize("config", [flow for flow in PLANE_FLOWS if flow != BOUNDED_TWIN], ids=name_of)
def test_a_shipped_density_integrates_to_one(config):
    flow, reach = shipped(config), 6.0
    samples = flow.sample(50_000, np.random.default_rng(1))
    outside = np.any(np.abs(samples) > reach, axis=1).sum()
    assert outside <= 5  # the square covers 1 − 1e-4 of the mass
    points, area = grid_points(((-reach, reach), (-reach, reach)), 400)
    assert area * np.exp(flow.log_prob(points)).sum() == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("config", WELL_TRAINED, ids=name_of)
def test_samples_of_a_shipped_flow_look_like_the_data(config):
    data = PLANE_SETS[config.data_set].sample(300, np.random.default_rng((20_000, 1)))
    assert energy_p_value(shipped(config).sample(300, np.random.default_rng(2)), data) > 0.01


def test_the_energy_test_sees_another_distribution():
    data = PLANE_SETS["moons"].sample(300, np.random.default_rng(0))
    assert energy_p_value(np.random.default_rng(0).standard_normal((300, 2)) * data.std(axis=0), data) < 0.01


def test_without_permutations_half_of_the_coordinates_stay():
    flow = shipped(WITHOUT_PERMUTATIONS)
    x = plane_samples(WITHOUT_PERMUTATIONS)[1][:100]
    z, _ = flow.transform.call_and_ladj(x)
    assert np.array_equal(z[:, 0], x[:, 0]) and not np.any(z[:, 1] == x[:, 1])
