"""Whose script runs next: a few run at once, and of those who wait, whoever has used least goes first.

Python runs one thread at a time. When twenty visitors keep their pages running without a pause, every
script shares the interpreter with nineteen others, and a visitor who only now and then lets go of a slider
waits for all of them. In turn, that visitor waits for the ones that run just now.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

AT_ONCE = (
    3  # scripts: one that takes long does not stop the others, and many would only share one interpreter
)
HALF_LIFE_SECONDS = 10.0  # after which what somebody has used counts half
_MOST_VISITORS = 1_000  # whose use is remembered


@dataclass(eq=False)
class _Waiting:
    visitor: str
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """Lets ``at_once`` threads go on at a time."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._going = 0
        self._waiting: list[_Waiting] = []
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds, and when that was
        self._mine = threading.local()

    @contextmanager
    def turn(self, visitor: str) -> Iterator[None]:
        """Wait for ``visitor``'s turn; it ends with the block."""
        self._enter(visitor)
        self._mine.has_turn = True
        started = time.thread_time()
        try:
            yield
        finally:
            self._mine.has_turn = False
            self._leave(visitor, time.thread_time() - started)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within, this thread waits for something else, and another one may go on.

        Afterwards it goes on at once: if it had to wait for its turn again, those it waits for might in the
        end wait for it.
        """
        if not getattr(self._mine, "has_turn", False):
            yield
            return
        self._mine.has_turn = False
        with self._lock:
            self._going -= 1
            self._call()
        try:
            yield
        finally:
            with self._lock:
                self._going += 1
            self._mine.has_turn = True

    def _enter(self, visitor: str) -> None:
        mine = _Waiting(visitor)
        with self._lock:
            self._waiting.append(mine)
            self._call()
        mine.called.wait()

    def _leave(self, visitor: str, seconds: float) -> None:
        with self._lock:
            self._used[visitor] = (self._lately(visitor) + seconds, time.monotonic())
            self._used.move_to_end(visitor)
            if len(self._used) > _MOST_VISITORS:
                self._used.popitem(last=False)
            self._going -= 1
            self._call()

    def _call(self) -> None:
        """Let those go on whose turn it is; to be called with the lock."""
        while self._waiting and self._going < self._at_once:
            following = min(self._waiting, key=lambda waiting: self._lately(waiting.visitor))
            self._waiting.remove(following)
            self._going += 1
            following.called.set()

    def _lately(self, visitor: str) -> float:
        """Seconds that a visitor has used, the longer ago the less."""
        seconds, when = self._used.get(visitor, (0.0, 0.0))
        return seconds * 0.5 ** ((time.monotonic() - when) / HALF_LIFE_SECONDS)


turns = Turns()
