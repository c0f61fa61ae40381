"""Fetching data from a page: progress, cancelling, errors; from a host on this computer's loopback."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from hw9core.errors import DataError
from hw9core.images.mnist import DataFile, md5_hex
from ui.jobs import fetch
from ui.jobs.fetch import FetchJob, files_progress

ROOT = Path(__file__).parents[2]
CONTENTS = {name: np.random.default_rng(seed).bytes(200_000) for seed, name in enumerate(["a.gz", "b.gz"])}
FILES = tuple(DataFile("TOY", name, len(content), md5_hex(content)) for name, content in CONTENTS.items())

# The real command line on two small files; only where they come from differs.
CHILD = """
import sys
from hw9core import cli
from hw9core.images import download
from hw9core.images.mnist import DataFile
download.DATA_FILES = tuple(DataFile(*file) for file in {files!r})
download.mirror_urls = lambda dataset: [{url!r}]
download.DownloadOptions.__init__.__defaults__ = (1, 0.01, 5.0, 60.0, 60.0, False)
sys.exit(cli.main(["data", "fetch", "--data", {directory!r}]))
"""


class Host:
    """Serves both files; sends the second half of a body only once the gate is open."""

    def __init__(self):
        self.gate = threading.Event()
        self.status = 200
        self.ranges = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                host.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request):
        if self.status != 200:
            request.send_error(self.status)
            return
        self.ranges.append(request.headers.get("Range"))
        start = int((self.ranges[-1] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        body = CONTENTS[request.path[1:]][start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        try:
            request.wfile.write(body[: len(body) // 2])
            request.wfile.flush()
            self.gate.wait(10)
            request.wfile.write(body[len(body) // 2 :])
        except ConnectionError:
            pass  # the fetch was cancelled


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    host = Host()
    yield host
    host.gate.set()
    host.server.shutdown()
    host.server.server_close()


@pytest.fixture
def job(monkeypatch, host):
    monkeypatch.delenv("HW9_READ_ONLY", raising=False)
    monkeypatch.setattr(fetch, "DATA_FILES", FILES)
    files = [(file.dataset, file.name, file.size, file.md5) for file in FILES]
    url = f"http://127.0.0.1:{host.server.server_port}/"
    run_as(monkeypatch, lambda directory: CHILD.format(files=files, url=url, directory=os.fspath(directory)))
    job = FetchJob()
    yield job
    job.cancel()


def run_as(monkeypatch, program):
    monkeypatch.setattr(fetch, "command", lambda directory: ["-c", program(directory)])


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.01)


def received(directory, name="a.gz"):
    part = directory / "TOY" / "raw" / f"{name}.part"
    return part.stat().st_size if part.exists() else 0


def test_progress_grows_to_the_end(job, host, tmp_path):
    assert job.progress() is None and not job.running and not job.done and job.error is None
    job.start(tmp_path)
    assert job.running and not job.done
    wait_for(lambda: job.progress().present > 50_000)
    progress = job.progress()
    assert 0.1 < progress.share <= 0.25 and progress.wanted == 400_000
    assert progress.file == "TOY/raw/a.gz"
    host.gate.set()
    wait_for(lambda: not job.running)
    assert job.done and job.error is None
    assert job.progress() == fetch.Progress(400_000, 400_000, None)
    for name, content in CONTENTS.items():
        assert (tmp_path / "TOY" / "raw" / name).read_bytes() == content


def test_a_cancelled_fetch_stops_and_is_continued(job, host, tmp_path):
    job.start(tmp_path)
    wait_for(lambda: received(tmp_path))
    job.cancel()
    assert not job.running and not job.done and job.error is None
    kept = received(tmp_path)
    assert 0 < kept < 200_000 and job.progress().present == kept
    host.gate.set()
    job.start(tmp_path)
    wait_for(lambda: not job.running)
    assert job.done
    assert host.ranges == [None, f"bytes={kept}-", None]


def test_a_second_start_says_so_and_harms_nothing(job, host, tmp_path):
    job.start(tmp_path)
    with pytest.raises(DataError, match="being fetched already"):
        job.start(tmp_path / "elsewhere")
    host.gate.set()
    wait_for(lambda: not job.running)
    assert job.done and not (tmp_path / "elsewhere").exists()


def test_of_many_starts_at_once_one_runs(job, tmp_path):
    refused = []

    def start():
        try:
            job.start(tmp_path)
        except DataError as error:
            refused.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7 and job.running


def test_a_failure_is_one_sentence(job, host, tmp_path):
    host.status = 503
    job.start(tmp_path)
    wait_for(lambda: not job.running)
    assert not job.done
    assert job.error.startswith("TOY/raw/a.gz could not be fetched (last problem: ")
    assert "503" in job.error and job.error.endswith("a.gz.")
    assert "b.gz" not in job.error and "\n" not in job.error
    host.status = 200
    host.gate.set()
    job.start(tmp_path)
    assert job.error is None
    wait_for(lambda: not job.running)
    assert job.done


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("raise ValueError('odd')", r"unexpectedly \(exit code 1\): ValueError: odd\."),
        ("import os; os._exit(3)", r"unexpectedly \(exit code 3\): no message\."),
        ("import sys; sys.exit('bar 10%\\rhw9core: no room: free some.')", r"no room: free some\."),
    ],
)
def test_any_end_but_a_good_one_is_explained(job, monkeypatch, tmp_path, program, error):
    run_as(monkeypatch, lambda _: program)
    job.start(tmp_path)
    wait_for(lambda: not job.running)
    assert not job.done
    assert re.fullmatch(f"(The fetch ended )?{error}", job.error)


def test_a_process_that_cannot_start_is_explained(job, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", os.fspath(tmp_path / "no-such-program"))
    with pytest.raises(DataError, match="could not be started"):
        job.start(tmp_path)
    assert not job.running


def test_read_only_servers_refuse(job, monkeypatch, tmp_path):
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    with pytest.raises(DataError, match="read-only"):
        job.start(tmp_path)
    assert not job.running and job.progress() is None and not list(tmp_path.iterdir())


def test_a_stubborn_process_is_ended_by_force(job, monkeypatch, tmp_path):
    monkeypatch.setattr(fetch, "_SECONDS_TO_END", 0.1)
    ready = tmp_path / "ready"
    run_as(
        monkeypatch,
        lambda _: (
            "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            f"pathlib.Path({os.fspath(ready)!r}).touch(); time.sleep(60)"
        ),
    )
    job.start(tmp_path)
    wait_for(ready.exists)
    job.cancel()
    assert not job.running and job.error is None


def test_sizes_say_how_far_files_are(monkeypatch, tmp_path):
    monkeypatch.setattr(fetch, "DATA_FILES", FILES)
    assert files_progress(tmp_path) == fetch.Progress(0, 400_000, "TOY/raw/a.gz")
    folder = tmp_path / "TOY" / "raw"
    folder.mkdir(parents=True)
    (folder / "b.gz.part").write_bytes(bytes(300))
    assert files_progress(tmp_path) == fetch.Progress(300, 400_000, "TOY/raw/b.gz")
    (folder / "a.gz.part").write_bytes(bytes(200_001))  # one byte too many shows that a file is wrong
    assert files_progress(tmp_path).present == 200_300


SERVER = """
import pathlib, sys, time
import ui.jobs.fetch
# Like the real child, but for a module that sleeps where the command line would run.
folder = sys.argv[1]
attached = "import sys; sys.path.insert(0, sys.argv.pop(1)); from hw9core.jobs.attached import main; main()"
ui.jobs.fetch.command = lambda directory: ["-c", attached, folder, "sleeping"]
ui.jobs.fetch.job.start(pathlib.Path(folder))
print(ui.jobs.fetch.job._run.process.pid, flush=True)
if sys.argv[2] == "wait":
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="asks for processes the POSIX way")
@pytest.mark.parametrize("end", ["exit", "SIGTERM", "SIGKILL"])
def test_no_fetch_outlives_the_server(tmp_path, end):
    (tmp_path / "sleeping.py").write_text("import time; time.sleep(60)")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, os.fspath(tmp_path), "exit" if end == "exit" else "wait"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        child = int(server.stdout.readline())
        if end != "exit":
            os.kill(child, 0)  # it runs
            server.send_signal(getattr(signal, end))
        server.wait(15)
    wait_for(lambda: not alive(child))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # An orphan that has ended may wait for a process that never collects it.
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_child_runs_the_command_line(tmp_path):
    arguments = fetch.command(tmp_path)
    assert arguments[-4:] == ["data", "fetch", "--data", os.fspath(tmp_path)]
    with subprocess.Popen(
        [sys.executable, *arguments[:-2], "--help"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert "python -m hw9core data fetch" in child.stdout.read()
        assert child.wait(15) == 0
