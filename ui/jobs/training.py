"""Training of flows for visitors, in turn, in a worker process: the server itself never imports torch."""

from collections import OrderedDict
from concurrent.futures import CancelledError
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from hw9core.errors import Hw9Error, TrainingError
from hw9core.jobs import training
from hw9core.jobs.kinds import JOB_KINDS, MAX_SECONDS, Config, JobKind
from hw9core.line_flow.config import FlowConfig
from ui.jobs.lane import Lane
from ui.jobs.process import read_only
from ui.jobs.task import Limits, Task

MAXIMUM_BYTES = 32 * 2**20  # of what is kept of all visitors' trainings; 2.3 MB is the most of one
_ENTRY_BYTES = 16 * 2**10  # counted for a training of which next to nothing is kept
LIMITS = Limits(
    seconds=MAX_SECONDS,
    waiting=20,
    abandoned=150.0,  # a browser lets a page behind others ask once a minute
)


class Job:
    """One training: who asked for it, what it is, and what has been heard of it so far."""

    def __init__(self, owner: str, config: Config, data: NDArray[np.float64] | None, origin: str) -> None:
        self.config = config
        self.data = data
        self.origin = origin  # of own data, in a few words
        self.task = Task(owner, training.train, config, data, on_report=self._hear)
        self._losses: list[tuple[float, float]] = []

    @property
    def kind(self) -> JobKind:
        return JOB_KINDS[self.config.kind]

    @property
    def running(self) -> bool:
        """Whether it waits or runs."""
        return self.task.running

    @property
    def outcome(self) -> str:
        """ "" until it has ended, then "done", "diverged", "cancelled" or "error"."""
        if self.running:
            return ""
        try:
            return "diverged" if self.task.result().divergence else "done"
        except CancelledError:
            return "cancelled"
        except Hw9Error:
            return "error"

    @property
    def message(self) -> str:
        """What its end has to say, one sentence; "" for one that is done, was cancelled or has not ended."""
        try:
            return "" if self.running else self.task.result().divergence
        except CancelledError:
            return ""
        except Hw9Error as error:
            return str(error)

    @property
    def seconds(self) -> float:
        """How long it took, waiting not counted."""
        return self.task.result().seconds

    @property
    def epochs(self) -> int:
        """How many epochs are over; -1 before anything is heard of it."""
        return len(self._losses) - 1

    @property
    def nbytes(self) -> int:
        """What is kept of it."""
        arrays = self.arrays() if self.outcome == "done" else {}
        own = () if self.data is None else (self.data,)
        return _ENTRY_BYTES + sum(array.nbytes for array in (*arrays.values(), *self.losses(), *own))

    def losses(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Training and test loss of the epochs so far, in nats; NaN where a flow had diverged."""
        losses = np.array(list(self._losses), np.float64).reshape(-1, 2)
        losses[~np.isfinite(losses)] = np.nan
        return losses[:, 0], losses[:, 1]

    def samples(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Training and test samples."""
        return self.kind.samples(self.config, self.data)

    def arrays(self) -> dict[str, NDArray]:
        """What is kept of a training that is done: losses of all epochs, snapshots of ``snapshot_epochs``."""
        train_loss, test_loss = self.losses()
        return {**self.task.result().arrays, "train_loss": train_loss, "test_loss": test_loss}

    def _hear(self, epoch: training.Epoch) -> None:
        self._losses.append((epoch.train_loss, epoch.test_loss))


class Trainer:
    """The server's trainer: the queue, and what became of every visitor's last training of each kind.

    Every method may be called from any thread. The trainings of the visitors who were here longest ago are
    forgotten when all together take more than ``maximum_bytes``.
    """

    def __init__(self, limits: Limits = LIMITS, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self.lane = Lane("training", limits, training.prepare)
        self._maximum_bytes = maximum_bytes
        self._lock = Lock()
        self._newest: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._done: dict[tuple[str, str], Job] = {}  # the newest with a flow to show, maybe an older one

    def start(self, owner: str, config: Config, data: NDArray[np.float64] | None, origin: str = "") -> Job:
        """Put a training for a visitor into the queue; returns at once.

        ``data`` are the visitor's own numbers (n,) or points (n, 2), of ``origin`` in a few words; None for
        the samples of the configuration. Raises ``TrainingError`` in read-only mode, ``LaneError`` when the
        queue is full or holds a training of this visitor, ``ConfigError`` for what a server must not train.
        """
        if read_only():
            raise TrainingError("This server is read-only (HW9_READ_ONLY): training is off.")
        JOB_KINDS[config.kind].require_trainable(config, data)
        job = Job(owner, config, data, origin)
        self.lane.submit(job.task)
        with self._lock:
            self._remember((owner, config.kind), job)
        return job

    def cancel(self, owner: str) -> None:
        """End the trainings of this visitor that run or wait, within two seconds."""
        for kind in JOB_KINDS:
            job = self.job(owner, kind)
            if job is not None and job.running:
                self.lane.cancel(job.task)

    def job(self, owner: str, kind: str = FlowConfig.kind) -> Job | None:
        """A visitor's newest training of a kind, waiting, running or ended; None when there was none."""
        with self._lock:
            return self._seen((owner, kind))

    def finished(self, owner: str, kind: str = FlowConfig.kind) -> Job | None:
        """A visitor's newest training of a kind that is done, whatever became of later ones."""
        with self._lock:
            self._seen((owner, kind))
            return self._done.get((owner, kind))

    def place(self, job: Job) -> int:
        """How many trainings come before this one; 0 for one that runs or has ended."""
        return self.lane.place(job.task)

    def _seen(self, key: tuple[str, str]) -> Job | None:
        job = self._newest.get(key)
        if job is not None:
            self._newest.move_to_end(key)
            if job.outcome == "done":
                self._done[key] = job
        return job

    def _remember(self, key: tuple[str, str], job: Job) -> None:
        self._seen(key)  # keeps the one before when it is done
        self._newest[key] = job
        self._newest.move_to_end(key)
        while self._kept_bytes() > self._maximum_bytes:
            ended = (other for other, kept in self._newest.items() if not kept.running and other != key)
            if (oldest := next(ended, None)) is None:
                return
            del self._newest[oldest]
            self._done.pop(oldest, None)

    def _kept_bytes(self) -> int:
        return sum(job.nbytes for job in {*self._newest.values(), *self._done.values()})


trainer = Trainer()
