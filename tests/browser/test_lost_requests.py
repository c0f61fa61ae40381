"""What a lossy network and a server that was started again do to a figure: nothing that lasts."""

from itertools import product

import pytest

from benchmarks.trials.lossy import KINDS, lose
from tests.browser.conftest import free_port, serve
from tests.browser.live import next_frame, open_live, open_options, readout, settled
from tests.variants import seldom

READY = '[data-testid="live-jensen"][data-ready="true"]'
ALWAYS_LOST = (("scene", None), ("modules", 503))
LOST = (*ALWAYS_LOST, *sorted({*product(KINDS, (None, 503))} - {*ALWAYS_LOST}, key=str))


@pytest.fixture
def fresh(browser, app_url):
    """A page with nothing in its cache."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


@pytest.mark.parametrize(("name", "status"), seldom(LOST, len(ALWAYS_LOST)))
def test_a_lost_request_is_made_again(fresh, app_url, name, status):
    seen = lose(fresh, KINDS[name], 2, status)
    open_live(fresh, f"{app_url}/kl", "jensen")
    assert len(seen) == 3
    assert fresh.get_by_role("alert").count() == 0


def test_a_figure_that_failed_keeps_its_controls_and_can_be_tried_again(fresh, app_url):
    open_live(fresh, f"{app_url}/kl?view=densities&pair=Two Gaussians", "densities")
    settled(fresh, "densities")
    slider = fresh.locator("input[type=range]").first
    slider.focus()
    fresh.keyboard.press("ArrowRight")
    settled(fresh, "densities")
    value, numbers = slider.input_value(), fresh.locator("[data-value]").count()
    fresh.route(KINDS["scene"], lambda route: route.abort())
    open_options(fresh)
    fresh.get_by_role("radio", name="bits").click()
    notice = fresh.locator(".hw9-live").get_by_role("alert")
    notice.wait_for(timeout=30_000)
    assert "could not be drawn" in notice.inner_text()
    assert slider.input_value() == value and fresh.locator("[data-value]").count() == numbers
    fresh.unroute(KINDS["scene"])
    notice.get_by_role("button", name="Try again").click()
    settled(fresh, "densities")
    assert notice.count() == 0 and slider.input_value() == value


@pytest.mark.slow
def test_a_page_whose_modules_never_came_can_be_tried_again(fresh, app_url):
    fresh.route(KINDS["modules"], lambda route: route.abort())
    fresh.goto(f"{app_url}/kl")
    button = fresh.get_by_role("button", name="Try again")
    button.wait_for(timeout=30_000)
    fresh.unroute(KINDS["modules"])
    button.click()
    fresh.wait_for_selector(READY, timeout=30_000)
    assert fresh.get_by_role("alert").count() == 0


def steps_of_tau(page, presses: int) -> float:
    page.get_by_test_id("control-tau").focus()
    for _ in range(presses):
        page.keyboard.press("ArrowRight")
    next_frame(page)
    return readout(page, "tau")


def wait_for_address(page, tau: float) -> None:
    page.wait_for_url(lambda url: f"tau={tau!r}" in url, timeout=60_000)


def test_the_first_drag_after_a_restart_counts(browser, tmp_path_factory):
    port, connected = free_port(), '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'
    page = browser.new_page()
    with serve(tmp_path_factory, port=port) as url:
        open_live(page, f"{url}/threshold?tau=20", "threshold")
        wait_for_address(page, steps_of_tau(page, 1))
    page.wait_for_selector(f"{connected}", state="detached", timeout=30_000)
    while_away = steps_of_tau(page, 1)
    with serve(tmp_path_factory, port=port):
        page.wait_for_selector(connected, timeout=60_000)
        wait_for_address(page, while_away)  # a drag that no server heard
    with serve(tmp_path_factory, port=port):
        page.wait_for_selector(connected, timeout=60_000)
        wait_for_address(page, steps_of_tau(page, 1))  # the first drag that the new server hears
    page.close()
