"""Looking for a state that breaks a line, and making it as simple as it can be, as property testing does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from hw9core.ledger.ledger import Ledger
from hw9core.ledger.lines import Result

State = TypeVar("State")


@dataclass(frozen=True)
class Found(Generic[State]):
    """What a hunt came to: how many states were tried, and the simplest that breaks a line, if any did."""

    tried: int
    state: State | None = None
    result: Result | None = None
    shrunk: int = 0  # how many times it became simpler


def hunt(
    ledger: Ledger[State],
    hypothesis: str | None,
    seed: int,
    *,
    most: int = 200,
    seconds: float = 5.0,
) -> Found[State]:
    """Try up to ``most`` random states for at most ``seconds``, with one hypothesis off or with all on.

    The first that breaks a line is replaced by simpler ones that still break the same line until none does.
    """
    rng = np.random.default_rng(seed)
    end = time.monotonic() + seconds
    tried = 0
    while tried < most and time.monotonic() < end:
        state = ledger.random_state(rng)
        if hypothesis is not None:
            state = ledger.switches[hypothesis].broken(state, rng)
        tried += 1
        broken = next((result for result in ledger.check(state, slow=False) if not result.holds), None)
        if broken is not None:
            simplest, result, shrunk = _shrink(ledger, state, broken, end)
            return Found(tried, simplest, result, shrunk)
    return Found(tried)


def _shrink(ledger: Ledger[State], state: State, broken: Result, end: float) -> tuple[State, Result, int]:
    steps = 0
    while time.monotonic() < end:
        for simpler in ledger.simpler(state):
            result = broken.line.check(simpler)
            if not result.holds:
                state, broken, steps = simpler, result, steps + 1
                break
        else:
            break
    return state, broken, steps
