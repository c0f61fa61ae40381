"""Formulas that a visitor types, read with Python's ``ast`` against a whitelist and computed with NumPy.

Nothing typed is ever executed: the tree may hold numbers, the given names, + − * / ** and calls of the
functions below, and is turned into functions of float64 arrays. What it costs is bounded before anything is
computed: its length, its depth, and the number of its functions and powers, which cost most.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError

MAXIMUM_CHARACTERS = 200
MAXIMUM_DEPTH = 25
# Functions and powers by the number of variables: one takes up to 60 ns a point, where an addition takes 0.2,
# and a formula in two variables is computed at up to 300,000 points.
MAXIMUM_FUNCTIONS: Mapping[int, int] = {1: 12, 2: 6}
SMALL_POWER = 32  # a whole power up to this is a few products

FUNCTIONS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "abs": np.abs,
}
CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e}
# A letter's other spellings; Python itself folds variant letters such as ϕ into φ.
SPELLINGS: Mapping[str, str] = {"theta": "θ", "phi": "φ", "π": "pi"}
_BINARY = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide}
_UNARY = {ast.USub: np.negative, ast.UAdd: np.positive}

Variables = Mapping[str, FloatArray]
Evaluator = Callable[[Variables], FloatArray]


@dataclass(frozen=True)
class Formula:
    """A checked formula in the variables ``names``; equal texts are equal formulas."""

    text: str
    names: tuple[str, ...]
    _evaluate: Evaluator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_evaluate", _Reader(self.names).read(_tree(self.text)))

    def __call__(self, *arrays: FloatArray) -> FloatArray:
        """The value at float arrays in the order of ``names``, broadcast against each other.

        Raises InputError with one sentence that names a place where the value is no finite real number.
        """
        given = [np.asarray(array, dtype=np.float64) for array in arrays]
        # Not broadcast beforehand: what depends on one variable is computed once for all values of the other.
        with np.errstate(all="ignore"):
            values = self._evaluate(dict(zip(self.names, given, strict=True)))
        values = np.broadcast_to(values, np.broadcast_shapes(*(array.shape for array in given)))
        self._require_finite(values, given)
        return values

    def _require_finite(self, values: FloatArray, given: list[FloatArray]) -> None:
        finite = np.isfinite(values)
        if finite.all():
            return
        at = np.unravel_index(int(np.argmin(finite)), values.shape)
        places = zip(self.names, (np.broadcast_to(array, values.shape)[at] for array in given), strict=True)
        place = ", ".join(f"{name} = {value:.3g}" for name, value in places)
        what = "no real number" if np.isnan(values[at]) else "infinite or too large"
        raise InputError(f"The formula “{_short(self.text)}” is {what} at {place}.")


def _tree(text: str) -> ast.expr:
    """The tree of a formula of bounded length. Raises InputError."""
    if not text.strip():
        raise InputError("The formula is empty: write one such as −(θ − 1)**2.")
    if len(text) > MAXIMUM_CHARACTERS:
        raise InputError(f"The formula has {len(text)} characters; at most {MAXIMUM_CHARACTERS} are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(text.strip().replace("−", "-").replace("·", "*"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(f"“{_short(text)}” is not a formula: check its brackets and signs.") from None


class _Reader:
    """Turns a tree into a function of the variables, counting what costs much. Raises InputError."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.functions = 0

    def read(self, node: ast.AST, depth: int = 0) -> Evaluator:
        if depth > MAXIMUM_DEPTH:
            raise InputError(f"The formula is nested more than {MAXIMUM_DEPTH} levels deep.")
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                number = _number(value)
                return lambda variables: number
            case ast.Name(id=name):
                return self._name(SPELLINGS.get(name, name))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return _applied(_UNARY[type(op)], self.read(operand, depth + 1))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _applied(_BINARY[type(op)], self.read(left, depth + 1), self.read(right, depth + 1))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                if not _is_small_power(right):
                    self._count()
                return _applied(_power, self.read(left, depth + 1), self.read(right, depth + 1))
            case ast.BinOp(op=ast.BitXor()):
                raise InputError("A power is written with two stars: θ**2, not θ^2.")
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
                self._count()
                return _applied(FUNCTIONS[name], self.read(argument, depth + 1))
            case ast.Call():
                raise InputError(f"Only these functions of one argument are known: {', '.join(FUNCTIONS)}.")
        raise InputError("A formula holds numbers, names, + − * / **, brackets and functions only.")

    def _name(self, name: str) -> Evaluator:
        if name in self.names:
            return lambda variables: variables[name]
        if name not in CONSTANTS:
            raise InputError(f"“{name[:20]}” is not known here: use {', '.join((*self.names, *CONSTANTS))}.")
        number = np.float64(CONSTANTS[name])
        return lambda variables: number

    def _count(self) -> None:
        self.functions += 1
        most = MAXIMUM_FUNCTIONS[len(self.names)]
        if self.functions > most:
            raise InputError(
                f"The formula has more than {most} functions and powers: write it with fewer; "
                f"whole powers up to {SMALL_POWER} do not count."
            )


def _applied(function: Callable[..., FloatArray], *arguments: Evaluator) -> Evaluator:
    return lambda variables: function(*(argument(variables) for argument in arguments))


def _number(value: float) -> np.float64:
    try:
        number = np.float64(float(value))
    except OverflowError:
        number = np.float64(math.inf)
    if not math.isfinite(number):
        raise InputError("A number in the formula is too large.")
    return number


def _is_small_power(exponent: ast.AST) -> bool:
    if isinstance(exponent, ast.UnaryOp) and type(exponent.op) in _UNARY:
        return _is_small_power(exponent.operand)
    return isinstance(exponent, ast.Constant) and exponent.value in range(SMALL_POWER + 1)


def _power(base: FloatArray, exponent: FloatArray) -> FloatArray:
    """base**exponent; small whole powers by products, where ``np.power`` takes 60 ns for a negative base."""
    if np.ndim(exponent) or not (abs(exponent) <= SMALL_POWER and float(exponent).is_integer()):
        return np.power(base, exponent)
    result, factor = np.float64(1.0), base
    for bit in bin(int(abs(exponent)))[:1:-1]:
        result = result * factor if bit == "1" else result
        factor = factor * factor
    return result if exponent >= 0 else 1.0 / result


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
