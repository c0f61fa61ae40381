"""A user's own points in the plane: a CSV file of two columns, checked, sampled when long, standardised."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError
from hw9core.line_flow.data_sets import MAX_FILE_BYTES, MAX_MAGNITUDE, split_values

MIN_POINTS = 50
MAX_POINTS = 20_000  # of a longer file so many are drawn at random
COLUMNS = 2
_MIN_SPREAD = 1e-100  # of a column: its square must not vanish
_ROUNDING = 16 * np.finfo(np.float64).eps
_SAMPLE_SEED = 0
_SHOWN = 20  # characters of what a message quotes


@dataclass(frozen=True, eq=False)
class StandardisedPoints:
    """``points`` float64 (n, 2) with columns of mean 0 and standard deviation 1; x = loc + scale · point."""

    points: FloatArray
    loc: FloatArray
    scale: FloatArray

    def split(self, seed: int) -> tuple[FloatArray, FloatArray]:
        """The points at random into training and test points, four to one."""
        return split_values(self.points, seed)


@dataclass(frozen=True, eq=False)
class PlanePoints:
    """``points`` float64 (n, 2) of a file that holds ``n_given``: all, or a random sample of them."""

    points: FloatArray
    n_given: int

    @property
    def sampled(self) -> bool:
        """Whether the file holds more points than these."""
        return len(self.points) < self.n_given

    def standardised(self) -> StandardisedPoints:
        """(x − mean)/sd of each column."""
        loc, scale = self.points.mean(axis=0), self.points.std(axis=0)
        return StandardisedPoints((self.points - loc) / scale, loc, scale)


def parse_points(content: bytes, name: str) -> PlanePoints:
    """The points of a CSV file of two columns, apart by a comma, a semicolon, a tab or spaces.

    A first line without a number is a header; blank lines are fine. Of more than 20,000 points a random
    sample, always the same, is taken. ``name`` is what the file is called in messages. Raises ``InputError``,
    one sentence, for files over 5 MB; naming the line, for text, NaN, infinity, numbers beyond 1e100 and
    lines of other than two numbers; for fewer than 50 points, a constant column, and points on one line.
    """
    if len(content) > MAX_FILE_BYTES:
        raise InputError(f"{name} is larger than {MAX_FILE_BYTES / 1e6:.0f} MB: hand in fewer points.")
    points = _parse(_decoded(content, name), name)
    n_given = len(points)
    if n_given < MIN_POINTS:
        raise InputError(f"{name} holds {n_given} points: a flow in the plane needs at least {MIN_POINTS}.")
    if n_given > MAX_POINTS:
        rows = np.random.default_rng(_SAMPLE_SEED).choice(n_given, MAX_POINTS, replace=False)
        points = points[rows]
        name = f"{name} (a sample of {MAX_POINTS:,} points)"
    return PlanePoints(require_plane(points, name), n_given)


def require_plane(points: FloatArray, name: str) -> FloatArray:
    """``points`` (n, 2) if they spread over the plane; ``InputError`` when a column is constant or when all
    points are on one line, up to rounding, or for numbers that are not finite or beyond 1e100."""
    usable = np.abs(points) <= MAX_MAGNITUDE  # False for NaN
    if not usable.all():
        row = np.argmin(usable.all(axis=1)) + 1
        raise InputError(f"{name}: point {row} is not finite or beyond {MAX_MAGNITUDE:g}.")
    size = np.abs(points).max(axis=0)
    for column, (spread, largest) in enumerate(zip(np.ptp(points, axis=0), size, strict=True)):
        if spread <= max(_ROUNDING * largest, _MIN_SPREAD):
            value = points[0, column]
            raise InputError(
                f"{name}: column {column + 1} holds one number repeated ({value:g}), at least up to "
                "rounding: points on a line have no density in the plane."
            )
    standardised = PlanePoints(points, len(points)).standardised()
    widest, narrowest = np.linalg.svd(standardised.points, compute_uv=False)
    # A number far from 0 is rounded to a larger part of its column's spread.
    if narrowest <= _ROUNDING * widest * float(np.max(size / standardised.scale)):
        raise InputError(f"{name}: all points are on one line, so they have no density in the plane.")
    return points


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{name}, line {line}: this is no text; write two numbers a line.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse(text: str, name: str) -> FloatArray:
    """All points (n, 2): in one go, and only when that fails line by line, to find the line at fault."""
    header = _header_lines(text)
    _, first = next(_lines(text, header), (0, ""))
    if not first:
        return np.empty((0, COLUMNS))
    delimiter = next((mark for mark in (";", ",") if mark in first), None)  # None: tabs and spaces
    points = _parse_at_once(text, header, delimiter)
    if points is not None and points.shape[1:] == (COLUMNS,) and np.all(np.abs(points) <= MAX_MAGNITUDE):
        return points
    numbers = (
        number for index, line in _lines(text, header) for number in _point(line, index, delimiter, name)
    )
    return np.fromiter(numbers, dtype=np.float64).reshape(-1, COLUMNS)


def _parse_at_once(text: str, header: int, delimiter: str | None) -> FloatArray | None:
    try:
        return np.loadtxt(io.StringIO(text), delimiter=delimiter, skiprows=header, comments=None, ndmin=2)
    except ValueError:
        return None


def _header_lines(text: str) -> int:
    """How many lines come before the first point: those up to a header, when there is one."""
    index, first = next(_lines(text, 0), (0, ""))
    cells = [cell for part in first.replace(";", ",").split(",") for cell in part.split()]
    return 0 if any(_number(cell) is not None for cell in cells) else index


def _lines(text: str, skipped: int) -> Iterator[tuple[int, str]]:
    """The number, from 1, and the text of every line behind the skipped ones that is not blank."""
    for index, line in enumerate(io.StringIO(text), start=1):
        if index > skipped and line.strip():
            yield index, line.strip("\n")


def _point(line: str, index: int, delimiter: str | None, name: str) -> list[float]:
    cells = [cell.strip() for cell in line.split(delimiter)]
    if len(cells) != COLUMNS:
        found = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        raise InputError(f"{name}, line {index}: {found}, but a point in the plane is two numbers.")
    return [_coordinate(cell, index, name) for cell in cells]


def _coordinate(cell: str, index: int, name: str) -> float:
    shown = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
    value = _number(cell)
    if value is None:
        raise InputError(f"{name}, line {index}: {shown!r} is not a number; write it with a decimal point.")
    if not abs(value) <= MAX_MAGNITUDE:
        raise InputError(f"{name}, line {index}: {shown!r} is not finite or beyond {MAX_MAGNITUDE:g}.")
    return value


def _number(text: str) -> float | None:
    """The number written as ``text``, or None; 1_000 is one for Python alone."""
    try:
        return float(text.replace("_", "?"))
    except ValueError:
        return None
