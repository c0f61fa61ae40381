"""A process that uses the checkpoint cache, for tests that need several of them or kill one.

usage: cache_worker.py obtain|overwrite|die-flushing|die-renaming|die-training DIRECTORY
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from hw9core.store import checkpoints, files
from hw9core.store.checkpoints import TrainedModel

KILLED = 77


@dataclass(frozen=True)
class ToyConfig:
    """A second kind of model: the cache knows nothing about autoencoders."""

    kind: ClassVar[str] = "toy"
    data_digests: ClassVar[dict[str, str]] = {}
    size: int = 200_000


def toy_model(value: float = 1.0) -> TrainedModel:
    return TrainedModel({"weights": np.full(ToyConfig().size, value, np.float32)}, {"loss": value}, "cpu")


def die(*_):
    """End at once, as kill -9 does: no handler, no `finally`."""
    os._exit(KILLED)


def main(mode: str, directory: Path) -> None:
    def train() -> TrainedModel:
        with (directory / "trained.log").open("a") as log:
            log.write(f"{os.getpid()}\n")
        if mode == "die-training":
            die()
        time.sleep(0.5)
        return toy_model()

    if mode == "overwrite":
        value = 2.0
        print("ready", flush=True)
        while True:
            checkpoints.obtain(ToyConfig(), directory, lambda value=value: toy_model(value), force=True)
            value += 1
    if mode == "die-flushing":
        files.os.fsync = die
    if mode == "die-renaming":
        files.os.replace = die
    _, found = checkpoints.obtain(ToyConfig(), directory, train)
    print("found" if found else "trained")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
