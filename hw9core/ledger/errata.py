"""A slip of the homework: the line as handed in, the line corrected, and states in which the slip shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from hw9core.ledger.lines import Line, Result

State = TypeVar("State")


@dataclass(frozen=True)
class Erratum(Generic[State]):
    """Erratum ``number`` of SPEC's list: ``as_handed_in`` must fail and ``corrected`` hold where it shows.

    ``showing`` draws states in which it shows; ``hidden`` says when a special state hides it, for a state
    that does, and is empty for one that does not.
    """

    number: int
    title: str
    as_handed_in: Line[State]
    corrected: Line[State]
    showing: Callable[[np.random.Generator], State]
    hidden: Callable[[State], str]

    def check(self, state: State) -> tuple[Result, Result]:
        """Both versions at a state."""
        return self.as_handed_in.check(state), self.corrected.check(state)

    def caught(self, state: State) -> bool:
        """Whether the version handed in fails here and the corrected one holds."""
        wrong, right = self.check(state)
        return right.holds and not wrong.holds
