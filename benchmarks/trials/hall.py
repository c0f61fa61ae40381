"""More visitors than descriptors, and requests that should leave nothing behind."""

from __future__ import annotations

import asyncio
import http.client
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.exceptions import InvalidStatus, WebSocketException

from benchmarks.server import serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.herd import rest
from benchmarks.websocket_client import Visitor

CONNECTIONS = 6  # that a browser keeps beside its websocket
SECONDS = 10.0
STAY_SECONDS = 8.0
MOST_LOG_BYTES = 100_000
UNKNOWN_FILES = 5_000
LONGEST_NAME = 60_000
MOST_GROWTH = 50e6  # bytes


@dataclass(frozen=True)
class Limited:
    """A server under a limit of descriptors: where it is, and its log so far."""

    url: str
    log: Path

    def answers(self) -> bool:
        """Whether it is well."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False


@trial("few descriptors", "2", f"100 visitors in {SECONDS:.0f} s at `ulimit -n 256`")
def few_descriptors(tree: Path) -> Outcome:
    """Some are refused, at once and politely; those who are in stay in, and the log stays small."""
    return _hall(tree, "-n 256", 100, {"served", "refused"})


@trial("hall", "2", f"200 browsers in {SECONDS:.0f} s at `ulimit -Sn 1024`", seconds=90.0)
def hall(tree: Path) -> Outcome:
    return _hall(tree, "-Sn 1024", 200, {"served"})


@trial("unknown files", "8", f"{UNKNOWN_FILES:,} requests for files of {LONGEST_NAME:,} letters")
def unknown_files(tree: Path) -> Outcome:
    version = _version(tree)
    with serving(tree=tree) as server:
        rest(server)
        before = server.process.memory_info().rss
        host, port = server.url.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        for number in range(UNKNOWN_FILES):
            connection.request("GET", f"/live/{version}/{number:0{LONGEST_NAME}d}.js")
            connection.getresponse().read()
        growth = server.process.memory_info().rss - before
    return Outcome(growth < MOST_GROWTH, f"memory grew by {growth / 1e6:.0f} MB")


def _version(tree: Path) -> str:
    """The address of the component's files in a source tree, which may be another program's."""
    command = [sys.executable, "-c", "from ui.live import assets; print(assets.version())"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout.strip()


def _hall(tree: Path, limit: str, visitors: int, expected: set[str]) -> Outcome:
    with _serving(tree, limit) as server:
        came = asyncio.run(_come(server.url, visitors))
        well = server.answers()
        log = server.log.stat().st_size
    what = ", ".join(f"{count} {word}" for word, count in came.most_common())
    survived = well and set(came) <= expected and came["served"] > 0 and log <= MOST_LOG_BYTES
    return Outcome(survived, f"{what}; {'answers' if well else 'hangs'} afterwards; log {log / 1e6:.3g} MB")


async def _come(url: str, visitors: int) -> Counter[str]:
    """What becomes of visitors who come within ``SECONDS`` and stay."""
    return Counter(await asyncio.gather(*(_attend(url, SECONDS * i / visitors) for i in range(visitors))))


async def _attend(url: str, after: float) -> str:
    await asyncio.sleep(after)
    idle = [asyncio.create_task(_keep_a_connection(url)) for _ in range(CONNECTIONS)]
    try:
        async with Visitor(url, "threshold") as visitor:
            await visitor.first_load()
            await asyncio.sleep(SECONDS - after + STAY_SECONDS)
            await visitor.commit("tau", 20.0 + after)
            return "served"
    except InvalidStatus as error:
        return "refused" if error.response.status_code == 503 else f"refused ({error.response.status_code})"
    except (WebSocketException, OSError, TimeoutError, RuntimeError):
        return "dropped"
    finally:
        for task in idle:
            task.cancel()


async def _keep_a_connection(url: str) -> None:
    """One request, and the connection kept for as long as the server does."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n")
        await reader.read(-1)
    finally:
        writer.close()


@contextmanager
def _serving(tree: Path, limit: str) -> Iterator[Limited]:
    """The program of a source tree as a shell with ``ulimit <limit>`` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = f"exec {sys.executable} -m streamlit run app.py --server.headless=true --server.port={port}"
    with tempfile.TemporaryDirectory() as folder:
        server = Limited(f"http://127.0.0.1:{port}", Path(folder) / "log")
        with server.log.open("wb") as out:
            command = ["bash", "-c", f"ulimit {limit} && {run}"]
            child = subprocess.Popen(command, cwd=tree, stdout=out, stderr=out)
            try:
                deadline = time.monotonic() + 90
                while not server.answers():
                    if child.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError(f"The server did not start: {server.log.read_text()[-300:]}")
                    time.sleep(0.1)
                yield server
            finally:
                child.kill()
                child.wait()
