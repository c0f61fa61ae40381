"""One ledger per problem, in the order of the homework."""

from __future__ import annotations

from dataclasses import dataclass

from hw9core.ledger import additivity, anomaly, coupling, divergence, gaussians, joint_maximum, line_flow
from hw9core.ledger.hunt import hunt
from hw9core.ledger.ledger import Ledger


@dataclass(frozen=True)
class Case:
    """What a hunt in a ledger came to: states tried, and the simplest that breaks ``line``, in words."""

    tried: int
    line: str = ""
    state: object = None
    words: str = ""
    shrunk: int = 0


def find_case(problem: str, hypothesis: str | None, seed: int) -> Case:
    """Hunt by names alone, so that a process of its own can do it."""
    ledger = LEDGERS[problem]
    found = hunt(ledger, hypothesis, seed)
    if found.state is None:
        return Case(found.tried)
    return Case(found.tried, found.result.line.name, found.state, ledger.describe(found.state), found.shrunk)


def slow_numbers(problem: str, state: object) -> dict[str, tuple[float, float, float, float]]:
    """By slow line: left, right, standard error and what is allowed, for a process of its own to find."""
    results = [line.check(state) for line in LEDGERS[problem].lines if line.slow]
    return {r.line.name: (r.left, r.right, r.standard_error, r.allowed) for r in results}


LEDGERS: dict[str, Ledger] = {
    module.LEDGER.problem: module.LEDGER
    for module in (anomaly, line_flow, coupling, divergence, additivity, gaussians, joint_maximum)
}
