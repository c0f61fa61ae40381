"""A process that trains one-dimensional flows for a server, so that the server itself never imports torch.

``python -m hw9core.flow_worker`` reads one JSON object a line from stdin and writes one a line to stdout:

    in   {"config": {FlowConfig fields}, "data": [numbers]}   train; "data" may be left out
         {"cancel": true}                                     end every job sent before, stay warm
    out  {"event": "ready"}                                   torch is imported, jobs start at once from here
         {"event": "epoch", "epoch", "epochs", "train_loss", "test_loss",
          "params": {"weights", "locs", "scales"}}            after each epoch (0: before any); nats
         {"event": "done", "seconds"}, {"event": "cancelled"} or {"event": "error", "message"}

Every job ends with exactly one of the last three, and jobs that are waiting run in turn. A
cancellation is heard between two epochs. With "data", at least 20 numbers, a random four fifths of them are
trained on, see :func:`hw9core.flow_data.split_values`; without it the samples are those of the
configuration's data set. Closing stdin ends the process at once,
whatever it is doing, as SIGTERM does: that is also what happens when the server dies.
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

from hw9core.errors import Hw9Error, InputError
from hw9core.flow_config import FlowConfig, flow_samples
from hw9core.flow_data import require_values, split_values


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

    from hw9core.flow_training import fit_flow

    torch.set_num_threads(1)  # the arrays are small: a second thread would only wait
    # torch loads a good deal on its first optimiser step: better now than in the first job.
    fit_flow(FlowConfig(epochs=1), *flow_samples(FlowConfig(n_train=2, n_test=2)))
    _send({"event": "ready"})
    while True:
        number, job = reader.next_job()
        try:
            _send({"event": "done", "seconds": _train(job, partial(reader.is_cancelled, number))})
        except _CancelledError:
            _send({"event": "cancelled"})
        except Hw9Error as error:
            _send({"event": "error", "message": str(error)})


def _train(job: str, is_cancelled: Callable[[], bool]) -> float:
    """Train one job, sending its epochs, and return the seconds it took."""
    from hw9core.flow_training import EpochState, fit_flow

    config, data = _parse(job)
    train, test = flow_samples(config) if data is None else split_values(data, config.seed)
    started = time.perf_counter()

    def on_epoch(state: EpochState) -> None:
        if is_cancelled():
            raise _CancelledError
        _send(
            {
                "event": "epoch",
                "epoch": state.epoch,
                "epochs": config.epochs,
                "train_loss": state.train_loss,
                "test_loss": state.test_loss,
                "params": {name: getattr(state, name).tolist() for name in ("weights", "locs", "scales")},
            }
        )

    fit_flow(config, train, test, on_epoch=on_epoch)
    return time.perf_counter() - started


def _parse(job: str) -> tuple[FlowConfig, np.ndarray | None]:
    try:
        fields = json.loads(job)
        config = FlowConfig(**fields["config"])
        data = fields.get("data")
        values = None if data is None else np.array(data, dtype=np.float64)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise InputError(f"This is no training job ({error}): see hw9core/flow_worker.py.") from error
    if values is None:
        return config, None
    if values.ndim != 1:
        raise InputError("The data of a training job must be a list of numbers.")
    return config, require_values(values, "The data")


def _is_cancellation(line: str) -> bool:
    try:
        return json.loads(line) == {"cancel": True}
    except ValueError:
        return False


def _send(message: dict[str, Any]) -> None:
    print(json.dumps(message, allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
