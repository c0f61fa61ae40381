"""One row per measured quantity, and the table that all benchmarks print."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_COMPARE = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True)
class Row:
    """One measured number; ``target`` is None or a comparison and a limit, as in ("<=", 25.0).

    ``beside`` says in words what it was measured against or under which circumstances.
    """

    name: str
    value: float
    unit: str
    target: tuple[str, float] | None = None
    beside: str = ""

    @property
    def verdict(self) -> str:
        """``met`` or ``MISSED``, or nothing where there is no target."""
        if self.target is None:
            return ""
        comparison, limit = self.target
        return "met" if _COMPARE[comparison](self.value, limit) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        target = "" if self.target is None else f"{self.target[0]} {self.target[1]:g}"
        return self.name, f"{self.value:,.4g} {self.unit}".strip(), target, self.verdict, self.beside


def print_table(rows: Sequence[Row]) -> None:
    """Print the rows in aligned columns."""
    table = [("what", "measured", "target", "", "beside"), *(row.cells() for row in rows)]
    widths = [max(len(cells[i]) for cells in table) for i in range(len(table[0]))]
    for cells in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def percentile(values: Sequence[float], q: float) -> float:
    """The q-th percentile, 0 to 100, as NumPy interpolates it."""
    return float(np.percentile(values, q))


def listed(values: Sequence[float], spec: str = ".2f") -> str:
    """The single measurements, so that a reader sees how far they scatter."""
    return ", ".join(format(value, spec) for value in values)
