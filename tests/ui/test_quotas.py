"""What one visitor may make the server hold: messages and files, with Streamlit's own store of files."""

import asyncio
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from tests.ui.asgi import request
from ui.server import quotas
from ui.server.quotas import MESSAGE_BYTES, SESSION_BYTES, Quotas

MB = 2**20


@pytest.fixture
def storage(monkeypatch):
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    monkeypatch.setattr(quotas.runtime, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    return manager


def app(storage):
    """Keeps as many bytes as the request says it has."""

    async def put(incoming):
        size = int(incoming.headers["content-length"])
        session, file = incoming.path_params["session"], incoming.path_params["file"]
        storage.add_file(session, UploadedFileRec(file, "x.csv", "text/csv", bytes(size)))
        return Response(status_code=204)

    route = Route("/base/_stcore/upload_file/{session}/{file}", put, methods=["PUT"])
    return Quotas(Starlette(routes=[route]), base="/base")


def put(application, session, file, size, **options):
    headers = {} if size is None else {"content-length": str(size)}
    return request(application, f"/base/_stcore/upload_file/{session}/{file}", "PUT", headers, **options)


def test_a_session_has_a_share_that_it_gets_back(storage):
    application = app(storage)
    assert [put(application, "anna", i, 5 * MB).status for i in range(3)] == [204] * 3
    refused = put(application, "anna", 3, 5 * MB)
    assert (refused.status, refused.body) == (
        413,
        b"Your files would take too much room: remove one first.\n",
    )
    assert put(application, "ben", 0, 5 * MB).status == 204
    assert put(application, "anna", 4, MB // 2).status == 204
    storage.remove_file("anna", "0")
    assert put(application, "anna", 3, 5 * MB).status == 204
    assert sum(len(file.data) for file in storage.file_storage["anna"].values()) <= SESSION_BYTES


@pytest.mark.parametrize("told", [None, "-1", "5e6", "9" * 4000, "\u00b2"])
def test_a_file_of_unknown_size_counts_as_the_largest(storage, monkeypatch, told):
    application = app(storage)
    put(application, "anna", 0, SESSION_BYTES - 4 * MB)
    monkeypatch.setattr(quotas.config, "get_option", lambda name: 5)
    assert put(application, "anna", 1, told).status == 413


def test_files_that_are_still_arriving_count(storage):
    started, results = asyncio.Event(), []

    async def slow(scope, receive, send):
        started.set()
        await asyncio.sleep(0.1)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    quota = Quotas(slow, base="")

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def one(number):
        async def send(message):
            if message["type"] == "http.response.start":
                results.append(message["status"])

        scope = {"type": "http", "method": "PUT", "path": f"/_stcore/upload_file/anna/{number}"}
        await quota({**scope, "headers": [(b"content-length", b"5000000")]}, receive, send)

    async def together():
        await asyncio.gather(*map(one, range(10)))

    asyncio.run(together())
    assert sorted(results) == [204] * 3 + [413] * 7
    assert not quota._arriving


def test_a_refused_file_is_read_to_its_end_but_no_further_than_the_largest(storage):
    put(app(storage), "anna", 0, SESSION_BYTES)
    for chunks, expected in ((3, 3), (100, 6)):
        read, answers = [], []

        async def receive(read=read, chunks=chunks):
            read.append(MB)
            return {"type": "http.request", "body": bytes(MB), "more_body": len(read) < chunks}

        async def send(message, answers=answers):
            answers.append(message)

        scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/anna/1"}
        asyncio.run(Quotas(None)({**scope, "headers": [(b"content-length", b"5000000")]}, receive, send))
        assert len(read) == expected and answers[0]["status"] == 413


def test_all_sessions_together_have_a_bound(storage, monkeypatch):
    monkeypatch.setattr(quotas, "TOTAL_BYTES", 12 * MB)
    application = app(storage)
    assert [put(application, f"visitor {i}", 0, 5 * MB).status for i in range(3)] == [204, 204, 413]


def test_other_requests_pass(storage):
    application = app(storage)
    put(application, "anna", 0, SESSION_BYTES)
    assert request(application, "/base/_stcore/upload_file/anna/0").status == 405
    assert request(application, "/elsewhere", "PUT", {"content-length": str(50 * MB)}).status == 404


def heard_by_the_page(content: dict) -> dict:
    """What the page hears of a message; the connection is closed if it hears of an end."""
    heard, sent = [], []

    async def page(scope, receive, send):
        heard.append(await receive())

    async def receive():
        return {"type": "websocket.receive", **content}

    async def send(message):
        sent.append(message)

    asyncio.run(Quotas(page)({"type": "websocket", "path": "/_stcore/stream"}, receive, send))
    ended = heard[0]["type"] == "websocket.disconnect"
    assert sent == ([{"type": "websocket.close", "code": 1009}] if ended else [])
    return heard[0]


@pytest.mark.parametrize(("size", "ended"), [(MESSAGE_BYTES, False), (MESSAGE_BYTES + 1, True)])
@pytest.mark.parametrize("kind", ["bytes", "text"])
def test_a_message_that_is_too_large_ends_the_connection(size, ended, kind):
    heard = heard_by_the_page({kind: b"x" * size if kind == "bytes" else "x" * size})
    assert (heard["type"] == "websocket.disconnect") is ended


@pytest.mark.parametrize("extra", [0, 1])
def test_a_message_of_too_many_keys_ends_the_connection(extra):
    message = BackMsg()
    for number in range(quotas.MESSAGE_KEYS + extra):
        message.rerun_script.widget_states.widgets.add(id=str(number), trigger_value=True)
    heard = heard_by_the_page({"bytes": message.SerializeToString()})
    assert (heard["type"] == "websocket.disconnect") is bool(extra)


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"\x0a"])
def test_what_is_no_message_at_all_is_left_to_streamlit(content):
    assert heard_by_the_page({"bytes": content}) == {"type": "websocket.receive", "bytes": content}


def test_the_server_takes_no_larger_messages_than_it_must():
    server = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text())["server"]
    assert server["maxWidgetStateSize"] == 1 and server["maxMessageSize"] == 1
    assert 3 * server["maxUploadSize"] * MB <= SESSION_BYTES
    drawing = 4 * 112**2 / 3  # base64 of the largest thing that a page sends
    assert 2 * drawing < MESSAGE_BYTES
