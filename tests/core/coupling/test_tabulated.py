"""Tables of a flow's curves: the same to rounding as its networks, everywhere, for every shipped flow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.coupling.config import SHIPPED_FLOWS, UNBOUNDED
from hw9core.coupling.layers import Network, random_network
from hw9core.coupling.plane_sets import PLANE_SETS, grid_points
from hw9core.coupling.stack import snapshot_flow
from hw9core.coupling.tabulated import PIECES, REACH, TabulatedNetwork, grid_density, tabulated
from hw9core.store import checkpoints
from tests.core.coupling.test_stack import name_of


def flow_of(config, snapshot=-1):
    return snapshot_flow(config, checkpoints.require(config).arrays, snapshot)


@pytest.mark.parametrize("snapshot", [0, 7, -1])
@pytest.mark.parametrize("config", [c for c in SHIPPED_FLOWS if c != UNBOUNDED], ids=name_of)
def test_the_density_of_a_shipped_flow_is_that_of_its_networks(config, snapshot):
    flow, region = flow_of(config, snapshot), PLANE_SETS[config.data_set].region
    points, _ = grid_points(region, 120)
    density, expected = grid_density(flow, region, 120), np.exp(flow.log_prob(points))
    np.testing.assert_allclose(density, expected, rtol=1e-9, atol=1e-11 * expected.max())


def test_a_flow_that_diverged_is_followed_as_far_as_rounding_lets_it():
    flow = flow_of(UNBOUNDED)
    points = grid_points(((-2.0, 2.0), (-2.0, 2.0)), 60)[0]
    first, table = flow.transform.transforms[0], tabulated(flow).transform.transforms[0]
    for quick, slow in zip(table.call_and_ladj(points), first.call_and_ladj(points), strict=True):
        np.testing.assert_allclose(quick, slow, rtol=1e-12, atol=1e-12)
    # Every layer multiplies what the one before has rounded, by e^10 and more.
    expected = flow.log_prob(points)
    np.testing.assert_allclose(tabulated(flow).log_prob(points), expected, rtol=1e-6, atol=1e-6)


@given(seed=st.integers(0, 10_000), steepness=st.floats(-2, 3), hidden=st.integers(1, 40))
def test_any_network_of_one_number_is_its_table(seed, steepness, hidden):
    network = random_network(seed, 1, 1, hidden)
    steep = Network(tuple((10**steepness * weight, bias) for weight, bias in network.layers))
    rng = np.random.default_rng(seed)
    x = np.sinh(rng.uniform(-7, 7, (300, 1)))  # |x| up to 548, beyond the table
    expected = steep(x)
    size = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(TabulatedNetwork.of(steep)(x), expected, rtol=0, atol=1e-12 * size)


def test_where_no_piece_fits_and_beyond_the_table_the_network_is_asked():
    steep = Network(tuple((300.0 * w, b) for w, b in random_network(0, 1, 1).layers))
    table = TabulatedNetwork.of(steep)
    assert 0 < table.fits.sum() < PIECES
    gap = int(np.flatnonzero(~table.fits)[0])
    edges = np.sinh(np.linspace(-np.arcsinh(REACH), np.arcsinh(REACH), PIECES + 1))
    x = np.array([[np.mean(edges[gap : gap + 2])], [REACH], [-2 * REACH], [np.inf], [1e300]])
    np.testing.assert_array_equal(table(x), steep(x))
    assert np.isnan(table(np.array([[np.nan]])))


def test_shapes_are_kept():
    network = random_network(3, 1, 1)
    x = np.random.default_rng(0).normal(size=(3, 4, 1))
    np.testing.assert_allclose(TabulatedNetwork.of(network)(x), network(x), rtol=1e-13, atol=1e-13)
