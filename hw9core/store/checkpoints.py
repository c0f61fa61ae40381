"""The cache of trained models: one verified safetensors file per configuration, found again by its key.

A file is named ``<kind>-<first 16 hex digits of the key>.safetensors``; the key is a digest of the
configuration, the data and the format. safetensors has no checksum of its own, see
:mod:`hw9core.store.format`. A file appears under its name only when it is complete, and a lock lets one
process train a key while others that want it wait and then read. Reading changes nothing: only the holder of
the lock writes or renames.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, ClassVar, Protocol

from numpy.typing import NDArray

from hw9core.errors import CheckpointError
from hw9core.store import format
from hw9core.store.files import REPOSITORY, remove_temporaries, set_aside, write_atomically
from hw9core.store.locks import PATIENCE_SECONDS, HeldTooLong, exclusive

RECORDED_LIBRARIES = ("numpy", "safetensors", "torch")
LEAST_FREE_BYTES = 32 * 2**20  # four times the largest checkpoint that is shipped
METADATA: Mapping[str, type] = {
    "kind": str,
    "config": dict,
    "data_digests": dict,
    "library_versions": dict,
    "device": str,
    "metrics": dict,
    "format_version": int,
    "created": str,
}
"""What the metadata of a checkpoint holds; ``created`` is ISO 8601 in UTC."""


class ModelConfig(Protocol):
    """A frozen dataclass that says what is trained: its kind, the digests of its data, and its fields."""

    kind: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def data_digests(self) -> Mapping[str, str]:
        """What the model is trained on: a digest by name; a class variable will do."""


class DamagedCheckpointError(CheckpointError):
    """A checkpoint whose bytes are not what was written."""

    def __init__(self, path: Path, reason: str, done: str) -> None:
        super().__init__(
            f"The checkpoint {path} is damaged ({reason}) and {done}: train it again or restore the file."
        )
        self.reason = reason


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """What training hands to the cache: named arrays, metrics (JSON values) and the device type it ran on."""

    arrays: Mapping[str, NDArray]
    metrics: Mapping[str, Any]
    device: str


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A verified checkpoint: its path, read-only arrays by name, and metadata as in ``METADATA``."""

    path: Path
    arrays: Mapping[str, NDArray]
    metadata: Mapping[str, Any]


class _Contents(dict[str, Any]):
    """What a checkpoint holds by name; a name that is missing is one sentence about the file."""

    def __init__(self, path: Path, what: str, contents: Mapping[str, Any]) -> None:
        super().__init__(contents)
        self._path = path
        self._what = what

    def __missing__(self, name: str) -> Any:
        raise CheckpointError(f"The checkpoint {self._path} has no {self._what} {name!r}: train it again.")


def checkpoint_dir(explicit: str | Path | None = None) -> Path:
    """The cache folder that applies: ``explicit``, else $HW9_CHECKPOINTS, else checkpoints/ of the repo.

    Raises ``CheckpointError`` for the home folder of somebody this computer does not know.
    """
    chosen = Path(explicit or os.environ.get("HW9_CHECKPOINTS") or REPOSITORY / "checkpoints")
    try:
        return chosen.expanduser()
    except RuntimeError as error:
        raise CheckpointError(
            f"The checkpoint folder {chosen} cannot be found: there is no such user."
        ) from error


