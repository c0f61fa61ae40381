"""What the server adds to Streamlit: health, cached files, headers, base path, one-line errors."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.trials.door import NO_ROUTE
from hw9core.commands.doctor import SHIPPED
from tests.browser.conftest import ROOT, free_port, serve
from tests.browser.live import open_live, readout
from ui.live import assets


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
            return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def test_health(app_url):
    status, _, body = get(f"{app_url}/healthz")
    assert status == 200 and json.loads(body) == {"status": "ok"}


@pytest.mark.parametrize("name", ["plotly.min.js", "live.js", "kernels.js", "live.css"])
def test_files_are_compressed_and_cached_for_good(app_url, name):
    url = f"{app_url}/live/{assets.version()}/{name}"
    whole = get(url)[2]
    status, headers, body = get(url, **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["content-encoding"] == "gzip" and gzip.decompress(body) == whole
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/")


@pytest.mark.parametrize(
    "path",
    [
        "live/scene/abc",
        "live/0123/live.js",
        "live/{v}/live.py",
        "live/{v}/..%2fx",
        "live/tile/model/test/" + "9" * 5_000 + ".png",
        "live/tile/model/test/-1.png",
        "live/tile/model/test/٣.png",
        "_stcore/metrics",
    ],
)
def test_what_is_not_served_is_refused(app_url, path):
    status, headers, body = get(f"{app_url}/{quote(path.format(v=assets.version()), safe='/%')}")
    assert status in (400, 404)
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert b"Traceback" not in body and b"/live" not in body


def test_the_page_and_its_scripts_are_compressed_and_asked_for_once(app_url):
    for path in ("", "threshold"):
        status, headers, page = get(f"{app_url}/{path}", **{"Accept-Encoding": "gzip"})
        assert (
            status == 200 and headers["content-encoding"] == "gzip" and "hw9_visitor" in headers["set-cookie"]
        )
        assert (
            get(f"{app_url}/{path}", **{"If-None-Match": headers["etag"], "Accept-Encoding": "gzip"})[0]
            == 304
        )
    scripts = re.findall(r'static/js/[^"]+[.]js', gzip.decompress(page).decode())
    assert len(scripts) > 10
    for script in scripts[:3]:
        _, headers, body = get(f"{app_url}/{script}", **{"Accept-Encoding": "gzip"})
        assert headers["content-encoding"] == "gzip" and "immutable" in headers["cache-control"]
        assert gzip.decompress(body) == get(f"{app_url}/{script}")[2]


def test_every_answer_carries_the_security_headers(app_url):
    for path in ("", "healthz", f"live/{assets.version()}/live.js"):
        headers = get(f"{app_url}/{path}")[1]
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_ready_means_that_models_are_there_and_the_first_views_are_built(app_url, tmp_path_factory):
    deadline = time.monotonic() + 240  # in the background, on a busy machine
    while (status := get(f"{app_url}/readyz")[0]) == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert (status, json.loads(get(f"{app_url}/readyz")[2])) == (
        200,
        {"ready": True, "first views built": True, "missing models": []},
    )
    with serve(tmp_path_factory, HW9_CHECKPOINTS=str(tmp_path_factory.mktemp("empty"))) as url:
        status, _, body = get(f"{url}/readyz")
        assert status == 503 and get(f"{url}/healthz")[0] == 200
        missing = json.loads(body)["missing models"]
        assert "autoencoder-01bd19cdb1a8648a.safetensors" in missing and len(missing) == len(SHIPPED)


def test_a_foreign_page_is_refused_at_once_and_no_outside_address_is_asked(tmp_path_factory):
    """The server runs with a resolver that notes each name and takes seconds, as where no packet gets out."""
    folder = tmp_path_factory.mktemp("resolver")
    (folder / "sitecustomize.py").write_text(NO_ROUTE)
    noted = folder / "noted"
    with serve(tmp_path_factory, PYTHONPATH=str(folder), NOTED=str(noted)) as url:
        address = url.replace("http://", "ws://") + "/_stcore/stream"
        for origin in ("http://evil.example", "null"):
            started = time.monotonic()
            with pytest.raises(InvalidStatus) as refused:
                connect(address, origin=origin, subprotocols=["streamlit"])
            assert time.monotonic() - started < 1
            response = refused.value.response
            assert response.status_code == 403
            assert "default-src 'self'" in response.headers["content-security-policy"]
        with connect(address, origin=url, subprotocols=["streamlit"]) as socket:
            assert socket.subprotocol == "streamlit"
    assert not noted.exists(), noted.read_text()


@contextmanager
def course_page(html: str):
    """A page of another origin; yields its address once ``html`` knows it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("named", [False, True])
def test_a_page_of_another_site_may_frame_the_program_only_when_it_is_named(browser, tmp_path_factory, named):
    port = free_port()
    html = f'<iframe src="http://localhost:{port}/kl" width="1000" height="800"></iframe>'
    with course_page(html) as course:
        settings = {"HW9_FRAME_ANCESTORS": course if named else ""}
        with serve(tmp_path_factory, port=port, **settings):
            page = browser.new_page()
            page.goto(course)
            if named:
                live = page.frame_locator("iframe").locator('[data-testid="live-jensen"][data-ready="true"]')
                live.wait_for(timeout=30_000)
            else:
                page.wait_for_function("() => !document.querySelector('iframe').contentDocument")
                assert page.frames[1].url.startswith("chrome-error://")
            page.close()


def test_settings_that_make_no_sense_are_one_sentence():
    environment = os.environ | {"HW9_PUBLIC_URL": "hw9.example.edu"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode != 0
    assert "hw9: HW9_PUBLIC_URL must be addresses such as" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_works_under_a_base_path(browser, tmp_path_factory):
    with serve(tmp_path_factory, base_path="class/hw9") as url:
        context = browser.new_context()
        page = context.new_page()
        open_live(page, f"{url}/threshold?tau=20", "threshold")
        assert readout(page, "tau") == 20
        context.close()


def test_a_missing_checkpoint_is_one_sentence_and_the_server_lives(browser, tmp_path_factory):
    with serve(tmp_path_factory, HW9_CHECKPOINTS=str(tmp_path_factory.mktemp("empty"))) as url:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/threshold")
        alert = page.get_by_test_id("stAlert").inner_text()
        assert "python -m hw9core train autoencoder" in alert
        assert "Traceback" not in page.content()
        assert get(f"{url}/healthz")[0] == 200
        context.close()


def test_all_modules_come_in_one_request(page, app_url):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    open_live(page, f"{app_url}/threshold", "threshold")
    modules = [url for url in asked if "/live/" in url and url.endswith((".js", ".json"))]
    assert sorted(url.rsplit("/")[-1] for url in modules) == ["modules.json", "plotly.min.js"]
