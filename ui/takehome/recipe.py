"""How the numbers of a view are computed with hw9core alone: source that a reader runs and changes.

A lesson's recipes are in ``ui/lessons/<word>/recipe.py``, for the views whose numbers a few lines rebuild.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from ui.live.shown import Values
from ui.takehome.kept import Kept
from ui.words import UNITS


@dataclass(frozen=True)
class State:
    """A view by its live view's name: the words of the page's choices, and the controls' values."""

    view: str
    choices: Mapping[str, list[str]]
    values: Values

    @classmethod
    def of(cls, kept: Kept) -> State:
        """The state of what is taken home."""
        return cls(kept.shown.name, kept.choices, kept.shown.values)

    def choice(self, key: str) -> str:
        """The word of a choice; "" where the page does not offer it."""
        return self.choices.get(key, [""])[-1]

    @property
    def unit(self) -> str:
        """The source of what one nat is in the unit that is chosen, with its name."""
        name = self.choice("unit")
        return f"UNIT = {UNITS[name]!r}  # one nat in {name}"


@dataclass(frozen=True)
class Recipe:
    """Source in Python: imports, lines that compute, and by a readout's name the expression of its number."""

    imports: str
    code: str
    numbers: Mapping[str, str]


def recipe(kept: Kept) -> Recipe | None:
    """The recipe of a view at its state; None where there is none."""
    if not kept.word:
        return None
    return import_module(f"ui.lessons.{kept.word}.recipe").recipe(State.of(kept))
