"""A user's own numbers for the flow on the line: a CSV file of one column, checked, sampled when long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError
from hw9core.numerics.number_files import MAX_MAGNITUDE, at_most, read_columns

MIN_VALUES = 20
MAX_VALUES = 20_000  # of a longer file so many are drawn at random


@dataclass(frozen=True, eq=False)
class OwnNumbers:
    """``values`` float64 (n,) of a file that holds ``n_given``: all, or a random sample of them."""

    values: FloatArray
    n_given: int

    @property
    def sampled(self) -> bool:
        """Whether the file holds more numbers than these."""
        return self.values.size < self.n_given


def parse_numbers(content: bytes, name: str) -> OwnNumbers:
    """The numbers of a CSV file of one column, with or without a header, at least 20.

    Of more than 20,000 numbers a random sample, always the same, is taken. Raises ``InputError``, one
    sentence, as :func:`~hw9core.numerics.number_files.read_columns` does, and for fewer than 20 numbers and
    for one number repeated.
    """
    given = read_columns(content, name, columns=1)[:, 0]
    values = at_most(given, MAX_VALUES)
    if values.size < given.size:
        name = f"{name} (a sample of {MAX_VALUES:,} numbers)"
    return OwnNumbers(require_values(values, name), given.size)


def require_values(values: FloatArray, name: str) -> FloatArray:
    """``values`` (n,) if a flow can be trained on them; ``InputError`` for fewer than 20, for more than
    20,000, for numbers that are not finite or beyond 1e100, and for one number repeated."""
    if not MIN_VALUES <= values.size <= MAX_VALUES:
        bound = f"at least {MIN_VALUES}" if values.size < MIN_VALUES else f"at most {MAX_VALUES:,}"
        raise InputError(f"{name} holds {values.size:,} numbers: a flow needs {bound}.")
    usable = np.abs(values) <= MAX_MAGNITUDE  # False for NaN
    if not np.all(usable):
        raise InputError(f"{name}: number {np.argmin(usable) + 1} is not finite or beyond {MAX_MAGNITUDE:g}.")
    if np.all(values == values[0]):
        raise InputError(f"{name} holds one number repeated ({values[0]:g}): it has no density.")
    return values
