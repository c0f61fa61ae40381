"""Foreign pages, frames, and addresses that nobody should have to read an error for."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.visitor import Guest

MOST_SECONDS = 1.0
LINK = "[Log in again](//evil.example)"
WORDS = ("", "zzz", LINK, "inf", "nan", "1e400", "9" * 400)
ADDRESSES = {
    "threshold": ("tau", "axis", "detector", "view"),
    "flow": ("data", "base", "unit", "view", "epoch"),
    "coupling": ("part", "n", "omega", "seed", "leak"),
    "kl": ("view", "unit", "atoms"),
    "gaussian-kl": ("unit", "panel"),
    "joint-maximum": ("problem", "view", "f"),
}
FAILED = "met an error of its own"
# What the server's process sees of the world: every name and address outside is noted and never answers.
NO_ROUTE = """
import os, socket, time

_resolve = socket.getaddrinfo

def _note(host):
    if str(host) not in ("localhost", "127.0.0.1", "::1", "None"):
        with open(os.environ["NOTED"], "a") as file:
            file.write(f"{host}\\n")
        time.sleep(3)
        raise OSError("no packet gets out")

def getaddrinfo(host, *arguments, **options):
    _note(host)
    return _resolve(host, *arguments, **options)

class Socket(socket.socket):
    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _note(address[0])
        return super().connect(address)

socket.getaddrinfo, socket.socket = getaddrinfo, Socket
"""


@trial("foreign Origin", "3", "a foreign page opens a websocket where no packet gets out")
def foreign_origin(tree: Path) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sitecustomize.py").write_text(NO_ROUTE)
        noted = Path(folder, "noted")
        path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
        with serving(tree=tree, PYTHONPATH=path, NOTED=str(noted)) as server, _watched(server) as waits:
            started = time.monotonic()
            status = _handshake(server, "http://evil.example")
            seconds = time.monotonic() - started
        asked = ", ".join(noted.read_text().split()) if noted.exists() else "nobody"
    survived = status == 403 and asked == "nobody" and max(seconds, *waits) < MOST_SECONDS
    found = f"answered {status} after {seconds:.1f} s; another visitor waited {max(waits):.1f} s"
    return Outcome(survived, f"{found}; asked outside: {asked}")


@trial("frame", "15", "a page of another site shows the program in a frame")
def frame(tree: Path) -> Outcome:
    with serving(tree=tree) as server, urllib.request.urlopen(f"{server.url}/kl", timeout=20) as response:
        policy = response.headers.get("content-security-policy", "")
    rules = [rule.strip() for rule in policy.split(";") if "frame-ancestors" in rule]
    return Outcome(rules == ["frame-ancestors 'self'"], rules[0] if rules else "no frame-ancestors")


@trial("addresses", "10, 14", f"{len(WORDS)} odd words for every parameter of every page", seconds=120.0)
def addresses(tree: Path) -> Outcome:
    with serving(tree=tree) as server:
        return asyncio.run(_addresses(server))


@trial("huge numbers", "17", "a tile of 5,000 digits, and a forged state with 400")
def huge_numbers(tree: Path) -> Outcome:
    with serving(tree=tree) as server:
        status, body, policy = _get(f"{server.url}/live/tile/model/test/{'9' * 5_000}.png")
        said = asyncio.run(_forge(server))
    survived = status == 404 and b"Traceback" not in body and policy and not said
    headers = "" if policy else " without headers"
    return Outcome(survived, f"tile {status}{headers}; state: {said or 'the default'}")


@trial("metrics", "17", "a visitor asks for Streamlit's metrics")
def metrics(tree: Path) -> Outcome:
    with serving(tree=tree) as server:
        status, body, _ = _get(f"{server.url}/_stcore/metrics")
    return Outcome(status == 404, f"answered {status}, {len(body)} bytes")


def _handshake(server: Server, origin: str) -> int:
    address = server.url.replace("http://", "ws://") + "/_stcore/stream"
    try:
        with connect(address, origin=origin, subprotocols=["streamlit"], open_timeout=60):
            return 101
    except InvalidStatus as error:
        return error.response.status_code


@contextmanager
def _watched(server: Server) -> Iterator[list[float]]:
    """The seconds that ``/healthz`` takes, asked again and again while the block runs."""
    waits, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            started = time.monotonic()
            urllib.request.urlopen(f"{server.url}/healthz", timeout=60).close()
            waits.append(time.monotonic() - started)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield waits
    finally:
        ended.set()
        thread.join()


async def _addresses(server: Server) -> Outcome:
    tried = [(page, name, word) for page, names in ADDRESSES.items() for name in names for word in WORDS]
    failed, links = [], 0
    for page, name, word in tried:
        async with Guest(server.url, page, urlencode({name: word})) as guest:
            await guest.open()
            links += any(LINK in text for text in guest.said if f"` {LINK} `" not in text)
            if guest.says(FAILED):
                failed.append(f"/{page}?{name}={word[:8]}")
    found = f"{len(tried) - len(failed)} of {len(tried)} give a page; {links} render what was typed"
    return Outcome(not failed and not links, ": ".join([found, *([", ".join(failed)] if failed else [])]))


async def _forge(server: Server) -> str:
    """What the page says of a state that no browser sends; "" when it only shows the default."""
    async with Guest(server.url, "threshold") as guest:
        await guest.open()
        await guest.commit_json({"state": {"values": {"tau": 10**400}, "serial": 1}})
        return FAILED if guest.says(FAILED) else ""


def _get(url: str) -> tuple[int, bytes, bool]:
    """Status, body, and whether the answer carries a content security policy."""
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.status, response.read(), "content-security-policy" in response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), "content-security-policy" in error.headers
