"""Fetching the data files: from several mirrors, resumed, and verified before they get their name."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from tqdm import tqdm

from hw9core.errors import DataError
from hw9core.images.mnist import DATA_FILES, DataFile, md5_hex
from hw9core.store.files import publish, set_aside
from hw9core.store.locks import PATIENCE_SECONDS, HeldTooLong, exclusive

# Hosts beside torchvision's own list: the bucket that TensorFlow Datasets reads, and KMNIST's host by https.
EXTRA_MIRRORS = {
    "MNIST": ("https://storage.googleapis.com/cvdf-datasets/mnist/",),
    "KMNIST": ("https://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
}
CHUNK_BYTES = 1 << 16
# What a host or the way to it can do wrong (URLError, HTTPError and timeouts are OSErrors).
NETWORK_ERRORS = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class DownloadOptions:
    """How often all mirrors are tried, the pause in seconds after the first round (doubled after each further
    one), the time limits in seconds of one network operation, of one mirror's transfer and of waiting for
    another process, and whether to show a bar on stderr."""

    rounds: int = 3
    pause: float = 1.0
    timeout: float = 20.0
    transfer: float = 1200.0
    patience: float = PATIENCE_SECONDS
    progress: bool = False


def mirror_urls(dataset: str) -> list[str]:
    """The folders on the web that hold a data set's files, each ending in a slash: https hosts first."""
    from torchvision import datasets

    urls = [*getattr(datasets, dataset).mirrors, *EXTRA_MIRRORS[dataset]]
    return sorted(urls, key=lambda url: not url.startswith("https://"))


def fetch_all(directory: Path, options: DownloadOptions) -> dict[DataFile, bool]:
    """Bring every missing or damaged file into a data folder; the value is True for each that was fetched.

    One host that is down does not stop the others' files. In the end ``DataError`` names every file that no
    host gave, and where to put it by hand.
    """
    fetched: dict[DataFile, bool] = {}
    problems: list[str] = []
    for file in DATA_FILES:
        try:
            fetched[file] = fetch(file, directory, mirror_urls(file.dataset), options)
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError(" ".join(problems))
    return fetched


def fetch(file: DataFile, directory: Path, mirrors: Sequence[str], options: DownloadOptions) -> bool:
    """Fetch one file unless its verified copy is there, and say whether it was fetched.

    A damaged copy is set aside first. What arrived before an interruption stays in ``<name>.part`` and is
    continued from there. Raises ``DataError`` when no mirror gives the right bytes or the folder cannot be
    written.
    """
    path = file.path_in(directory)
    try:
        if _is_verified(file, path):  # before the lock, which a read-only folder does not allow
            return False
        with exclusive(path, options.patience):
            if _is_verified(file, path):
                return False
            if path.exists():
                set_aside(path)
            part = path.with_name(path.name + ".part")
            _fetch_part(file, path, part, mirrors, options)
            publish(part, path)
    except HeldTooLong as error:
        raise DataError(str(error)) from error
    except (OSError, _NotSaved) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path} cannot be saved ({reason}): choose another folder with --data.") from error
    return True


def _is_verified(file: DataFile, path: Path) -> bool:
    return path.is_file() and md5_hex(path.read_bytes()) == file.md5


def _fetch_part(
    file: DataFile, path: Path, part: Path, mirrors: Sequence[str], options: DownloadOptions
) -> None:
    """Fill ``part`` with the verified bytes of a file."""
    urls = [mirror + file.name for mirror in mirrors]
    problem = "no mirror is known"
    for round_number in range(options.rounds):
        if round_number:
            time.sleep(options.pause * 2 ** (round_number - 1))
        for url in urls:
            try:
                _download(url, part, file, options)
            except NETWORK_ERRORS as error:
                problem = f"{url}: {error}"
                continue
            if md5_hex(part.read_bytes()) == file.md5:
                return
            # Wrong bytes cannot be continued, whichever host they came from.
            part.unlink()
            problem = f"{url}: the bytes do not have the MD5 {file.md5}"
    raise DataError(
        f"{file.relative_path} could not be fetched (last problem: {problem}); download it in any way, for "
        f"example from {urls[0] if urls else 'its official site'}, and put it, still gzipped, at {path}."
    )


def _download(url: str, part: Path, file: DataFile, options: DownloadOptions) -> None:
    """Append what is missing of a file to ``part``; one of NETWORK_ERRORS when the transfer stops short.

    Raises ``_NotSaved`` when the disk, not the network, is at fault.
    """
    have = part.stat().st_size if part.exists() else 0
    if have >= file.size:
        return
    headers = {"User-Agent": "hw9core", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with urlopen(Request(url, headers=headers), timeout=options.timeout) as response:
        resumed = response.status == http.client.PARTIAL_CONTENT
        if not resumed:  # this host cannot continue a file and sends it from the start
            have = 0
        announced = response.length  # None where the host does not say
        if announced is not None and have + announced != file.size:
            raise ConnectionError(f"the answer has {announced:,} bytes and is not this file")
        with _saving(part, "ab" if resumed else "wb") as save, _bar(file, have, options.progress) as bar:
            for chunk in _chunks(response, file.size - have, time.monotonic() + options.transfer):
                save(chunk)
                bar.update(len(chunk))
                have += len(chunk)
    if have < file.size:
        if announced is None:  # the host thinks that this was all: a page about a login, say
            part.unlink()
        raise ConnectionError(f"the transfer stopped after {have:,} of {file.size:,} bytes")


def _chunks(response: http.client.HTTPResponse, wanted: int, deadline: float) -> Iterator[bytes]:
    """What arrives, as it arrives; one chunk more than ``wanted`` where the host does not say how much it is.

    That shows that the file is wrong; more of it is not wanted. Raises ``TimeoutError`` after ``deadline``.
    """
    exact = response.length is not None
    while wanted > 0 or (wanted == 0 and not exact):
        chunk = response.read1(CHUNK_BYTES)
        if not chunk:
            return
        yield chunk
        wanted -= len(chunk)
        if time.monotonic() > deadline:
            raise TimeoutError("the transfer took too long")


class _NotSaved(Exception):
    """What was fetched could not be written."""


@contextmanager
def _saving(path: Path, mode: str) -> Iterator[Callable[[bytes], None]]:
    """A function that appends to a file; ``_NotSaved`` with the system's reason when that fails."""

    def save(chunk: bytes) -> None:
        try:
            out.write(chunk)
            out.flush()
        except OSError as error:
            raise _NotSaved(error.strerror or error) from error

    try:
        out = path.open(mode)
    except OSError as error:
        raise _NotSaved(error.strerror or error) from error
    with out:
        yield save


def _bar(file: DataFile, have: int, progress: bool) -> tqdm:
    return tqdm(
        desc=file.relative_path,
        total=file.size,
        initial=have,
        unit="B",
        unit_scale=True,
        disable=not progress,
    )
