"""Downloads from misbehaving hosts, all of them on this computer's loopback."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from hw9core.errors import DataError
from hw9core.images import download
from hw9core.images.download import DownloadOptions, fetch, fetch_all, mirror_urls
from hw9core.images.mnist import DATA_FILES, DataFile, md5_hex
from hw9core.store.locks import exclusive

CONTENT = np.random.default_rng(0).bytes(300_000)
FILE = DataFile("TOY", "toy.gz", len(CONTENT), md5_hex(CONTENT))
QUICK = DownloadOptions(pause=0.01, timeout=2.0)


class Host:
    """A web server whose answers follow a script, one entry per request; after its end all is well."""

    def __init__(self, *script):
        self.script = list(script)
        self.ranges = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                host.ranges.append(self.headers.get("Range"))
                host.answer(self, host.script.pop(0) if host.script else "ok")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/"

    def answer(self, request, behaviour):
        if behaviour == "503":
            request.send_error(503)
            return
        if behaviour in ("page", "page of unknown length"):
            self.send_page(request, with_length=behaviour == "page")
            return
        body = b"<html>hotel login</html>" * 20_000 if behaviour == "wrong" else CONTENT
        start = 0
        if self.ranges[-1] and behaviour != "no range":
            start = int(self.ranges[-1].removeprefix("bytes=").removesuffix("-"))
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(body) - start))
        request.end_headers()
        if behaviour == "trickle":
            self.trickle(request, body)
            return
        end = start + 100_000 if behaviour == "truncate" else len(body)
        try:
            request.wfile.write(body[start:end])
        except ConnectionError:
            assert behaviour == "wrong"  # the client hangs up once it knows that this is another file

    def send_page(self, request, with_length):
        """A short page with status 200, as a hotel's network sends instead of what was asked for."""
        page = b"<html>hotel login</html>"
        request.send_response(200)
        if with_length:
            request.send_header("Content-Length", str(len(page)))
        request.end_headers()
        request.wfile.write(page)

    def trickle(self, request, body):
        """One byte every 10 ms, until the client hangs up."""
        try:
            for byte in body:
                request.wfile.write(bytes([byte]))
                time.sleep(0.01)
        except ConnectionError:
            pass


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    hosts = []

    def start(*script):
        hosts.append(Host(*script))
        return hosts[-1]

    yield start
    for running in hosts:
        running.server.shutdown()
        running.server.server_close()


def assert_fetched(directory):
    assert FILE.path_in(directory).read_bytes() == CONTENT
    left = {path.name for path in FILE.path_in(directory).parent.iterdir()}
    assert left <= {"toy.gz", "toy.gz.lock", "toy.gz.damaged"}


def test_fetches_once(tmp_path, host):
    server = host()
    assert fetch(FILE, tmp_path, [server.url], QUICK) is True
    assert_fetched(tmp_path)
    assert fetch(FILE, tmp_path, [server.url], QUICK) is False
    assert server.ranges == [None]


def test_an_interrupted_transfer_is_continued_where_it_stopped(tmp_path, host):
    server = host("truncate", "truncate")
    fetch(FILE, tmp_path, [server.url], QUICK)
    assert_fetched(tmp_path)
    assert server.ranges == [None, "bytes=100000-", "bytes=200000-"]


def test_what_an_earlier_process_fetched_is_continued(tmp_path, host):
    first = host("truncate")
    with pytest.raises(DataError):
        fetch(FILE, tmp_path, [first.url], DownloadOptions(rounds=1))
    second = host()
    fetch(FILE, tmp_path, [second.url], QUICK)
    assert second.ranges == ["bytes=100000-"]
    assert_fetched(tmp_path)


def test_a_host_without_ranges_sends_all_again(tmp_path, host):
    server = host("truncate", "no range")
    fetch(FILE, tmp_path, [server.url], QUICK)
    assert server.ranges == [None, "bytes=100000-"]
    assert_fetched(tmp_path)


@pytest.mark.parametrize("fault", ["503", "wrong", "page", "page of unknown length"])
def test_a_faulty_mirror_is_passed_over(tmp_path, host, fault):
    faulty, good = host(*[fault] * 9), host()
    fetch(FILE, tmp_path, [faulty.url, good.url], QUICK)
    assert len(faulty.ranges) == 1
    assert good.ranges == [None]  # nothing of the wrong bytes was continued
    assert_fetched(tmp_path)


