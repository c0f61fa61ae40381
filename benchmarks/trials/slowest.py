"""What a visitor can do that takes longest, one action after the other, and what another visitor feels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.herd import rest
from benchmarks.trials.visitor import Guest, feel
from benchmarks.trials.worst import IMAGE, MOST_MS, NUMBERS

TURNS = 5
SHOWN = 10
PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Action:
    """Something to do on a page, done for the ``turn``-th time; no two turns ask for the same."""

    page: str
    query: dict[str, str]
    act: Callable[[Guest, int], Awaitable[object]]


def _addressed(page: str, query: dict[str, str], name: str, words: Callable[[int], object]) -> Action:
    """To open a page under an address that nobody had before."""
    return Action(page, query, lambda guest, turn: guest.go(urlencode({**query, name: words(turn)})))


def _filled(page: str, query: dict[str, str], label: str, text: Callable[[int], str]) -> Action:
    async def act(guest: Guest, turn: int) -> None:
        guest.fill(label, text(turn))
        await guest.rerun()

    return Action(page, query, act)


def _pressed(page: str, query: dict[str, str], label: str) -> Action:
    return Action(page, query, lambda guest, turn: guest.press(label))


def _handed_in(page: str, query: dict[str, str], name: str, content: bytes) -> Action:
    """The content differs from turn to turn in its last bytes, which its readers ignore."""
    return Action(page, query, lambda guest, turn: guest.hand_in(content + b"\n" * turn, f"{turn}{name}"))


PLANE = {"part": "Two dimensions"}
ACTIONS = {
    "own formulas": _filled(
        "joint-maximum", {"problem": "Your own f and h"}, "f(θ)", lambda k: f"-(theta - 0.{k}1)**2"
    ),
    "own formulas that are refused": _filled(
        "joint-maximum", {"problem": "Your own f and h"}, "f(θ)", lambda k: "9" * 190 + str(k)
    ),
    "a matrix": _filled(
        "gaussian-kl", {"panel": "1 to 5 dimensions"}, "mean of p", lambda k: f"[0, 0.{k}, 1]"
    ),
    "a matrix that is refused": _filled(
        "gaussian-kl", {"panel": "1 to 5 dimensions"}, "mean of p", lambda k: "1" * 9_990 + f"x{k}"
    ),
    "fit of q": _addressed("gaussian-kl", {"panel": "fit"}, "apart", lambda k: 1.1 + k / 10),
    "D wanted": _addressed("gaussian-kl", {"panel": "solve for"}, "wanted", lambda k: 1.3 + k),
    "an image of 4096²": _handed_in("threshold", {"view": "your image"}, ".png", IMAGE),
    "5 MB of numbers": _handed_in("flow", {}, ".csv", NUMBERS),
    "prevalence": _addressed("threshold", {"view": "curves"}, "prevalence", lambda k: 1.5 + k),
    "smaller test sets": _addressed("threshold", {"view": "uncertainty"}, "tau", lambda k: 20 + k / 8),
    "rules": _addressed("threshold", {"view": "rules"}, "alpha", lambda k: 1.1 + k / 10),
    "eight coordinates": _addressed("coupling", {"n": "8", "leak": "true"}, "seed", lambda k: 100 + k),
    "a flow's layers": _addressed("coupling", {**PLANE, "data": "spiral"}, "cell_x", lambda k: k / 4),
    "correlated coordinates": _addressed(
        "kl", {"view": "additivity", "d": "4"}, "rho", lambda k: 0.1 + k / 10
    ),
    "new start of paths": _addressed(
        "joint-maximum",
        {"view": "paths", "problem": "Gaussian mixture (EM)"},
        "theta",
        lambda k: 0.1 + k / 10,
    ),
    "the ledger's slow lines": _addressed(
        "gaussian-kl", {"ledger5": "true", "slow5": "true"}, "p_x", lambda k: 0.1 + k / 10
    ),
    "a hunt for a case": _pressed("coupling", {"ledger3": "true"}, "Try to break it with all hypotheses on"),
}


@trial(
    "slowest actions", "slowest", f"{len(ACTIONS)} actions that take long, {TURNS} times each", seconds=240.0
)
def slowest_actions(tree: Path) -> Outcome:
    with serving(tree=tree) as server:
        rest(server)
        measured = {name: asyncio.run(_measured(server, action)) for name, action in ACTIONS.items()}
    ordered = sorted(measured.items(), key=lambda item: -item[1][0])[:SHOWN]
    listed = "; ".join(f"{name} {took:.0f} ms ({felt:.0f})" for name, (took, felt) in ordered)
    most = max(felt for _, felt in measured.values())
    return Outcome(most <= MOST_MS, f"median, and in brackets another visitor's slowest rerun: {listed}")


async def _measured(server: Server, action: Action) -> tuple[float, float]:
    """Milliseconds of the action (median), and of the slowest rerun of another visitor meanwhile."""
    felt: list[float] = []
    query = urlencode(action.query)
    async with Guest(server.url, action.page, query) as guest, Guest(server.url, "threshold") as other:
        await guest.open()
        await other.first_load()
        feeling = asyncio.create_task(feel(other, felt, PAUSE_SECONDS))
        took = []
        for turn in range(TURNS):
            started = asyncio.get_running_loop().time()
            await action.act(guest, turn)
            took.append(1000 * (asyncio.get_running_loop().time() - started))
            await asyncio.sleep(PAUSE_SECONDS)
        feeling.cancel()
        await asyncio.gather(feeling, return_exceptions=True)
    return median(took), max(felt)
