"""The examples of deploy/: nginx keeps a visitor with one server, and what the image copies is there."""

import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.conftest import free_port
from tests.test_imports import ROOT

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
MAIN = """daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/hw9.conf;
}}
"""


def stand_in(name: str) -> ThreadingHTTPServer:
    """A server that answers with its name and with the headers it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            fields = ("Host", "Upgrade", "Connection")
            body = "|".join([name, *(self.headers.get(field, "") for field in fields)]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.fixture
def servers():
    servers = {name: stand_in(name) for name in ("first", "second")}
    yield servers
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy(servers, tmp_path):
    if NGINX is None:
        pytest.skip("nginx is not installed")
    port = free_port()
    example = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for asked, server in zip(("8501", "8502"), servers.values(), strict=True):
        assert f"127.0.0.1:{asked}" in example
        example = example.replace(f"127.0.0.1:{asked}", f"127.0.0.1:{server.server_port}")
    (tmp_path / "hw9.conf").write_text(example.replace("listen 80;", f"listen 127.0.0.1:{port};"))
    (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path))
    command = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=20)
    assert tested.returncode == 0, tested.stderr
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_for_port(port)
    yield f"http://127.0.0.1:{port}"
    child.terminate()
    child.wait(10)


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.02)


def ask(url: str, visitor: int, **headers: str) -> list[str]:
    headers["Cookie"] = f"hw9_visitor={visitor:032x}"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
        return response.read().decode().split("|")


def test_a_visitor_stays_with_one_server_until_it_ends(proxy, servers):
    homes = {visitor: ask(proxy, visitor)[0] for visitor in range(30)}
    assert set(homes.values()) == {"first", "second"}
    for visitor, home in homes.items():
        assert ask(f"{proxy}/live/scene/x", visitor)[0] == home
    servers["first"].shutdown()
    servers["first"].server_close()
    assert {ask(proxy, visitor)[0] for visitor in homes} == {"second"}


def test_a_websocket_is_asked_for_with_the_host_that_the_visitor_sees(proxy):
    _, host, upgrade, connection = ask(
        f"{proxy}/_stcore/stream", 1, Upgrade="websocket", Host="hw9.example.edu"
    )
    assert (host, upgrade, connection) == ("hw9.example.edu", "websocket", "upgrade")
    assert ask(proxy, 1)[2:] == ["", ""]


def test_the_image_copies_what_is_there_and_is_no_root():
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert {"app.py", "ui", "pages", "hw9core", "checkpoints", ".streamlit"} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    assert re.findall(r"^USER (\d+)", text, re.MULTILINE) == ["10001"] and "/readyz" in text
