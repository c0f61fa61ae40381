"""A training in a worker process: what the server asks for, hears of it, and keeps in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig
from hw9core.jobs.kinds import JOB_KINDS, Config, Snapshot
from hw9core.line_flow.config import FlowConfig


@dataclass(frozen=True)
class Epoch:
    """The losses after ``epoch`` epochs (0: before training), mean NLL in nats."""

    epoch: int
    train_loss: float
    test_loss: float


@dataclass(frozen=True, eq=False)
class Trained:
    """The end of a training: ``arrays`` are those of a checkpoint but the losses and the samples.

    ``snapshot_epochs`` int32 says which epochs their rows are. Of a training whose loss ended far above its
    start there are none, and ``divergence`` is a sentence about it.
    """

    arrays: dict[str, NDArray]
    seconds: float
    divergence: str = ""


def prepare() -> None:
    """Import torch and take its first steps, which are slow: better before the first training than in it."""
    import torch

    torch.set_num_threads(1)  # the arrays are small: a second thread would only wait
    smallest = {"epochs": 1, "n_train": 2, "n_test": 2}
    for config in (FlowConfig(**smallest), CouplingConfig(**smallest)):
        kind = JOB_KINDS[config.kind]
        kind.fit(config, *kind.samples(config, None), lambda state: None)


def train(report: Callable[[Epoch], None], config: Config, data: FloatArray | None) -> Trained:
    """Train on own data, or with None on that of ``config``; ``report`` hears of every epoch.

    Raises ``ConfigError``, ``InputError`` and ``TrainingError``.
    """
    kind = JOB_KINDS[config.kind]
    kind.require_trainable(config, data)
    if data is not None:
        kind.require_data(data)
    snapshots: dict[int, Snapshot] = {}

    def on_epoch(state: Any) -> None:
        if (snapshot := kind.snapshot(config, state)) is not None:
            snapshots[state.epoch] = snapshot
        report(Epoch(state.epoch, state.train_loss, state.test_loss))

    started = time.perf_counter()
    divergence = kind.fit(config, *kind.samples(config, data), on_epoch)
    seconds = time.perf_counter() - started
    return Trained({} if divergence else _stacked(snapshots), seconds, divergence)


def _stacked(snapshots: dict[int, Snapshot]) -> dict[str, NDArray]:
    names = next(iter(snapshots.values()))
    arrays = {name: np.stack([snapshot[name] for snapshot in snapshots.values()]) for name in names}
    return {**arrays, "snapshot_epochs": np.array(list(snapshots), dtype=np.int32)}
