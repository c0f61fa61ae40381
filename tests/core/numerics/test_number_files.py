"""Parts of a user's own rows: what is trained on, what is tested on, and samples of what is too much."""

import numpy as np
import pytest

from hw9core.numerics.number_files import at_most, split_sizes, split_values


@pytest.mark.parametrize(
    "rows", [np.arange(100.0), np.arange(200.0).reshape(100, 2)], ids=["numbers", "points"]
)
def test_rows_are_split_four_to_one(rows):
    train, test = split_values(rows, seed=1)
    assert (len(train), len(test)) == split_sizes(100) == (80, 20)
    both = np.concatenate([train, test])
    np.testing.assert_array_equal(np.sort(both, axis=0), rows)
    assert both.shape == rows.shape
    assert not np.array_equal(train, split_values(rows, seed=2)[0])
    if rows.ndim == 2:  # a point stays a point
        np.testing.assert_array_equal(both[:, 1] - both[:, 0], 1.0)


def test_one_row_at_least_is_tested_on():
    assert [len(part) for part in split_values(np.arange(2.0), 0)] == [1, 1]


def test_a_sample_has_no_row_twice_and_is_always_the_same():
    rows = np.random.default_rng(0).normal(size=(500, 2))
    sample = at_most(rows, 100)
    np.testing.assert_array_equal(sample, at_most(rows, 100))
    assert len(np.unique(sample, axis=0)) == 100 and np.isin(sample, rows).all()
    assert at_most(rows, 500) is rows
