"""What was tried to break the program: each trial is a function, and says whether the program survived it.

``python -m benchmarks.trials`` runs all of them against a server of its own on loopback and prints a table.
A module of this package registers its trials with :func:`trial`; ``MODULES`` lists the modules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

MODULES = ("herd", "worst", "workers", "size", "hall", "door", "store", "lossy", "memory", "slowest")


@dataclass(frozen=True)
class Outcome:
    """What a trial found: whether the program survived, and the numbers that say so."""

    survived: bool
    found: str


@dataclass(frozen=True)
class Trial:
    """``run(tree)`` tries the program in a source tree, within ``seconds`` or so."""

    name: str
    numbers: str  # of the list of what broke once
    tried: str
    run: Callable[[Path], Outcome]
    seconds: float


_trials: dict[str, Trial] = {}


def trial(
    name: str, numbers: str, tried: str, seconds: float = 60.0
) -> Callable[[Callable[[Path], Outcome]], Callable[[Path], Outcome]]:
    """Register a function as the trial ``name``; ``tried`` is one line of the table."""

    def register(run: Callable[[Path], Outcome]) -> Callable[[Path], Outcome]:
        if name in _trials:
            raise ValueError(f"There are two trials called {name}.")
        _trials[name] = Trial(name, numbers, tried, run, seconds)
        return run

    return register


def trials() -> dict[str, Trial]:
    """All trials by name, in the order of their modules."""
    for module in MODULES:
        import_module(f"benchmarks.trials.{module}")
    return dict(_trials)
