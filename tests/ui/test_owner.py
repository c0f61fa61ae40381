"""Whose computation it is: a browser's name, set once and taken only as it was given."""

import re

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.ui.asgi import request
from ui.jobs.owner import COOKIE, OwnerCookie, owner

NAME = "0123456789abcdef" * 2


ROUTES = [
    Route("/", lambda request: HTMLResponse("<p>page</p>"), methods=["GET", "POST"]),
    Route("/data", lambda request: JSONResponse({})),
    Route("/copy", lambda request: Response(status_code=304)),
]
APP = Starlette(routes=ROUTES, middleware=[Middleware(OwnerCookie)])


def given(path="/", cookie="", **options) -> str | None:
    answer = request(APP, path, headers={"cookie": cookie} if cookie else {}, **options)
    assert answer.status == 200
    return answer.header("set-cookie")


def test_a_browser_gets_one_name_and_keeps_it():
    first = given()
    assert re.fullmatch(f"{COOKIE}=[0-9a-f]{{32}}; Path=/; HttpOnly; SameSite=Lax", first)
    assert given(cookie=f"other=1; {first.split(';')[0]}") is None
    assert given() != first


def test_only_pages_give_names_and_https_keeps_them_secret():
    assert given("/data") is None and given(method="POST") is None
    assert given(scheme="https").endswith("; Secure")


def test_a_browser_that_kept_the_page_and_lost_its_name_gets_another():
    answer = request(APP, "/copy", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status == 304 and answer.header("set-cookie").startswith(f"{COOKIE}=")
    assert request(APP, "/copy", headers={"accept": "image/png"}).header("set-cookie") is None


@pytest.mark.parametrize("forged", ["", "x", NAME.upper(), NAME + "0", "a;b=c", "\xff" * 32, '"', "=" * 5000])
def test_a_name_that_was_not_given_is_replaced(forged):
    assert given(cookie=f"other=1; {COOKIE}={forged}").startswith(f"{COOKIE}=")
    assert given(cookie=f"other=1; {COOKIE}={NAME}") is None


def test_the_script_knows_the_browser_or_else_the_session(monkeypatch):
    cookies = {COOKIE: NAME}
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: cookies))
    assert owner() == NAME
    for forged in (NAME + "0", "", NAME.upper()):
        cookies[COOKIE] = forged
        assert re.fullmatch("[0-9a-f]{16}", owner())
