"""Points between two layers, how far they move, which sector they start in, and the grid beside them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.coupling.layers import random_coupling
from hw9core.coupling.plane_points import (
    LINE_POINTS,
    SECTORS,
    between,
    grid_lines,
    largest_moves,
    log_areas_on_the_way,
    number_outside,
    sectors,
    way_through,
)
from hw9core.coupling.stack import points_by_layer
from hw9core.figures.coupling import SECTOR_COLORS

numbers = st.floats(-1e6, 1e6)


@given(first=numbers, second=numbers, share=st.floats(0, 1))
def test_the_way_between_is_straight_and_its_ends_are_exact(first, second, share):
    a, b = np.array([first, first]), np.array([second, first])
    there, stays = between(a, b, share)
    size = max(abs(first), abs(second))
    assert there == pytest.approx((1 - share) * first + share * second, abs=4e-16 * size)
    assert stays == first
    assert between(a, b, 0.0).tolist() == a.tolist() and between(a, b, 1.0).tolist() == b.tolist()


@given(layers=st.integers(1, 4), steps=st.integers(1, 40), seed=st.integers(0, 100))
def test_the_way_through_meets_every_layer_and_is_straight_from_one_to_the_next(layers, steps, seed):
    rows = np.random.default_rng(seed).normal(size=(layers + 1, 5, 2))
    way = way_through(rows, steps)
    assert way.shape == (layers * steps + 1, 5, 2)
    np.testing.assert_array_equal(way[::steps], rows)
    at = np.arange(layers * steps + 1) / steps
    flat = rows.reshape(layers + 1, -1)
    straight = np.stack([np.interp(at, np.arange(layers + 1), column) for column in flat.T], axis=-1)
    np.testing.assert_allclose(way.reshape(len(at), -1), straight, atol=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_areas_on_the_way_are_those_of_the_way_itself(seed):
    """The determinant of the way's derivative at the point, by central differences."""
    layers = [random_coupling(2, mask, 10 * seed + k) for k, mask in enumerate([(0,), (1,), (0,)])]
    x, step, steps = np.random.default_rng(seed).normal(size=2), 1e-5, 4
    around = np.concatenate([x + step * np.eye(2), x - step * np.eye(2)])
    way = way_through(points_by_layer(layers, around), steps)
    columns = (way[:, :2] - way[:, 2:]) / (2 * step)
    expected = np.linalg.slogdet(columns)[1]
    np.testing.assert_allclose(log_areas_on_the_way(layers, x, steps), expected, atol=1e-8)


def test_moves_are_those_of_the_first_coordinate_and_none_where_it_is_copied():
    x = np.random.default_rng(0).normal(size=(50, 2))
    copying = [random_coupling(2, (0,), seed) for seed in (1, 2)]
    assert not largest_moves(points_by_layer(copying, x), 7).any()
    moving = points_by_layer([random_coupling(2, (1,), 3), random_coupling(2, (1,), 4)], x)
    moves = largest_moves(moving, 2)
    expected = [0.0, *(np.abs(row[:, 0] - x[:, 0]).max() for row in (moving[1], moving[2]))]
    assert moves[::2] == pytest.approx(expected, rel=1e-15)
    middle = 0.5 * (moving[0] + moving[1])[:, 0]
    assert moves[1] == pytest.approx(np.abs(middle - x[:, 0]).max(), rel=1e-14)


def test_points_outside_are_counted():
    rows = np.array([[[0.0, 0.0], [2.0, 0.0], [0.5, 1.0], [0.0, -3.0]], [[9.0, 9.0]] * 4])
    outside = number_outside(rows, ((-1.0, 1.0), (-1.0, 1.0)))
    assert outside.dtype == np.int32 and outside.tolist() == [2, 4]  # the edge is inside


def test_a_point_that_went_astray_is_outside():
    rows = np.array([[[np.nan, 0.0], [0.0, np.inf], [0.0, 0.0]]])
    assert number_outside(rows, ((-1.0, 1.0), (-1.0, 1.0))).tolist() == [2]


def test_sectors_divide_the_turn_evenly_from_due_west():
    angles = np.radians(-180 + 360 / SECTORS * (np.arange(SECTORS) + 0.5))
    centre = np.array([3.0, 1.0])
    around = centre + 2 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    groups = sectors(around, centre)
    assert groups.dtype == np.uint8 and groups.tolist() == list(range(SECTORS))
    assert sectors(np.array([[2.0, 1.0]]), centre).tolist() == [SECTORS - 1]
    assert len(SECTOR_COLORS) == SECTORS


def test_a_grid_has_a_line_at_every_half_inside_its_rectangle():
    lines = grid_lines(((-1.2, 1.0), (-0.4, 2.3)))
    upright, level = lines[:5], lines[5:]
    assert lines.shape == (5 + 5, LINE_POINTS, 2)
    assert upright[:, :, 0].tolist() == [[x] * LINE_POINTS for x in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert level[:, :, 1].tolist() == [[y] * LINE_POINTS for y in (0.0, 0.5, 1.0, 1.5, 2.0)]
    assert (upright[:, 0, 1] == 0.0).all() and (upright[:, -1, 1] == 2.0).all()
    assert (level[:, 0, 0] == -1.0).all() and (level[:, -1, 0] == 1.0).all()
