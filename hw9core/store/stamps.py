"""What results of a checkpoint are kept under: a stamp that changes once a new file is complete."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from hw9core.errors import CheckpointError
from hw9core.store import checkpoints

_log = logging.getLogger(__name__)
_judging = Lock()


@dataclass(frozen=True)
class Stamp:
    """A configuration's checkpoint as it was when it was last complete: equal as long as nothing changed.

    ``state`` is the file's time, size and number; None when there is no file.
    """

    config: checkpoints.ModelConfig
    path: Path
    state: tuple[int, int, int] | None

    def load(self) -> checkpoints.Checkpoint:
        """:func:`.checkpoints.require` for this configuration and folder."""
        return checkpoints.require(self.config, self.path.parent)


_judged: dict[Path, tuple[Stamp, Stamp | None]] = {}  # by path: last looked at, last complete


def stamp(config: checkpoints.ModelConfig, directory: Path | None = None) -> Stamp:
    """What to keep results of a checkpoint under.

    It changes when a new checkpoint is complete, not before: while a file is being copied over the old one,
    or is gone, or is damaged, what was made of the last complete one stays in use.
    """
    now = Stamp(config, (path := checkpoints.checkpoint_path(config, directory)), _state(path))
    with _judging:
        judged, good = _judged.get(path, (None, None))
        if judged == now:
            return good or now
        if now.state is not None:
            try:
                checkpoints.load(path)
                good = now
            except CheckpointError as error:
                if good is not None:
                    _log.warning("%s The last complete one stays in use.", error)
        _judged[path] = now, good
    return good or now


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
