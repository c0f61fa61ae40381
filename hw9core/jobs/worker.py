"""A process that computes for a server, so that the server neither imports torch nor stands still meanwhile.

``python -m hw9core.jobs.worker`` reads pickled messages (:mod:`hw9core.jobs.messages`) from stdin, one behind
the other, and writes pickled messages to stdout; both ends belong to this program, so nothing foreign is ever
unpickled. Calls run in turn, and each ends with one ``Ended``. After every second without another message
comes a ``Beat``, from a thread of its own: where none comes, the process has been stopped.

A cancellation interrupts Python code wherever it is, as Ctrl-C would, and the error is ``CancelledError``; a
single long step in native code is not interrupted, and whoever waits for it ends the process. Closing stdin
ends the process at once, whatever it is doing: that is also what happens when the server dies. What functions
print goes to stderr.
"""

from __future__ import annotations

import _thread
import logging
import os
import pickle
import queue
import signal
import sys
import threading
from concurrent.futures import CancelledError
from typing import Any, BinaryIO

from hw9core.errors import Hw9Error, InputError, MissingPackageError
from hw9core.jobs.messages import Beat, Call, Cancel, Ended, Reported

BEAT_SECONDS = 1.0
MAXIMUM_BYTES = 16 * 2**20  # of a message to the server
NICENESS = 5  # those who only look on come first, and a training still goes on beside them


class Worker:
    """Takes calls from one stream and answers on another; :meth:`serve` must run in the main thread."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._interrupted = False

    def serve(self) -> None:
        """Answer calls until the source ends, which ends the process."""
        signal.signal(signal.SIGINT, self._hear_interrupt)
        for run in (self._read, self._write):
            threading.Thread(target=run, daemon=True).start()
        while True:
            call = self._calls.get()
            try:
                ended = self._answer(call)
            except CancelledError as error:  # it came between two lines of _answer
                self._running = None
                ended = _pickled(Ended(call.number, error=error))
            self._outbox.put(ended)
            self._cancelled.discard(call.number)

    def _answer(self, call: Call) -> bytes:
        self._running = call.number
        try:
            if call.number in self._cancelled:
                raise CancelledError
            function, arguments = pickle.loads(call.pickled)
            if call.reports:
                arguments = (lambda value: self._report(call.number, value), *arguments)
            return _pickled(Ended(call.number, function(*arguments)))
        except (Hw9Error, CancelledError) as error:
            return _pickled(Ended(call.number, error=error))
        except ModuleNotFoundError as error:  # torch, where only what the lessons need is installed
            return _pickled(Ended(call.number, error=MissingPackageError.of(error)))
        except Exception as error:
            logging.getLogger(__name__).exception("A computation failed")
            return _pickled(Ended(call.number, error=RuntimeError(f"{type(error).__name__}: {error}")))
        finally:
            self._running = None

    def _report(self, number: int, value: Any) -> None:
        self._outbox.put(_pickled(Reported(number, value)))

    def _hear_interrupt(self, _signum: int, _frame: object) -> None:
        if not self._interrupted:  # Ctrl-C in the terminal reaches the server and this process alike
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.raise_signal(signal.SIGINT)
        self._interrupted = False
        if self._running in self._cancelled:
            raise CancelledError

    def _read(self) -> None:
        while True:
            try:
                message = pickle.load(self._source)
            except (
                EOFError,
                pickle.UnpicklingError,
            ):  # the server has gone
                os._exit(0)
            if isinstance(message, Cancel):
                self._cancelled.add(message.number)
                self._interrupted = True
                _thread.interrupt_main()
            else:
                self._calls.put(message)

    def _write(self) -> None:
        """Only this thread writes: an interrupt of the main thread never leaves half a message behind."""
        beat = _pickled(Beat())
        while True:
            try:
                pickled = self._outbox.get(timeout=BEAT_SECONDS)
            except queue.Empty:
                pickled = beat
            try:
                self._sink.write(pickled)
                self._sink.flush()
            except OSError:  # the server has gone
                os._exit(0)


def _pickled(message: Beat | Reported | Ended) -> bytes:
    pickled = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    if len(pickled) > MAXIMUM_BYTES:
        size, most = (f"{count / 2**20:.0f} MB" for count in (len(pickled), MAXIMUM_BYTES))
        raise InputError(f"The result has {size}, and {most} is the most: ask for less.")
    return pickled


def lower_priority() -> None:
    """Let the server's own threads go first; on Windows the server says so when it starts this process."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def main() -> None:
    lower_priority()
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not end up between two messages
    Worker(sys.stdin.buffer, sink).serve()


if __name__ == "__main__":
    main()
