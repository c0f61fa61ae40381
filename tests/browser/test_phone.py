"""A phone: the stage first, one thumb, no sideways scrolling, and every target large enough for a finger."""

import pytest

from tests.browser.live import Box, grip, next_frame, plot_area, readout, settled
from tests.browser.stages import STAGES, Stage
from tests.browser.test_stage import ALWAYS
from tests.variants import seldom

SIZES = ((390, 844), (320, 640))
LEAST = 24  # pixels across a target, WCAG 2.5.8
FIRST = [stage for stage in STAGES if stage.address in ALWAYS]
OTHERS = [stage for stage in STAGES if stage.address not in ALWAYS]
WIDER = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    return Math.max(main.scrollWidth - main.clientWidth, document.body.scrollWidth - innerWidth);
}"""
# What a finger meets in our own markup and in a lesson's head that is too small in one direction.
SMALL = """(least) => {
    const places = ".hw9-live :is(button, input, select), :is(.st-key-head, [class*=st-key-story]) button";
    const seen = [...document.querySelectorAll(places)].filter((node) => node.checkVisibility());
    return seen.filter((node) => {
        const { width, height } = node.getBoundingClientRect();
        return width < least || height < least;
    }).map((node) => node.outerHTML.slice(0, 120));
}"""
BOTTOMS = """(selectors) => {
    const group = (node) => node?.closest(".hw9-readouts");
    const nodes = selectors.map((selector) => document.querySelector(selector));
    const first = group(nodes.find(group));
    const lead = nodes.filter((node) => !group(node) || group(node) === first);
    return lead.map((node) => (node.closest(".hw9-tile") ?? node).getBoundingClientRect().bottom);
}"""
CUT = """() => [...document.querySelectorAll(".hw9-stage .hw9-number")]
    .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.outerHTML)"""
SCROLLED = """() => document.querySelector('[data-testid="stMain"]').scrollTop"""


@pytest.fixture
def phone(browser, app_url):
    """A page of a phone of 390 × 844 pixels, with a finger in place of a mouse."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.finger = context.new_cdp_session(page)
    yield page
    context.close()


def open_page(page, app_url: str, stage: Stage) -> None:
    page.goto(f"{app_url}/{stage.address}")
    page.wait_for_selector(f'[data-testid="live-{stage.live}"][data-ready="true"]')
    settled(page, stage.live)


def touch(page, kind: str, *at: float) -> None:
    points = [{"x": at[0], "y": at[1]}] if at else []
    page.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def swipe(page, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
    touch(page, "touchStart", *start)
    for i in range(1, steps + 1):
        touch(page, "touchMove", *(a + i / steps * (b - a) for a, b in zip(start, end, strict=True)))
        page.evaluate("() => new Promise(requestAnimationFrame)")
    touch(page, "touchEnd")


def tap(page, at: tuple[float, float]) -> None:
    touch(page, "touchStart", *at)
    touch(page, "touchEnd")


@pytest.mark.parametrize("stage", seldom(FIRST + OTHERS, always=2), ids=lambda stage: stage.address)
def test_a_view_fits_a_phone(phone, app_url, stage: Stage):
    for width, height in SIZES:
        phone.set_viewport_size({"width": width, "height": height})
        open_page(phone, app_url, stage)
        assert phone.evaluate(WIDER) <= 0, width
        assert phone.evaluate(SMALL, LEAST) == [], width
        assert phone.evaluate(CUT) == [], width


# The first figure of a view, its control and its first readouts, or as many of them as it has.
@pytest.mark.parametrize("stage", seldom(FIRST + OTHERS, always=2), ids=lambda stage: stage.address)
def test_the_first_screen_holds_figure_control_and_numbers(phone, app_url, stage: Stage):
    open_page(phone, app_url, stage)
    figure = [f'[data-figure="{name}"]' for name in stage.figures[:1]]
    control = [stage.moving] if stage.moving else []
    numbers = [f'[data-testid="readout-{name}"]' for name in stage.readouts[:3]]
    bottoms = phone.evaluate(BOTTOMS, [*figure, *control, *numbers])
    assert max(bottoms, default=0) <= 844, bottoms


@pytest.mark.parametrize("address", seldom(["", "glossary"]))
def test_a_page_without_a_stage_fits_a_phone(phone, app_url, address):
    for width, height in SIZES:
        phone.set_viewport_size({"width": width, "height": height})
        phone.goto(f"{app_url}/{address}")
        phone.wait_for_selector('[data-testid="stHeading"]')
        phone.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        assert phone.evaluate(WIDER) <= 0, width


def test_a_finger_on_a_handle_drags_and_one_beside_it_scrolls(phone, app_url):
    open_page(phone, app_url, FIRST[0])
    area = plot_area(phone, "scores")
    before, start = readout(phone, "tau"), grip(phone, "scores", "tau")
    swipe(phone, start, (start[0] - 60, start[1] + 40))
    settled(phone, "threshold")
    after = readout(phone, "tau")
    assert after < before
    assert phone.evaluate(SCROLLED) == 0
    swipe(phone, area.at(0.15, 0.8), area.at(0.15, 0.1))
    phone.wait_for_function(f"() => ({SCROLLED})() > 40")
    assert readout(phone, "tau") == after


def test_a_handle_is_placed_by_two_taps(phone, app_url):
    stage = next(stage for stage in FIRST if stage.live == "gaussian-kl")
    open_page(phone, app_url, stage)
    area: Box = plot_area(phone, "stage")
    tap(phone, grip(phone, "stage", "p_x p_y"))
    next_frame(phone)
    target = area.at(0.75, 0.25)
    tap(phone, target)
    phone.wait_for_function("() => location.search.includes('p_x=')")
    settled(phone, "gaussian-kl")
    assert grip(phone, "stage", "p_x p_y") == pytest.approx(target, abs=1.5)
