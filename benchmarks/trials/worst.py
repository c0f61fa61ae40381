"""Twenty visitors at their worst, and what another one feels meanwhile."""

from __future__ import annotations

import asyncio
import io
import time
from pathlib import Path

import numpy as np
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException

from benchmarks.report import percentile
from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.crowd import Act, crowd
from benchmarks.trials.herd import rest
from benchmarks.trials.visitor import Guest

VISITORS = 20
SECONDS = 15.0
MOST_MS = 250.0  # of another visitor's rerun
KEYS = 300_000


async def _type_matrix(guest: Guest, turn: int) -> None:
    guest.fill("mean of p", "1" * 9_999 + "x" + str(turn))
    await guest.rerun()


async def _forge_keys(guest: Guest, turn: int) -> None:
    """As many keys as the server takes: it may end the connection of whoever sends more."""
    forged = [message for message in _FORGED if not guest.forged or len(message) <= len(guest.forged)]
    for message in forged:
        guest.forged = message
        try:
            await guest.rerun()
            return
        except WebSocketException:
            await guest.reconnect()


async def _upload_image(guest: Guest, turn: int) -> None:
    await guest.hand_in(IMAGE, f"image{turn}.png")


async def _upload_numbers(guest: Guest, turn: int) -> None:
    await guest.hand_in(NUMBERS, f"own{turn}.csv")


@trial("matrix text", "4", f"{VISITORS} visitors type 10,000 characters for a vector")
def matrix_text(tree: Path) -> Outcome:
    return _felt(tree, "gaussian-kl", "panel=1 to 5 dimensions", _type_matrix)


@trial("forged keys", "8", f"{VISITORS} visitors send {KEYS:,} made-up keys of a page's state")
def forged_keys(tree: Path) -> Outcome:
    return _felt(tree, "threshold", "", _forge_keys)


@trial("large images", "slowest", f"{VISITORS} visitors hand in images of 4096² pixels of 16 bits")
def large_images(tree: Path) -> Outcome:
    return _felt(tree, "threshold", "view=your image", _upload_image)


@trial("large files", "5", f"{VISITORS} visitors hand in 5 MB of numbers")
def large_files(tree: Path) -> Outcome:
    return _felt(tree, "flow", "", _upload_numbers)


def _felt(tree: Path, page: str, query: str, act: Act) -> Outcome:
    """What a visitor of the threshold page feels while others act on ``page`` again and again."""
    with serving(tree=tree) as server:
        rest(server)
        alone = asyncio.run(_reruns(server, SECONDS / 5))
        with crowd(server.url, page, query, act, VISITORS) as acts:
            before, done = server.own_cpu_seconds(), acts.value
            beside = asyncio.run(_reruns(server, SECONDS))
            cpu, done = server.own_cpu_seconds() - before, acts.value - done
    found = (
        f"rerun {percentile(alone, 50):.0f} ms alone; beside them p50 {percentile(beside, 50):.0f}, "
        f"p95 {percentile(beside, 95):.0f}, slowest {max(beside):.0f} ms; they acted {done} times, "
        f"server {cpu:.1f} CPU s"
    )
    return Outcome(percentile(beside, 95) <= MOST_MS, found)


async def _reruns(server: Server, seconds: float) -> list[float]:
    """Milliseconds of a visitor's reruns of the threshold page, for so long."""
    async with Guest(server.url, "threshold", timeout=300.0) as guest:
        await guest.first_load()
        end, reruns = time.monotonic() + seconds, []
        while time.monotonic() < end:
            await asyncio.sleep(0.25)
            reruns.append(1000 * (await guest.commit("tau", 10 + 0.01 * len(reruns))).seconds)
        return reruns


def _image() -> bytes:
    buffer = io.BytesIO()
    y, x = np.mgrid[:4096, :4096]
    Image.fromarray((8 * x + 7 * y).astype(np.uint16)).save(buffer, "PNG")
    return buffer.getvalue()


def forged(count: int) -> bytes:
    """A message with that many made-up keys."""
    message = BackMsg()
    for number in range(count):
        message.rerun_script.widget_states.widgets.add(id=f"k{number}", trigger_value=True)
    return message.SerializeToString()


_FORGED = tuple(forged(count) for count in (KEYS, KEYS // 10, KEYS // 40, KEYS // 100, 200))
NUMBERS = b"\n".join(b"%d.%03d" % (i % 7, i % 1000) for i in range(800_000))[:4_900_000]
IMAGE = _image()
