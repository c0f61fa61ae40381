"""One sentence as the answer to a request or to a websocket's handshake that goes no further."""

from starlette.types import Scope, Send


async def refuse(scope: Scope, send: Send, status: int, sentence: str) -> None:
    """Answer with ``status`` and a line of plain text instead of passing ``scope`` on."""
    websocket = scope["type"] == "websocket"
    if websocket and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": sentence})
        return
    kind = "websocket.http.response" if websocket else "http.response"
    body = f"{sentence}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": f"{kind}.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
