"""One process at a time: locks that say that they wait, and for how long."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PATIENCE_SECONDS = 3600.0  # longer than any training here takes
_SILENT_SECONDS = 1.0

_log = logging.getLogger(__name__)


class HeldTooLong(Exception):
    """Another process has held the lock for as long as this one was ready to wait; the message says so."""


@contextmanager
def exclusive(path: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of ``path``, the file ``<name>.lock`` beside it.

    The operating system releases it when its process ends, however it ends, but not while it is stopped. So
    whoever waits says so, on the log, and no longer than ``patience`` seconds. Raises ``HeldTooLong``, or
    ``OSError`` where the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(path.name + ".lock"))
    silent = min(_SILENT_SECONDS, patience)
    try:
        lock.acquire(timeout=silent)
    except Timeout:
        _wait(lock, path.name, patience - silent)
    try:
        yield
    finally:
        lock.release()


def _wait(lock: FileLock, name: str, seconds: float) -> None:
    minutes = f"{seconds / 60:.3g} minutes"
    _log.warning("Another process is at work on %s: waiting for it, at most %s.", name, minutes)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        raise HeldTooLong(
            f"Another process has held the lock of {name} for more than {minutes}: end that process, "
            "which may be stopped, and try again."
        ) from None
