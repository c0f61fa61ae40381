"""How commands print: one line per line whatever a file is called, JSON that every reader accepts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from hw9core.errors import printable


def print_lines(lines: Iterable[str]) -> None:
    """Print each of the lines as one line."""
    print("\n".join(map(printable, lines)))


def print_json(value: Any) -> None:
    """Print JSON; a number that is not finite, for which JSON has no word, becomes null."""
    print(json.dumps(_finite(value), indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
