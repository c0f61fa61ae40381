"""All ledgers on random states: which lines held, how often, and the worst of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hw9core.ledger.ledger import Ledger


@dataclass(frozen=True)
class Tally:
    """One line, or one erratum, over some states.

    ``held``: in how many states the line held, or the erratum was caught. ``worst``: the largest share of the
    allowed difference that a state took (a line), or the smallest multiple of it by which the version handed
    in failed (an erratum).
    """

    problem: str
    line: str
    relation: str
    kind: Literal["line", "erratum"]
    trials: int
    held: int
    worst: float

    @property
    def passed(self) -> bool:
        """Whether every trial went as it should."""
        return self.held == self.trials

    def row(self) -> dict[str, Any]:
        """As JSON; a number that is not finite is null there."""
        worst = self.worst if np.isfinite(self.worst) else None
        return {**vars(self), "worst": worst}


def run(ledgers: Iterable[Ledger], trials: int, seed: int) -> Iterator[Tally]:
    """Check every line and every erratum of the ledgers on ``trials`` states each."""
    for ledger in ledgers:
        yield from _lines(ledger, trials, seed)
        yield from _errata(ledger, trials, seed)


def _lines(ledger: Ledger, trials: int, seed: int) -> Iterator[Tally]:
    rng = np.random.default_rng([seed, *ledger.problem.encode()])
    checks = [ledger.check(ledger.random_state(rng)) for _ in range(trials)]
    for line, *results in zip(ledger.lines, *checks, strict=True):
        shares = [_share(result.excess, result.allowed) for result in results]
        held = sum(result.holds for result in results)
        yield Tally(ledger.problem, line.name, line.relation, "line", trials, held, max(shares))


def _errata(ledger: Ledger, trials: int, seed: int) -> Iterator[Tally]:
    for erratum in ledger.errata:
        rng = np.random.default_rng([seed, erratum.number])
        states = [erratum.showing(rng) for _ in range(trials)]
        wrong = [erratum.as_handed_in.check(state) for state in states]
        caught = sum(erratum.caught(state) for state in states)
        shares = [_share(result.excess, result.allowed) for result in wrong]
        name, relation = f"erratum {erratum.number}", erratum.as_handed_in.relation
        yield Tally(ledger.problem, name, relation, "erratum", trials, caught, min(shares))


def _share(excess: float, allowed: float) -> float:
    return excess / allowed if allowed else (0.0 if excess == 0.0 else np.inf)
