"""A ledger: the lines of one problem's derivation, its errata, and the hypotheses that can be broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from hw9core.ledger.errata import Erratum
from hw9core.ledger.lines import Line, Result

State = TypeVar("State")


@dataclass(frozen=True)
class Switch(Generic[State]):
    """A hypothesis that can be broken: ``broken`` turns a state into one in which it fails.

    The lines that rest on ``hypothesis`` then fail, all others hold. ``amount`` is by how much the line
    ``measured`` fails, by a formula of its own, where there is one.
    """

    hypothesis: str
    title: str
    broken: Callable[[State, np.random.Generator], State]
    measured: str = ""
    amount: Callable[[State], float] | None = None


@dataclass(frozen=True)
class Ledger(Generic[State]):
    """Problem ``problem`` ("3", "4a", …): states are drawn by ``random_state``, lines stand in their order.

    ``simpler`` gives simpler versions of a state, the simplest first, for shrinking a counterexample;
    ``describe`` says a state in a few words.
    """

    problem: str
    title: str
    lines: tuple[Line[State], ...]
    random_state: Callable[[np.random.Generator], State]
    simpler: Callable[[State], tuple[State, ...]]
    describe: Callable[[State], str]
    errata: tuple[Erratum[State], ...] = ()
    switches: Mapping[str, Switch[State]] = field(default_factory=dict)

    def check(self, state: State, *, slow: bool = True) -> tuple[Result, ...]:
        """Every line at a state, or those that cost little alone."""
        return tuple(line.check(state) for line in self.lines if slow or not line.slow)

    def line(self, name: str) -> Line[State]:
        """The line of that name. Raises ``KeyError``."""
        return {line.name: line for line in self.lines}[name]
