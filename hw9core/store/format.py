"""A safetensors file that carries a SHA-256 of itself.

The digest stands in the header's metadata under ``sha256`` and is taken over every byte of the file, with the
64 digits of the digest itself read as zeros. So the length of the header, its padding, its JSON and the
tensors are all covered, and any safetensors reader still opens the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

FORMAT_VERSION = 1
_NO_DIGEST = b"0" * 64
# Inside a JSON string every quote is escaped, so only a key of this name looks like this.
_DIGEST_FIELD = re.compile(rb'"sha256":"([0-9a-f]{64})"')


class DamagedError(ValueError):
    """The bytes are not what was written; the message says how that shows, without a final full stop."""


def encode(arrays: Mapping[str, NDArray], metadata: Mapping[str, Any]) -> bytes:
    """The bytes of a file with these arrays and metadata (JSON values, one JSON text per key)."""
    texts = {name: json.dumps(value, sort_keys=True) for name, value in metadata.items()}
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    content = save(contiguous, {**texts, "sha256": _NO_DIGEST.decode()})
    start, end = _digest_span(content)
    return content[:start] + hashlib.sha256(content).hexdigest().encode() + content[end:]


def decode(content: bytes) -> tuple[dict[str, NDArray], dict[str, Any]]:
    """The arrays (read-only) and metadata of a file; ``DamagedError`` if any byte is not as written."""
    start, end = _digest_span(content)
    blank = hashlib.sha256(content[:start] + _NO_DIGEST + content[end:]).hexdigest()
    if blank.encode() != content[start:end]:
        raise DamagedError("its checksum does not match")
    try:
        arrays = load(content)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:  # KeyError for types NumPy lacks
        raise DamagedError(f"it is no safetensors file: {error}") from error
    for array in arrays.values():
        array.setflags(write=False)
    try:
        texts = json.loads(_header(content))["__metadata__"]
        return arrays, {name: json.loads(text) for name, text in texts.items() if name != "sha256"}
    except (ValueError, RecursionError) as error:
        raise DamagedError("its metadata is not JSON") from error


def _digest_span(content: bytes) -> tuple[int, int]:
    """Where in the file the 64 digits of the digest stand."""
    fields = list(_DIGEST_FIELD.finditer(_header(content)))
    if len(fields) != 1:
        raise DamagedError("its header carries no checksum")
    start, end = fields[0].span(1)
    return start + 8, end + 8


def _header(content: bytes) -> bytes:
    """The JSON header: a safetensors file starts with its length, 8 bytes little-endian."""
    return content[8 : 8 + int.from_bytes(content[:8], "little")]
