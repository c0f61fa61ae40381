"""One rerun of the threshold page after a committed τ, over the real websocket protocol.

Measured: the server's CPU time per rerun (user + system of its whole process, everything it does in between
included), the latency from request to ``script_finished`` as a client on the same machine sees it, the bytes
the server sends, the scene's size over HTTP (fetched once, then cached for good), and the server's memory.
Every commit carries another τ, so no rerun repeats the one before. Measured against the
program's fixed targets.
"""

from __future__ import annotations

import argparse
import asyncio
import urllib.request

from benchmarks.report import Row, percentile, print_table
from benchmarks.server import Server, serving
from benchmarks.websocket_client import Rerun, Visitor

PAUSE_SECONDS = 0.05
WARM_UP = 10


def measure(reruns: int = 200) -> list[Row]:
    """Rows for ``reruns`` commits of one visitor."""
    with serving() as server:
        server.wait_until_ready()
        return asyncio.run(_visit(server, reruns))


async def _visit(server: Server, reruns: int) -> list[Row]:
    async with Visitor(server.url, "threshold") as visitor:
        first = await visitor.first_load()
        await _commits(visitor, WARM_UP, offset=0.005)
        before = server.cpu_seconds()
        results = await _commits(visitor, reruns, offset=0.0)
        cpu_ms = 1000 * (server.cpu_seconds() - before) / reruns
        scene_bytes = _scene_bytes(server.url + visitor.component["scene"])
    latencies = [1000 * result.seconds for result in results]
    commit_bytes = max(result.received_bytes for result in results)
    first_ms = 1000 * first.seconds
    return [
        Row("rerun: server CPU", cpu_ms, "ms", ("<=", 10.0), f"mean of {reruns} reruns"),
        Row(
            "rerun: latency p50",
            percentile(latencies, 50),
            "ms",
            ("<=", 25.0),
            f"first load {first_ms:.0f} ms",
        ),
        Row("rerun: latency p95", percentile(latencies, 95), "ms", None, f"slowest {max(latencies):.1f} ms"),
        Row(
            "rerun: commit payload",
            commit_bytes / 1000,
            "kB",
            ("<=", 300.0),
            f"{results[0].messages} messages",
        ),
        Row(
            "rerun: scene over HTTP",
            scene_bytes / 1000,
            "kB",
            None,
            "gzipped, once per scene, cached for good",
        ),
        Row(
            "server memory", server.resident_bytes() / 1e6, "MB", ("<=", 250.0), f"RSS after {reruns} reruns"
        ),
    ]


async def _commits(visitor: Visitor, count: int, offset: float) -> list[Rerun]:
    results = []
    for i in range(count):
        results.append(await visitor.commit("tau", 10 + 0.1 * i + offset))
        await asyncio.sleep(PAUSE_SECONDS)
    return results


def _scene_bytes(url: str) -> int:
    request = urllib.request.Request(url, headers={"accept-encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return len(response.read())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reruns", type=int, default=200)
    print_table(measure(**vars(parser.parse_args())))
