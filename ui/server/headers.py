"""Security headers on every answer: pages, files, errors, and websockets, whether accepted or refused."""

import logging
import os

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hw9core.errors import ConfigError
from ui.server import descriptors
from ui.server.refusal import refuse

FRAME_ANCESTORS = "HW9_FRAME_ANCESTORS"
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss: blob:; worker-src 'self' blob:; base-uri 'self'; object-src 'none'; "
    "frame-ancestors {}"
)
_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_LONGEST_PATH = 200  # characters of an address in the log


def frame_ancestors() -> str:
    """Who may show the program in a frame: itself, and what $HW9_FRAME_ANCESTORS names, separated by spaces.

    Raises ``ConfigError`` when that would end this rule of the policy and begin another.
    """
    others = os.environ.get(FRAME_ANCESTORS, "")
    if any(character in ";,\r\n" for character in others) or not others.isascii():
        raise ConfigError(
            f"{FRAME_ANCESTORS} must be origins separated by spaces, such as https://courses.example.edu."
        )
    return " ".join(["'self'", *others.split()])


class SecurityHeaders:
    """Adds the content security policy and its companions; an error becomes one sentence that carries them.

    Where descriptors are scarce the answer also asks to close the connection, which browsers keep otherwise.

    Outermost of the program's middleware: Starlette's own answer to an error would go out without headers.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str = "'self'") -> None:
        self._app = app
        headers = {
            "content-security-policy": _POLICY.format(frame_ancestors),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
        }
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "websocket.close" and not started:
                # uvicorn would answer the handshake itself, without headers.
                await refuse(scope, send_with_headers, 403, "This connection was refused.")
                return
            if message["type"] in _STARTS:
                started = True
                message = {**message, "headers": [*message.get("headers", []), *self._headers]}
                if message["type"] == "http.response.start" and descriptors.scarce():
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if started:
                raise
            logging.getLogger(__name__).exception("%s failed", scope["path"][:_LONGEST_PATH])
            await refuse(scope, send_with_headers, 500, "The server met an error; its log has the details.")
