"""Pairs of random Gaussians for property tests."""

from hypothesis import strategies as st

from hw9core.distributions.gaussian import random_gaussian

pair_of_gaussians = st.builds(
    lambda d, seed, cond: tuple(random_gaussian(d, seed + i, 10.0**cond) for i in range(2)),
    st.integers(1, 5),
    st.integers(0, 10**6),
    st.floats(0, 8),
)
