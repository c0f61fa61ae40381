"""axe-core finds nothing grave in any page or view, light or dark."""

import pytest

from tests.browser.axe import findings
from tests.browser.live import open_live, open_options, settled
from tests.browser.stages import STAGES, Stage
from tests.browser.test_stage import ALWAYS
from tests.variants import seldom

WINDOW, PHONE = (1366, 768), (390, 844)
# A light one of each page and one dark one in every run; all others are the long extra.
VARIANTS = [
    (stage, *how) for how in (("light", WINDOW), ("dark", WINDOW), ("light", PHONE)) for stage in STAGES
]
EVERY_RUN = {(address, "light", WINDOW) for address in ALWAYS[:2]} | {
    ("threshold?view=overview", "dark", WINDOW),
    ("coupling", "light", PHONE),
}


def _variant(stage: Stage, theme: str, size: tuple[int, int]):
    marks = () if (stage.address, theme, size) in EVERY_RUN else (pytest.mark.slow,)
    return pytest.param(stage, theme, size, marks=marks, id=f"{stage.address}-{theme}-{size[0]}")


@pytest.mark.parametrize(("stage", "theme", "size"), [_variant(*variant) for variant in VARIANTS])
def test_a_view_has_no_grave_finding(page, app_url, stage: Stage, theme, size):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    open_live(page, f"{app_url}/{stage.address}", stage.live)
    settled(page, stage.live)
    assert findings(page) == []


@pytest.mark.parametrize("theme", seldom(["light", "dark"]))
@pytest.mark.parametrize("address", seldom(["", "glossary"]))
def test_a_page_without_a_stage_has_no_grave_finding(page, app_url, address, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(f"{app_url}/{address}")
    page.wait_for_selector('[data-testid="stHeading"]')
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert findings(page) == []


def test_a_step_of_the_story_the_options_and_a_table_have_no_grave_finding(page, app_url):
    open_live(page, f"{app_url}/threshold?story=2", "threshold")
    settled(page, "threshold")
    assert findings(page) == []
    open_options(page)
    page.wait_for_selector('[data-testid="stPopoverBody"]')
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="View as table: Histograms").click()
    page.wait_for_selector("dialog[open]")
    assert findings(page) == []


def test_a_finding_is_found(page, app_url):
    open_live(page, f"{app_url}/kl", "jensen")
    page.evaluate("() => document.querySelector('.hw9-hold').removeAttribute('aria-label')")
    assert any("aria-input-field-name" in line for line in findings(page))
