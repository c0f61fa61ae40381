"""A visitor's file: read once, beside the server when it is large, and only what it holds is remembered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from streamlit.runtime.uploaded_file_manager import UploadedFile

from hw9core.errors import Hw9Error
from ui.jobs.aside import aside
from ui.state import last_good

R = TypeVar("R")

SMALL_BYTES = 200_000  # read within 150 ms at the worst


@dataclass(frozen=True)
class Read(Generic[R]):
    """What a file holds, or, where it cannot be used, why: one sentence."""

    value: R | None = None
    refusal: str = ""


def read_upload(key: str, upload: UploadedFile | None, parse: Callable[[bytes, str], R]) -> Read[R]:
    """``parse(content, name)``, or the sentence of the ``Hw9Error`` that it raises; empty without a file.

    ``parse`` must be importable by its name. The session remembers the result of its last file under ``key``.
    """
    if upload is None:
        return Read()
    number, read = last_good(key) or ("", Read())
    if number != upload.file_id:
        read = _read(upload.getvalue(), upload.name, parse)
        last_good(key, (upload.file_id, read))
    return read


def _read(content: bytes, name: str, parse: Callable[[bytes, str], R]) -> Read[R]:
    try:
        if len(content) <= SMALL_BYTES:
            return Read(parse(content, name))
        return Read(aside(f"Reading {name}", parse, content, name))
    except Hw9Error as error:
        return Read(refusal=str(error))
