"""Training of flows for visitors: one worker process per server, one job at a time, kept warm between jobs.

The worker (``python -m hw9core.jobs.worker``) imports torch, so the server never does. It ends when the
server closes its stdin, however the server ends.
"""

import atexit
import json
import subprocess
import sys
from collections import OrderedDict
from dataclasses import asdict, dataclass, field
from threading import Lock, Thread

import numpy as np
from numpy.typing import NDArray

from hw9core.errors import TrainingError
from hw9core.jobs.kinds import JOB_KINDS, Config, JobKind
from hw9core.line_flow.config import FlowConfig
from hw9core.store.files import REPOSITORY
from ui.jobs.fetch import read_only

MOST_RESULTS = 64  # trained flows kept for their visitors, of 0.1 MB (a mixture) to 2 MB each


@dataclass(eq=False)
class Job:
    """One training: who asked for it, what it is, and what the worker has said so far."""

    owner: str
    config: Config
    data: NDArray[np.float64] | None
    origin: str = ""  # of own data, in a few words
    epochs: list[dict] = field(default_factory=list)
    outcome: str = ""  # "", "done", "diverged", "cancelled" or "error"
    message: str = ""
    seconds: float = 0.0

    @property
    def kind(self) -> JobKind:
        return JOB_KINDS[self.config.kind]

    @property
    def running(self) -> bool:
        return not self.outcome

    def losses(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Training and test loss of the epochs so far, in nats; NaN where a flow had diverged."""
        done = list(self.epochs)
        return tuple(np.array([e[name] for e in done], np.float64) for name in ("train_loss", "test_loss"))

    def samples(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Training and test samples."""
        return self.kind.samples(self.config, self.data)

    def arrays(self) -> dict[str, NDArray]:
        """The arrays of a flow's checkpoint, from a training that is done."""
        train_loss, test_loss = self.losses()
        arrays = self.kind.arrays([epoch["params"] for epoch in self.epochs], self.samples())
        return {**arrays, "train_loss": train_loss, "test_loss": test_loss}


class FlowTrainer:
    """The server's trainer; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worker: subprocess.Popen | None = None
        self._job: Job | None = None
        self._ended: OrderedDict[tuple[str, str], Job] = OrderedDict()  # the newest by owner and kind
        self._done: OrderedDict[tuple[str, str], Job] = OrderedDict()  # the same of those with a flow to show

    def start(self, owner: str, config: Config, data: NDArray[np.float64] | None, origin: str = "") -> Job:
        """Begin a training for a visitor; returns at once.

        ``data`` are the visitor's own numbers (n,) or points (n, 2), of ``origin`` in a few words; None for
        the samples of the configuration. Raises ``TrainingError`` in read-only mode, while another training
        runs, and when no worker starts; ``ConfigError`` for a flow that is too large for a server.
        """
        JOB_KINDS[config.kind].require_trainable(config)
        if read_only():
            raise TrainingError("This server is read-only (HW9_READ_ONLY): training is off.")
        with self._lock:
            if self._job is not None and self._job.running:
                raise TrainingError("Another training is running on this server: wait until it is done.")
            self._ensure_worker()
            self._job = Job(owner, config, data, origin)
            request = {"kind": config.kind, "config": asdict(config)}
            self._send(request if data is None else {**request, "data": data.tolist()})
            return self._job

    def cancel(self, owner: str) -> None:
        """Ask the worker to stop the training of this visitor, if one runs."""
        with self._lock:
            if self._job is not None and self._job.running and self._job.owner == owner:
                self._send({"cancel": True})

    def job(self, owner: str, kind: str = FlowConfig.kind) -> Job | None:
        """A visitor's newest training of a kind, running or ended; None when there was none."""
        with self._lock:
            if self._job is not None and (self._job.owner, self._job.config.kind) == (owner, kind):
                return self._job
            return self._ended.get((owner, kind))

    def finished(self, owner: str, kind: str = FlowConfig.kind) -> Job | None:
        """A visitor's newest training of a kind that is done, whatever became of later ones."""
        with self._lock:
            return self._done.get((owner, kind))

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
                [sys.executable, "-m", "hw9core.jobs.worker"],
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
        _keep(self._ended, self._job)
        if outcome == "done":
            _keep(self._done, self._job)


def _keep(jobs: OrderedDict[tuple[str, str], Job], job: Job) -> None:
    key = (job.owner, job.config.kind)
    jobs[key] = job
    jobs.move_to_end(key)
    while len(jobs) > MOST_RESULTS:
        jobs.popitem(last=False)


trainer = FlowTrainer()
atexit.register(trainer.close)
