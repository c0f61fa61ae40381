"""Streamlit's own files as they go out: each encoding, conditions, ranges, methods, what is left alone."""

import asyncio
import zlib
from pathlib import Path

import pyarrow
import pytest
import streamlit
from starlette.applications import Starlette

from tests.ui.asgi import request
from ui.server import static_files
from ui.server.static_files import StaticFiles

FOLDER = Path(streamlit.__file__).parent / "static"
SCRIPT = max((FOLDER / "static/js").glob("index.*.js"), key=lambda path: path.stat().st_size)
FONT = min((FOLDER / "static/media").glob("*.woff2"), key=lambda path: path.stat().st_size)
ASGI = {"version": "3.0", "spec_version": "2.4"}  # before 2.4 a file's answer listens for the client's end
STYLE = next((FOLDER / "static/css").glob("*.css"))


@pytest.fixture(scope="module")
def app():
    return StaticFiles(Starlette(), base="/base", pages=["", "threshold", "gaussian-kl"])


def address(path: Path) -> str:
    return f"/base/{path.relative_to(FOLDER).as_posix()}"


def ask(app, path: str, encoding: str = "", method: str = "GET", **headers):
    return request(app, path, method, {"accept-encoding": encoding, **headers}, asgi=ASGI)


def decoded(answer, size: int) -> bytes:
    match answer.header("content-encoding"):
        case "br":
            return pyarrow.Codec("brotli").decompress(answer.body, size, asbytes=True)
        case "gzip":
            return zlib.decompress(answer.body, wbits=31)
        case None:
            return answer.body


@pytest.mark.parametrize("path", [SCRIPT, STYLE], ids=["js", "css"])
@pytest.mark.parametrize(("offer", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_hashed_files_are_small_and_kept_for_good(app, path, offer, encoding):
    content = path.read_bytes()
    answer = ask(app, address(path), offer)
    assert answer.status == 200 and answer.header("content-encoding") == encoding
    assert decoded(answer, len(content)) == content
    assert int(answer.header("content-length")) == len(answer.body)
    assert encoding is None or len(answer.body) < 0.5 * len(content)
    assert answer.header("cache-control") == "public, max-age=31536000, immutable"
    assert answer.header("vary") == "accept-encoding"
    assert answer.header("content-type").startswith("text/")


@pytest.mark.parametrize("path", ["/base/", "/base/threshold", "/base/gaussian-kl"])
def test_a_page_is_asked_for_again_and_answered_without_a_body(app, path):
    page = (FOLDER / "index.html").read_bytes()
    answer = ask(app, path, "gzip")
    assert decoded(answer, len(page)) == page and answer.header("content-encoding") == "gzip"
    assert answer.header("cache-control") == "no-cache"
    assert answer.header("content-type") == "text/html; charset=utf-8"
    again = ask(app, path, "gzip", **{"if-none-match": answer.header("etag")})
    assert (again.status, again.body) == (304, b"")
    assert again.header("etag") == answer.header("etag") and again.header("vary") == "accept-encoding"
    assert again.header("cache-control") == "no-cache"


def test_every_encoding_has_a_tag_of_its_own(app):
    answers = [ask(app, address(SCRIPT), offer) for offer in ("br", "gzip", "")]
    tags = [answer.header("etag") for answer in answers]
    assert len(set(tags)) == 3
    listed = f'"other", W/{tags[1]}'
    assert ask(app, address(SCRIPT), "gzip", **{"if-none-match": listed}).status == 304
    assert ask(app, address(SCRIPT), "gzip", **{"if-none-match": "*"}).status == 304
    assert ask(app, address(SCRIPT), "br", **{"if-none-match": listed}).status == 200


def test_a_head_request_has_the_headers_of_the_get(app):
    for path in ("/base/", address(SCRIPT), address(FONT)):
        head, get = (ask(app, path, "gzip", method) for method in ("HEAD", "GET"))
        assert head.status == 200 and sorted(head.headers) == sorted(get.headers)


def test_ranges_are_those_of_the_file_as_it_is(app):
    answer = ask(app, address(SCRIPT), "gzip, br", range="bytes=10-19")
    content = SCRIPT.read_bytes()
    assert answer.status == 206 and answer.body == content[10:20]
    assert answer.header("content-range") == f"bytes 10-19/{len(content)}"
    assert answer.header("content-encoding") is None and answer.header("vary") == "accept-encoding"
    compressed = ask(app, address(SCRIPT), "gzip").header("etag")
    whole = ask(app, address(SCRIPT), "gzip", range="bytes=10-19", **{"if-range": compressed})
    assert whole.status == 200 and whole.body == content


def test_fonts_go_out_as_they_are(app):
    answer = ask(app, address(FONT), "gzip, br")
    assert answer.body == FONT.read_bytes() and answer.header("content-encoding") is None
    assert answer.header("cache-control") == "public, max-age=31536000, immutable"
    assert ask(app, address(FONT), "br", **{"if-none-match": answer.header("etag")}).status == 304


@pytest.mark.parametrize(
    "path",
    [
        "static/js/nothing.js",
        "static/../index.html",
        "static/js",
        "static//etc/passwd",
        "elsewhere",
        "index.html",
    ],
)
def test_whatever_is_no_file_under_static_goes_on(app, path):
    assert ask(app, f"/base/{path}", "gzip").status == 404
    assert ask(app, f"/{path}", "gzip").status == 404


def test_other_methods_and_websockets_go_on(app):
    assert ask(app, address(SCRIPT), "gzip", "POST").status == 404
    passed = []

    async def page(scope, receive, send):
        passed.append(scope["path"])

    asyncio.run(StaticFiles(page, "", [""])({"type": "websocket", "path": "/"}, None, None))
    assert passed == ["/"]


def test_each_file_is_compressed_once(app, monkeypatch):
    static_files.encoded.cache_clear()
    for _ in range(3):
        ask(app, address(SCRIPT), "gzip")
    assert static_files.encoded.cache_info().misses == 1
    assert static_files.encoded.cache_info().nbytes < 0.5 * SCRIPT.stat().st_size
