"""What a visitor may take home: a live view as it stands, with the words that say where it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ui.catalogue import LESSONS, Lesson
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
    page = f"{program}/{lesson.slug if lesson else ''}"
    return (f"{page}?{query}" if query else page) if program else ""


def plain(words: str) -> str:
    """Words as part of a file's name: ASCII letters, digits and single hyphens."""
    return re.sub("[^a-z0-9]+", "-", words.lower()).strip("-")
