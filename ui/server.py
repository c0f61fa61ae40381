"""What the server adds to Streamlit: files, health, security headers, warm caches, one-line errors."""

import importlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hw9core.errors import Hw9Error
from ui.lessons import anomaly, gaussians
from ui.lessons.anomaly import tile_images
from ui.lessons.coupling import one_layer
from ui.live import assets
from ui.live.payloads import payloads

_IMMUTABLE = "public, max-age=31536000, immutable"
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' ws: wss: blob:; worker-src 'self' blob:"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def routes() -> list[Route]:
    """Health, the component's files and the published scenes, under the server's base path."""
    base = assets.base_url()
    return [
        Route(f"{base}/healthz", _healthz),
        Route(f"{base}/live/scene/{{address}}", _scene),
        Route(f"{base}/live/tile/{{model}}/{{image_set}}/{{index:int}}.png", _tile),
        Route(f"{base}/live/{{version}}/{{name}}", _asset),
    ]


def middleware() -> list[Middleware]:
    """Security headers on every response."""
    return [Middleware(SecurityHeaders)]


class SecurityHeaders:
    """Adds the content security policy and its companions to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Before the first visitor: compress Plotly.js and build every lesson's first scene, each once."""
    await anyio.to_thread.run_sync(_warm)
    yield


def show_error(error: Exception) -> bool:
    """One sentence for the visitor; the traceback goes to the server's log."""
    logging.getLogger(__name__).error("A page failed", exc_info=error)
    st.error("This page met an error of its own. Reload it; the server's log has the details.")
    return True


def _warm() -> None:
    # Streamlit imports pandas in the first visitor's thread; Plotly in a second one would meet half a module.
    importlib.import_module("pandas")
    assets.gzipped(assets.PLOTLY)
    one_layer.scene(one_layer.Request())
    gaussians.stage_payload({field.name: field.default for field in gaussians.fields()}, "nats")
    try:
        anomaly.VIEWS["overview"].scene(anomaly.Request())
    except Hw9Error as error:
        logging.getLogger(__name__).warning("%s", error)  # the lesson's page says the same to its visitors


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if request.path_params["version"] != assets.version():
        return Response(status_code=404)
    return await _compressed(request, lambda: assets.gzipped(name), lambda: assets.media_type(name))


async def _scene(request: Request) -> Response:
    address = request.path_params["address"]
    return await _compressed(request, lambda: _published(address), lambda: "application/octet-stream")


async def _tile(request: Request) -> Response:
    image_set, index = request.path_params["image_set"], request.path_params["index"]
    png = await anyio.to_thread.run_sync(tile_images.tile, image_set, index)
    if png is None:
        return Response(status_code=404, headers={"cache-control": "no-store"})
    # The address names the model and whether inputs are shown, so a picture never changes under it.
    return Response(png, media_type="image/png", headers={"cache-control": _IMMUTABLE})


def _published(address: str) -> bytes | None:
    payload = payloads.get(address)
    return None if payload is None else payload.gzipped


async def _compressed(
    request: Request, content: Callable[[], bytes | None], media_type: Callable[[], str]
) -> Response:
    compressed = await anyio.to_thread.run_sync(content)
    if compressed is None:
        return Response(status_code=404, headers={"cache-control": "no-store"})
    headers = {"cache-control": _IMMUTABLE, "content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(compressed, media_type=media_type(), headers=headers)
