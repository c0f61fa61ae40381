"""A line of a derivation: a formula, the reason for the step, and two routes to its numbers.

The routes of a line share no code beyond reading the state, so that a wrong kernel in one of them shows as a
difference. How large a difference may be says the line's tolerance, and why.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from hw9core.numerics.monte_carlo import Estimate

State = TypeVar("State")
Number = float | Estimate
Relation = Literal["=", "≥", "≤"]

STANDARD_ERRORS = 5.0  # a Monte Carlo line fails for one good state in about two million


@dataclass(frozen=True)
class Tolerance:
    """How far apart two routes may be, as ``absolute`` + ``relative`` · (size of the terms), and why."""

    relative: float
    absolute: float
    reason: str

    def allowed(self, size: float) -> float:
        """The largest difference that is no fault, for terms of that size."""
        return self.absolute + self.relative * size


ROUNDING = Tolerance(1e-12, 1e-12, "rounding errors of float64")
QUADRATURE = Tolerance(1e-8, 1e-8, "the error of the quadrature")
DIFFERENCES = Tolerance(1e-6, 1e-7, "the error of the finite difference")
SAMPLING = Tolerance(0.0, 0.0, f"{STANDARD_ERRORS:g} standard errors of the Monte Carlo mean")
CHOICE = Tolerance(1e-9, 1e-9, "the accuracy to which a maximum is refined")


@dataclass(frozen=True)
class Line(Generic[State]):
    """``left relation right``, in LaTeX; ``why`` in a few words; two routes from the state to the numbers.

    A route that samples gives an :class:`Estimate`, and the line then holds to ``STANDARD_ERRORS`` standard
    errors beside its tolerance. ``size`` is that of the terms that cancel in the routes, where it is more
    than the numbers themselves. ``rests_on`` names the hypotheses without which the line may fail. A line is
    shown to hold ``strictly`` by its slack when the relation is an inequality.
    """

    name: str
    left: str
    right: str
    why: str
    left_route: Callable[[State], Number]
    right_route: Callable[[State], Number]
    relation: Relation = "="
    tolerance: Tolerance = ROUNDING
    size: Callable[[State], float] | None = None
    rests_on: frozenset[str] = field(default_factory=frozenset)
    heavy: bool = False  # takes more than a few milliseconds: on demand where a page recomputes

    @property
    def slow(self) -> bool:
        """Whether it is left to who asks for it: it is heavy, or it draws thousands of samples."""
        return self.heavy or self.tolerance is SAMPLING

    def check(self, state: State) -> Result:
        """Both numbers at a state, and whether they stand in the line's relation."""
        left, right = _number(self.left_route(state)), _number(self.right_route(state))
        size = max(abs(left.value), abs(right.value), 0.0 if self.size is None else self.size(state))
        error = math.hypot(left.standard_error, right.standard_error)
        allowed = self.tolerance.allowed(size) + STANDARD_ERRORS * error
        return Result(self, left.value, right.value, error, allowed)


@dataclass(frozen=True)
class Result:
    """What a line came to: ``standard_error`` of the difference (0 without sampling), ``allowed`` at most."""

    line: Line
    left: float
    right: float
    standard_error: float
    allowed: float

    @property
    def difference(self) -> float:
        """left − right; 0 for two equal infinities."""
        return 0.0 if self.left == self.right else self.left - self.right

    @property
    def excess(self) -> float:
        """By how much the relation is missed, 0 where it holds without any tolerance; NaN where unknown."""
        if self.line.relation == "=":
            return abs(self.difference)
        return max(0.0, -self.difference if self.line.relation == "≥" else self.difference)

    @property
    def holds(self) -> bool:
        """Whether the numbers stand in the relation, within what is allowed. NaN never does."""
        return self.excess <= self.allowed

    @property
    def words(self) -> str:
        """The difference in plain words."""
        if not math.isfinite(self.difference):
            return "infinitely far apart" if math.isinf(self.difference) else "not known"
        if self.line.relation != "=" and self.holds and self.excess == 0.0:
            return f"slack {abs(self.difference):.3g}"
        if self.standard_error > 0.0:
            return f"{abs(self.difference) / self.standard_error:.1f} standard errors away"
        verb = "agrees to" if self.holds else "apart by"
        return f"{verb} {abs(self.difference):.1e}" if self.difference else "equal"


def _number(result: Number) -> Estimate:
    return result if isinstance(result, Estimate) else Estimate(float(result), 0.0, 1)
