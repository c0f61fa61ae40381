"""Files that appear complete or not at all, and damaged ones that get out of the way."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that, whenever the process is killed, ``path`` holds the old content or all of the new.

    A killed process may leave ``<name>.<random>.tmp`` behind, see :func:`remove_temporaries`. Raises
    ``OSError``.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
        publish(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def publish(complete: Path, path: Path) -> None:
    """Give a completely written file its final name, after its content has reached the disk."""
    # Windows refuses to flush a file that was opened for reading only.
    with complete.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(complete, path)
    _sync_directory(path.parent)


def remove_temporaries(path: Path) -> None:
    """Remove what killed writers of ``path`` left; only for the holder of the lock that guards ``path``."""
    for temporary in path.parent.glob(f"{path.name}.*.tmp"):
        temporary.unlink(missing_ok=True)


def set_aside(path: Path) -> str:
    """Rename a damaged file to ``<name>.damaged`` and return what happened, as the end of a sentence.

    In a read-only folder the file stays where it is, and is as little used.
    """
    target = path.with_name(path.name + ".damaged")
    try:
        os.replace(path, target)
    except OSError:
        return "was not used, but could not be renamed"
    return f"was set aside as {target.name}"


def _sync_directory(directory: Path) -> None:
    """Make a rename durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
