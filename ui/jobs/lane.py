"""A queue in front of one worker process: visitors' computations in turn, each bounded and cancellable.

One thread per lane hands tasks to the worker and listens to it. It holds no lock meanwhile, so a worker that
hangs keeps nobody waiting but the visitor it works for, and that for seconds.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Condition, Thread

from ui.jobs.process import WorkerProcess
from ui.jobs.task import LaneError, Limits, Task
from ui.jobs.watch import PREPARATION, Watch

IDLE_SECONDS = 600.0  # without a task, after which the worker's memory is given back
_MOST_OWNERS = 256  # whose use of the worker is remembered


class Lane:
    """One worker process and those who wait for it; every method may be called from any thread.

    ``noun`` is what sentences call a task ("training"). ``prepare`` is computed first in every new worker,
    where nothing interrupts it: the place for imports.
    """

    def __init__(self, noun: str, limits: Limits, prepare: Callable[[], None]) -> None:
        self.noun = noun
        self.limits = limits
        self._prepare = prepare
        self._condition = Condition()
        self._waiting: list[Task] = []
        self._current: Task | None = None
        self._used: OrderedDict[str, float] = OrderedDict()  # seconds of the worker by owner
        self._last_number = PREPARATION
        self._thread: Thread | None = None
        self._worker: WorkerProcess | None = None

    def submit(self, task: Task) -> None:
        """Put a task into the queue. Raises ``LaneError`` when it is full, or this visitor's share of it."""
        with self._condition:
            mine = sum(other.owner == task.owner for other in [*self._running(), *self._waiting])
            if mine >= self.limits.per_owner:
                raise LaneError(f"Your last {self.noun} has not ended yet: wait for it or cancel it.")
            if len(self._waiting) >= self.limits.waiting:
                count = len(self._waiting)
                raise LaneError(f"{count} visitors are waiting for a {self.noun}: try again in a minute.")
            self._last_number += 1
            task.number = self._last_number
            self._waiting.append(task)
            if self._thread is None:
                self._thread = Thread(target=self._serve, name=self.noun, daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def cancel(self, task: Task) -> None:
        """End a task: at once while it waits, within two seconds while it runs."""
        with self._condition:
            task.cancelled = True
            if task in self._waiting:
                self._waiting.remove(task)
                task.drop()

    def place(self, task: Task) -> int:
        """How many tasks are before this one; 0 for one that runs or has ended."""
        with self._condition:
            task.seen = time.monotonic()
            if task not in self._waiting:
                return 0
            ahead = sum(self._turn(other) < self._turn(task) for other in self._waiting)
            return ahead + len(self._running())

    def close(self) -> None:
        """End the worker, and what runs in it; the next task gets a new one."""
        if (worker := self._worker) is not None:
            worker.kill()

    def _running(self) -> list[Task]:
        return [self._current] if self._current is not None and self._current.running else []

    def _turn(self, task: Task) -> tuple[float, int]:
        """Whoever has used the worker least comes first; equals come in the order of their asking."""
        return self._used.get(task.owner, 0.0), task.number

    def _serve(self) -> None:
        while True:
            task = self._next()
            started = time.monotonic()
            if task is None:
                self._retire()
            elif started - task.seen > self.limits.abandoned:
                task.drop()
            else:
                self._run(task)
                self._charge(task.owner, time.monotonic() - started)

    def _next(self) -> Task | None:
        """Wait for a task; None after a long time without one."""
        with self._condition:
            self._current = None
            if not self._condition.wait_for(lambda: self._waiting, IDLE_SECONDS):
                return None
            self._current = min(self._waiting, key=self._turn)
            self._waiting.remove(self._current)
            return self._current

    def _retire(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _charge(self, owner: str, seconds: float) -> None:
        with self._condition:
            self._used[owner] = self._used.pop(owner, 0.0) + seconds
            if len(self._used) > _MOST_OWNERS:
                self._used.popitem(last=False)

    def _run(self, task: Task) -> None:
        try:
            worker = self._usable_worker()
            worker.call(task.number, task.function, task.arguments, reports=task.on_report is not None)
            Watch(worker, task, self.noun, self.limits.seconds).run()
        except OSError as error:
            task.end(error=LaneError(f"No worker could be started ({error.strerror or error})."))
        except Exception as error:  # the lane goes on for the others
            logging.getLogger(__name__).exception("A task could not be run")
            task.end(error=error)

    def _usable_worker(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.usable:
            self._worker.kill()
            self._worker = None
        if self._worker is None:
            self._worker = WorkerProcess(self.noun)
            self._worker.call(PREPARATION, self._prepare, ())
        return self._worker
