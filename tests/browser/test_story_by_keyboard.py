"""A story from its first step to its last with Tab, Enter and the arrows alone."""

import re

import pytest

from tests.browser.live import next_frame, open_live
from tests.variants import seldom
from ui.story.panel import story_of

VERDICT = re.compile("^(it is|Right|No)")
STOPS = 150  # of Tab, before something counts as out of reach
STORIES = [
    ("gaussians", "gaussian-kl", "gaussian-kl"),
    ("anomaly", "threshold", "threshold"),
    ("line_flow", "flow", "flow"),
    ("coupling", "coupling", "coupling"),
    ("divergence", "kl", "jensen"),
    ("joint_maximum", "joint-maximum", "joint"),
]
FOCUSED = "() => document.activeElement?.innerText?.trim() ?? ''"
IS_READY = """() => document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-testid^="live-"]')?.dataset.ready === 'true'"""


def settled(page) -> None:
    page.wait_for_function(IS_READY)
    next_frame(page)


def tab_to(page, name: str, key: str = "Tab") -> None:
    """Press Tab until what has the focus is called ``name``."""
    for _ in range(STOPS):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached with {key}")


def has_button(page, name: str) -> bool:
    return page.get_by_role("button", name=name, exact=True).is_visible()


@pytest.mark.parametrize(("word", "slug", "live"), seldom(STORIES))
def test_a_story_is_walked_by_keyboard_alone(page, app_url, word, slug, live):
    open_live(page, f"{app_url}/{slug}", live)
    settled(page)
    steps = story_of(word).steps
    tab_to(page, "Start the story")
    for number, step in enumerate(steps, 1):
        page.keyboard.press("Enter")
        page.get_by_text(f"{number} of {len(steps)} · {step.title}").wait_for()
        settled(page)
        if has_button(page, "This is my answer"):
            tab_to(page, "This is my answer")
            page.keyboard.press("Enter")
            page.locator("strong").filter(has_text=VERDICT).first.wait_for()
            settled(page)
        if has_button(page, "Show me"):
            tab_to(page, "Show me")
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Show me", exact=True).wait_for(state="detached")
            settled(page)
        if number < len(steps):
            tab_to(page, "Next", "Shift+Tab")
    assert page.get_by_role("button", name="Next", exact=True).is_disabled()


def test_a_prediction_is_answered_with_the_handle_by_keyboard(page, app_url):
    open_live(page, f"{app_url}/threshold?story=2", "threshold")
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the head
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.dataset.grip") == "tau"
    before = float(page.get_by_test_id("entry-tau").input_value())
    page.keyboard.press("Shift+ArrowLeft")
    next_frame(page)
    moved = float(page.get_by_test_id("entry-tau").input_value())
    assert moved < before
    tab_to(page, "This is my answer", "Shift+Tab")
    page.wait_for_function("(tau) => location.search.includes(`tau=${tau}`)", arg=moved)
    settled(page)
    page.keyboard.press("Enter")
    page.get_by_text(f"You said {moved:.2f}, which is").wait_for()
