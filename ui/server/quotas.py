"""What one visitor may make the server hold: the state a page sends along, and files handed in.

Streamlit bounds a single file and, in megabytes, a single message. A megabyte is room for 100,000 made-up
keys of a page's state, and reading them takes a second in which no other page runs.
"""

import logging
import re
from collections import Counter

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg

from ui.server.refusal import refuse

MESSAGE_BYTES = 48 * 2**10  # the largest of ours carries a drawing, 17 kB
MESSAGE_KEYS = 256  # of a page's state; no page has 50 controls
SESSION_BYTES = 16 * 2**20  # of files: one for every place that takes one, and some
TOTAL_BYTES = 256 * 2**20  # of all sessions' files
_TOO_BIG = 1009  # the websocket's word for it
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+/?")

_log = logging.getLogger(__name__)


class Quotas:
    """Ends a connection whose message is too large, and refuses files beyond a session's share."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._base = base
        self._arriving: Counter[str] = Counter()  # bytes of files by session, not yet in Streamlit's hands

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._app(scope, _bounded(receive, send), send)
        elif scope["type"] == "http" and scope["method"] == "PUT" and (session := self._session(scope)):
            await self._take_file(session, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _session(self, scope: Scope) -> str | None:
        """The session that a file is handed in to; None for any other request."""
        match = _UPLOAD.fullmatch(scope["path"].removeprefix(self._base))
        return match and match[1]

    async def _take_file(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        size = _announced_bytes(scope)
        held = _held_bytes()
        if held.get(session, 0) + self._arriving[session] + size > SESSION_BYTES:
            await _refuse_file(scope, receive, send, "Your files would take too much room: remove one first.")
            return
        if sum(held.values()) + self._arriving.total() + size > TOTAL_BYTES:
            _log.warning("Refused a file: those of all visitors take %d MB", sum(held.values()) >> 20)
            await _refuse_file(scope, receive, send, "The server holds many files already: try again later.")
            return
        self._arriving[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._arriving[session] -= size
            if not self._arriving[session]:
                del self._arriving[session]


async def _refuse_file(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    """Read the file first, as far as Streamlit would: a browser that is still sending hears no answer."""
    read, more = 0, True
    while more and read <= _largest_file():
        message = await receive()
        read += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    await refuse(scope, send, 413, sentence)


def _held_bytes() -> dict[str, int]:
    """Bytes of the files in Streamlit's hands by session."""
    storage = runtime.get_instance().uploaded_file_mgr.file_storage
    return {session: sum(len(file.data) for file in files.values()) for session, files in storage.items()}


def _announced_bytes(scope: Scope) -> int:
    """The size that a request says it has; without one, the largest that Streamlit takes."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() and len(told) < 12 else _largest_file()


def _largest_file() -> int:
    return config.get_option("server.maxUploadSize") * 2**20


def _bounded(receive: Receive, send: Send) -> Receive:
    """``receive`` of a connection that ends with a message that is too large."""

    async def receive_bounded() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            content = message.get("bytes") or (message.get("text") or "").encode()
            if len(content) > MESSAGE_BYTES or _keys(content) > MESSAGE_KEYS:
                _log.warning("Ended a connection: a message of %d bytes", len(content))
                await send({"type": "websocket.close", "code": _TOO_BIG})
                return {"type": "websocket.disconnect", "code": _TOO_BIG}
        return message

    return receive_bounded


def _keys(content: bytes) -> int:
    """How many keys of a page's state a message holds; 0 for one that Streamlit cannot read either."""
    try:
        return len(BackMsg.FromString(content).rerun_script.widget_states.widgets)
    except DecodeError:
        return 0
