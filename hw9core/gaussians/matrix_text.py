"""Vectors and matrices from text: nested lists, what NumPy prints, what people type (problem 5).

>>> parse_array("[[2. 0.]\\n [0. 1.]]").tolist()
[[2.0, 0.0], [0.0, 1.0]]
"""

import math
import re

import numpy as np
from numpy.typing import NDArray

from hw9core.errors import InputError

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_WORD = re.compile(r"(?:np\.|numpy\.)?array\(|,\s*dtype\s*=\s*[\w.]+|\)")
LONGEST = 10_000  # characters: far beyond five dimensions


def parse_array(text: str, name: str = "text") -> NDArray[np.float64]:
    """A number, vector or matrix; ``InputError`` in one sentence when the text is none.

    Numbers are parted by spaces or commas; rows are bracketed, or else stand on lines of their own (or are
    parted by semicolons). ``array(…)`` and ``dtype=…`` around it are dropped.
    """
    if len(text) > LONGEST:
        raise InputError(f"The {name} is longer than {LONGEST:,} characters.")
    plain = _WORD.sub(" ", text).strip()
    if not plain:
        raise InputError(f"The {name} is empty.")
    rows = [_numbers(row, name) for row in _rows(plain)]
    if not any(rows):
        raise InputError(f"The {name} is empty.")
    if len({len(row) for row in rows}) != 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise InputError(f"The {name} has rows of different lengths: {lengths}.")
    array = np.array(rows)
    return array[0] if len(rows) == 1 and not re.match(r"\[\s*\[", plain) else array


def write_array(array: NDArray[np.float64]) -> str:
    """The text that ``parse_array`` reads back exactly: nested lists, one row a line."""
    if array.ndim == 1:
        return "[" + ", ".join(repr(float(value)) for value in array) + "]"
    return "[" + ",\n ".join(write_array(row) for row in array) + "]"


def _rows(plain: str) -> list[str]:
    if re.match(r"\[\s*\[", plain):
        return re.split(r"\]\s*,?\s*\[", plain[1:].lstrip()[1:].rstrip("] \t\n,"))
    if plain.startswith("[") and ";" not in plain:
        return [plain[1:].removesuffix("]")]  # NumPy breaks a long vector into lines
    return [row for row in re.split(r"[;\n]", plain.strip("[]")) if row.strip()]


def _numbers(row: str, name: str) -> list[float]:
    words = [word for word in re.split(r"[\s,]+", row) if word]
    for word in words:
        if not (re.fullmatch(_NUMBER, word) and math.isfinite(float(word))):
            raise InputError(f"The {name} holds “{word[:20]}”, which is not a finite number.")
    return [float(word) for word in words]
