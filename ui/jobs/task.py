"""A visitor's computation on its way through a queue, and the bounds of that queue."""

import math
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from threading import Event
from typing import Any

from hw9core.errors import Hw9Error


class LaneError(Hw9Error):
    """A task that was refused, or that ended without a result."""


@dataclass(frozen=True)
class Limits:
    """Bounds of a lane: seconds of a task, tasks waiting, tasks of one visitor waiting or running.

    A waiting task whose place nobody has asked for during ``abandoned`` seconds is dropped.
    """

    seconds: float
    waiting: int
    per_owner: int = 1
    abandoned: float = math.inf


class Task:
    """``function(*arguments)``, importable by name, to be computed in a worker process for ``owner``.

    With ``on_report`` the function gets another one as its first argument; what it hands to that arrives at
    ``on_report``, in the lane's thread. A task ends once, with a value or with an error.
    """

    def __init__(
        self,
        owner: str,
        function: Callable,
        *arguments: Any,
        on_report: Callable[[Any], None] | None = None,
    ) -> None:
        self.owner = owner
        self.function = function
        self.arguments = arguments
        self.on_report = on_report
        self.number = -1  # the lane gives one, ascending
        self.cancelled = False
        self.seen = time.monotonic()
        self._value: Any = None
        self._error: Exception | None = None
        self._ended = Event()

    @property
    def running(self) -> bool:
        """Whether it waits or runs."""
        return not self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so long; whether it has."""
        return self._ended.wait(seconds)

    def result(self) -> Any:
        """The value of a task that has ended. Raises its error: ``CancelledError`` for one nobody wants."""
        if self._error is not None:
            raise self._error
        return self._value

    def end(self, value: Any = None, error: Exception | None = None) -> None:
        """For the lane: a second end changes nothing."""
        if self.running:
            self._value, self._error = value, error
            self.arguments = ()  # an upload, perhaps
            self._ended.set()

    def drop(self) -> None:
        """For the lane: end it as one that nobody wants."""
        self.end(error=CancelledError())
