"""Text from elsewhere, shown as it is: never as Markdown, a formula, or a link, and without folders."""

import re
from collections.abc import Iterable
from pathlib import Path

from hw9core.images.mnist import data_dir
from hw9core.store.checkpoints import checkpoint_dir

LONGEST = 40  # characters of a word shown
# What Markdown, or Streamlit's additions to it, read within a line. An underscore between letters, as in the
# name of a setting, and a colon or an ampersand before a space mean nothing.
_ACTIVE = re.compile(r"([\\`*{}\[\]<>#|~$]|[:&](?!\s)|(?<![^\W_])_|_(?![^\W_]))")
_BREAK = "\N{ZERO WIDTH SPACE}"
# What becomes a link without any brackets (GitHub's autolinks): an address, a www name, an e-mail address.
_AUTOLINK = re.compile(r"(://|\bwww|@)", re.IGNORECASE)


def as_code(text: str) -> str:
    """``text`` as Markdown that renders as nothing but its own characters, shortened to ``LONGEST``.

    A code span is the one place where Markdown, and Streamlit's own additions to it, read nothing; its fence
    is longer than any run of backticks inside (CommonMark 6.1). Characters without a shape of their own,
    such as line ends and changes of the writing direction, show as �.
    """
    shortened = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    plain = "".join(character if character.isprintable() else "�" for character in shortened)
    if not plain.strip():
        return "nothing"
    fence = "`" * (1 + max(map(len, re.findall("`+", plain)), default=0))
    return f"{fence} {plain} {fence}"


def as_text(error: Exception | str) -> str:
    """An error, or its message, for visitors, where nothing reads Markdown: files without folders."""
    return without_folders(str(error), (checkpoint_dir(), data_dir()))


def as_sentence(error: Exception | str) -> str:
    """An error, or its message, as Markdown that renders literally, for visitors: files without folders.

    A message may quote what a visitor typed or how a file was called, and the command line's name folders.
    What stands between backticks, such as a command, is shown as code.
    """
    text = as_text(error)
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without a partner
        return _literal(text)
    return "".join(f"`{part}`" if i % 2 and part else _literal(part) for i, part in enumerate(parts))


def _literal(text: str) -> str:
    return _AUTOLINK.sub(rf"\1{_BREAK}", _ACTIVE.sub(r"\\\1", text))


def without_folders(text: str, folders: Iterable[Path]) -> str:
    """``text`` in which files in ``folders``, at any depth, are called by their names alone."""
    for folder in folders:
        for spelling in {str(folder), str(folder.resolve())}:
            text = re.sub(re.escape(spelling) + r"([\\/][^\s\\/]+)*[\\/]", "", text)
            text = text.replace(spelling, folder.name)
    return text
