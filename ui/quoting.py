"""What a visitor typed, shown as it was typed: never as Markdown, a formula, or a link."""

import re

LONGEST = 40  # characters shown


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
