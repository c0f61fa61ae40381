"""A real server and a real Chromium. Without a browser these tests are skipped, but never under CI."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

WAIT_MS = (
    90_000  # for a state that comes: two of these tests run at a time, and a worker imports what it needs
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="package")
def app_url(tmp_path_factory):
    """The program itself, served without any data set."""
    with serve(tmp_path_factory) as url:
        yield url


@contextmanager
def serve(tmp_path_factory, base_path: str = "", port: int | None = None, **environment: str):
    """Run ``streamlit run app.py`` on a free port without a data set; yields its address."""
    port = port or free_port()
    log = tmp_path_factory.mktemp("server") / "log"
    environment = os.environ | {"HW9_DATA": str(tmp_path_factory.mktemp("no-data"))} | environment
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.baseUrlPath={base_path}"]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    url = f"http://localhost:{port}/{base_path}".rstrip("/")
    try:
        _wait_until_healthy(f"{url}/healthz", server, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_healthy(url: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


@pytest.fixture(scope="package")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Chromium on the PATH for the browser tests.")
        pytest.skip("no Chromium or Chrome on the PATH")
    with playwright.sync_playwright() as runner:
        instance = runner.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield instance
        instance.close()


@pytest.fixture(scope="package")
def context(browser):
    """One browser profile for all pages: what never changes on the server is fetched and compiled once."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(WAIT_MS)
    return context


@pytest.fixture
def page(context, app_url):
    """A new visitor's page; afterwards no script error and no request to another host may have happened."""
    context.clear_cookies()  # or what one test trained would be shown to the next
    page = context.new_page()
    errors, foreign = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: _note_foreign(request.url, app_url, foreign))
    page.sent = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda frame: page.sent.append(frame)))
    yield page
    page.close()
    assert not errors
    assert not foreign


def _note_foreign(url: str, app_url: str, foreign: list[str]) -> None:
    host = app_url.split("://")[1]
    if not url.startswith((f"http://{host}/", f"ws://{host}/", "data:", "blob:")):
        foreign.append(url)
