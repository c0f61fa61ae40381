"""Coupling layers: round trip and log-determinant against autograd at every mask; problem 3 in numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hw9core.coupling.jacobian import block_form, masks_that_show_order_erratum, three_log_determinants
from hw9core.coupling.layers import (
    AffineCouplingTransform,
    ComposedTransform,
    complex_step_jacobian,
    jacobian,
    proper_masks,
    random_coupling,
    random_leak,
    random_network,
)
from hw9core.errors import ConfigError
from tests.core.coupling.oracles import Path, PermutationTransform, dependency, leak_gap

pytestmark = pytest.mark.usefixtures("one_thread")
EVERY_MASK = [(dim, mask) for dim in (2, 3, 5) for mask in proper_masks(dim)]


def point(dim, seed=0):
    return np.random.default_rng(seed).uniform(-2, 2, dim)


def torch_network(network, x):
    for weight, bias in network.layers[:-1]:
        x = torch.tanh(torch.tensor(weight) @ x + torch.tensor(bias))
    weight, bias = network.layers[-1]
    return torch.tensor(weight) @ x + torch.tensor(bias)


def torch_coupling(layer, x):
    """The layer written once more, for autograd, one point at a time."""
    given = x[list(layer.mask)]
    s = layer.bound * torch.tanh(torch_network(layer.s_theta, given) / layer.bound)
    moved = torch.exp(s) * x[list(layer.rest)] + torch_network(layer.t_theta, given)
    z = list(x)
    for i, value in zip(layer.rest, moved, strict=True):
        z[i] = value
    return torch.stack(z)


def autograd_jacobian(layer, x):
    return torch.autograd.functional.jacobian(lambda v: torch_coupling(layer, v), torch.tensor(x)).numpy()


def check_against_autograd(dim, mask):
    layer, x = random_coupling(dim, mask, seed=len(mask)), point(dim)
    oracle = autograd_jacobian(layer, x)
    np.testing.assert_allclose(jacobian(layer, x), oracle, rtol=1e-12, atol=1e-13)
    z, ladj = layer.call_and_ladj(x)
    assert ladj == pytest.approx(np.linalg.slogdet(oracle)[1], abs=1e-12)
    back, inverse_ladj = layer.inverse_and_ladj(z)
    np.testing.assert_allclose(back, x, rtol=1e-13, atol=1e-13)
    assert inverse_ladj == pytest.approx(-ladj, abs=1e-14)


@pytest.mark.parametrize(("dim", "mask"), EVERY_MASK)
def test_jacobian_ladj_and_round_trip(dim, mask):
    check_against_autograd(dim, mask)


def test_jacobian_ladj_and_round_trip_at_every_mask_of_eight():
    masks = proper_masks(8)
    assert len(masks) == 254
    for mask in masks:
        check_against_autograd(8, mask)


@pytest.mark.parametrize("dim", [2, 4, 7])
def test_three_log_determinants_agree_on_a_batch(dim):
    x = np.random.default_rng(1).normal(size=(3, 5, dim))
    for mask in proper_masks(dim):
        layer = random_coupling(dim, mask, seed=4)
        three = three_log_determinants(layer, x, jacobian(layer, x))
        assert three.slogdet.shape == (3, 5)
        np.testing.assert_allclose(three.sum_of_s, three.slogdet, atol=1e-12)
        np.testing.assert_allclose(three.sum_of_s, three.sum_of_log_diagonal, atol=1e-12)


@pytest.mark.parametrize("mask", proper_masks(4))
def test_block_order_is_lower_triangular_and_leads_back(mask):
    layer, x = random_coupling(4, mask, seed=2), point(4)
    form = block_form(mask, jacobian(layer, x))
    p, block = form.permutation, form.block
    np.testing.assert_array_equal(p @ np.concatenate([x[list(mask)], x[list(layer.rest)]]), x)
    k = len(mask)
    np.testing.assert_array_equal(block[:k], np.eye(4)[:k])
    np.testing.assert_allclose(block[k:, k:], np.diag(np.exp(layer.log_scale(x))), atol=1e-14)
    assert np.all(block[k:, :k] != 0)  # so that it is not upper triangular as well
    np.testing.assert_allclose(form.corrected, jacobian(layer, x), atol=1e-15)


@pytest.mark.parametrize("mask", [(0,), (1, 3), (0, 1, 2)])
def test_every_entry_is_the_sum_of_its_paths(mask):
    layer, x = random_coupling(4, mask, seed=5), point(4)
    entries = jacobian(layer, x)
    paths = {}
    for i, j in np.ndindex(4, 4):
        found = dependency(layer, x, i, j)
        assert found.total == pytest.approx(entries[i, j], abs=1e-14)
        paths.setdefault(found.path, []).append((i, j))
    moved = [i for i in range(4) if i not in mask]
    assert paths[Path.IDENTITY] == [(i, i) for i in mask]
    assert paths[Path.DIRECT] == [(i, i) for i in moved]
    assert paths[Path.NETWORKS] == [(i, j) for i in moved for j in mask]


def test_through_s_and_through_t_are_told_apart():
    layer = random_coupling(seed=6)
    x = point(4)
    x[0] = 0.0  # a coordinate of 0 is not moved by its scale
    assert dependency(layer, x, 0, 1).through_s == 0.0 != dependency(layer, x, 0, 1).through_t
    constant_t = random_network(0, 2, 2)
    flat = tuple((0 * weight, bias) for weight, bias in constant_t.layers)
    layer = AffineCouplingTransform(4, (1, 3), layer.s_theta, type(constant_t)(flat))
    assert dependency(layer, x, 2, 1).through_t == 0.0 != dependency(layer, x, 2, 1).through_s


# Erratum 1


def test_erratum_1_shows_by_default_and_is_hidden_where_the_permutation_is_an_involution():
    assert block_form((1, 3), jacobian(random_coupling(), point(4))).order_gap > 0.1
    assert (0, 2) not in masks_that_show_order_erratum(4) and (1, 3) in masks_that_show_order_erratum(4)
    assert [len(masks_that_show_order_erratum(dim)) for dim in (2, 3)] == [0, 2]
    for dim in (2, 3, 4, 5):
        shown = masks_that_show_order_erratum(dim)
        for mask in proper_masks(dim):
            layer, x = random_coupling(dim, mask, seed=3), point(dim)
            form = block_form(mask, jacobian(layer, x))
            np.testing.assert_allclose(form.corrected, jacobian(layer, x), atol=1e-15)
            assert (form.order_gap > 1e-3) == (mask in shown), mask
            same = np.linalg.slogdet(form.as_handed_in)[1] - np.linalg.slogdet(form.corrected)[1]
            assert abs(same) < 1e-12
        assert all(tuple(range(k)) not in shown for k in range(1, dim))  # the first half, always hidden


# Break it


@pytest.mark.parametrize(("dim", "mask"), [(2, (0,)), (4, (1, 3)), (5, (2,)), (8, (0, 3, 4))])
def test_a_leak_into_s_opens_exactly_the_gap_of_the_formula(dim, mask):
    layer = random_coupling(dim, mask, seed=1)
    x = np.random.default_rng(2).normal(size=(20, dim))
    leaky = random_leak(layer, strength=1.0, seed=1)
    three = three_log_determinants(leaky, x, jacobian(leaky, x))
    np.testing.assert_allclose(three.slogdet - three.sum_of_s, leak_gap(leaky, x), atol=1e-11)
    assert np.median(np.abs(leak_gap(leaky, x))) > 0.01
    tight = random_leak(layer, strength=0.0, seed=1)
    np.testing.assert_array_equal(tight.call_and_ladj(x)[0], layer.call_and_ladj(x)[0])
    np.testing.assert_array_equal(leak_gap(tight, x), 0.0)


def test_the_leak_is_seen_above_the_diagonal_in_block_order():
    leaky = random_leak(random_coupling(seed=1), strength=1.0)
    upper = np.triu(block_form((1, 3), jacobian(leaky, point(4))).block, k=1)
    assert np.abs(upper).max() > 1e-3


# Composition and edges


def test_composition_round_trip_and_ladj():
    parts = (
        random_coupling(4, (0, 1), seed=1),
        PermutationTransform((0, 2, 1, 3)),
        random_coupling(4, (1, 3), seed=2),
    )
    flow, x = ComposedTransform(parts), np.random.default_rng(0).normal(size=(6, 4))
    z, ladj = flow.call_and_ladj(x)
    np.testing.assert_allclose(ladj, np.linalg.slogdet(jacobian(flow, x)).logabsdet, atol=1e-12)
    back, inverse_ladj = flow.inverse_and_ladj(z)
    np.testing.assert_allclose(back, x, atol=1e-12)
    np.testing.assert_allclose(inverse_ladj, -ladj, atol=1e-12)
    entries = [np.count_nonzero(jacobian(part, x)[0]) for part in (flow, parts[0])]
    assert entries[0] > entries[1]  # after the permutation the other half is moved


def test_s_stays_within_its_bound_however_large_x_is():
    layer = random_coupling(bound=0.5)
    x = 1e6 * np.random.default_rng(0).normal(size=(50, 4))
    assert 0.3 < np.abs(layer.log_scale(x)).max() <= 0.5
    large = AffineCouplingTransform(
        4, (1, 3), *(_scaled(network, 100.0) for network in (layer.s_theta, layer.t_theta)), bound=0.5
    )
    assert np.abs(large.log_scale(x)).max() == pytest.approx(0.5)


def _scaled(network, factor):
    return type(network)(tuple((factor * weight, factor * bias) for weight, bias in network.layers))


def test_complex_step_has_no_step_size_error():
    x = np.linspace(-2, 2, 5)
    slopes = complex_step_jacobian(lambda v: np.exp(v) * np.tanh(v), x)
    np.testing.assert_allclose(
        np.diagonal(slopes), np.exp(x) * (np.tanh(x) + 1 / np.cosh(x) ** 2), rtol=1e-15
    )


def test_one_seed_gives_one_layer():
    x = point(4)
    assert np.array_equal(
        random_coupling(seed=7).call_and_ladj(x)[0], random_coupling(seed=7).call_and_ladj(x)[0]
    )
    assert not np.array_equal(
        random_coupling(seed=7).call_and_ladj(x)[0], random_coupling(seed=8).call_and_ladj(x)[0]
    )


@pytest.mark.parametrize(
    ("dim", "mask", "words"),
    [
        (4, (), "Ω is empty: s and t would have no input"),
        (4, (0, 1, 2, 3), "every coordinate: nothing is left"),
        (4, (4,), "from 0 to 3"),
        (4, (-1,), "from 0 to 3"),
        (4, (1, 1), "different coordinates"),
        (1, (0,), "at least 2 coordinates"),
    ],
)
def test_a_mask_without_two_halves_is_explained(dim, mask, words):
    with pytest.raises(ConfigError, match=words):
        random_coupling(dim, mask)


@pytest.mark.parametrize("bound", [0.0, -1.0, float("nan")])
def test_a_bound_that_bounds_nothing_is_refused(bound):
    with pytest.raises(ConfigError, match="bound"):
        random_coupling(bound=bound)


def test_an_infinite_bound_leaves_s_free():
    layer = random_coupling(bound=float("inf"))
    x = 50 * point(4)
    assert np.array_equal(layer.log_scale(x), layer.s_theta(x[list(layer.mask)]))


def test_wrong_shapes_and_dimensions_are_refused():
    with pytest.raises(ValueError, match=r"\(\.\.\., 4\)"):
        random_coupling().call_and_ladj(np.zeros(3))
    with pytest.raises(ConfigError, match="one dimension"):
        ComposedTransform((random_coupling(4), random_coupling(5, (0,))))
