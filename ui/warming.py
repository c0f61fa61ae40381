"""Building what the first visitors will ask for, in the background after the server has started."""

import logging
import time
from collections.abc import Callable, Iterable
from threading import Thread


def warm(entries: Iterable[Callable[[], object]]) -> Thread:
    """Call the entries one after the other in one background thread; returns that thread, which has begun.

    An entry is a shared function (:mod:`ui.shared`) with its arguments: a visitor who asks for the same
    result meanwhile waits for this one, and for nothing else. After each entry the thread rests for as long
    as the entry took, so visitors have at least half of the interpreter. An entry that fails is one line in
    the log and harms no other: its page says the same to its visitors.
    """
    thread = Thread(target=_run, args=(entries,), name="warming", daemon=True)
    thread.start()
    return thread


def _run(entries: Iterable[Callable[[], object]]) -> None:
    for entry in entries:
        started = time.perf_counter()
        try:
            entry()
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            logging.getLogger(__name__).warning("Not built in advance: %s", reason)
        time.sleep(time.perf_counter() - started)
