"""What a visitor may take home: a live view as it stands, with the words that say where it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ui.catalogue import LESSONS
from ui.live.shown import Shown

PROGRAM = "Deep generative models, live"


@dataclass(frozen=True)
class Kept:
    """A live view of a lesson (``word``; "" for none) at an address.

    ``query`` is what the address said of the page's choices and controls, ``link`` the whole of it, "" where
    nobody knows under which name the program is reached.
    """

    shown: Shown
    word: str
    query: str = ""
    link: str = ""

    @property
    def title(self) -> str:
        """The lesson's title, or the program's."""
        return next((lesson.title for lesson in LESSONS if lesson.word == self.word), PROGRAM)

    @property
    def stem(self) -> str:
        """The name of a file of it, without a suffix."""
        return f"hw9-{plain(self.shown.name)}"


def plain(words: str) -> str:
    """Words as part of a file's name: ASCII letters, digits and single hyphens."""
    return re.sub("[^a-z0-9]+", "-", words.lower()).strip("-")