def test_a_mixture_of_two_hosts_bytes_is_thrown_away(tmp_path, host):
    part = FILE.path_in(tmp_path).with_name("toy.gz.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"wrong" * 1000)
    server = host()
    fetch(FILE, tmp_path, [server.url], QUICK)
    assert server.ranges == ["bytes=5000-", None]
    assert_fetched(tmp_path)


def test_a_page_instead_of_the_file_does_not_spoil_what_was_fetched_before(tmp_path, host):
    first, faulty = host("truncate", *["503"] * 9), host(*["page"] * 9)
    with pytest.raises(DataError):
        fetch(FILE, tmp_path, [first.url, faulty.url], DownloadOptions(rounds=1))
    assert FILE.path_in(tmp_path).with_name("toy.gz.part").read_bytes() == CONTENT[:100_000]
    good = host()
    fetch(FILE, tmp_path, [faulty.url, good.url], QUICK)
    assert good.ranges == ["bytes=100000-"]
    assert_fetched(tmp_path)


def test_a_trickle_is_given_up(tmp_path, host):
    trickling, good = host("trickle"), host()
    started = time.monotonic()
    fetch(FILE, tmp_path, [trickling.url, good.url], DownloadOptions(pause=0.01, transfer=0.3))
    assert time.monotonic() - started < 5
    assert_fetched(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to here")
def test_a_full_disk_is_not_the_mirrors_fault(tmp_path, host):
    part = FILE.path_in(tmp_path).with_name("toy.gz.part")
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    server = host()
    with pytest.raises(DataError, match=r"toy\.gz cannot be saved \(No space left on device\)"):
        fetch(FILE, tmp_path, [server.url], QUICK)
    assert len(server.ranges) == 1


def test_a_process_that_does_not_end_is_named(tmp_path, host, caplog):
    path = FILE.path_in(tmp_path)
    with exclusive(path), pytest.raises(DataError, match="held the lock of toy.gz"):
        fetch(FILE, tmp_path, [host().url], DownloadOptions(patience=0.1))
    assert "waiting for it" in caplog.text


def test_a_temporary_outage_is_waited_for(tmp_path, host):
    server = host("503", "503")
    fetch(FILE, tmp_path, [server.url], QUICK)
    assert len(server.ranges) == 3
    assert_fetched(tmp_path)


def test_a_damaged_file_is_set_aside_and_fetched_again(tmp_path, host):
    path = FILE.path_in(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    assert fetch(FILE, tmp_path, [host().url], QUICK) is True
    assert_fetched(tmp_path)
    assert path.with_name("toy.gz.damaged").read_bytes() == CONTENT[:-1]


def test_when_no_host_answers_the_message_says_what_to_put_where(tmp_path, host):
    server = host(*["503"] * 9)
    with pytest.raises(DataError) as caught:
        fetch(FILE, tmp_path, [server.url], QUICK)
    message = str(caught.value)
    assert "TOY/raw/toy.gz" in message and "503" in message
    assert f"{server.url}toy.gz" in message and str(FILE.path_in(tmp_path)) in message
    assert len(server.ranges) == QUICK.rounds


def test_nobody_listens(tmp_path):
    with pytest.raises(DataError, match="could not be fetched"):
        fetch(FILE, tmp_path, ["http://127.0.0.1:9/"], QUICK)


def test_a_folder_that_cannot_be_made_is_named(tmp_path, host):
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    with pytest.raises(DataError, match="cannot be saved .* --data"):
        fetch(FILE, blocker, [host().url], QUICK)


def test_progress_bar_names_the_file(tmp_path, host, capsys):
    fetch(FILE, tmp_path, [host().url], DownloadOptions(progress=True))
    assert "TOY/raw/toy.gz: 100%" in capsys.readouterr().err


def test_mirrors_start_with_torchvisions_https_host():
    datasets = pytest.importorskip("torchvision.datasets")
    assert set(datasets.MNIST.mirrors) < set(mirror_urls("MNIST"))
    assert mirror_urls("KMNIST")[-1] == datasets.KMNIST.mirrors[0]  # plain http, so last
    assert all(url.endswith("/") for name in ("MNIST", "KMNIST") for url in mirror_urls(name))


def test_complete_data_is_not_fetched_again(real_data_dir, monkeypatch):
    monkeypatch.setattr(download, "_download", lambda *_: pytest.fail("the network was used"))
    assert fetch_all(real_data_dir, QUICK) == dict.fromkeys(DATA_FILES, False)
