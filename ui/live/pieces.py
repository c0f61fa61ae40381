"""What a scene is made of: frozen descriptions whose annotations say which fields hold values or words."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints

from ui.live.values import Number, Text, Value, Words, constant


class Piece:
    """A block, a mark, or a part of one; subclasses are frozen dataclasses.

    A plain number given for a :data:`Number` becomes a value that never changes, a string given for
    :data:`Words` a :class:`Text`.
    """

    def __post_init__(self) -> None:
        hints = _hints(type(self))
        for field in fields(self):
            given = getattr(self, field.name)
            object.__setattr__(self, field.name, _taken(hints[field.name], given))


def _taken(hint: Any, given: Any) -> Any:
    if hint == Words:
        text = Text.of(given)
        text.require_no_names()
        return text
    if hint == tuple[Words, ...]:
        return tuple(_taken(Words, text) for text in given)
    if hint == Number and not isinstance(given, Value):
        return constant(given)
    return given


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
