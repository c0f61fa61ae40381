"""A process that trains flows for a server, so that the server itself never imports torch.

``python -m hw9core.jobs.worker`` reads one JSON object a line from stdin and writes one a line to stdout:

    in   {"kind": "flow", "config": {FlowConfig fields}, "data": [numbers]}
         {"kind": "coupling", "config": {CouplingConfig fields}, "data": [[x1, x2], ...]}
                                                              train; "data" may be left out, and "flow"
         {"cancel": true}                                     end every job sent before, stay warm
    out  {"event": "ready"}                                   torch is imported, jobs start at once from here
         {"event": "epoch", "epoch", "epochs", "train_loss", "test_loss", "params"}
                                                              after each epoch (0: before any); nats
         {"event": "done", "seconds"}, {"event": "diverged", "seconds", "message"},
         {"event": "cancelled"} or {"event": "error", "message"}

Every job ends with exactly one of the last four, and jobs that are waiting run in turn. A cancellation is
heard between two epochs. A loss that is not finite is null. "params" are {"weights", "locs", "scales"} for a
mixture flow, and base64 of float16 for a coupling flow, null between two snapshots; see
:mod:`hw9core.jobs.kinds`. With "data", a random four fifths of them are trained on; without, the samples are
those of the configuration's data set. Closing stdin ends the process at once, whatever it is doing, as
SIGTERM does: that is also what happens when the server dies.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TextIO

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig
from hw9core.errors import Hw9Error, InputError
from hw9core.jobs.kinds import JOB_KINDS, Config, JobKind, finite_or_none
from hw9core.line_flow.config import FlowConfig


class _CancelledError(Exception):
    """The job that runs is not wanted any more."""


class JobReader:
    """Reads stdin in a thread of its own, so that a cancellation is heard while a job runs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._jobs: queue.Queue[tuple[int, str]] = queue.Queue()
        self._last_cancelled = -1
        threading.Thread(target=self._read, daemon=True).start()

    def next_job(self) -> tuple[int, str]:
        """Wait for the next line that is a job; its number and the line."""
        return self._jobs.get()

    def is_cancelled(self, number: int) -> bool:
        """Whether a cancellation came after the job of that number."""
        return number <= self._last_cancelled

    def _read(self) -> None:
        number = 0
        for line in self._stream:
            if _is_cancellation(line):
                self._last_cancelled = number - 1
            elif line.strip():
                self._jobs.put((number, line))
                number += 1
        os._exit(0)


def main() -> None:
    # Ctrl-C in a terminal reaches the server and this process alike: end without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    reader = JobReader(sys.stdin)
    import torch

    torch.set_num_threads(1)  # the arrays are small: a second thread would only wait
    _warm_up()
    _send({"event": "ready"})
    while True:
        number, job = reader.next_job()
        try:
            _send(_train(job, partial(reader.is_cancelled, number)))
        except _CancelledError:
            _send({"event": "cancelled"})
        except Hw9Error as error:
            _send({"event": "error", "message": str(error)})


def _warm_up() -> None:
    """torch loads a good deal on its first optimiser step: better now than in the first job."""
    smallest = {"epochs": 1, "n_train": 2, "n_test": 2}
    for config in (FlowConfig(**smallest), CouplingConfig(**smallest)):
        kind = JOB_KINDS[config.kind]
        kind.fit(config, *kind.samples(config, None), lambda state: None)


def _train(job: str, is_cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Train one job, sending its epochs, and return the message that ends it."""
    kind, config, data = _parse(job)
    train, test = kind.samples(config, data)
    started = time.perf_counter()

    def on_epoch(state: Any) -> None:
        if is_cancelled():
            raise _CancelledError
        _send(
            {
                "event": "epoch",
                "epoch": state.epoch,
                "epochs": config.epochs,
                "train_loss": finite_or_none(state.train_loss),
                "test_loss": finite_or_none(state.test_loss),
                "params": kind.encoded(state),
            }
        )

    divergence = kind.fit(config, train, test, on_epoch)
    seconds = time.perf_counter() - started
    if divergence:
        return {"event": "diverged", "seconds": seconds, "message": divergence}
    return {"event": "done", "seconds": seconds}


def _parse(job: str) -> tuple[JobKind, Config, FloatArray | None]:
    try:
        fields = json.loads(job)
        kind = JOB_KINDS[fields.get("kind", FlowConfig.kind)]
        config = kind.config(fields["config"])
        data = fields.get("data")
        values = None if data is None else np.array(data, dtype=np.float64)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise InputError(f"This is no training job ({error}): see hw9core/jobs/worker.py.") from error
    kind.require_trainable(config)
    if values is not None:
        kind.require_data(values)
    return kind, config, values


def _is_cancellation(line: str) -> bool:
    try:
        return json.loads(line) == {"cancel": True}
    except ValueError:
        return False


def _send(message: dict[str, Any]) -> None:
    print(json.dumps(message, allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
