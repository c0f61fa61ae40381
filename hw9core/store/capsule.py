"""Capsules: what a file that left the program says of what made its numbers, compared with what is here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hw9core
from hw9core.errors import CheckpointError
from hw9core.store.checkpoints import checkpoint_dir


def file_digest(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits, as ``sha256sum`` prints it. Raises ``CheckpointError``."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read: {error.strerror}.") from error


def differences(capsule: Mapping[str, Any], directory: Path | None = None) -> list[str]:
    """What differs here from where a file was made: one sentence each, none where nothing does.

    ``directory`` holds the checkpoints (:func:`.checkpoint_dir`). Raises ``CheckpointError`` for one that
    cannot be read.
    """
    found = []
    if capsule["version"] != hw9core.__version__:
        made = f"This was made by hw9core {capsule['version']}; here is {hw9core.__version__}."
        found.append(f"{made} Numbers may differ.")
    for name, digest in capsule["checkpoints"].items():
        path = checkpoint_dir(directory) / name
        if not path.is_file():
            found.append(f"The checkpoint {name} is not in {path.parent}: its model cannot be used here.")
        elif file_digest(path) != digest:
            found.append(f"The checkpoint {name} is another file than where this was made.")
    return found
