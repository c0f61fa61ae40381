"""One task in a worker process, from the call to its end: heard, bounded in time, ended by force."""

import queue
import time
from concurrent.futures import CancelledError

from hw9core.errors import Hw9Error
from hw9core.jobs.messages import Ended, Reported
from ui.jobs.process import SILENT_SECONDS, WorkerProcess
from ui.jobs.task import LaneError, Task

PREPARATION = 0  # the number of the call that every worker gets first
TICK_SECONDS = 0.25
PREPARATION_SECONDS = 60.0  # imports, on a busy computer
GRACE_SECONDS = 1.0  # from the wish that a call may end to the end of its process


class Watch:
    """Follows ``task`` until it has ended, in the calling thread; ``noun`` is what sentences call it."""

    def __init__(self, worker: WorkerProcess, task: Task, noun: str, seconds: float) -> None:
        self._worker = worker
        self._task = task
        self._noun = noun
        self._seconds = seconds
        self._started = time.monotonic()
        self._ending: Exception | None = None  # why the worker was asked to end the call
        self._asked = 0.0
        self._quiet_ticks = 0
        self._signs = worker.signs

    def run(self) -> None:
        """Returns when the task has ended; the worker is killed when it does not answer or not obey."""
        while self._task.running:
            try:
                self._hear(self._worker.messages.get(timeout=TICK_SECONDS))
            except queue.Empty:
                self._count_silence()
            if self._task.running:
                self._check_time()

    def _hear(self, message: Reported | Ended | None) -> None:
        if message is None:
            self._task.end(error=self._ending or LaneError(self._worker.epitaph(self._noun)))
        elif message.number == PREPARATION:
            self._worker.prepared = True
            self._started = time.monotonic()
        elif message.number != self._task.number:
            pass  # of a task that was given up while the worker was still preparing itself
        elif isinstance(message, Reported):
            self._task.on_report(message.value)
        else:
            self._task.end(message.value, self._reason(message.error))

    def _reason(self, error: Exception | None) -> Exception | None:
        """What the visitor is told: why the call was ended, or the error if it is a sentence."""
        if isinstance(error, CancelledError) and self._ending is not None:
            return self._ending
        if error is None or isinstance(error, Hw9Error | CancelledError):
            return error
        return LaneError(f"This {self._noun} met an error of its own; the server's log has the details.")

    def _count_silence(self) -> None:
        """Ticks of this thread, not seconds of the clock: when the server stood still, nobody was heard."""
        self._quiet_ticks = self._quiet_ticks + 1 if self._worker.signs == self._signs else 0
        self._signs = self._worker.signs
        if self._quiet_ticks * TICK_SECONDS >= SILENT_SECONDS:
            self._kill(
                LaneError(f"The process of this {self._noun} did not answer any more; start it again.")
            )

    def _check_time(self) -> None:
        now = time.monotonic()
        if self._ending is None:
            if self._task.cancelled:
                self._ask_to_end(CancelledError())
            elif not self._worker.prepared:
                if now - self._started > PREPARATION_SECONDS:
                    self._kill(LaneError("The worker process did not get ready; try again in a minute."))
            elif now - self._started > self._seconds:
                bound = f"{self._seconds:.0f} seconds are the most"
                self._ask_to_end(LaneError(f"This {self._noun} was stopped: {bound} for a visitor's."))
        elif now - self._asked > GRACE_SECONDS:
            self._kill(self._ending)

    def _ask_to_end(self, why: Exception) -> None:
        self._worker.cancel(self._task.number)
        if not self._worker.prepared:  # it will not begin this call, and what it imports stays useful
            self._task.end(error=why)
        self._ending, self._asked = why, time.monotonic()

    def _kill(self, why: Exception) -> None:
        self._worker.kill()
        self._task.end(error=why)
