"""Whose computation it is: a browser is known again after a reload, by a cookie without a person's data.

A session ends with its tab or its reload, and with it whatever only the session knows. Where a browser keeps
no cookie (in another site's frame, for example) the session has to do.
"""

import re
import secrets
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.state import visitor

COOKIE = "hw9_visitor"
_NAME = re.compile("[0-9a-f]{32}")


def owner() -> str:
    """The visitor of the script that runs: its browser's name, or the session's when it has none."""
    name = str(st.context.cookies.get(COOKIE, ""))
    return name if _NAME.fullmatch(name) else visitor()


class OwnerCookie:
    """Gives a name to every browser that opens a page without one; it is lost when the browser closes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message, scope):
                message["headers"] = [*message.get("headers", []), (b"set-cookie", _new_cookie(scope))]
            await send(message)

        wanted = scope["type"] == "http" and scope["method"] == "GET" and not _has_name(scope)
        await self._app(scope, receive, send_with_cookie if wanted else send)


def _is_page(answer: Message, asked: Scope) -> bool:
    """Whether it is a page, or says that the browser's copy of it is good.

    A browser that was closed keeps its copies and not its name. That answer has no type: the request says
    what the browser wants.
    """
    if answer["status"] == 304:
        headers, name = asked["headers"], b"accept"
    else:
        headers, name = answer.get("headers", []), b"content-type"
    return any(key.lower() == name and b"text/html" in value for key, value in headers)


def _has_name(scope: Scope) -> bool:
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        morsel = SimpleCookie(sent).get(COOKIE)
    except CookieError:
        return False
    return morsel is not None and _NAME.fullmatch(morsel.value) is not None


def _new_cookie(scope: Scope) -> bytes:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f"{COOKIE}={secrets.token_hex(16)}; Path=/; HttpOnly; SameSite=Lax{secure}".encode()
