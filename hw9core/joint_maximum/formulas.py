"""Formulas that a visitor types, read with Python's ``ast`` against a whitelist and computed with NumPy.

Nothing typed is ever executed: the tree may hold numbers, the given names, + − * / ** and calls of the
functions below, and it is walked here, on float64 arrays. Its size is bounded before anything is computed.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.errors import InputError

MAXIMUM_CHARACTERS = 200
MAXIMUM_PARTS = 80
MAXIMUM_DEPTH = 25

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
_BINARY = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_UNARY = {ast.USub: np.negative, ast.UAdd: np.positive}


@dataclass(frozen=True)
class Formula:
    """A checked formula in the variables ``names``; equal texts are equal formulas."""

    text: str
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _checked(self.text, self.names)

    def __call__(self, *arrays: FloatArray) -> FloatArray:
        """The value at float arrays in the order of ``names``, broadcast against each other.

        Raises InputError with one sentence that names a place where the value is no finite real number.
        """
        broadcast = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in arrays))
        variables = dict(zip(self.names, broadcast, strict=True))
        with np.errstate(all="ignore"):
            values = np.asarray(_value(_checked(self.text, self.names), variables), dtype=np.float64)
        values = np.broadcast_to(values, broadcast[0].shape)
        self._require_finite(values, variables)
        return values

    def _require_finite(self, values: FloatArray, variables: Mapping[str, FloatArray]) -> None:
        finite = np.isfinite(values)
        if finite.all():
            return
        at = np.unravel_index(int(np.argmin(finite)), values.shape)
        place = ", ".join(f"{name} = {array[at]:.3g}" for name, array in variables.items())
        what = "no real number" if np.isnan(values[at]) else "infinite or too large"
        raise InputError(f"The formula “{_short(self.text)}” is {what} at {place}.")


def _checked(text: str, names: tuple[str, ...]) -> ast.expr:
    """The tree of a formula that is small and holds nothing but what is allowed. Raises InputError."""
    if not text.strip():
        raise InputError("The formula is empty: write one such as −(θ − 1)**2.")
    if len(text) > MAXIMUM_CHARACTERS:
        raise InputError(f"The formula has {len(text)} characters; at most {MAXIMUM_CHARACTERS} are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text.strip().replace("−", "-").replace("·", "*"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(f"“{_short(text)}” is not a formula: check its brackets and signs.") from None
    parts = sum(1 for _ in ast.walk(tree))
    if parts > 3 * MAXIMUM_PARTS:  # every part comes with its operator and its context
        raise InputError(f"The formula is too long: write it with at most {MAXIMUM_PARTS} parts.")
    _check(tree, names, 0)
    return tree


def _check(node: ast.AST, names: tuple[str, ...], depth: int) -> None:
    if depth > MAXIMUM_DEPTH:
        raise InputError(f"The formula is nested more than {MAXIMUM_DEPTH} levels deep.")
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            _check_number(value)
        case ast.Name(id=name):
            if SPELLINGS.get(name, name) not in (*names, *CONSTANTS):
                raise InputError(f"“{name[:20]}” is not known here: use {', '.join((*names, *CONSTANTS))}.")
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            _check(operand, names, depth + 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, names, depth + 1)
            _check(right, names, depth + 1)
        case ast.BinOp(op=ast.BitXor()):
            raise InputError("A power is written with two stars: θ**2, not θ^2.")
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            _check(argument, names, depth + 1)
        case ast.Call():
            raise InputError(f"Only these functions of one argument are known: {', '.join(FUNCTIONS)}.")
        case _:
            raise InputError("A formula holds numbers, names, + − * / **, brackets and functions only.")


def _check_number(value: float) -> None:
    try:
        finite = math.isfinite(float(value))
    except OverflowError:
        finite = False
    if not finite:
        raise InputError("A number in the formula is too large.")


def _value(node: ast.AST, variables: Mapping[str, FloatArray]) -> FloatArray:
    match node:
        case ast.Constant(value=value):
            return np.float64(value)
        case ast.Name(id=name):
            name = SPELLINGS.get(name, name)
            return variables[name] if name in variables else np.float64(CONSTANTS[name])
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY[type(op)](_value(operand, variables))
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, variables), _value(right, variables))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return FUNCTIONS[name](_value(argument, variables))
    raise AssertionError("a node that the check let through")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
