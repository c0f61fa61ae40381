"""A user's own points in the plane: a CSV file of two columns, checked, sampled when long, standardised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError
from hw9core.numerics.number_files import MAX_MAGNITUDE, at_most, read_columns

MIN_POINTS = 50
MAX_POINTS = 20_000  # of a longer file so many are drawn at random
COLUMNS = 2
_MIN_SPREAD = 1e-100  # of a column: its square must not vanish
_ROUNDING = 16 * np.finfo(np.float64).eps


@dataclass(frozen=True, eq=False)
class StandardisedPoints:
    """``points`` float64 (n, 2) with columns of mean 0 and standard deviation 1; x = loc + scale · point."""

    points: FloatArray
    loc: FloatArray
    scale: FloatArray


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
    """The points of a CSV file of two columns, with or without a header, at least 50.

    Of more than 20,000 points a random sample, always the same, is taken. Raises ``InputError``, one
    sentence, as :func:`~hw9core.numerics.number_files.read_columns` does, for fewer than 50 points, for a
    constant column, and for points on one line.
    """
    given = read_columns(content, name, COLUMNS)
    points = at_most(given, MAX_POINTS)
    if len(points) < len(given):
        name = f"{name} (a sample of {MAX_POINTS:,} points)"
    return PlanePoints(require_plane(points, name), len(given))


def require_plane(points: FloatArray, name: str) -> FloatArray:
    """``points`` (n, 2) if a flow can be trained on them; ``InputError`` for fewer than 50, for more than
    20,000, for numbers that are not finite or beyond 1e100, when a column is constant, and when all points
    are on one line, up to rounding."""
    if not MIN_POINTS <= len(points) <= MAX_POINTS:
        bound = f"at least {MIN_POINTS}" if len(points) < MIN_POINTS else f"at most {MAX_POINTS:,}"
        raise InputError(f"{name} holds {len(points):,} points: a flow in the plane needs {bound}.")
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