def checkpoint_key(kind: str, config: Mapping[str, Any], data_digests: Mapping[str, str]) -> str:
    """The key of a model, 64 hex digits; the device is no part of it. ``config`` holds JSON values."""
    content = {
        "kind": kind,
        "config": dict(config),
        "data_digests": dict(data_digests),
        "format_version": format.FORMAT_VERSION,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def checkpoint_path(config: ModelConfig, directory: Path | None = None) -> Path:
    """Where the checkpoint of a configuration lies, whether or not it exists."""
    return checkpoint_dir(directory) / _file_name(config.kind, asdict(config), config.data_digests)


def _file_name(kind: str, config: Mapping[str, Any], data_digests: Mapping[str, str]) -> str:
    return f"{kind}-{checkpoint_key(kind, config, data_digests)[:16]}.safetensors"


def find(config: ModelConfig, directory: Path | None = None) -> Path | None:
    """The path of the checkpoint of a configuration if there is one, else None; it is not opened.

    Raises ``CheckpointError`` when the folder cannot be looked into.
    """
    path = checkpoint_path(config, directory)
    try:
        return path if path.is_file() else None
    except OSError as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read: {error.strerror}.") from error


def load(path: Path) -> Checkpoint:
    """Read and verify a checkpoint; raises ``CheckpointError`` naming the file and changes nothing.

    What a reader asks of the arrays and metrics and does not find raises ``CheckpointError`` as well.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"The checkpoint {path} cannot be read: {error.strerror}.") from error
    try:
        arrays, facts = format.decode(content)
    except format.DamagedError as error:
        raise DamagedCheckpointError(path, str(error), "was not used") from error
    version = facts.get("format_version")
    if version != format.FORMAT_VERSION:
        raise CheckpointError(f"The checkpoint {path} has format {version}, which this program cannot read.")
    for name, kind in METADATA.items():
        if not isinstance(facts.get(name), kind):
            raise CheckpointError(
                f"The checkpoint {path} does not say its {name} as this program writes it: train it again."
            )
    right_name = _file_name(facts["kind"], facts["config"], facts["data_digests"])
    if path.name != right_name:  # intact, but another model than its name promises
        raise CheckpointError(f"The checkpoint {path} holds another model: rename it to {right_name}.")
    facts["metrics"] = _Contents(path, "metric", facts["metrics"])
    return Checkpoint(path, _Contents(path, "array", arrays), facts)


def require(config: ModelConfig, directory: Path | None = None) -> Checkpoint:
    """The verified checkpoint of a configuration; ``CheckpointError`` if there is none."""
    path = find(config, directory)
    if path is None:
        missing = checkpoint_path(config, directory)
        raise CheckpointError(
            f"There is no checkpoint {missing.name} in {missing.parent}: "
            f"train it with `python -m hw9core train {config.kind}` and the same options."
        )
    return load(path)


def obtain(
    config: ModelConfig,
    directory: Path | None,
    train: Callable[[], TrainedModel],
    force: bool = False,
    patience: float = PATIENCE_SECONDS,
) -> tuple[Checkpoint, bool]:
    """The checkpoint of a configuration, and whether it was found rather than trained now.

    One process at a time trains a key; the others wait for it, at most ``patience`` seconds, and then read.
    ``force`` trains in any case. Raises ``CheckpointError`` when the cached file is damaged (it is set aside,
    so that the next call trains), when the folder cannot be written or has no room left, or when another
    process does not end. A model that cannot be stored after training is kept in the folder for temporary
    files.
    """
    path = checkpoint_path(config, directory)
    if find(config, directory) and not force:
        try:
            return load(path), True
        except DamagedCheckpointError:
            if not os.access(path.parent, os.W_OK):
                raise  # nobody can set it aside; with the lock, the next lines look at it once more
    with _locked(path, patience):
        if find(config, directory) and not force:
            return _load_or_set_aside(path), True
        remove_temporaries(path)
        _require_room(path)
        content = _encode(config, train())
        try:
            write_atomically(path, content)
        except OSError as error:
            raise _not_stored(path, content, error) from error
        return load(path), False


def _load_or_set_aside(path: Path) -> Checkpoint:
    """For the holder of the lock: nobody is writing this file, so damage in it stays."""
    try:
        return load(path)
    except DamagedCheckpointError as error:
        raise DamagedCheckpointError(path, error.reason, set_aside(path)) from error


def _encode(config: ModelConfig, model: TrainedModel) -> bytes:
    versions = {name: metadata.version(name) for name in RECORDED_LIBRARIES}
    facts = {
        "kind": config.kind,
        "config": asdict(config),
        "data_digests": dict(config.data_digests),
        "library_versions": {"python": platform.python_version(), **versions},
        "device": model.device,
        "metrics": dict(model.metrics),
        "format_version": format.FORMAT_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return format.encode(model.arrays, facts)


@contextmanager
def _locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock of a checkpoint; whatever prevents that is a ``CheckpointError``."""
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(path, patience))
        except HeldTooLong as error:
            raise CheckpointError(str(error)) from error
        except OSError as error:
            raise _cannot_write(path, error) from error
        yield


def _require_room(path: Path) -> None:
    """Notice a full disk before the training and not after it."""
    free = shutil.disk_usage(path.parent).free
    if free < LEAST_FREE_BYTES:
        raise CheckpointError(
            f"Only {free / 1e6:.0f} MB are free where the checkpoint {path} is to be written: make room, or "
            "choose another folder with --checkpoints."
        )


def _not_stored(path: Path, content: bytes, error: OSError) -> CheckpointError:
    """The error of a trained model that found no room, after an attempt to keep it elsewhere."""
    try:
        kept = Path(tempfile.gettempdir()) / path.name
        write_atomically(kept, content)
    except OSError:
        return _cannot_write(path, error)
    return CheckpointError(
        f"The checkpoint {path} cannot be written ({error.strerror or error}); the trained model is kept as "
        f"{kept}: make room and move it there."
    )


def _cannot_write(path: Path, error: OSError) -> CheckpointError:
    return CheckpointError(
        f"The checkpoint {path} cannot be written ({error.strerror or error}): choose another folder "
        "with --checkpoints."
    )
