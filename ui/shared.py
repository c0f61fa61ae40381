"""Results that all visitors share: computed once however many ask at the same time, and bounded.

``functools.lru_cache`` computes a missing result in every thread that asks for it: forty visitors who open
one view together then wait for forty computations. Streamlit's caches wait, but they repeat a failure for
each visitor, keep a lock for every key ever asked for, and know no bound in bytes.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from threading import Lock, get_ident
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from ui.turns import turns

P = ParamSpec("P")
R = TypeVar("R")

MAXIMUM_BYTES = 64 * 2**20


class Statistics(NamedTuple):
    """What a shared function has done and keeps; the first four are those of ``functools.lru_cache``."""

    hits: int  # answered with a kept result, or by waiting for a computation
    misses: int  # computed
    maxsize: int
    currsize: int
    nbytes: int
    maximum_bytes: int


class _Computation(Generic[R]):
    """One result in the making: who computes it, and what the others wait for."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.future: Future[R] = Future()


@dataclass(frozen=True)
class _Kept(Generic[R]):
    result: R
    nbytes: int


class SharedFunction(Generic[P, R]):
    """A function whose results are shared by all threads; see :func:`shared`."""

    def __init__(self, function: Callable[P, R], entries: int, maximum_bytes: int) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._entries = entries
        self._maximum_bytes = maximum_bytes
        self._lock = Lock()
        self._clear()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items())))
        while True:
            with self._lock:
                if key in self._kept:
                    self._hits += 1
                    self._kept.move_to_end(key)
                    return self._kept[key].result
                running = self._running.get(key)
                if running is None:
                    self._misses += 1
                    mine = self._running[key] = _Computation()
                    break
                self._hits += 1
            if running.thread == get_ident():
                raise RecursionError(f"{self.__qualname__} needs its own result to compute it.")
            try:
                with turns.waiting():
                    return running.future.result()
            except CancelledError:
                continue  # the thread that computed was stopped: the result is still wanted here
        return self._compute(key, mine, args, kwargs)

    def cache_info(self) -> Statistics:
        """Counts since the start or the last :meth:`cache_clear`, and the bounds."""
        with self._lock:
            sizes = len(self._kept), self._nbytes
            return Statistics(self._hits, self._misses, self._entries, *sizes, self._maximum_bytes)

    def cache_clear(self) -> None:
        """Forget all results; a computation that runs answers those who wait for it and is not kept."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._kept: OrderedDict[Hashable, _Kept[R]] = OrderedDict()  # the longest unused first
        self._running: dict[Hashable, _Computation[R]] = {}
        self._hits = self._misses = self._nbytes = 0

    def _compute(self, key: Hashable, mine: _Computation[R], args: Any, kwargs: Any) -> R:
        try:
            result = self._function(*args, **kwargs)
        except Exception as error:
            self._end(key, mine)
            mine.future.set_exception(error)
            raise
        except BaseException:  # this thread is being stopped, which is no answer for the others
            self._end(key, mine)
            mine.future.cancel()
            raise
        self._end(key, mine, _Kept(result, size_of(result)))
        mine.future.set_result(result)
        return result

    def _end(self, key: Hashable, mine: _Computation[R], kept: _Kept[R] | None = None) -> None:
        with self._lock:
            if self._running.get(key) is not mine:
                return  # cleared meanwhile
            del self._running[key]
            if kept is None:
                return
            self._kept[key] = kept
            self._nbytes += kept.nbytes
            while len(self._kept) > self._entries or self._too_large():
                _, left = self._kept.popitem(last=False)
                self._nbytes -= left.nbytes

    def _too_large(self) -> bool:
        return self._nbytes > self._maximum_bytes and len(self._kept) > 1


def shared(
    *, entries: int, maximum_bytes: int = MAXIMUM_BYTES
) -> Callable[[Callable[P, R]], SharedFunction[P, R]]:
    """Share a function's results between all threads, keyed by its hashable arguments.

    Of many callers with the same arguments one computes and the others wait for it; other arguments are
    computed meanwhile. A computation may call shared functions, this one with other arguments included.
    An exception reaches everyone who waited and is not kept. The longest unused results leave when there are
    more than ``entries``, or more than ``maximum_bytes`` as :func:`size_of` counts them; the newest stays.
    """
    if entries < 1:
        raise ValueError(f"entries must be at least 1, not {entries}")
    return lambda function: SharedFunction(function, entries, maximum_bytes)


def size_of(result: object) -> int:
    """Bytes of a result where they are known (``bytes``, ``nbytes``, containers of these), else 0."""
    if isinstance(result, bytes | str):
        return len(result)
    if isinstance(result, dict):
        return sum(size_of(value) for value in result.values())
    if isinstance(result, list | tuple):
        return sum(size_of(value) for value in result)
    return int(getattr(result, "nbytes", 0))
