"""The door: which requests reach Streamlit at all.

A browser says with every websocket handshake and every request that changes something which page it comes
from (Origin). Streamlit compares that as well, but asks an outside service for this machine's address before
it refuses, on the event loop: where no packet gets out, one foreign page stops every visitor for 20 seconds.
"""

import logging
import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from hw9core.errors import ConfigError
from ui.server import descriptors
from ui.server.refusal import refuse

PUBLIC_URL, ALLOWED_ORIGINS = "HW9_PUBLIC_URL", "HW9_ALLOWED_ORIGINS"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_PORTS = {"http": 80, "https": 443}
_LONGEST_HEADER = 200  # characters in the log

Place = tuple[str, int]  # host, lower case, and port

_log = logging.getLogger(__name__)


def allowed_places() -> frozenset[Place]:
    """Hosts beside the one that was asked: of $HW9_PUBLIC_URL and $HW9_ALLOWED_ORIGINS.

    Both matter behind a proxy that sends another Host on. Raises ``ConfigError`` for anything but http(s)
    addresses separated by spaces.
    """
    addresses = [
        (name, word) for name in (PUBLIC_URL, ALLOWED_ORIGINS) for word in os.environ.get(name, "").split()
    ]
    places = {word: place_of(word) for _, word in addresses}
    for name, word in addresses:
        if places[word] is None:
            raise ConfigError(f"{name} must be addresses such as https://hw9.example.edu, not {word!r}.")
    return frozenset(places.values())


def place_of(origin: str) -> Place | None:
    """Host and port of an http(s) address; None for anything else, such as the origin "null"."""
    try:
        parts = urlsplit(origin)
        if parts.scheme not in _PORTS or not parts.hostname:
            return None
        return parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:  # a port that is no number, a bracket that does not close
        return None


class Door:
    """Refuses requests from foreign pages, the server's metrics, and visitors for whom nothing is left.

    Streamlit's metrics, under ``base``, are for the operator, who has `/healthz` and `/readyz` instead.
    """

    def __init__(self, app: ASGIApp, base: str, allowed: Iterable[Place]) -> None:
        self._app = app
        self._metrics = f"{base}/_stcore/metrics"
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/") == self._metrics:
            await refuse(scope, send, 404, "There is nothing here.")
            return
        if scope["type"] == "websocket" or scope.get("method", "GET") not in _SAFE_METHODS:
            headers = Headers(scope=scope)
            origins = headers.getlist("origin")
            if origins and not self._admits(origins, headers.get("host", "")):
                _log.warning("Refused a request from the page %s", ascii(origins[0][:_LONGEST_HEADER]))
                await refuse(scope, send, 403, "This request comes from a page of another site.")
                return
            if origins:
                scope = _as_asked_at(scope, origins[0])
        if scope["type"] == "websocket" and not descriptors.room():
            _log.warning("Refused a visitor: too few files may be open at once (ulimit -n)")
            await refuse(scope, send, 503, "The server is full. Try again in a few minutes.")
            return
        await self._app(scope, receive, send)

    def _admits(self, origins: list[str], host: str) -> bool:
        place = place_of(origins[0])
        if place is None or len(origins) > 1:
            return False
        scheme = urlsplit(origins[0]).scheme
        return place == place_of(f"{scheme}://{host}") or place in self._allowed


def _as_asked_at(scope: Scope, origin: str) -> Scope:
    """``scope`` with the host that the visitor's browser shows, where a proxy put another one.

    Streamlit compares the two once more.
    """
    host = origin.split("://", 1)[1].encode("latin-1")
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "headers": [(b"host", host), *headers]}
