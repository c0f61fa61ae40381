"""A layer along every coordinate: position by position the same as the layer at one point."""

import numpy as np
import pytest

from hw9core.coupling.jacobian import block_form, family, grid_through, three_log_determinants
from hw9core.coupling.layers import complex_step_jacobian, jacobian, random_coupling, random_leak
from tests.core.coupling.oracles import dependency, leak_gap

GRID = np.round(np.linspace(-2, 2, 9), 2)


@pytest.mark.parametrize("strength", [None, 0.0, 1.0])
@pytest.mark.parametrize(("dim", "mask"), [(2, (1,)), (4, (1, 3)), (5, (0, 4)), (8, (0, 3, 4, 6, 7))])
def test_every_position_equals_the_layer_at_that_point(dim, mask, strength):
    coupling = random_coupling(dim, mask, seed=3)
    layer = coupling if strength is None else random_leak(coupling, strength, seed=3)
    point = np.random.default_rng(dim).uniform(-2, 2, dim)
    along = family(layer, point, GRID)
    for j, k in np.ndindex(dim, GRID.size + 1):
        x = along.points[j, k]
        expected = point.copy()
        expected[j] = GRID[k] if k < GRID.size else point[j]
        np.testing.assert_array_equal(x, expected)
        np.testing.assert_allclose(along.z[j, k], layer.call_and_ladj(x)[0], rtol=1e-14, atol=1e-14)
        whole = jacobian(layer, x)
        np.testing.assert_allclose(along.jacobian[j, k], whole, rtol=1e-13, atol=1e-13)
        three = three_log_determinants(layer, x, whole)
        assert along.log_det.sum_of_s[j, k] == pytest.approx(three.sum_of_s, abs=1e-13)
        assert along.log_det.slogdet[j, k] == pytest.approx(three.slogdet, abs=1e-12)
        assert along.log_det.sum_of_log_diagonal[j, k] == pytest.approx(three.sum_of_log_diagonal, abs=1e-12)
        gap = three.slogdet - three.sum_of_s
        assert along.leak_gap[j, k] == pytest.approx(gap, abs=1e-11)
        if strength is not None:
            assert along.leak_gap[j, k] == pytest.approx(leak_gap(layer, x), abs=1e-14)


def test_parts_and_erratum_equal_the_core_at_single_points():
    layer = random_coupling(5, (1, 3), seed=1)
    along = family(layer, np.linspace(-1, 1, 5), GRID)
    for j, k in ((0, 0), (1, 4), (4, GRID.size)):
        x = along.points[j, k]
        gap = block_form((1, 3), jacobian(layer, x)).order_gap
        assert along.order_gap[j, k] == pytest.approx(gap, abs=1e-14)
        for i, m in np.ndindex(5, 5):
            part = dependency(layer, x, i, m).through_s
            assert along.through_s[j, k, i, m] == pytest.approx(part, abs=1e-14)


def test_the_part_through_a_leaky_scale_is_e_s_x_ds():
    layer = random_leak(random_coupling(4, (1, 3), seed=2), 1.0, seed=2)
    x = np.array([0.5, -1.0, 1.5, 0.25])
    along = family(layer, x, GRID)
    ds = complex_step_jacobian(layer.log_scale, x)
    expected = np.exp(layer.log_scale(x))[:, np.newaxis] * x[[0, 2], np.newaxis] * ds
    np.testing.assert_allclose(along.through_s[0, -1, [0, 2]], expected, rtol=1e-14)
    assert not along.through_s[..., [1, 3], :].any()


def test_the_point_itself_may_lie_off_the_grid():
    points = grid_through([0.123, 7.0], GRID)
    assert points.shape == (2, 10, 2)
    assert points[:, -1].tolist() == [[0.123, 7.0]] * 2
