"""One HTTP request to an ASGI application, without a server."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the only header of that name; None without one."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) < 2
        return values[0] if values else None


def request(
    app, path: str = "/", method: str = "GET", headers: dict[str, str] | None = None, **scope
) -> Answer:
    """Send a request without a body; ``scope`` are further entries of the ASGI scope."""
    sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
    messages = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        messages.append(message)

    whole = {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path}
    whole |= {"raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": sent}
    asyncio.run(app({**whole, "asgi": {"version": "3.0"}, **scope}, receive, send))
    start = messages[0]
    answered = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(start["status"], answered, body)
