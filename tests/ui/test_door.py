"""The server's door and headers, as ASGI: who is let in, what every answer carries, what the log takes."""

import asyncio
import logging

import pytest
from starlette.types import Message, Scope

from hw9core.errors import ConfigError
from ui.server import descriptors
from ui.server.door import Door, allowed_places, place_of
from ui.server.headers import SecurityHeaders, frame_ancestors
from ui.server.logs import Ration

HANDSHAKE = {"type": "websocket", "path": "/_stcore/stream", "extensions": {"websocket.http.response": {}}}


def asked(headers: dict[str, str], **scope: object) -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {**HANDSHAKE, **scope, "headers": raw}


def answer(app, scope: Scope) -> list[Message]:
    sent = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, None, send))
    return sent


class Inside:
    """An application that notes what it is asked."""

    def __init__(self) -> None:
        self.scopes = []

    async def __call__(self, scope, receive, send) -> None:
        self.scopes.append(scope)
        await send({"type": "websocket.accept"})


def admitted(headers: dict[str, str], allowed: str = "", **scope: object) -> Scope | None:
    """The scope that got through the door; None when it was refused."""
    inside = Inside()
    answer(
        Door(inside, base="", allowed={place_of(word) for word in allowed.split()}), asked(headers, **scope)
    )
    return inside.scopes[0] if inside.scopes else None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8501", "localhost:8501"),
        ("http://LocalHost:8501", "localhost:8501"),
        ("https://hw9.example.edu", "hw9.example.edu"),
        ("https://hw9.example.edu", "hw9.example.edu:443"),
        ("http://[::1]:8501", "[::1]:8501"),
    ],
)
def test_the_programs_own_pages_are_let_in(origin, host):
    assert admitted({"origin": origin, "host": host})


def test_programs_that_are_no_browser_are_let_in():
    assert admitted({"host": "localhost:8501"})


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:8502",
        "http://localhost:8501.evil.example",
        "http://localhost:x",
        "http://[::1",
        "file://localhost:8501",
        "null",
        "",
    ],
)
@pytest.mark.parametrize("scope", [{}, {"type": "http", "method": "POST"}, {"type": "http", "method": "PUT"}])
def test_foreign_pages_are_refused(origin, scope):
    assert admitted({"origin": origin, "host": "localhost:8501"}, **scope) is None


def test_a_foreign_page_may_link_to_a_page():
    assert admitted({"origin": "http://evil.example", "host": "h"}, type="http", method="GET")


def test_two_origins_are_one_too_many():
    scope = asked({"host": "a"})
    scope["headers"] += [(b"origin", b"http://a"), (b"origin", b"http://b")]
    inside = Inside()
    answer(Door(inside, base="", allowed=()), scope)
    assert not inside.scopes


def test_behind_a_proxy_the_public_address_is_let_in_and_passed_on():
    headers = {"origin": "https://hw9.example.edu", "host": "127.0.0.1:8501"}
    assert admitted(headers) is None
    scope = admitted(headers, allowed="https://hw9.example.edu/lessons")
    assert (b"host", b"hw9.example.edu") in scope["headers"]  # what Streamlit compares once more
    assert (b"host", b"127.0.0.1:8501") not in scope["headers"]


def test_allowed_places_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("HW9_PUBLIC_URL", "https://hw9.example.edu/lessons")
    monkeypatch.setenv("HW9_ALLOWED_ORIGINS", "http://a:8080 https://b")
    assert allowed_places() == {("hw9.example.edu", 443), ("a", 8080), ("b", 443)}
    monkeypatch.setenv("HW9_ALLOWED_ORIGINS", "b.example")
    with pytest.raises(ConfigError, match="HW9_ALLOWED_ORIGINS must be addresses such as https://"):
        allowed_places()


@pytest.mark.parametrize("path", ["/lessons/_stcore/metrics", "/lessons/_stcore/metrics/"])
def test_metrics_are_closed(path):
    inside = Inside()
    (start, _) = answer(Door(inside, base="/lessons", allowed=()), asked({}, type="http", path=path))
    assert start["status"] == 404 and not inside.scopes


def test_no_session_takes_the_last_descriptors(monkeypatch):
    monkeypatch.setattr(descriptors, "room", lambda: False)
    inside = Inside()
    (start, body) = answer(Door(inside, base="", allowed=()), asked({"host": "a"}))
    assert start["status"] == 503 and b"full" in body["body"]
    assert not inside.scopes


def test_frame_ancestors_are_the_program_itself_and_whom_the_environment_names(monkeypatch):
    monkeypatch.delenv("HW9_FRAME_ANCESTORS", raising=False)
    assert frame_ancestors() == "'self'"
    monkeypatch.setenv("HW9_FRAME_ANCESTORS", "https://courses.example.edu https://b")
    assert frame_ancestors() == "'self' https://courses.example.edu https://b"
    monkeypatch.setenv("HW9_FRAME_ANCESTORS", "https://b; script-src *")
    with pytest.raises(ConfigError, match="separated by spaces"):
        frame_ancestors()


def policy(message: Message) -> str:
    return dict(message["headers"])[b"content-security-policy"].decode()


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_an_error_is_one_sentence_with_the_headers(kind, caplog):
    async def broken(scope, receive, send) -> None:
        raise ValueError("/home/somebody/secret")

    start, body = answer(SecurityHeaders(broken), asked({}, type=kind, path="/" + "x" * 60_000))
    assert start["status"] == 500 and "frame-ancestors 'self'" in policy(start)
    assert body["body"] == b"The server met an error; its log has the details.\n"
    assert "/home/somebody/secret" in caplog.text and len(caplog.text) < 3_000


def test_an_error_after_the_start_of_an_answer_is_left_to_the_server():
    async def broken(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200})
        raise ValueError

    with pytest.raises(ValueError):
        answer(SecurityHeaders(broken), asked({}, type="http"))


def test_a_refused_and_an_accepted_handshake_carry_the_headers():
    async def refusing(scope, receive, send) -> None:
        await send({"type": "websocket.close", "code": 1008})

    (start, _) = answer(SecurityHeaders(refusing), asked({}))
    assert start["status"] == 403 and "default-src 'self'" in policy(start)
    (accepted,) = answer(SecurityHeaders(Inside()), asked({}))
    assert "default-src 'self'" in policy(accepted)


def test_a_server_without_that_extension_closes_the_handshake():
    (closed,) = answer(Door(Inside(), base="", allowed=()), asked({"origin": "null"}, extensions={}))
    assert closed["type"] == "websocket.close"


def test_the_log_takes_a_ration_of_each_place(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("ui.server.logs.time.monotonic", lambda: now[0])
    ration = Ration(records=3, seconds=60)

    def record(line: int) -> logging.LogRecord:
        return logging.LogRecord("name", logging.WARNING, "file.py", line, "said %s", ("it",), None)

    written = [ration.filter(record(1)) for _ in range(10)]
    assert written == [True] * 3 + [False] * 7
    assert ration.filter(record(2))
    now[0] = 61.0
    later = record(1)
    assert ration.filter(later) and later.getMessage() == "said it (7 more like it left out)"
    assert [ration.filter(record(1)) for _ in range(3)] == [True, True, False]
