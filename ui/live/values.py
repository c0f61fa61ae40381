"""Values: what the browser knows in every frame, as Python objects with operators.

``row = (w - LOW) / STEP`` is a value that follows the control ``w``, and ``f"w = {w:.2f}"`` a text that does:
formatting a value leaves a place in the string, which the block that gets the text turns back into the
value. Names are given once, when a scene is packed; only what a readout shows is named by hand
(:func:`named`), because its name is the readout's address.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

_PLACE = re.compile("\ue000(\\d+):([^\ue001]*)\ue001")  # characters for private use: no text holds them
_LOCAL = re.compile(r"\{\w+:[^}]+\}")
_serials = itertools.count()
_spoken: dict[int, Value] = {}  # formatted, and not yet in the hands of a block
_known: WeakValueDictionary[int, Value] = WeakValueDictionary()


class Value:
    """A number, or an array, that the browser computes, is sent, or is set to.

    Two values are equal only if they are the same object. Specs of ``format`` are those of ``format.js``:
    ``d``, ``,d``, ``.Nf``, ``,.Nf``, ``.Ne``, ``.N%``, ``.N-Mf`` for N decimals and up to M where the number
    has them, ``+.Nf`` for the next term of a sum, and ``?yes|no``.
    """

    __array_ufunc__ = None  # NumPy then leaves `array - value` to the value, which refuses it
    name: str = ""

    def __add__(self, other: Number) -> Computed:
        return _binary("add", self, other)

    def __radd__(self, other: float) -> Computed:
        return _binary("add", other, self)

    def __sub__(self, other: Number) -> Computed:
        return _binary("subtract", self, other)

    def __rsub__(self, other: float) -> Computed:
        return _binary("subtract", other, self)

    def __mul__(self, other: Number) -> Computed:
        return _binary("multiply", self, other)

    def __rmul__(self, other: float) -> Computed:
        return _binary("multiply", other, self)

    def __truediv__(self, other: Number) -> Computed:
        return _binary("divide", self, other)

    def __rtruediv__(self, other: float) -> Computed:
        return _binary("divide", other, self)

    def __format__(self, spec: str) -> str:
        if not spec:
            raise TypeError(f"say how {self!r} is written, as in f'{{value:.2f}}'")
        serial = self.__dict__.get("_serial")
        if serial is None:
            serial = next(_serials)
            object.__setattr__(self, "_serial", serial)
            _known[serial] = self
        _spoken[serial] = self
        return f"\ue000{serial}:{spec}\ue001"


@dataclass(frozen=True, eq=False)
class Computed(Value):
    """The result of one function of ``kernels.js``; made by :mod:`ui.live.kernels` and by operators."""

    kernel: str
    arguments: tuple[Argument, ...]
    name: str = ""


@dataclass(frozen=True, eq=False)
class Reading(Value):
    """A number (or None, then NaN) that Python sends beside the scene, as ``live(readings={reading: …})``."""

    name: str


@dataclass(frozen=True, eq=False)
class Local(Value):
    """A number that lives in one browser only and is never sent, such as the score of a clicked image."""

    name: str


@dataclass(frozen=True, eq=False)
class Data:
    """An array by a name of its own, for who looks for it in the scene's file; others need none."""

    name: str
    array: np.ndarray


Number = Value | float
Table = np.ndarray | Data
Argument = Value | float | np.ndarray | Data


def _binary(kernel: str, a: Number, b: Number) -> Computed:
    for item in (a, b):
        if not isinstance(item, Value | int | float | np.number):
            raise TypeError(f"{item!r} is no value and no number")
    return Computed(kernel, (a, b))


def array_of(table: Table) -> np.ndarray:
    """The array itself, by a name of its own or not."""
    return table.array if isinstance(table, Data) else table


def constant(number: float) -> Computed:
    """A value that never changes."""
    return Computed("add", (float(number), 0.0))


def named(name: str, value: Number) -> Value:
    """``value`` by the name that is its readout's address, ``data-testid="readout-<name>"``.

    Raises ``ValueError`` when it has another name already.
    """
    if not isinstance(value, Value):
        value = constant(value)
    if value.name not in ("", name):
        raise ValueError(f"a value that is called {value.name} cannot be called {name} too")
    object.__setattr__(value, "name", name)
    return value


@dataclass(frozen=True)
class Text:
    """A text with places in it: literal strings, and values with the way in which each is written."""

    parts: tuple[str | tuple[Value, str], ...]

    @classmethod
    def of(cls, text: Words) -> Text:
        """The text that an f-string made. Raises ``LookupError`` when a value in it is no more."""
        if isinstance(text, Text):
            return text
        parts: list[str | tuple[Value, str]] = []
        literal, *found = _PLACE.split(text)
        parts.append(literal)
        for serial, spec, literal in zip(found[0::3], found[1::3], found[2::3], strict=True):
            value = _spoken.pop(int(serial), None) or _known.get(int(serial))
            if value is None:
                raise LookupError(f"a value in {literal!r} belongs to a scene that is gone: format it anew")
            parts += [(value, spec), literal]
        return cls(tuple(part for part in parts if part))

    def template(self, name_of: Callable[[Value], str]) -> str:
        """The text in the wire's form, ``"{name:spec}"`` for each value."""
        return "".join(
            part if isinstance(part, str) else f"{{{name_of(part[0])}:{part[1]}}}" for part in self.parts
        )

    def require_no_names(self) -> None:
        """Raises ``ValueError`` for a literal ``{name:spec}``: values are formatted, not named."""
        for part in self.parts:
            if isinstance(part, str) and (found := _LOCAL.search(part)):
                raise ValueError(f"{found[0]} names a value in words; write f'{{value:.2f}}' instead")


Words = str | Text


def as_argument(item: Any) -> Argument:
    """``item`` as a kernel takes it. Raises ``TypeError``."""
    if isinstance(item, Value | Data | np.ndarray):
        return item
    if isinstance(item, int | float | np.number) and not isinstance(item, bool):
        return float(item) if isinstance(item, np.number) else item
    raise TypeError(f"{item!r} is no value, no array and no number")
