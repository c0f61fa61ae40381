"""The largest that one visitor may ask for, and what it leaves in the server's memory."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.report import percentile
from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.herd import rest
from benchmarks.trials.visitor import Guest, feel
from benchmarks.trials.worst import MOST_MS, NUMBERS

UPLOADS = 100
MOST_MB = 60.0  # that a session's files may add
_LARGEST = {"Components K": 100, "Epochs": 1000, "Batch size": 100_000}
_FIVE = {"Epochs": 60}
_TRAINING_SECONDS = 150.0


@trial("large training", "5", "K = 100, 1000 epochs: trained and shown", seconds=400.0)
def large_training(tree: Path) -> Outcome:
    return _shown(tree, _LARGEST, None)


@trial("own numbers", "5", "5 MB of own numbers: read, trained on and shown", seconds=300.0)
def own_numbers(tree: Path) -> Outcome:
    return _shown(tree, _FIVE, NUMBERS)


@trial("uploads", "8", f"{UPLOADS} files of 5 MB to one's own session", seconds=120.0)
def uploads(tree: Path) -> Outcome:
    with serving(tree=tree) as server:
        rest(server)
        return asyncio.run(_upload_on_and_on(server))


def _shown(tree: Path, settings: dict[str, float], numbers: bytes | None) -> Outcome:
    with serving(tree=tree) as server:
        rest(server)
        return asyncio.run(_train_and_show(server, settings, numbers))


async def _train_and_show(server: Server, settings: dict[str, float], numbers: bytes | None) -> Outcome:
    felt: list[float] = []
    async with Guest(server.url, "flow", timeout=300.0) as guest, Guest(server.url, "threshold") as other:
        await guest.open()
        await other.first_load()
        feeling = asyncio.create_task(feel(other, felt))
        if numbers is not None:
            await guest.hand_in(numbers)
        for label, value in settings.items():
            guest.fill(label, value)
        await guest.press("Train")
        seconds, cpu = await _shown_at_last(server, guest)
        feeling.cancel()
        await asyncio.gather(feeling, return_exceptions=True)
        mine = guest.says("mine: trained on")
        memory = server.resident_bytes() / 1e6
    slowest = max(felt)
    found = (
        f"{'shown' if mine else 'not trained'} in {seconds:.1f} s, {cpu:.1f} CPU s of the server; another "
        f"visitor's rerun p95 {percentile(felt, 95):.0f} ms, slowest {slowest:.0f} ms; {memory:.0f} MB"
    )
    return Outcome(percentile(felt, 95) <= MOST_MS and cpu < 1.0, found)


async def _shown_at_last(server: Server, guest: Guest) -> tuple[float, float]:
    """Seconds and the server's own CPU seconds of the run that shows the end of a training."""
    began = time.monotonic()
    while True:
        before, started = server.own_cpu_seconds(), time.monotonic()
        await guest.rerun()
        seconds, cpu = time.monotonic() - started, server.own_cpu_seconds() - before
        if ("button", "Train") in guest.forms or started - began > _TRAINING_SECONDS:
            return seconds, cpu
        await asyncio.sleep(0.2)


async def _upload_on_and_on(server: Server) -> Outcome:
    async with Guest(server.url, "flow") as guest:
        await guest.open()
        before = server.resident_bytes()
        statuses = []
        for number in range(UPLOADS):
            address = f"/_stcore/upload_file/{guest.session}/file{number}"
            statuses.append(await asyncio.to_thread(guest.put_file, address, NUMBERS))
        grown = (server.resident_bytes() - before) / 1e6
    taken = sum(status < 300 for status in statuses)
    answers = ", ".join(sorted({str(status) for status in statuses}))
    return Outcome(grown <= MOST_MB, f"+{grown:.0f} MB; {taken} taken (answers {answers})")
