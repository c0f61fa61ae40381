"""Training of flows for visitors: one worker process per server, one job at a time, kept warm between jobs.

The worker (``python -m hw9core.flow_worker``) imports torch, so the server never does. It ends when the
server closes its stdin, however the server ends.
"""

import atexit
import json
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock, Thread

import numpy as np
from numpy.typing import NDArray

from hw9core.errors import TrainingError
from hw9core.files import REPOSITORY
from hw9core.flow_config import FlowConfig, flow_samples
from hw9core.flow_data import split_values
from ui.fetch_job import read_only

MOST_RESULTS = 64  # trained flows kept for their visitors, of about 100 kB each
_PARAMETERS = ("weights", "locs", "scales")


@dataclass(eq=False)
class Job:
    """One training: who asked for it, what it is, and what the worker has said so far."""

    owner: str
    config: FlowConfig
    data: NDArray[np.float64] | None
    epochs: list[dict] = field(default_factory=list)
    outcome: str = ""  # "", "done", "cancelled" or "error"
    message: str = ""
    seconds: float = 0.0

    @property
    def running(self) -> bool:
        return not self.outcome

    def losses(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Training and test loss of the epochs so far, in nats."""
        done = list(self.epochs)
        return tuple(np.array([e[name] for e in done]) for name in ("train_loss", "test_loss"))

    def arrays(self) -> Mapping[str, NDArray]:
        """The arrays of a flow's checkpoint, from a training that is done."""
        if self.data is None:
            train, test = flow_samples(self.config)
        else:
            train, test = split_values(self.data, self.config.seed)
        parameters = {name: np.array([e["params"][name] for e in self.epochs]) for name in _PARAMETERS}
        train_loss, test_loss = self.losses()
        samples = {"data/train": train, "data/test": test}
        return {**parameters, "train_loss": train_loss, "test_loss": test_loss, **samples}


class FlowTrainer:
    """The server's trainer; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worker: subprocess.Popen | None = None
        self._job: Job | None = None
        self._results: OrderedDict[str, Job] = OrderedDict()

    def start(self, owner: str, config: FlowConfig, data: NDArray[np.float64] | None) -> Job:
        """Begin a training for a visitor; returns at once.

        Raises ``TrainingError`` in read-only mode, while another training runs, and when no worker starts.
        """
        if read_only():
            raise TrainingError("This server is read-only (HW9_READ_ONLY): training is off.")
        with self._lock:
            if self._job is not None and self._job.running:
                raise TrainingError("Another training is running on this server: wait until it is done.")
            self._ensure_worker()
            self._job = Job(owner, config, data)
            request = {"config": asdict(config)} | ({} if data is None else {"data": data.tolist()})
            self._send(request)
            return self._job

    def cancel(self, owner: str) -> None:
        """Ask the worker to stop the training of this visitor, if one runs."""
        with self._lock:
            if self._job is not None and self._job.running and self._job.owner == owner:
                self._send({"cancel": True})

    def job(self, owner: str) -> Job | None:
        """The newest training of a visitor, running or ended; None when there was none."""
        with self._lock:
            return self._job if self._job and self._job.owner == owner else self._results.get(owner)

    @property
    def busy(self) -> bool:
        """Whether any training runs."""
        return self._job is not None and self._job.running

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            if self._worker is not None:
                self._worker.stdin.close()

    def _ensure_worker(self) -> None:
        if self._worker is not None and self._worker.poll() is None:
            return
        try:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "hw9core.flow_worker"],
                cwd=REPOSITORY,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise TrainingError(f"No worker could be started ({error.strerror or error}).") from error
        Thread(target=self._listen, args=(self._worker,), daemon=True).start()

    def _send(self, message: dict) -> None:
        try:
            self._worker.stdin.write(json.dumps(message) + "\n")
            self._worker.stdin.flush()
        except OSError as error:
            self._end("error", "The training's worker process has ended; start the training again.")
            raise TrainingError(self._job.message) from error

    def _listen(self, worker: subprocess.Popen) -> None:
        for line in worker.stdout:
            self._hear(json.loads(line))
        with self._lock:
            if worker is self._worker and self._job is not None and self._job.running:
                self._end("error", "The training's worker process ended unexpectedly; start it again.")

    def _hear(self, event: dict) -> None:
        kind = event.pop("event")
        with self._lock:
            if self._job is None or kind == "ready":
                return
            if kind == "epoch":
                self._job.epochs.append(event)
            else:
                self._job.seconds = event.get("seconds", 0.0)
                self._end(kind, event.get("message", ""))

    def _end(self, outcome: str, message: str) -> None:
        if self._job is None:
            return
        self._job.outcome, self._job.message = outcome, message
        self._results[self._job.owner] = self._job
        self._results.move_to_end(self._job.owner)
        while len(self._results) > MOST_RESULTS:
            self._results.popitem(last=False)


trainer = FlowTrainer()
atexit.register(trainer.close)
