"""Fetching the data sets from a page: one child process per server, which all visitors see the progress of.

The work is that of ``python -m hw9core data fetch``, which imports torchvision for its list of mirrors, so it
never happens in the server. What a cancelled fetch has received stays in ``<name>.part`` and is continued
by the next one.
"""

import atexit
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from hw9core.errors import DataError
from hw9core.images.mnist import DATA_FILES
from ui.jobs.process import end, read_only, start_python

_SECONDS_TO_END = 1.0


@dataclass(frozen=True)
class Progress:
    """How far the files are: bytes present and wanted, and the file being fetched (None: none is left)."""

    present: int
    wanted: int
    file: str | None

    @property
    def share(self) -> float:
        """From 0 to 1; it is 1 exactly when every file has its size."""
        return self.present / self.wanted


@dataclass
class _Run:
    """One child process, where it writes to, and where its stderr goes."""

    directory: Path
    process: subprocess.Popen
    stderr: IO[bytes]
    cancelled: bool = False

    def close(self) -> None:
        """Release what an ended process leaves open here."""
        self.process.stdin.close()
        self.stderr.close()


class FetchJob:
    """At most one running fetch; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._run: _Run | None = None

    def start(self, directory: Path) -> None:
        """Fetch what is missing into a data folder; returns at once.

        Raises ``DataError`` in read-only mode, while a fetch is running, and when no process can be started.
        """
        if read_only():
            raise DataError("This server is read-only (HW9_READ_ONLY): whoever runs it can fetch the data.")
        directory = directory.absolute()  # the child's working folder is another one
        with self._lock:
            if self.running:
                raise DataError("The data is being fetched already: wait for it or cancel it.")
            stderr = tempfile.TemporaryFile()  # unlike a pipe it never fills up while nobody reads
            try:
                child = start_python(command(directory), stdout=subprocess.DEVNULL, stderr=stderr)
            except OSError as error:
                stderr.close()
                raise DataError(f"The fetch could not be started ({error.strerror or error}).") from error
            if self._run is not None:
                self._run.close()
            self._run = _Run(directory, child, stderr)

    def cancel(self) -> None:
        """End the running fetch, if there is one, and wait until it has ended (by force after 1 s)."""
        with self._lock:
            run = self._run
            if run is None or run.process.poll() is not None:
                return
            run.cancelled = True
            end(run.process, _SECONDS_TO_END)

    @property
    def running(self) -> bool:
        """Whether a fetch is going on."""
        return self._run is not None and self._run.process.poll() is None

    @property
    def done(self) -> bool:
        """Whether the last fetch has ended with every file present and verified."""
        return self._run is not None and self._run.process.poll() == 0

    @property
    def error(self) -> str | None:
        """Why the last fetch failed, one sentence; None while it runs, when it is done or was cancelled."""
        with self._lock:  # reading moves the position in the file
            run = self._run
            if run is None or run.cancelled or run.process.poll() in (None, 0):
                return None
            return _first_problem(run)

    def progress(self) -> Progress | None:
        """How far the files of the last fetch are, from their sizes; None before the first fetch."""
        return None if self._run is None else files_progress(self._run.directory)


def command(directory: Path) -> list[str]:
    """The arguments of the child's Python: the command line, ending with the server."""
    return ["-m", "hw9core.jobs.attached", "hw9core", "data", "fetch", "--data", str(directory)]


def files_progress(directory: Path) -> Progress:
    """How much of the official files a data folder holds; a file of the right size counts unread."""
    present, unfinished = 0, []
    for file in DATA_FILES:
        path = file.path_in(directory)
        part = path.with_name(path.name + ".part")
        size = min(max(_size(path), _size(part)), file.size)
        present += size
        if size < file.size:
            # The file that is being fetched has a part, the ones still to come have none.
            unfinished.append((not part.exists(), file.relative_path))
    current = min(unfinished, key=lambda item: item[0])[1] if unfinished else None
    return Progress(present, sum(file.size for file in DATA_FILES), current)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _first_problem(run: _Run) -> str:
    """The first sentence of the command's last line on stderr, which has one for each file that failed."""
    run.stderr.seek(0)
    # Progress bars end their lines with a carriage return.
    lines = re.split(r"[\r\n]+", run.stderr.read().decode(errors="replace").strip())
    if not lines[-1].startswith("hw9core: "):  # none of the command's own messages, a traceback for example
        code, message = run.process.returncode, lines[-1].removesuffix(".") or "no message"
        return f"The fetch ended unexpectedly (exit code {code}): {message}."
    return lines[-1].removeprefix("hw9core: ").split(". ")[0].removesuffix(".") + "."


job = FetchJob()
atexit.register(job.cancel)
