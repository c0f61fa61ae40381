"""One scale of type and one unit of space: both stylesheets begin with the same, and sizes come from it."""

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "ui"
LIVE, PAGE, HOME = UI / "live/browser/live.css", UI / "page.css", UI / "live/browser/home.css"
SCALE = ("--hw9-unit", "--hw9-small", "--hw9-text", "--hw9-prose", "--hw9-large")


def scale(path: Path) -> dict[str, str]:
    """The variables of the first :root of a stylesheet, whose units are all relative to the reader's type."""
    block = re.search(r":root \{(.*?)\n\}", path.read_text("utf-8"), re.DOTALL)
    return dict(re.findall(r"(--[\w-]+): ([\d.]+rem);", block[1]))


def test_both_stylesheets_begin_with_one_scale():
    assert tuple(scale(LIVE)) == SCALE
    assert scale(LIVE) == scale(PAGE)
    sizes = [float(size.removesuffix("rem")) for size in list(scale(LIVE).values())[1:]]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("path", [LIVE, PAGE, HOME], ids=lambda path: path.name)
def test_what_a_stylesheet_uses_of_the_scale_is_in_it(path):
    used = set(re.findall(r"var\((--hw9-(?:unit|small|text|prose|large))\)", path.read_text("utf-8")))
    assert used <= set(SCALE) and used
