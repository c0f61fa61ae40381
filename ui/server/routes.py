"""The program's own addresses: health, the component's files, published scenes, tiles."""

from collections.abc import Callable

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.encodings import GZIP, IDENTITY, chosen
from ui.lessons.anomaly import tile_images
from ui.live import assets
from ui.live.payloads import payloads
from ui.server import readiness
from ui.server.static_files import IMMUTABLE

_INDEX_DIGITS = 5


def routes() -> list[Route]:
    """Health, the component's files and the published scenes, under the server's base path."""
    base = assets.base_url()
    return [
        Route(f"{base}/healthz", _healthz),
        Route(f"{base}/readyz", _readyz),
        Route(f"{base}/live/scene/{{address}}", _scene),
        Route(f"{base}/live/tile/{{model}}/{{image_set}}/{{index}}.png", _tile),
        Route(f"{base}/live/{{version}}/{{name}}", _asset),
    ]


async def _healthz(_request: Request) -> Response:
    """The process answers: nothing more."""
    return JSONResponse({"status": "ok"})


async def _readyz(_request: Request) -> Response:
    """Whether visitors should be sent here: every shipped model is there, and the first views are built."""
    missing = await anyio.to_thread.run_sync(readiness.missing_models)
    built = readiness.first_views_built()
    status = {"ready": built and not missing, "first views built": built, "missing models": missing}
    return JSONResponse(status, 200 if status["ready"] else 503)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if request.path_params["version"] != assets.version():
        return _nothing()
    encoding = chosen(",".join(request.headers.getlist("accept-encoding")))
    return await _encoded(lambda: assets.encoded(name, encoding), lambda: assets.media_type(name), encoding)


async def _scene(request: Request) -> Response:
    address = request.path_params["address"]
    return await _encoded(lambda: _published(address), lambda: "application/octet-stream", GZIP)


async def _tile(request: Request) -> Response:
    image_set, index = request.path_params["image_set"], request.path_params["index"]
    if not (index.isascii() and index.isdecimal() and len(index) <= _INDEX_DIGITS):
        return _nothing()
    png = await anyio.to_thread.run_sync(tile_images.tile, image_set, int(index))
    if png is None:
        return _nothing()
    # The address names the model and whether inputs are shown, so a picture never changes under it.
    return Response(png, media_type="image/png", headers={"cache-control": IMMUTABLE})


def _published(address: str) -> bytes | None:
    payload = payloads.get(address)
    return None if payload is None else payload.gzipped


async def _encoded(
    content: Callable[[], bytes | None], media_type: Callable[[], str], encoding: str
) -> Response:
    body = await anyio.to_thread.run_sync(content)
    if body is None:
        return _nothing()
    headers = {"cache-control": IMMUTABLE, "vary": "accept-encoding"}
    if encoding != IDENTITY:
        headers["content-encoding"] = encoding
    return Response(body, media_type=media_type(), headers=headers)


def _nothing() -> Response:
    return Response(status_code=404, headers={"cache-control": "no-store"})
