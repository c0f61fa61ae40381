"""Lecture mode in a real browser: type for the back row, one screen, clicker keys, the QR."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.conftest import serve
from tests.browser.lectern import (
    LOWEST,
    SMALL,
    STAGE,
    at_size,
    at_step,
    least_type,
    lecture,
    open_step,
    title,
)
from tests.browser.live import next_frame, open_live, settled
from tests.browser.stages import STAGES, Stage
from tests.browser.test_stage import ALWAYS, SIZES, outside
from tests.qr import drawn_modules, modules_of
from tests.variants import seldom
from ui.catalogue import LESSONS
from ui.story.panel import story_of

# What gives way in a lecture: eight tiles that say the same number.
GIVES_WAY = {"readout area_0"}
LIVE = {
    "threshold": "threshold",
    "flow": "flow",
    "coupling": "coupling",
    "kl": "jensen",
    "gaussian-kl": "gaussian-kl",
    "joint-maximum": "joint",
}
PUBLIC = "https://hw9.example.edu"


def views() -> list:
    """All views; two of them in every run."""
    return [pytest.param(s, marks=() if s.address in ALWAYS[:2] else pytest.mark.slow) for s in STAGES]


@pytest.mark.parametrize("stage", views(), ids=lambda stage: stage.address)
def test_a_lecture_stands_on_one_screen_in_large_type(page, app_url, stage: Stage):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[0], strict=True)))
    open_live(page, f"{app_url}/{lecture(stage.address)}", stage.live)
    settled(page, stage.live)
    selectors = {name: found for name, found in stage.selectors.items() if name not in GIVES_WAY}
    for size in SIZES:
        at_size(page, size)
        found = page.evaluate(STAGE, selectors)
        below = max((box[3] for box in found["boxes"].values() if box), default=0)
        print(f"\n{stage.address:45} {size[0]}×{size[1]}: top {found['top']}, down to {below}", end="")
        assert outside(found["boxes"], size) == {} and found["cut"] == [], size
        assert page.evaluate(SMALL, least_type(size)) == [], size
    assert least_type((1280, 720)) == 24


@pytest.mark.parametrize("lesson", seldom(LESSONS), ids=lambda lesson: lesson.slug)
def test_a_clicker_alone_walks_through_the_story(page, app_url, lesson):
    size = (1280, 720)
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    open_live(page, f"{app_url}/{lesson.slug}?lecture=1", LIVE[lesson.slug])
    steps = story_of(lesson.word).steps
    for number, step in enumerate(steps, start=1):
        page.keyboard.press("PageDown")
        at_step(page, number)
        assert title(page).inner_text() == f"{number} of {len(steps)} · {step.title}"
        page.wait_for_selector('.hw9-live[data-ready="true"] >> visible=true')
        at_size(page, size)
        assert page.evaluate(LOWEST) <= size[1], step.title
        assert page.evaluate(SMALL, 24) == [], step.title
    page.keyboard.press("PageDown")  # there is nothing behind the last step
    for number in range(len(steps) - 1, 0, -1):
        page.keyboard.press("PageUp")
        at_step(page, number)


def test_keys_are_the_clickers_wherever_the_focus_is(page, app_url):
    open_step(page, app_url, "kl", "densities", 2)
    slider = page.get_by_test_id("control-loc")
    slider.focus()
    before = slider.input_value()
    page.keyboard.press("PageDown")
    at_step(page, 3)
    assert page.get_by_test_id("control-loc").evaluate("(node) => node === document.activeElement")
    page.keyboard.press("ArrowRight")  # which is the slider's own
    next_frame(page)
    assert slider.input_value() != before
    assert title(page).inner_text().startswith("3 of ")
    page.evaluate("() => document.activeElement.blur()")
    settled(page, "densities")
    page.keyboard.press("ArrowRight")
    at_step(page, 4)
    page.keyboard.press("ArrowLeft")
    at_step(page, 3)
    page.keyboard.press("F5")
    at_step(page, 1)


@pytest.mark.slow
def test_what_is_typed_into_a_field_is_no_key(page, app_url):
    open_step(page, app_url, "kl", "densities", 3)
    field = page.get_by_test_id("entry-loc")
    field.click()
    for key in ("b", ".", "PageDown", "Escape"):
        page.keyboard.press(key)
    next_frame(page)
    assert page.get_by_test_id("curtain").count() == 0
    assert page.locator(".st-key-lecture-end").count() == 1
    assert title(page).inner_text().startswith("3 of ")


@pytest.mark.parametrize("key", seldom(["b", "B", "."]))
def test_a_key_blanks_the_screen_and_any_key_brings_it_back(page, app_url, key):
    open_step(page, app_url, "gaussian-kl", "gaussian-kl", 2)
    curtain = page.get_by_test_id("curtain")
    page.keyboard.press(key)
    assert curtain.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(0, 0, 0)"
    box, window = curtain.bounding_box(), page.viewport_size
    assert box == {"x": 0, "y": 0, **window}
    page.keyboard.press("PageDown")  # it wakes the screen and does nothing else
    assert curtain.count() == 0
    next_frame(page)
    assert title(page).inner_text().startswith("2 of ")
    page.keyboard.press(key)
    page.mouse.click(300, 300)
    assert curtain.count() == 0


def test_escape_leaves_and_the_button_begins(page, app_url):
    open_step(page, app_url, "gaussian-kl", "gaussian-kl", 2)
    page.keyboard.press("Escape")
    page.wait_for_selector('[data-testid="stHeader"]', state="visible")
    page.wait_for_function("() => !location.search.includes('lecture')")
    assert "story=2" in page.url
    page.keyboard.press("PageDown")  # an ordinary page scrolls
    next_frame(page)
    assert title(page).inner_text().startswith("2 of ")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Lecture mode").click()
    page.wait_for_selector('[data-testid="stHeader"]', state="hidden")
    page.wait_for_function("() => location.search.includes('lecture=1')")


@pytest.mark.slow
def test_a_lecture_goes_on_from_page_to_page(page, app_url):
    open_live(page, f"{app_url}/kl?lecture=1&hide=readouts", "jensen")
    assert page.get_by_test_id("readout-kl").is_hidden()
    page.get_by_role("button", name="Lessons").click()
    page.get_by_role("link", name="KL between Gaussians").click()
    page.wait_for_selector('[data-testid="live-gaussian-kl"][data-ready="true"]')
    page.wait_for_function("() => /lecture=1/.test(location.search) && /hide=readouts/.test(location.search)")
    assert page.get_by_test_id("readout-kl_pq").is_hidden()
    assert page.locator('[data-testid="stHeader"]').is_hidden()


@pytest.fixture(scope="module")
def public_url(tmp_path_factory):
    with serve(tmp_path_factory, HW9_PUBLIC_URL=PUBLIC) as url:
        yield url


def test_the_qr_is_the_state_on_the_screen(context, public_url):
    page = context.new_page()
    open_live(page, f"{public_url}/threshold?tau=18.5&axis=linear&lecture=1", "threshold")
    settled(page, "threshold")
    slider = page.get_by_test_id("control-tau")
    slider.press("End")
    page.wait_for_function("() => !location.search.includes('tau=18.5')")
    settled(page, "threshold")
    page.locator(".st-key-lecture-qr button").first.click()
    drawn = drawn_modules(page.locator("img.lecture-code").get_attribute("src"))
    shown = dict(parse_qsl(urlsplit(page.url).query))
    assert shown.pop("lecture") == "1" and shown["axis"] == "linear"
    link = page.locator('[data-testid="stPopoverBody"] code').inner_text()
    assert link.startswith(f"{PUBLIC}/threshold?") and dict(parse_qsl(urlsplit(link).query)) == shown
    assert drawn == modules_of(link)
    page.keyboard.press("Escape")  # which closes the QR, and the lecture goes on
    page.wait_for_selector('[data-testid="stPopoverBody"]', state="detached")
    assert page.locator(".st-key-lecture-end").count() == 1
    page.close()
