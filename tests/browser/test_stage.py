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
# Where every part of the stage stands, and how large it is.
PLACES = """() => {
    const parts = ".hw9-stage :is(.hw9-figure, .hw9-control, .hw9-tile, .hw9-lines, td)";
    const boxes = [...document.querySelectorAll(parts)].map((node) => node.getBoundingClientRect());
    return boxes.map((box) => [box.x, box.y, box.width, box.height].map(Math.round));
}"""
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


def _views(wanted, always: tuple[str, ...]) -> list:
    """The views for which ``wanted`` holds; all but those of every run are marked slow."""
    chosen = (stage for stage in STAGES if wanted(stage))
    return [pytest.param(s, marks=() if s.address in always else pytest.mark.slow) for s in chosen]


@pytest.mark.parametrize("stage", _views(lambda s: True, ALWAYS), ids=lambda stage: stage.address)
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


@pytest.mark.parametrize("stage", _views(lambda s: s.moving, ALWAYS[:2]), ids=lambda stage: stage.address)
def test_no_part_of_the_stage_moves_as_numbers_change(page, app_url, stage: Stage):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[-1], strict=True)))
    open_live(page, f"{app_url}/{stage.address}", stage.live)
    settled(page, stage.live)
    at_size(page, SIZES[-1])
    control, before = page.locator(stage.moving), page.evaluate(PLACES)
    for key in ("Home", "End", *["ArrowLeft"] * 3):
        control.press(key)
        next_frame(page)
        assert page.evaluate(PLACES) == before, key


@pytest.mark.slow
@pytest.mark.parametrize("live", ["threshold", "flow", "plane", "joint"])
def test_the_stage_of_every_view_begins_at_one_height(page, app_url, live):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[-1], strict=True)))
    tops = {}
    for stage in (stage for stage in STAGES if stage.live == live):
        open_live(page, f"{app_url}/{stage.address}", live)
        settled(page, live)
        next_frame(page)
        tops[stage.address] = page.evaluate(MEASURE, {})["top"]
    assert len(set(tops.values())) == 1, tops


@pytest.mark.parametrize("lesson", list(TABLES), ids=lambda lesson: lesson.__name__)
def test_every_view_has_its_stage(lesson):
    described, views = TABLES[lesson]
    assert set(described) == set(views)
