"""A classroom: 100 sessions on the threshold page, each committing another τ every ~2 seconds.

The sessions speak the real websocket protocol from a process of their own; they open one after the other
within ``OPENING_SECONDS`` and then rerun with random pauses, for a fixed time. Measured: rerun latency from
request to ``script_finished``, sessions dropped (closed by the server, or 30 seconds without an answer), and
the server's memory and CPU. The client needs processor time on the same machine, so latencies are upper
bounds. Compared with the program's fixed targets.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException

from benchmarks.report import Row, percentile, print_table
from benchmarks.server import Server, serving
from benchmarks.websocket_client import Visitor

OPENING_SECONDS = 5.0


@dataclass
class _Record:
    """What all sessions together saw; seconds and bytes."""

    first_loads: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    resident: list[int] = field(default_factory=list)


def measure(sessions: int = 100, seconds: float = 30.0, period: float = 2.0) -> list[Row]:
    """Rows for ``sessions`` visitors, each rerunning every ``period`` seconds, ``seconds`` long."""
    with serving() as server:
        server.wait_until_ready()
        record, cpu_share = asyncio.run(_classroom(server, sessions, seconds, period))
    reruns = [1000 * value for value in record.reruns]
    loads = [1000 * value for value in record.first_loads]
    slowest = f"{len(reruns):,} reruns, slowest {max(reruns):.0f} ms"
    reasons = "; ".join(sorted(set(record.dropped))) or f"of {sessions} sessions"
    return [
        Row("load: rerun p50", percentile(reruns, 50), "ms", None, f"{sessions} sessions"),
        Row("load: rerun p95", percentile(reruns, 95), "ms", ("<=", 100.0), slowest),
        Row("load: sessions dropped", len(record.dropped), "", ("<=", 0), reasons),
        Row("load: first load p50", percentile(loads, 50), "ms", None, f"p95 {percentile(loads, 95):.0f} ms"),
        Row("load: server CPU", 100 * cpu_share, "% of a core", None, "after the opening"),
        Row("load: server memory", max(record.resident) / 1e6, "MB", ("<=", 250.0), "highest RSS"),
    ]


async def _classroom(server: Server, sessions: int, seconds: float, period: float) -> tuple[_Record, float]:
    record = _Record()
    start = time.monotonic() + OPENING_SECONDS
    tasks = [
        asyncio.create_task(
            _attend(server.url, random.Random(i), i / sessions, start + seconds, period, record)
        )
        for i in range(sessions)
    ]
    everyone = asyncio.gather(*tasks)
    await asyncio.sleep(OPENING_SECONDS)
    cpu = server.cpu_seconds()
    while time.monotonic() < start + seconds and not everyone.done():
        record.resident.append(server.resident_bytes())
        await asyncio.sleep(1)
    cpu_share = (server.cpu_seconds() - cpu) / (time.monotonic() - start)
    await everyone
    return record, cpu_share


async def _attend(
    url: str, rng: random.Random, turn: float, end: float, period: float, record: _Record
) -> None:
    """One session from opening the page to the end of the lesson; ``turn`` in [0, 1) says when it opens."""
    await asyncio.sleep(turn * OPENING_SECONDS)
    try:
        async with Visitor(url, "threshold") as visitor:
            record.first_loads.append((await visitor.first_load()).seconds)
            while time.monotonic() < end:
                await asyncio.sleep(period * rng.uniform(0.5, 1.5))
                rerun = await visitor.commit("tau", round(rng.uniform(5, 80), 3))
                record.reruns.append(rerun.seconds)
    except (WebSocketException, OSError, TimeoutError, RuntimeError) as error:
        record.dropped.append(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--period", type=float, default=2.0)
    print_table(measure(**vars(parser.parse_args())))
