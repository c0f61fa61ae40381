"""The start page as a visitor uses it: pointing, keys, pausing, opening a lesson in the state of its tile."""

import math
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from hw9core.anomaly.decisions.error_rates import error_rates
from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from hw9core.gaussians.kl import kl
from tests.browser.conftest import WAIT_MS
from tests.browser.live import next_frame, open_live, readout
from tests.variants import seldom
from ui.lessons.anomaly.material import material
from ui.lessons.gaussians.plane import P_START, Q_START

SIZES = ((1366, 768), (1280, 720), (1024, 768))
# Of every tile: the lesson's live component, and the readouts with the numbers of the tile.
LESSONS = {
    "anomaly": ("threshold", ("tau", "type_1_error", "type_2_error")),
    "line_flow": ("flow", ("area_0",)),
    "coupling": ("plane", ("factor",)),
    "divergence": ("jensen", ("kl",)),
    "gaussians": ("gaussian-kl", ("kl_pq", "kl_qp")),
    "joint_maximum": ("joint", ("g", "h")),
}
STATE = "() => [...document.querySelectorAll('.hw9-miniature')].map((link) => link.getAttribute('href'))"


@pytest.fixture
def still_page(browser, app_url):
    """A visitor whose system asks for reduced motion."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    open_live(page, app_url, "home")
    yield page
    context.close()


def number(page, word: str, name: str) -> float:
    return float(page.get_by_test_id(f"number-{word}-{name}").get_attribute("data-value"))


def address(page, word: str) -> dict[str, str]:
    query = urlsplit(page.get_by_test_id(f"miniature-{word}").get_attribute("href")).query
    return {name: value for name, (value,) in parse_qs(query).items()}


def point_at(page, word: str, across: float, up: float) -> None:
    """Move the pointer into a tile's drawing, by shares of its width and height."""
    box = page.get_by_test_id(f"miniature-{word}").locator("svg").bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    next_frame(page)


def test_pictures_move_until_they_are_paused_and_again_when_they_may(page, app_url):
    open_live(page, app_url, "home")
    first = page.evaluate(STATE)
    page.wait_for_function(
        "(first) => [...document.querySelectorAll('.hw9-miniature')]"
        ".every((link, i) => link.getAttribute('href') !== first[i])",
        arg=first,
    )
    pause = page.get_by_test_id("pause-home")
    pause.click()
    stopped = page.evaluate(STATE)
    for _ in range(20):
        next_frame(page)
    assert page.evaluate(STATE) == stopped
    pause.click()
    page.wait_for_function(
        "(stopped) => document.querySelector('.hw9-miniature').getAttribute('href') !== stopped[0]",
        arg=stopped,
    )


def test_with_reduced_motion_nothing_moves_and_there_is_nothing_to_pause(still_page):
    before = still_page.evaluate(STATE)
    for _ in range(20):
        next_frame(still_page)
    assert still_page.evaluate(STATE) == before
    assert still_page.get_by_test_id("live-home").get_attribute("data-moving") == "false"
    assert not still_page.get_by_test_id("pause-home").is_visible()


def test_a_pointer_sets_the_state_and_the_numbers_are_the_cores(page, app_url):
    open_live(page, app_url, "home")
    taus = []
    for share in (0.2, 0.5, 0.7):
        point_at(page, "anomaly", share, 0.5)
        taus.append(float(address(page, "anomaly")["tau"]))
        rates = error_rates(taus[-1], material().test, material().anomaly)
        assert number(page, "anomaly", "type_1_error") == rates.type_1_error
        assert number(page, "anomaly", "type_2_error") == rates.type_2_error
    assert taus == sorted(set(taus))
    for across, up in ((0.3, 0.3), (0.6, 0.8)):
        point_at(page, "gaussians", across, up)
        told = address(page, "gaussians")
        p = gaussian(float(told["p_x"]), float(told["p_y"]), *P_START[2:])
        assert number(page, "gaussians", "kl_pq") == pytest.approx(kl(p, gaussian(*Q_START)), rel=1e-12)


