"""A log that no visitor can fill: each place in the code may write so many records a minute."""

import asyncio
import logging
import time
from threading import Lock

RECORDS, SECONDS = 20, 60.0
_ACCEPT_FAILED = "socket.accept() out of system resource"  # asyncio's words
# uvicorn's words for every websocket that was refused with an HTTP answer, which is a completed handshake.
_UNTRUE = "ASGI callable returned without completing handshake."

_log = logging.getLogger(__name__)


class Ration(logging.Filter):
    """Lets ``records`` records of one place through in ``seconds``, then says how many it left out."""

    def __init__(self, records: int = RECORDS, seconds: float = SECONDS) -> None:
        super().__init__()
        self._records = records
        self._seconds = seconds
        self._places: dict[tuple[str, str, int], tuple[float, int]] = {}  # start of the span, records in it
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.msg == _UNTRUE:
            return False
        place, now = (record.name, record.pathname, record.lineno), time.monotonic()
        with self._lock:
            start, count = self._places.get(place, (now, 0))
            left_out = max(0, count - self._records)
            if now - start >= self._seconds:
                start, count = now, 0
            self._places[place] = (start, count + 1)
        if count == 0 and left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out:,} more like it left out)", None
        return count < self._records


def ration() -> None:
    """Put one ration on everything that writes the server's log."""
    shared = Ration()
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.Logger.manager.loggerDict))]
    handlers = {handler for logger in loggers for handler in logger.handlers}
    for handler in {*handlers, logging.lastResort}:
        handler.addFilter(shared)


def say_accept_failures_once(loop: asyncio.AbstractEventLoop) -> None:
    """One sentence where asyncio writes a traceback for each of 2,048 attempts a second."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict) -> None:
        if context.get("message") == _ACCEPT_FAILED:
            _log.warning("No new connection can be accepted: too few files may be open at once (ulimit -n)")
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
