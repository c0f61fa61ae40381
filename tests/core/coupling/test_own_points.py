"""A user's own points: read whatever parts the columns, refused in one sentence, sampled, standardised."""

from __future__ import annotations

import time

import numpy as np
import pytest

from hw9core.coupling.own_points import MAX_POINTS, parse_points, require_plane
from hw9core.errors import InputError

POINTS = np.random.default_rng(3).normal([2.0, -1e4], [3.0, 0.5], (60, 2))


def written(points, delimiter=",", header="", end="\n"):
    lines = [delimiter.join(repr(float(value)) for value in point) for point in points]
    return end.join([*([header] if header else []), *lines, ""]).encode()


GOOD = written(POINTS).decode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " ", "   ", ", ", " ; "])
@pytest.mark.parametrize("header", ["", "height;weight", "x1, x2", "body height in cm"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\n  \n"])
def test_columns_headers_and_line_ends_are_read(delimiter, header, end):
    for mark in (b"", b"\xef\xbb\xbf"):
        read = parse_points(mark + written(POINTS, delimiter, header, end), "mine.csv")
        np.testing.assert_array_equal(read.points, POINTS)
        assert read.n_given == 60 and not read.sampled


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds 0 points: a flow in the plane needs at least 50"),
        (b"x,y\n", "holds 0 points"),
        (b"1,2\n3,4\n", "holds 2 points"),
        (f"{GOOD}1.5,hello\n".encode(), "line 61: 'hello' is not a number"),
        (f"{GOOD}\n1_0,2\n".encode(), "line 62: '1_0' is not a number"),
        (f"{GOOD}nan,2".encode(), "line 61: 'nan' is not finite"),
        (f"nan,nan\n{GOOD}".encode(), "line 1: 'nan' is not finite"),
        (f"{GOOD}1,-inf".encode(), "line 61: '-inf' is not finite"),
        (f"{GOOD}1e999,2".encode(), "line 61: '1e999' is not finite"),
        (f"{GOOD}1,-1e101".encode(), "line 61: '-1e101' .* beyond 1e.100"),
        (f"{GOOD}1,{'x' * 99}".encode(), "line 61: 'xxxxxxxxxxxxxxxxxxxx…'"),
        (f"{GOOD}7".encode(), "line 61: 1 column; write two numbers a line"),
        (f"{GOOD}7,8,9".encode(), "line 61: 3 columns"),
        (f"{GOOD}7,".encode(), "line 61: '' is not a number"),
        (b"height\n" + b"1\n2\n" * 40, "line 2: 1 column"),
        (b"1,2,3\n4,5,7\n" * 40, "line 1: 3 columns"),
        (b"1,5;2,5\n" * 60, "line 1: '1,5' is not a number; write two numbers a line, with a decimal point"),
        (f"1,height\n{GOOD}".encode(), "line 1: 'height' is not a number"),
        (b"1,2\n3,\xff\xfe\n", "line 2: this is no text"),
        (b"1,2\n1,3\n" * 40, r"column 1 holds one number repeated \(1\)"),
        (b"5,2\n4,2\n" * 40, r"column 2 holds one number repeated \(2\)"),
        (b"1e-300,2\n-1e-300,3\n" * 40, "column 1 holds one number repeated"),
        (b"1,2\n3,4\n" * 40, "all points are on one line"),
        (b"1 2\n" * 1_250_001, "larger than 5 MB"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else None,
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(content, words):
    with pytest.raises(InputError, match=words) as caught:
        parse_points(content, "mine.csv")
    assert str(caught.value).startswith("mine.csv") and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("slope", "loc", "scale"), [(1.0, 0.0, 1.0), (-3.7, 1e6, 1.0), (1e-9, 12.5, 1e3), (0.1, 1e-80, 1e90)]
)
def test_a_line_is_told_from_points_a_little_off_it(slope, loc, scale):
    x = scale * np.random.default_rng(0).normal(size=200)
    line = np.stack([loc + x, 7.0 * scale + slope * x], axis=1)
    with pytest.raises(InputError, match="on one line"):
        require_plane(line, "mine.csv")
    off = line.copy()
    off[17, 1] += 1e-3 * abs(slope) * scale
    np.testing.assert_array_equal(require_plane(off, "mine.csv"), off)


def test_standardised_columns_have_mean_0_and_deviation_1():
    own = parse_points(written(POINTS), "mine.csv").standardised()
    assert own.points.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert own.points.std(axis=0) == pytest.approx([1, 1], rel=1e-12)
    np.testing.assert_allclose(own.loc + own.scale * own.points, POINTS, rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-90, 1e99])
def test_very_large_and_very_small_numbers_are_standardised_alike(scale):
    points = POINTS - POINTS.mean(axis=0)
    own = parse_points(written(scale * points), "mine.csv").standardised()
    np.testing.assert_allclose(own.points, points / points.std(axis=0), atol=1e-9)


def test_of_a_million_points_a_random_sample_is_taken_quickly():
    rows = np.array([f"{i % 9} {i % 7}\n" for i in range(63)])
    content = "".join(np.random.default_rng(0).choice(rows, 1_000_000)).encode()
    started = time.perf_counter()
    read = parse_points(content, "mine.csv")
    assert time.perf_counter() - started < 3
    assert read.n_given == 1_000_000 and read.sampled and read.points.shape == (MAX_POINTS, 2)
    np.testing.assert_array_equal(read.points, parse_points(content, "mine.csv").points)
    # Each of the 63 cells has the same chance; 5 standard errors of the mean of uniform integers.
    error = np.array([9**2 - 1, 7**2 - 1]) / 12
    assert np.all(np.abs(read.points.mean(axis=0) - [4, 3]) < 5 * np.sqrt(error / MAX_POINTS))


def test_the_faulty_line_of_a_long_file_is_found():
    content = b"1 2\n2 3\n1 5\n" * 300_000 + b"1 two\n"
    with pytest.raises(InputError, match="line 900001: 'two' is not a number"):
        parse_points(content, "mine.csv")


def test_a_sample_without_spread_says_that_it_is_a_sample():
    content = b"0 1\n0 2\n" * 100_000 + b"1 1\n"
    with pytest.raises(InputError, match=r"\(a sample of 20,000 points\): column 1"):
        parse_points(content, "mine.csv")


def test_points_that_are_no_file_are_bounded_too():
    assert require_plane(POINTS, "The data") is POINTS
    for count, bound in ((49, "at least 50"), (20_001, "at most 20,000")):
        points = np.random.default_rng(0).normal(size=(count, 2))
        with pytest.raises(InputError, match=f"The data holds {count:,} points: a flow .* needs {bound}"):
            require_plane(points, "The data")
