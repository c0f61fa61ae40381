"""A Streamlit server in a process of its own on a free port of 127.0.0.1, ended in every case."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
START_SECONDS = 60
READY_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """A running server: its address, "http://127.0.0.1:port", and its process."""

    url: str
    process: psutil.Process

    def wait_until_ready(self) -> None:
        """Wait until the views built in advance are there, as whoever sends visitors to a server does.

        A tree without ``/readyz`` builds nothing in advance: it answers at once.
        """
        deadline = time.monotonic() + READY_SECONDS
        while _status(f"{self.url}/readyz") == 503:
            if time.monotonic() > deadline:
                raise RuntimeError(f"The server was not ready after {READY_SECONDS} seconds.")
            time.sleep(0.1)

    def cpu_seconds(self) -> float:
        """User and system time of the server so far, all its threads and child processes."""
        return sum(sum(process.cpu_times()[:2]) for process in self._processes())

    def resident_bytes(self) -> int:
        """Memory now resident (RSS), child processes included."""
        return sum(process.memory_info().rss for process in self._processes())

    def own_cpu_seconds(self) -> float:
        """The same of the server alone, without its child processes."""
        return sum(self.process.cpu_times()[:2])

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def serving(script: Path | str = "app.py", tree: Path = ROOT, **environment: str) -> Iterator[Server]:
    """Serve ``script`` of a source tree with its own .streamlit settings until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            command, cwd=tree, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            server = Server(f"http://127.0.0.1:{port}", psutil.Process(child.pid))
            if not _healthy(server.url, child):
                log.seek(0)
                raise RuntimeError(f"The server did not start:\n{log.read().decode(errors='replace')}")
            yield server
        finally:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _healthy(url: str, child: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        if _status(f"{url}/_stcore/health") == 200:
            return True
        time.sleep(0.1)
    return False


def _status(url: str) -> int | None:
    """The status of the answer; None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
