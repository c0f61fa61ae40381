"""How numbers, units and symbols are written on the pages, once for all lessons."""

import math
from collections.abc import Iterable

UNITS = {"nats": 1.0, "bits": 1.0 / math.log(2.0)}  # what one nat is in each
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def written(x: float, form: str = ".6g") -> str:
    """A number with a true minus sign; a negative zero is 0."""
    return "0" if x == 0 else format(x, form).replace("-", "−")


def sub(symbol: str, i: int) -> str:
    """A coordinate, counted from 0 here and from 1 on the page: ``sub("x", 0)`` is x₁."""
    return f"{symbol}{i + 1}".translate(_SUBSCRIPTS)


def listed(items: Iterable[str]) -> str:
    """``listed(("a", "b"))`` is "a, b"."""
    return ", ".join(items)


def braces(items: Iterable[str]) -> str:
    """``braces(("2", "4"))`` is "{2, 4}"."""
    return "{" + listed(items) + "}"