def gaussian(x: float, y: float, first: float, second: float, angle: float) -> Gaussian:
    return Gaussian([x, y], covariance_from_ellipse(Ellipse(first, second, math.radians(angle))))


def test_what_is_drawn_is_under_the_pointer(page, app_url):
    open_live(page, app_url, "home")
    point_at(page, "joint_maximum", 0.7, 0.6)
    picture = page.get_by_test_id("miniature-joint_maximum").locator("svg")
    box = picture.bounding_box()
    path = picture.locator(".hw9-mini-dots").last.get_attribute("d")
    x, y = (float(part) for part in re.fullmatch(r"M([\d.]+) ([\d.]+)h0", path).groups())
    assert x / 360 * box["width"] == pytest.approx(0.7 * box["width"], abs=6)  # half a state
    assert y / 360 * box["width"] == pytest.approx(0.4 * box["height"], abs=6)


@pytest.mark.parametrize("word", seldom(list(LESSONS)))
def test_a_click_opens_the_lesson_with_the_numbers_of_its_tile(page, app_url, word):
    live, names = LESSONS[word]
    open_live(page, app_url, "home")
    point_at(page, word, 0.62, 0.4)
    said = address(page, word)
    told = [number(page, word, name) for name in names]
    box = page.get_by_test_id(f"miniature-{word}").locator("svg").bounding_box()
    page.mouse.click(box["x"] + 0.62 * box["width"], box["y"] + 0.6 * box["height"])
    page.wait_for_selector(f'[data-testid="live-{live}"][data-ready="true"]')
    assert [readout(page, name) for name in names] == pytest.approx(told, rel=1e-6)
    shown = {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}
    assert said.items() <= shown.items()


@pytest.mark.slow
def test_a_link_that_is_followed_elsewhere_shows_the_same(page, app_url):
    open_live(page, app_url, "home")
    point_at(page, "joint_maximum", 0.4, 0.7)
    told = number(page, "joint_maximum", "g")
    href = page.get_by_test_id("miniature-joint_maximum").get_attribute("href")
    open_live(page, f"{app_url}/{href}", "joint")
    assert readout(page, "g") == pytest.approx(told, rel=1e-12)


def test_keys_move_a_tile_that_has_the_focus_and_open_it(page, app_url):
    open_live(page, app_url, "home")
    page.get_by_test_id("pause-home").focus()
    page.keyboard.press("Tab")
    link = page.get_by_test_id("miniature-anomaly")
    assert link.evaluate("(node) => node === document.activeElement")
    page.keyboard.press("Home")
    lowest = number(page, "anomaly", "tau")
    assert number(page, "anomaly", "type_2_error") == 0.0
    page.keyboard.press("ArrowRight")
    assert number(page, "anomaly", "tau") > lowest
    page.keyboard.press("End")
    told = number(page, "anomaly", "type_2_error")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-testid="live-threshold"][data-ready="true"]')
    assert readout(page, "type_2_error") == told


def test_all_tiles_stand_in_one_window_and_in_one_column_on_a_phone(page, app_url):
    open_live(page, app_url, "home")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        next_frame(page)
        boxes = [link.bounding_box() for link in page.locator(".hw9-miniature").all()]
        assert len(boxes) == len(LESSONS)
        assert max(box["y"] + box["height"] for box in boxes) <= height
    page.set_viewport_size({"width": 390, "height": 844})
    next_frame(page)
    assert len({link.bounding_box()["x"] for link in page.locator(".hw9-miniature").all()}) == 1
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_tiles_that_had_to_leave_the_servers_store_are_asked_for_again(page, app_url):
    """Each file of scenes is missing once, as after many others were kept."""
    seen = []

    def lose(route) -> None:
        seen.append(route.request.url)
        if len(seen) == 1:
            route.fulfill(status=404)
        else:
            route.continue_()

    page.route("**/live/scene/*", lose)
    open_live(page, app_url, "home")
    assert len(seen) == 2 and len(set(seen)) == 1
    assert page.locator(".hw9-miniature").count() == len(LESSONS)
