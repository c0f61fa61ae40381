"""A user's own numbers: read with or without a header, refused in one sentence, sampled when many."""

from __future__ import annotations

import numpy as np
import pytest

from hw9core.errors import InputError
from hw9core.line_flow.own_numbers import MAX_VALUES, parse_numbers, require_values

NUMBERS = np.arange(30) / 7
GOOD = "\n".join(map(str, NUMBERS))


@pytest.mark.parametrize("header", ["", "height\n", "body height in cm\n", '\n\n"height"\n', "a;b\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\n  \n"])
def test_numbers_are_read_whatever_the_header_and_the_ends_of_lines(header, end):
    for mark in (b"", b"\xef\xbb\xbf"):
        read = parse_numbers(mark + f"{header}{GOOD}\n\n".replace("\n", end).encode(), "mine.csv")
        np.testing.assert_array_equal(read.values, NUMBERS)
        assert read.n_given == 30 and not read.sampled


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds 0 numbers: a flow needs at least 20"),
        (b"1.5\n", "holds 1 numbers"),
        (b"height\n", "holds 0 numbers"),
        (b"2\n" * 40, r"one number repeated \(2\)"),
        (f"height\ncm\n{GOOD}".encode(), "line 2: 'cm' is not a number"),
        (f"{GOOD}\nheight".encode(), "line 31: 'height' is not a number"),
        (f"1,5\n{GOOD}".encode(), "line 1: '1,5' is not a number; .* decimal point"),
        (f"{GOOD}\n1,5".encode(), "line 31: '1,5' is not a number; .* decimal point"),
        (f"{GOOD}\n1 5".encode(), "line 31: '1 5' is not a number; write one number a line"),
        (f"{GOOD}\n1_000".encode(), "line 31: '1_000' is not a number"),
        (f"0\n\nnan\n{GOOD}".encode(), "line 3: 'nan' is not finite"),
        (f"height\nnan\n{GOOD}".encode(), "line 2: 'nan' is not finite"),
        (f"{GOOD}\n-inf".encode(), "line 31: '-inf' is not finite"),
        (f"{GOOD}\n1e999".encode(), "line 31: '1e999' is not finite"),
        (f"{GOOD}\n1e101".encode(), "line 31: '1e101' .* beyond 1e.100"),
        (f"{GOOD}\n{'x' * 99}".encode(), "line 31: 'xxxxxxxxxxxxxxxxxxxx…'"),
        (b"1\n2\n\xff\xfe\n", "line 3: this is no text; write one number a line"),
        (b"1\n" * 2_500_001, "larger than 5 MB"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else None,
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(content, words):
    with pytest.raises(InputError, match=words) as caught:
        parse_numbers(content, "mine.csv")
    assert str(caught.value).startswith("mine.csv") and "\n" not in str(caught.value)


def test_of_many_numbers_a_random_sample_is_taken():
    content = "\n".join(str(i) for i in range(300_000)).encode()
    read = parse_numbers(content, "mine.csv")
    assert read.n_given == 300_000 and read.sampled and read.values.shape == (MAX_VALUES,)
    np.testing.assert_array_equal(read.values, parse_numbers(content, "mine.csv").values)
    assert np.unique(read.values).size == MAX_VALUES
    # The mean of 20,000 of 0 … 299,999 without replacement, within 5 standard errors.
    error = 300_000 / np.sqrt(12 * MAX_VALUES)
    assert read.values.mean() == pytest.approx(149_999.5, abs=5 * error)


def test_a_sample_without_spread_says_that_it_is_a_sample():
    with pytest.raises(InputError, match=r"\(a sample of 20,000 numbers\) holds one number repeated"):
        parse_numbers(b"3\n" * 900_000 + b"4\n", "mine.csv")


def test_numbers_that_are_no_file_are_bounded_too():
    assert require_values(NUMBERS, "The data") is NUMBERS
    with pytest.raises(InputError, match="The data holds 20,001 numbers: a flow needs at most 20,000"):
        require_values(np.arange(20_001.0), "The data")
    with pytest.raises(InputError, match="The data: number 2 is not finite"):
        require_values(np.append(NUMBERS[:1], [np.nan] * 25), "The data")
