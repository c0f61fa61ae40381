"""What came from elsewhere is shown as it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.quoting import LONGEST, as_code, as_sentence, without_folders


@given(st.text())
def test_quoted_text_is_one_code_span(text):
    quoted = as_code(text)
    assert "\n" not in quoted and len(quoted) <= LONGEST + 2 * (LONGEST + 2)
    if quoted != "nothing":
        fence = re.match("`+", quoted)[0]
        inside = quoted.removeprefix(fence).removesuffix(fence)
        assert inside.startswith(" ") and inside.endswith(" ")
        assert all(len(run) < len(fence) for run in re.findall("`+", inside))
        assert inside.isprintable()


def rendered(markdown: str) -> str:
    """What CommonMark makes of escapes and code spans; anything else that it would read is a failure."""
    text, place = "", 0
    while place < len(markdown):
        character = markdown[place]
        if character == "\\":
            text, place = text + markdown[place + 1], place + 2
        elif character == "`":
            end = markdown.index("`", place + 1)
            text, place = text + markdown[place + 1 : end], end + 1
        else:
            assert character not in "[]*<>$#~{}|"
            assert (
                character not in ":&"
                or markdown[place + 1 : place + 2].isspace()
                or place + 1 == len(markdown)
            )
            assert character != "_" or (markdown[place - 1].isalpha() and markdown[place + 1].isalpha())
            text, place = text + character, place + 1
    return text


@given(st.text(st.sampled_from("ab `[]()!*_<>$:&#\\~@/.w")))
def test_a_sentence_renders_as_its_own_characters(text):
    shown = rendered(as_sentence(ValueError(text)))
    assert not re.search(r"://\w|www\.|@\w", shown) or "`" in text
    without_code_marks = re.sub("`([^`]+)`", r"\1", text) if text.count("`") % 2 == 0 else text
    assert shown.replace("\u200b", "").replace("`", "") == without_code_marks.replace("`", "")


def test_a_command_is_shown_as_code():
    assert as_sentence(ValueError("train it with `python -m x_y`")) == "train it with `python -m x_y`"


@pytest.mark.parametrize("folder", ["/srv/hw 9/checkpoints", "C:\\hw9\\checkpoints"])
def test_visitors_read_no_folders(folder):
    separator = "\\" if "\\" in folder else "/"
    text = f"{folder}{separator}MNIST{separator}raw{separator}a.gz is missing; there is no b in {folder}: c."
    shown = without_folders(text, [Path(folder)])
    assert shown == f"a.gz is missing; there is no b in {Path(folder).name}: c."
