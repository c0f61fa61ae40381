"""A hall of visitors at a low limit of descriptors: real servers, started as a shell would limit them."""

import asyncio
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from benchmarks.websocket_client import Visitor

ROOT = Path(__file__).parents[2]
resource = pytest.importorskip("resource")


@contextmanager
def serving_at(limit: str, log: Path):
    """The program under ``ulimit <limit>``; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = f"exec {sys.executable} -m streamlit run app.py --server.headless=true --server.port={port}"
    with log.open("wb") as out:
        command = ["bash", "-c", f"ulimit {limit} && {run}"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{url}/healthz", server)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_until_it_answers(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


async def hall(url: str, visitors: int, seconds: float) -> Counter:
    """What becomes of visitors who come within ``seconds`` and stay till the last one has come."""
    last = time.monotonic() + seconds

    async def attend(number: int) -> str:
        await asyncio.sleep(seconds * number / visitors)
        try:
            async with Visitor(url, "threshold") as visitor:
                await visitor.first_load()
                await asyncio.sleep(max(0, last - time.monotonic()))
                await visitor.commit("tau", 10.0 + number / 10)
                return "served"
        except InvalidStatus as error:
            return f"refused with {error.response.status_code}"

    return Counter(await asyncio.gather(*map(attend, range(visitors))))


def test_a_low_soft_limit_is_raised(tmp_path):
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 1024:
        pytest.skip("the hard limit is too low here")
    with serving_at("-Sn 256", tmp_path / "log") as url:
        assert asyncio.run(hall(url, 80, 4.0)) == {"served": 80}
    assert "Only" not in (tmp_path / "log").read_text()


def test_at_a_low_hard_limit_some_are_refused_and_the_others_are_served(tmp_path):
    with serving_at("-n 192", tmp_path / "log") as url:
        outcome = asyncio.run(hall(url, 60, 3.0))
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:
            assert response.status == 200
    assert set(outcome) == {"served", "refused with 503"} and outcome["served"] >= 15
    log = (tmp_path / "log").read_text()
    assert "Only 192 files may be open at once" in log
    assert "Refused a visitor" in log and "Traceback" not in log and len(log) < 5_000


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["-Sn 1024", "-n 1024"])
def test_two_hundred_visitors_in_ten_seconds(tmp_path, limit):
    with serving_at(limit, tmp_path / "log") as url:
        assert asyncio.run(hall(url, 200, 10.0)) == {"served": 200}
