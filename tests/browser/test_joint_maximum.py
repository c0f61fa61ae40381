"""The joint maximisation page as a person uses it."""

import re
from urllib.parse import quote

import numpy as np
import pytest

from hw9core.joint_maximum.bias import sloped_shifts
from hw9core.joint_maximum.maximum import grid_points, landscape, maximisers_of_f
from hw9core.joint_maximum.paths import coordinate_ascent, gradient_ascent, iterated_ascent
from hw9core.joint_maximum.problems import PROBLEMS
from tests.browser.live import (
    drag,
    grip,
    next_frame,
    open_live,
    open_options,
    plot_area,
    readout,
    recorded,
    settled,
    start_recording,
    wait_for_readout,
)
from tests.variants import seldom


def opened(page, app_url, problem="quadratic", view="landscape", more=""):
    query = f"problem={quote(PROBLEMS[problem].title)}&view={quote(view)}"
    open_live(page, f"{app_url}/joint-maximum?{query}{more}", "joint")
    settled(page, "joint")


def heat(page):
    page.locator('[data-figure="heat"]').scroll_into_view_if_needed()
    return plot_area(page, "heat")


def address(page) -> tuple[float, float]:
    theta, phi = (re.search(rf"{name}=(-?[\d.]+)", page.url) for name in ("theta", "phi"))
    return float(theta[1]), float(phi[1])


@pytest.mark.parametrize("problem", seldom(["mixture", "quadratic"]))
def test_dragging_the_point_reads_g_exactly_and_sends_nothing(page, app_url, problem):
    opened(page, app_url, problem)
    area = heat(page)
    start_recording(page, "g", ["f", "h", "g", "below"])
    before = len(page.sent)
    drag(page, grip(page, "heat", "theta phi"), area.at(0.83, 0.3))
    assert len(page.sent) == before
    rows = np.array(recorded(page))
    assert len(rows) >= 20
    land = landscape(PROBLEMS[problem])
    assert set(rows[:, 0]) <= set(land.f) and set(rows[:, 2]) <= set(land.g.ravel())
    np.testing.assert_array_equal(rows[:, 2], rows[:, 0] - rows[:, 1])
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=" in url and "phi=" in url)
    theta, phi = address(page)
    axis = grid_points()
    i, j = (int(np.argmin(np.abs(axis - value))) for value in (theta, phi))
    assert (axis[i], axis[j]) == (theta, phi), "it stands on the grid"
    assert (theta, phi) == (pytest.approx(2.0, abs=0.06), pytest.approx(1.2, abs=0.06))
    assert readout(page, "g") == land.g[i, j] and readout(page, "h") == land.h[i, j]


def test_the_keyboard_moves_the_point(page, app_url):
    opened(page, app_url, more="&theta=1&phi=0.45")
    assert readout(page, "h") > 0
    page.get_by_test_id("control-phi").press("ArrowRight")
    wait_for_readout(page, "h", "0")
    assert readout(page, "g") == readout(page, "f") == readout(page, "below") == 0


def test_paths_are_stepped_forwards_and_backwards(page, app_url):
    opened(page, app_url, "mixture", "paths", "&step=0")
    ways = {"coordinate": coordinate_ascent, "gradient": gradient_ascent, "iterated": iterated_ascent}
    paths = {key: way(PROBLEMS["mixture"], -2.0, 1.5) for key, way in ways.items()}
    seen = []
    for step, button in [
        (1, "forward"),
        (2, "forward"),
        (3, "forward"),
        (2, "back"),
        (1, "back"),
        (0, "back"),
    ]:
        page.get_by_role("button", name=f"step {button}").click()
        wait_for_readout(page, "g_coordinate", str(paths["coordinate"].g[step]))
        for key, path in paths.items():
            assert readout(page, f"g_{key}") == path.g[step]
        seen.append(page.locator('[data-curve="coordinate ascent (EM)"]').get_attribute("d"))
    assert seen[0] == seen[4] and seen[1] == seen[3] and len(set(seen)) == 4


