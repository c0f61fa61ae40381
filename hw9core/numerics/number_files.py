"""A user's own data: CSV files of one or two columns of numbers, a faulty line named, and parts of them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError

MAX_FILE_BYTES = 5_000_000
MAX_MAGNITUDE = 1e100  # squares and differences of the numbers must stay finite
TEST_SHARE = 0.2
_SAMPLE_SEED = 0
_SHOWN = 20  # characters of what a message quotes
_A_LINE = {1: "one number a line", 2: "two numbers a line"}


def read_columns(content: bytes, name: str, columns: int) -> FloatArray:
    """The numbers of a CSV file, float64 (lines, columns), for one column or two.

    Columns are apart by a comma, a semicolon, a tab or spaces. A first line without a number is a header;
    blank lines are fine. ``name`` is what the file is called in messages. Raises ``InputError``, one
    sentence, for files over 5 MB; naming the line, for text, NaN, infinity, numbers beyond 1e100 and lines
    of more or fewer numbers.
    """
    if len(content) > MAX_FILE_BYTES:
        raise InputError(f"{name} is larger than {MAX_FILE_BYTES / 1e6:.0f} MB: hand in fewer lines.")
    text = _decoded(content, name, columns)
    header = _header_lines(text)
    _, first = next(_lines(text, header), (0, ""))
    if not first:
        return np.empty((0, columns))
    # One column has no delimiter: 1,5 in it is no two numbers but a decimal comma. None: tabs and spaces.
    delimiter = next((mark for mark in (";", ",") if mark in first), None) if columns > 1 else None
    rows = _parsed_at_once(text, header, delimiter)
    if rows is not None and rows.shape[1:] == (columns,) and np.all(np.abs(rows) <= MAX_MAGNITUDE):
        return rows
    # Line by line, to find the one at fault.
    numbers = (
        number
        for index, line in _lines(text, header)
        for number in _row(line, delimiter, columns, f"{name}, line {index}")
    )
    return np.fromiter(numbers, dtype=np.float64).reshape(-1, columns)


def at_most(rows: FloatArray, most: int) -> FloatArray:
    """``rows`` (n, …), or of more than ``most`` so many at random, always the same."""
    if len(rows) <= most:
        return rows
    return rows[np.random.default_rng(_SAMPLE_SEED).choice(len(rows), most, replace=False)]


def split_values(rows: FloatArray, seed: int) -> tuple[FloatArray, FloatArray]:
    """A user's own rows (n, …) at random into those to train on and those to test on, four to one."""
    shuffled = np.random.default_rng(seed).permutation(rows)
    _, n_test = split_sizes(len(rows))
    return shuffled[n_test:], shuffled[:n_test]


def split_sizes(n: int) -> tuple[int, int]:
    """How many of n rows :func:`split_values` trains on and tests on."""
    n_test = max(1, round(TEST_SHARE * n))
    return n - n_test, n_test


def _decoded(content: bytes, name: str, columns: int) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{name}, line {line}: this is no text; write {_A_LINE[columns]}.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parsed_at_once(text: str, header: int, delimiter: str | None) -> FloatArray | None:
    try:
        return np.loadtxt(io.StringIO(text), delimiter=delimiter, skiprows=header, comments=None, ndmin=2)
    except ValueError:
        return None


def _header_lines(text: str) -> int:
    """How many lines come before the first row: those up to a header, when there is one."""
    index, first = next(_lines(text, 0), (0, ""))
    cells = [cell for part in first.replace(";", ",").split(",") for cell in part.split()]
    return 0 if any(_number(cell) is not None for cell in cells) else index


def _lines(text: str, skipped: int) -> Iterator[tuple[int, str]]:
    """The number, from 1, and the text of every line behind the skipped ones that is not blank."""
    for index, line in enumerate(io.StringIO(text), start=1):
        if index > skipped and line.strip():
            yield index, line.strip("\n")


def _row(line: str, delimiter: str | None, columns: int, where: str) -> list[float]:
    cells = [line.strip()] if columns == 1 else [cell.strip() for cell in line.split(delimiter)]
    if len(cells) != columns:
        found = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        raise InputError(f"{where}: {found}; write {_A_LINE[columns]}.")
    return [_finite(cell, columns, where) for cell in cells]


def _finite(cell: str, columns: int, where: str) -> float:
    shown = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
    value = _number(cell)
    if value is None:
        raise InputError(
            f"{where}: {shown!r} is not a number; write {_A_LINE[columns]}, with a decimal point."
        )
    if not abs(value) <= MAX_MAGNITUDE:
        raise InputError(f"{where}: {shown!r} is not finite or beyond {MAX_MAGNITUDE:g}.")
    return value


def _number(text: str) -> float | None:
    """The number written as ``text``, or None; 1_000 is one for Python alone."""
    try:
        return float(text.replace("_", "?"))
    except ValueError:
        return None
