"""Means and scales for a wanted divergence: put back in, they give it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.errors import InputError
from hw9core.gaussians.kl import error_bound, kl
from hw9core.gaussians.solve import (
    scale_p_for_divergence,
    scale_q_for_divergence,
    scaled,
    shift_for_divergence,
)
from tests.core.gaussians.pairs import pair_of_gaussians


@given(pair_of_gaussians, st.floats(0, 50))
def test_shifts_give_the_divergence(pair, above):
    p, q = pair
    direction = np.arange(1.0, p.dimension + 1)
    unit = direction / np.linalg.norm(direction)
    least = shift_for_divergence(p, q, direction, kl(p, q)).least
    solutions = shift_for_divergence(p, q, direction, least + above)
    assert solutions.low <= solutions.at_least <= solutions.high
    for t in (solutions.low, solutions.high):
        moved = Gaussian(p.mean + t * unit, p.covariance)
        bound = error_bound(moved, q) + error_bound(p, q)
        assert kl(moved, q) == pytest.approx(least + above, rel=1e-9, abs=1e-9 + bound)


@given(st.integers(1, 5), st.integers(0, 10**6), st.floats(1e-8, 40))
def test_scales_give_the_divergence_on_both_sides_of_the_minimum(d, seed, above):
    p, q = (random_gaussian(d, seed + i, 4.0) for i in range(2))
    of_p = scale_p_for_divergence(p, q, scale_p_for_divergence(p, q, kl(p, q)).least + above)
    of_q = scale_q_for_divergence(p, q, scale_q_for_divergence(p, q, kl(p, q)).least + above)
    assert 0 < of_p.low < of_p.at_least < of_p.high
    assert 0 < of_q.low < of_q.at_least < of_q.high
    for s in (of_p.low, of_p.high):
        assert kl(scaled(p, s), q) == pytest.approx(of_p.least + above, rel=1e-8, abs=1e-12)
    for s in (of_q.low, of_q.high):
        assert kl(p, scaled(q, s)) == pytest.approx(of_q.least + above, rel=1e-8, abs=1e-12)


def test_tiny_divergences_keep_their_digits():
    q = random_gaussian(3, 0)
    for solve, divergence in (
        (scale_p_for_divergence, lambda s: kl(scaled(q, s), q)),
        (scale_q_for_divergence, lambda s: kl(q, scaled(q, s))),
    ):
        solutions = solve(q, q, 1e-10)
        for s in (solutions.low, solutions.high):
            assert divergence(s) == pytest.approx(1e-10, rel=1e-8)
        assert solve(q, q, 0.0).low == solve(q, q, 0.0).high == 1


def test_what_cannot_be_reached_is_said():
    p, q = random_gaussian(3, 0), random_gaussian(3, 1)
    for solve in (scale_p_for_divergence, scale_q_for_divergence):
        with pytest.raises(InputError, match="the least possible is"):
            solve(p, q, 1e-3)
        with pytest.raises(InputError, match="finite"):
            solve(p, q, math.nan)
    with pytest.raises(InputError, match="No mean along this direction gives a divergence of 0.001 nats"):
        shift_for_divergence(p, q, [1, 0, 0], 0.001)
    with pytest.raises(InputError, match="needs a scale beyond"):
        scale_q_for_divergence(p, q, 1e9)
    for direction in ([0, 0, 0], [1, 2]):
        with pytest.raises(InputError, match="3 numbers that are not all 0"):
            shift_for_divergence(p, q, direction, 1)
