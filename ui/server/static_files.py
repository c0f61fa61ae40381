"""Streamlit's own files, which it would send uncompressed: page, scripts, styles and fonts.

Streamlit spares itself the compression at every request. Here a file is compressed once, when somebody first
asks for it, and then kept for all; every other file of the folder goes out as it is.
"""

import hashlib
import mimetypes
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from ui.encodings import IDENTITY, chosen, encode
from ui.shared import shared

IMMUTABLE = "public, max-age=31536000, immutable"
PAGE = "index.html"
_FOLDER = Path(file_util.get_static_dir())
_COMPRESSIBLE = {".js", ".css", ".html", ".json", ".svg"}
_MAXIMUM_BYTES = 16 * 2**20  # all of them, with gzip and with Brotli, have 11 MB
_ENTRIES = 1024


class StaticFiles:
    """Answers for every page and every file under ``static/``; whatever else is asked for goes on.

    ``base`` is the server's base path; ``pages`` are the pages' names in addresses.
    """

    def __init__(self, app: ASGIApp, base: str, pages: Iterable[str]) -> None:
        self._app = app
        self._files = {f"{base}/{name}": name for name in _names()}
        self._files |= {f"{base}/{page}": PAGE for page in pages}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = self._files.get(scope["path"]) if scope.get("method") in ("GET", "HEAD") else None
        if name is None:
            await self._app(scope, receive, send)
        else:
            response = await _answer(Request(scope), name)
            await response(scope, receive, send)


async def _answer(request: Request, name: str) -> Response:
    encoding, headers = IDENTITY, {"cache-control": "no-cache" if name == PAGE else IMMUTABLE}
    if Path(name).suffix in _COMPRESSIBLE:
        headers["vary"] = "accept-encoding"
        if "range" not in request.headers:  # a range counts the bytes of the file as it is
            encoding = chosen(",".join(request.headers.getlist("accept-encoding")))
    digest = await anyio.to_thread.run_sync(_digest, name)
    headers["etag"] = f'"{digest}-{encoding}"'
    if _has(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    if encoding == IDENTITY:
        return FileResponse(_FOLDER / name, headers=headers)
    content = await anyio.to_thread.run_sync(encoded, name, encoding)
    headers["content-encoding"] = encoding
    return Response(content, headers=headers, media_type=mimetypes.guess_type(name)[0])


def _has(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {etag, "*"})


def _names() -> list[str]:
    """Every file under ``static/``, all with a digest in their names; no other one is ever looked for."""
    paths = (_FOLDER / "static").rglob("*")
    return [path.relative_to(_FOLDER).as_posix() for path in paths if path.is_file()]


@cache
def _digest(name: str) -> str:
    """The same on every server, whenever it was installed."""
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:16]


@shared(entries=_ENTRIES, maximum_bytes=_MAXIMUM_BYTES)
def encoded(name: str, encoding: str) -> bytes:
    """One of Streamlit's files, compressed."""
    return encode((_FOLDER / name).read_bytes(), encoding)
