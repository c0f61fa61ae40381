"""How coordinates are written: from 1, as in the homework."""

from collections.abc import Iterable

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def sub(symbol: str, i: int) -> str:
    """``sub("x", 0)`` is x₁."""
    return f"{symbol}{i + 1}".translate(_SUBSCRIPTS)


def listed(symbol: str, indices: Iterable[int]) -> str:
    """``listed("x", (1, 3))`` is "x₂, x₄"."""
    return ", ".join(sub(symbol, i) for i in indices)


def braces(mask: Iterable[int]) -> str:
    """``braces((1, 3))`` is "{2, 4}"."""
    return "{" + ", ".join(str(i + 1) for i in mask) + "}"
