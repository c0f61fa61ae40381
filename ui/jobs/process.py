"""Child processes of the server: they end with it, run at lower priority, and never hold it up."""

import atexit
import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from hw9core.jobs.messages import Beat, Call, Cancel, Ended, Reported
from hw9core.store.files import REPOSITORY

SILENT_SECONDS = 7.0  # of a worker that says something every second: it has been stopped
# Small arrays on a busy machine: threads that wait for each other take a hundred times as long as one.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
_WINDOWS_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(
    subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0
)


def read_only() -> bool:
    """Whether visitors may not write on this server: $HW9_READ_ONLY is set and not 0."""
    return os.environ.get("HW9_READ_ONLY", "0") not in ("", "0")


def start_python(arguments: list[str], **streams: Any) -> subprocess.Popen:
    """Run Python with these arguments in the repository, numerical libraries on one thread.

    Its stdin is a pipe, which the operating system closes however the server ends: the child ends when it
    reads the end of it. ``streams`` are ``stdout`` and ``stderr`` of ``Popen``. Raises ``OSError``.
    """
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=os.environ | _ONE_THREAD,
        stdin=subprocess.PIPE,
        creationflags=_WINDOWS_FLAGS,
        **streams,
    )


def end(process: subprocess.Popen, grace: float) -> None:
    """Ask a child to end and wait until it has; by force after ``grace`` seconds."""
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class WorkerProcess:
    """A running :mod:`hw9core.jobs.worker`; no method waits for it, whatever state it is in.

    What it says is in ``messages``: ``Reported`` and ``Ended``, and None when the process has ended.
    ``signs`` counts everything heard of it: it says something every second, unless it was stopped.
    ``noun`` is what it works on, for whoever looks at the list of processes. Raises ``OSError`` when no
    process can be started.
    """

    def __init__(self, noun: str) -> None:
        self._process = start_python(["-m", "hw9core.jobs.worker", noun], stdout=subprocess.PIPE)
        self._outbox: queue.SimpleQueue[Call | Cancel | None] = queue.SimpleQueue()
        self.messages: queue.SimpleQueue[Reported | Ended | None] = queue.SimpleQueue()
        self.signs = 0
        self.prepared = False  # for its user to set
        self._heard = time.monotonic()
        self._killed = False
        atexit.register(self.kill)  # a stopped process does not read that its stdin has ended
        for run in (self._write, self._read):
            Thread(target=run, name=f"worker {self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it exists, is not being killed, and was heard of lately."""
        silent = time.monotonic() - self._heard >= SILENT_SECONDS
        return not (self._killed or silent) and self._process.poll() is None

    def epitaph(self, noun: str) -> str:
        """Why it has ended, one sentence about the ``noun`` it worked on."""
        if self._process.returncode == -signal.SIGTERM:
            return f"This {noun} was ended by whoever runs the server."
        return f"The process of this {noun} ended unexpectedly; start it again."

    def call(self, number: int, function: Callable, arguments: tuple, reports: bool = False) -> None:
        """Have a function computed, one that can be imported by its name."""
        self._outbox.put(Call(number, pickle.dumps((function, arguments)), reports))

    def cancel(self, number: int) -> None:
        """Have a call interrupted."""
        self._outbox.put(Cancel(number))

    def close(self) -> None:
        """Let it end."""
        self._outbox.put(None)

    def kill(self) -> None:
        """End it at once, even when it is stopped."""
        self._killed = True
        self._process.kill()
        self.close()

    def _write(self) -> None:
        """Into a full pipe only this thread waits, until the process reads on or is killed."""
        with contextlib.suppress(OSError), self._process.stdin as stdin:  # ``_read`` tells that it has ended
            while (message := self._outbox.get()) is not None:
                pickle.dump(message, stdin, protocol=pickle.HIGHEST_PROTOCOL)
                stdin.flush()

    def _read(self) -> None:
        with contextlib.suppress(EOFError, pickle.UnpicklingError), self._process.stdout as stdout:
            while True:
                message = pickle.load(stdout)
                self._heard = time.monotonic()
                self.signs += 1
                if not isinstance(message, Beat):
                    self.messages.put(message)
        self._process.wait()
        self.close()
        atexit.unregister(self.kill)
        self.messages.put(None)
