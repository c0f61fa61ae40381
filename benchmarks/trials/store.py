"""Checkpoints under a live server: half copied, replaced, and with flipped bits."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.server import ROOT, Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.visitor import Guest
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.store import checkpoints, format
from hw9core.store.files import write_atomically

FAILED = ("met an error of its own", "is damaged")
RERUNS, REPLACEMENT_SECONDS = 100, 0.1
FLIPS, CUTS = 300, 162


@trial("half a checkpoint", "11", "the threshold page is opened while its checkpoint is being copied")
def half_a_checkpoint(tree: Path) -> Outcome:
    with _own_checkpoints(tree) as (server, path):
        content = _retrained(path, 1.0)
        said = {"before": asyncio.run(_complaint(server))}
        path.write_bytes(content[: len(content) // 2])
        said["during"] = asyncio.run(_complaint(server))
        left = path.exists()
        path.write_bytes(content)
        said["after"] = asyncio.run(_complaint(server))
    found = [f"{when}: {complaint or 'shown'}" for when, complaint in said.items()]
    found += [] if left else ["the page renamed the file"]
    return Outcome(left and not any(said.values()), "; ".join(found))


@trial("retraining", "13", f"{RERUNS} reruns, the checkpoint replaced ten times a second", seconds=120.0)
def retraining(tree: Path) -> Outcome:
    with _own_checkpoints(tree) as (server, path):
        contents = [_retrained(path, shift) for shift in (0.0, 1.0)]
        ended = threading.Event()

        def replace() -> None:
            while not ended.wait(REPLACEMENT_SECONDS):
                contents.reverse()
                write_atomically(path, contents[0])

        replacing = threading.Thread(target=replace)
        replacing.start()
        try:
            failures = asyncio.run(_reruns(server))
        finally:
            ended.set()
            replacing.join()
    return Outcome(failures == 0, f"{failures} of {RERUNS} reruns failed")


@trial("flips", "none", f"{FLIPS} flipped bits and {CUTS} cuts in a checkpoint")
def flips(tree: Path) -> Outcome:
    path = checkpoints.find(AutoencoderConfig(), tree / "checkpoints")
    content, rng, unnoticed = path.read_bytes(), random.Random(0), 0
    for number in range(FLIPS + CUTS):
        place = rng.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] ^= 1 << rng.randrange(8)
        try:
            format.decode(bytes(flipped) if number < FLIPS else content[:place])
            unnoticed += 1
        except format.DamagedError:
            pass
    return Outcome(unnoticed == 0, f"{unnoticed} of {FLIPS + CUTS} unnoticed")


@contextmanager
def _own_checkpoints(tree: Path) -> Iterator[tuple[Server, Path]]:
    """A server on a copy of the checkpoints, and where the autoencoder's lies."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "checkpoints"
        shutil.copytree(ROOT / "checkpoints", folder)
        with serving(tree=tree, HW9_CHECKPOINTS=str(folder)) as server:
            yield server, checkpoints.find(AutoencoderConfig(), folder)


def _retrained(path: Path, shift: float) -> bytes:
    """A complete checkpoint of the same configuration, whose scores are larger by ``shift``."""
    arrays, facts = format.decode(path.read_bytes())
    scores = {name: array + shift for name, array in arrays.items() if name.startswith("scores/")}
    return format.encode({**arrays, **scores}, facts)


async def _complaint(server: Server) -> str:
    async with Guest(server.url, "threshold") as guest:
        await guest.open()
        return next((words for words in FAILED if guest.says(words)), "")


async def _reruns(server: Server) -> int:
    failures = 0
    async with Guest(server.url, "threshold") as guest:
        await guest.open()
        for _ in range(RERUNS):
            await guest.rerun()
            failures += any(guest.says(words) for words in FAILED)
    return failures
