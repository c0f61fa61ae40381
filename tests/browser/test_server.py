"""What the server adds to Streamlit: health, cached files, headers, base path, one-line errors."""

import json
import urllib.error
import urllib.request

import pytest

from tests.browser.conftest import serve
from tests.browser.live import open_live, readout
from ui.live import assets


def get(url: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, error.read()


def test_health(app_url):
    status, _, body = get(f"{app_url}/healthz")
    assert status == 200 and json.loads(body) == {"status": "ok"}


@pytest.mark.parametrize("name", ["plotly.min.js", "live.js", "kernels.js", "live.css"])
def test_files_are_compressed_and_cached_for_good(app_url, name):
    status, headers, _ = get(f"{app_url}/live/{assets.version()}/{name}")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/")


@pytest.mark.parametrize(
    "path", ["live/scene/abc", "live/0123/live.js", "live/{v}/live.py", "live/{v}/..%2fx"]
)
def test_what_is_not_served_is_refused(app_url, path):
    assert get(f"{app_url}/{path.format(v=assets.version())}")[0] in (400, 404)


def test_every_answer_carries_the_security_headers(app_url):
    for path in ("", "healthz", f"live/{assets.version()}/live.js"):
        headers = get(f"{app_url}/{path}")[1]
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


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
