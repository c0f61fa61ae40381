"""Figure, control and key readouts of every view stand on one screen, and on the same place in every view."""

from pathlib import Path

import pytest

from tests.browser.live import next_frame, open_live, settled
from tests.browser.stages import STAGES, TABLES, Stage

SIZES = ((1366, 768), (1280, 720), (1024, 768))
MEASURE = (Path(__file__).parent / "stage.js").read_text(encoding="utf-8")
# One view of each page in every run; the others are the long extra.
ALWAYS = (
    "threshold?view=overview",
    "flow?view=x to z",
    "coupling",
    "kl?view=densities",
    "gaussian-kl",
    "joint-maximum?view=landscape",
)
DRAWN = """() => [...document.querySelectorAll(".hw9-stage [data-figure]")].every((box) => {
    const drawn = box.querySelector(".main-svg");
    return drawn && Math.abs(drawn.getBoundingClientRect().height - box.clientHeight) < 1;
})"""


def at_size(page, size: tuple[int, int]) -> None:
    """Give the window a size, and wait until the figures are drawn for it."""
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    next_frame(page)
    page.wait_for_function(DRAWN)


def outside(boxes: dict, size: tuple[int, int]) -> dict:
    """The parts that are not wholly in the window, with left, top, right and bottom in pixels."""
    width, height = size
    return {
        name: box
        for name, box in boxes.items()
        if box is None or box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height
    }


@pytest.mark.parametrize(
    "stage",
    [pytest.param(s, marks=() if s.address in ALWAYS else pytest.mark.slow, id=s.address) for s in STAGES],
)
def test_the_stage_stands_on_one_screen(page, app_url, stage: Stage):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[0], strict=True)))
    open_live(page, f"{app_url}/{stage.address}", stage.live)
    settled(page, stage.live)
    missed = {}
    for size in SIZES:
        at_size(page, size)
        found = page.evaluate(MEASURE, stage.selectors)
        below = max((box[3] for box in found["boxes"].values() if box), default=0)
        print(f"\n{stage.address:45} {size[0]}×{size[1]}: top {found['top']}, down to {below}", end="")
        if outside(found["boxes"], size) or found["cut"]:
            missed[size] = outside(found["boxes"], size), found["cut"]
    assert missed == {}


@pytest.mark.parametrize("lesson", list(TABLES), ids=lambda lesson: lesson.__name__)
def test_every_view_has_its_stage(lesson):
    described, views = TABLES[lesson]
    assert set(described) == set(views)