def test_playing_climbs_and_never_falls(page, app_url):
    opened(page, app_url, "mixture", "paths", "&step=0")
    names = ["g_coordinate", "g_gradient", "g_iterated"]
    start_recording(page, "g_gradient", names)
    page.get_by_label("speed").select_option("4")
    page.get_by_role("button", name="play").click()
    page.wait_for_url(lambda url: "step=30" in url, timeout=20_000)
    rows = np.array(recorded(page))
    assert len(rows) >= 15 and np.diff(rows, axis=0).min() >= -1e-12


def test_a_new_start_gives_new_paths_and_a_row_sets_the_step(page, app_url):
    opened(page, app_url, "mixture", "paths")
    area = heat(page)
    drag(page, grip(page, "heat", "theta phi"), area.at(0.75, 0.3))
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=1.5" in url)
    settled(page, "joint")
    path = coordinate_ascent(PROBLEMS["mixture"], *address(page))
    page.get_by_role("button", name="use 2 (over θ: M)").click()
    wait_for_readout(page, "g_coordinate", str(path.g[2]))


def test_breaking_the_assumption_moves_the_maximiser_and_a_bowl_does_not(page, app_url):
    opened(page, app_url, "mixture", "break it", "&slope=0")
    assert abs(readout(page, "shift")) <= 1e-6
    start_recording(page, "shift", ["shift", "first_order"])
    before = len(page.sent)
    slider = page.get_by_test_id("control-slope").bounding_box()
    middle = slider["y"] + slider["height"] / 2
    drag(page, (slider["x"] + slider["width"] / 2, middle), (slider["x"] + 0.9 * slider["width"], middle))
    assert len(page.sent) == before
    rows = np.array(recorded(page))
    assert len(rows) >= 8 and np.all(np.diff(rows[:, 0]) < 0)
    page.mouse.up()
    page.wait_for_url(lambda url: "slope=0." in url)
    slope = float(re.search(r"slope=([\d.]+)", page.url)[1])
    star = maximisers_of_f(PROBLEMS["mixture"]).theta[0]
    oracle = sloped_shifts(PROBLEMS["mixture"], star, np.array([1.0]), np.array([slope]))
    assert readout(page, "shift") == pytest.approx(oracle.theta_hat[0, 0] - star, abs=1e-6)
    assert readout(page, "first_order") == pytest.approx(oracle.first_order[0], abs=1e-6)
    open_options(page)
    page.get_by_role("radio", name="c = size").or_(page.get_by_role("button", name="c = size")).first.click()
    page.wait_for_selector('[data-testid="control-slope"]', state="detached")
    settled(page, "joint")
    assert abs(readout(page, "shift")) <= 1e-6


def test_the_surface_is_drawn(page, app_url):
    opened(page, app_url, "two", "surface")
    page.wait_for_selector('[data-figure="surface"] canvas')


def test_a_bad_formula_is_named_and_the_last_good_one_stays(page, app_url):
    open_live(page, f"{app_url}/joint-maximum?problem={quote('Your own f and h')}", "joint")
    settled(page, "joint")
    g = readout(page, "g")
    box = page.get_by_role("textbox", name="f(θ)")
    box.fill("__import__('os')")
    box.press("Enter")
    page.get_by_text("Only these functions of one argument").wait_for()
    settled(page, "joint")
    assert readout(page, "g") == g
    box.fill("-(theta - 2)**2")
    box.press("Enter")
    wait_for_readout(page, "f", "-16")


def test_a_sentence_follows_numbers_other_than_its_own(page, app_url):
    opened(page, app_url, "quadratic", "break it", "&gap=c = size %2B (θ − θ*)²")
    sentence = page.locator('.hw9-tile:has([data-testid="readout-shift"]) .hw9-sentence')
    assert sentence.text_content() == "The maximiser stays: only the value is lower, by 1.0."
    shift = readout(page, "shift")
    page.get_by_test_id("control-size").press("End")
    next_frame(page)
    assert readout(page, "shift") == shift
    assert sentence.text_content() == "The maximiser stays: only the value is lower, by 2.0."
