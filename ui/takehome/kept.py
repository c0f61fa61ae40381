"""What a visitor may take home: a live view as it stands, with the words that say where it is from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ui.catalogue import LESSONS, Lesson, page_address
from ui.live.shown import Shown
from ui.state import in_address

PROGRAM = "Deep generative models, live"


@dataclass(frozen=True)
class Kept:
    """A live view of a lesson (``word``; "" for none) as it stands.

    ``choices`` are the words of the page's choices by their keys; ``address`` what the address says, which
    may be older; ``program`` is where the program is reached, "" where nobody knows.
    """

    shown: Shown
    word: str
    choices: Mapping[str, list[str]] = field(default_factory=dict)
    address: Mapping[str, list[str]] = field(default_factory=dict)
    program: str = ""

    @property
    def query(self) -> str:
        """The whole state as the program's address says it."""
        values = {one.address: [in_address(self.shown.values[one.name])] for one in self.shown.controls}
        return urlencode({**self.address, **self.choices, **values}, doseq=True)

    @property
    def link(self) -> str:
        """Where the program shows this very state, "" where nobody knows."""
        return link(self.program, self.word, self.query)

    @property
    def title(self) -> str:
        """The lesson's title, or the program's."""
        lesson = lesson_of(self.word)
        return lesson.title if lesson else PROGRAM

    @property
    def stem(self) -> str:
        """The name of a file of it, without a suffix."""
        return f"hw9-{plain(self.shown.name)}"


def lesson_of(word: str) -> Lesson | None:
    """The lesson that a word is for."""
    return next((lesson for lesson in LESSONS if lesson.word == word), None)


def link(program: str, word: str, query: str) -> str:
    """The address of a lesson's page in the program at ``program``, "" where that is not known."""
    lesson = lesson_of(word)
    return page_address(program, lesson.slug if lesson else "", query) if program else ""


def plain(words: str) -> str:
    """Words as part of a file's name: ASCII letters, digits and single hyphens."""
    return re.sub("[^a-z0-9]+", "-", words.lower()).strip("-")
