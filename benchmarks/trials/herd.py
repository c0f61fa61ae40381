"""Many visitors at once on a view that nobody has opened yet."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.report import percentile
from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.visitor import Guest

VISITORS = 40
VIEWS = {
    "what can go wrong": ("coupling", "part=Two dimensions&view=what can go wrong"),
    "no bound": ("coupling", "part=Two dimensions&view=what can go wrong&broken=s without a bound"),
    "plane learning": ("coupling", "part=Two dimensions&view=learning&data=spiral"),
    "flow": ("flow", "data=heavy tails (Student t)&base=logistic"),
}
MOST_TIMES_ONE = 1.5
SECONDS_ASIDE = 1.0  # forty scripts and their answers, 15 ms each where nothing else runs


@trial("herd", "1", f"{VISITORS} visitors open a cold view at once", seconds=240.0)
def cold_herd(tree: Path) -> Outcome:
    """Each waits about as long as one visitor alone on a fresh server, and the server works about as much."""
    found, survived = [], True
    for name, (page, query) in VIEWS.items():
        (alone,), cpu_alone = _opened(tree, page, query, 1)
        waits, cpu = _opened(tree, page, query, VISITORS)
        survived &= max(waits) <= MOST_TIMES_ONE * alone + SECONDS_ASIDE
        found.append(
            f"{name}: one {alone:.1f} s ({cpu_alone:.1f} CPU s); {VISITORS} {percentile(waits, 50):.1f} s, "
            f"slowest {max(waits):.1f} s ({cpu:.1f} CPU s)"
        )
    return Outcome(survived, "; ".join(found))


def _opened(tree: Path, page: str, query: str, visitors: int) -> tuple[list[float], float]:
    """Seconds until each visitor of a rested server has the page, and the server's CPU seconds for all."""
    with serving(tree=tree) as server:
        rest(server)
        before = server.cpu_seconds()
        waits = asyncio.run(_all_open(server, page, query, visitors))
        return waits, server.cpu_seconds() - before


def rest(server: Server) -> None:
    """Wait until the server has built what it builds in advance."""
    server.wait_until_ready()
    used = -1.0
    while server.cpu_seconds() - used > 0.1:
        used = server.cpu_seconds()
        time.sleep(2.0)


async def _all_open(server: Server, page: str, query: str, visitors: int) -> list[float]:
    async def one() -> float:
        async with Guest(server.url, page, query, timeout=200.0) as guest:
            return (await guest.open()).seconds

    return await asyncio.gather(*(one() for _ in range(visitors)))
