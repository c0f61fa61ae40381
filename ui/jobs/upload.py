"""A visitor's file: read once, beside the server when it is large, and only what it holds is remembered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from streamlit.runtime.uploaded_file_manager import UploadedFile

from hw9core.errors import Hw9Error
from ui.jobs.aside import aside
from ui.jobs.task import LaneError
from ui.state import last_good

R = TypeVar("R")

SMALL_BYTES = 200_000  # read within 150 ms at the worst


@dataclass(frozen=True)
class Read(Generic[R]):
    """What a file holds, or, where it cannot be used, why: one sentence."""

    value: R | None = None
    refusal: str = ""


def read_upload(
    key: str, upload: UploadedFile | None, parse: Callable[[bytes, str], R], at_once: int = SMALL_BYTES
) -> Read[R]:
    """``parse(content, name)``, or the sentence of the ``Hw9Error`` that it raises; empty without a file.

    ``parse`` must be importable by its name. The session remembers the result of its last file under ``key``.
    Files of at most ``at_once`` bytes are read in the server itself.
    """
    if upload is None:
        return Read()
    number, read = last_good(key) or ("", Read())
    if number == upload.file_id:
        return read
    try:
        read = _read(upload.getvalue(), upload.name, parse, at_once)
    except LaneError as error:  # the next run may find the queue shorter
        return Read(refusal=str(error))
    last_good(key, (upload.file_id, read))
    return read


def _read(content: bytes, name: str, parse: Callable[[bytes, str], R], at_once: int) -> Read[R]:
    try:
        if len(content) <= at_once:
            return Read(parse(content, name))
        return Read(aside(f"Reading {name}", parse, content, name))
    except LaneError:
        raise
    except Hw9Error as error:
        return Read(refusal=str(error))
