"""How commands print: one line per line whatever a file is called, JSON that every reader accepts, and words
for the characters that a console's encoding lacks."""

from __future__ import annotations

import codecs
import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from hw9core.errors import printable

# What this program prints beyond Windows' cp1252; an older console lacks more.
SPELLED = {
    **{"α": "alpha", "β": "beta", "τ": "tau", "μ": "mu", "Σ": "Sigma"},
    **{"‖": "||", "−": "-", "–": "-", "±": "+-", "×": "x", "²": "^2", "≤": "<=", "≥": ">=", "…": "..."},
}


def spell_missing_characters() -> None:
    """From now on, write in words what the encoding of stdout lacks, instead of raising."""
    codecs.register_error("spelled", _spelled)
    sys.stdout.reconfigure(errors="spelled")


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(SPELLED.get(character, "?") for character in missing), error.end


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
