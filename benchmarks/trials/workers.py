"""Training processes that hang or die, trainings beside a busy server, and trainings that hold it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import psutil

from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.herd import rest
from benchmarks.trials.visitor import Guest

NOTICED_SECONDS = 10.0
CANCELLED_SECONDS = 2.0
PATIENCE_SECONDS = 40.0
_LONG = {"Epochs": 1000, "Components K": 20}
_SHORT = {"Epochs": 2, "Components K": 2}
_NUMBERS = b"\n".join(b"%.6f" % number for number in np.random.default_rng(0).normal(size=400_000))


@trial("hung worker", "7", "the training process is stopped in the middle of a training", seconds=120.0)
def hung_worker(tree: Path) -> Outcome:
    return _in_session(tree, lambda server: _without_worker(server, psutil.Process.suspend))


@trial("killed worker", "7", "the training process is killed in the middle of a training", seconds=120.0)
def killed_worker(tree: Path) -> Outcome:
    return _in_session(tree, lambda server: _without_worker(server, psutil.Process.kill))


@trial("full pipe", "7", "3.8 MB are handed in to a training process that is stopped", seconds=120.0)
def full_pipe(tree: Path) -> Outcome:
    return _in_session(tree, _full_pipe)


@trial("endless training", "6", "a training of days is asked for; else the longest is cancelled")
def endless_training(tree: Path) -> Outcome:
    return _in_session(tree, _endless)


@trial("busy training", "18", "a training beside a server that 10 visitors keep busy", seconds=180.0)
def busy_training(tree: Path) -> Outcome:
    return _in_session(tree, _busy)


def _in_session(tree: Path, run: Callable[[Server], Awaitable[Outcome]]) -> Outcome:
    with serving(tree=tree) as server:
        rest(server)
        return asyncio.run(run(server))


async def _without_worker(server: Server, harm: Callable[[psutil.Process], None]) -> Outcome:
    async with _at_flow(server) as guest:
        await _begin(guest, _LONG)
        await guest.until_said("epoch 1", PATIENCE_SECONDS)
        (worker,) = _workers(server)
        harm(worker)
        started = time.monotonic()
        other = await _other_opens(server)
        noticed = await _offers_training(guest, PATIENCE_SECONDS)
        seconds = time.monotonic() - started
        _end(worker)
        again = noticed and await _trains(guest, _SHORT)
    found = f"noticed after {seconds:.1f} s" if noticed else f"not noticed within {PATIENCE_SECONDS:.0f} s"
    found += f"; another visitor's page in {other:.1f} s; the next training {'works' if again else 'fails'}"
    return Outcome(noticed and seconds <= NOTICED_SECONDS and other < PATIENCE_SECONDS and again, found)


async def _full_pipe(server: Server) -> Outcome:
    async with _at_flow(server) as guest:
        await _trains(guest, _SHORT)
        await guest.hand_in(_NUMBERS)
        (worker,) = _workers(server)
        worker.suspend()
        for label, value in _SHORT.items():
            guest.fill(label, value)
        pressed = asyncio.create_task(guest.press("Train"))
        await asyncio.sleep(1.0)
        other = await _other_opens(server)
        await asyncio.wait([pressed], timeout=PATIENCE_SECONDS)
        noticed = pressed.done() and await _offers_training(guest, NOTICED_SECONDS + 5)
        _end(worker)
        pressed.cancel()
    found = (
        f"another visitor's page in {other:.1f} s; {'one sentence' if noticed else 'no word'} to the first"
    )
    return Outcome(noticed and other < PATIENCE_SECONDS, found)


async def _endless(server: Server) -> Outcome:
    async with Guest(server.url, "coupling", "part=Two dimensions&view=learning") as guest:
        await guest.open()
        await _begin(guest, {"Epochs": 2000, "Batch size": 1})
        refused = next((text for text in guest.said if "seconds are the most" in text), "")
        if refused:
            found = f"refused: {refused}"
            await _begin(guest, {"Epochs": 30, "Batch size": 50, "Layers": 16})
        else:
            found = "accepted"
        await guest.until_said("epoch 0", PATIENCE_SECONDS)
        await asyncio.sleep(1.0)
        started = time.monotonic()
        await guest.press("Cancel")
        cancelled = await _offers_training(guest, PATIENCE_SECONDS)
        seconds = time.monotonic() - started
    found += f"; cancelled in {seconds:.1f} s" if cancelled else "; not cancelled within 40 s"
    return Outcome(bool(refused) and cancelled and seconds <= CANCELLED_SECONDS, found)


async def _busy(server: Server) -> Outcome:
    async with _at_flow(server) as guest:
        await _trains(guest, {})
        alone = await _seconds_of_training(guest)
        others = [Guest(server.url, "threshold") for _ in range(10)]
        for other in others:
            await other.__aenter__()
            await other.first_load()
        tasks = [asyncio.create_task(_commit_on_and_on(other)) for other in others]
        beside = await _seconds_of_training(guest)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    found = f"{alone:.1f} s alone, {beside:.1f} s beside them"
    return Outcome(beside <= 2 * alone + 0.5, found)


def _at_flow(server: Server) -> Guest:
    return Guest(server.url, "flow", timeout=PATIENCE_SECONDS)


async def _begin(guest: Guest, settings: dict[str, float]) -> None:
    if not guest.forms:
        await guest.open()
    for label, value in settings.items():
        guest.fill(label, value)
    await guest.press("Train")


async def _trains(guest: Guest, settings: dict[str, float]) -> bool:
    """Whether a training ends with a flow to show."""
    await _begin(guest, settings)
    return await guest.until_said("mine: trained on", PATIENCE_SECONDS)


async def _seconds_of_training(guest: Guest) -> float:
    """How long a training takes, as the page says."""
    await _begin(guest, {"Epochs": 150, "Seed": time.monotonic_ns() % 1000})
    await _offers_training(guest, PATIENCE_SECONDS)
    label = next(text for text in guest.said if "mine: trained on" in text)
    return float(re.search(r"in ([\d.]+) s", label)[1])


async def _offers_training(guest: Guest, seconds: float) -> bool:
    """Wait until the page lets its visitor train again; whether it does."""
    try:
        async with asyncio.timeout(seconds):
            while ("button", "Train") not in guest.forms:
                await asyncio.sleep(0.2)
                await guest.rerun()
    except TimeoutError:
        return False
    return True


async def _other_opens(server: Server) -> float:
    started = time.monotonic()
    try:
        async with _at_flow(server) as other:
            await other.open()
    except TimeoutError:
        pass
    return time.monotonic() - started


async def _commit_on_and_on(guest: Guest) -> None:
    for turn in range(10**6):
        await guest.commit("tau", 10 + 0.01 * turn)
        await asyncio.sleep(0.05)


def _workers(server: Server) -> list[psutil.Process]:
    """The processes that train; others may draw and read."""
    words = [(child, " ".join(child.cmdline())) for child in server.process.children()]
    return [child for child, line in words if "worker" in line and "computation" not in line]


def _end(worker: psutil.Process) -> None:
    if worker.is_running():
        worker.kill()
