"""Vectors and matrices from text: nested lists, what NumPy prints, what people type (problem 5).

>>> parse_array("[[2. 0.]\\n [0. 1.]]").tolist()
[[2.0, 0.0], [0.0, 1.0]]
"""

import math
import re

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError

LONGEST = 2_000  # characters: a 5 × 5 matrix at full precision has about 600
# Whatever is typed, each of these looks at a character a bounded number of times.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_ARRAY = re.compile(r"(?:np\.|numpy\.)?array\(")
_DTYPE = re.compile(r",\s*dtype\s*=\s*[\w.]+\s*$")


def parse_array(text: str, name: str = "text") -> FloatArray:
    """A number, vector or matrix, float64; ``InputError`` in one sentence when the text is none.

    Numbers are parted by spaces or commas; rows are bracketed, or else stand on lines of their own (or are
    parted by semicolons). ``array(…)`` and ``dtype=…`` around it are dropped, and − is a minus sign too.
    """
    if len(text) > LONGEST:
        raise InputError(f"The {name} is longer than {LONGEST:,} characters.")
    plain = _unwrapped(text.replace("−", "-").strip())
    rows = [_numbers(row, name) for row in _rows(plain, name)]
    if not any(rows):
        raise InputError(f"The {name} is empty.")
    if len({len(row) for row in rows}) != 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise InputError(f"The {name} has rows of different lengths: {lengths}.")
    array = np.array(rows)
    return array[0] if len(rows) == 1 and plain.count("[") < 2 else array


def write_array(array: FloatArray) -> str:
    """The text that ``parse_array`` reads back exactly: nested lists, one row a line."""
    if array.ndim == 1:
        return "[" + ", ".join(repr(float(value)) for value in array) + "]"
    return "[" + ",\n ".join(write_array(row) for row in array) + "]"


def _unwrapped(text: str) -> str:
    """What stands between the brackets of ``array(…)``, without its ``dtype``."""
    array = _ARRAY.match(text)
    if array is None or not text.endswith(")"):
        return text
    return _DTYPE.sub("", text[array.end() : -1]).strip()


def _rows(plain: str, name: str) -> list[str]:
    """The text of each row, without brackets."""
    if "[" not in plain and "]" not in plain:
        return [row for row in re.split(r"[;\n]", plain) if row.strip()]
    inside, matched = plain[1:-1], plain.startswith("[") and plain.endswith("]")
    if "[" not in inside:  # NumPy breaks a long vector into lines
        rows = [row for row in inside.split(";") if row.strip()]
        matched = matched and "]" not in inside
    else:
        before, *parts = inside.split("[")
        split = [part.partition("]") for part in parts]
        rows = [row for row, _, _ in split]
        between = all(closed and rest.strip() in ("", ",") for _, closed, rest in split)
        matched = matched and between and not before.strip()
    if not matched:
        raise InputError(f"The brackets of the {name} do not match: write [1, 2] or [[1, 2], [3, 4]].")
    return rows


def _numbers(row: str, name: str) -> list[float]:
    places = [place.split() for place in row.split(",")]
    if not places[-1]:  # after a last comma, or an empty row
        places.pop()
    if not all(places):
        raise InputError(f"The {name} has a comma with no number before it.")
    words = [word for place in places for word in place]
    for word in words:
        if not (_NUMBER.fullmatch(word) and math.isfinite(float(word))):
            raise InputError(f"The {name} holds “{word[:20]}”, which is not a finite number.")
    return [float(word) for word in words]
