"""Flows in the plane on the coupling page as a person uses them."""

import re

import numpy as np
import pytest

from hw9core.coupling.layers import ComposedTransform, jacobian
from tests.browser.live import drag, grip, next_frame, open_live, plot_area, readout, settled, start_recording
from tests.variants import seldom
from ui.lessons.coupling.plane.material import shipped

PART = "part=Two dimensions"
FIRST_DOT = """() => document.querySelector("[data-swarm] path").getAttribute("d").split("h")[0]"""


def open_plane(page, app_url: str, query: str = "") -> None:
    open_live(page, f"{app_url}/coupling?{PART}&{query}", "plane")
    settled(page, "plane")


def determinant(data_set: str, at: tuple[float, float], depth: int = 8) -> float:
    layers = shipped(data_set).layers()[:depth]
    return float(np.linalg.det(jacobian(ComposedTransform(layers), np.array(at)))) if depth else 1.0


@pytest.mark.parametrize("data_set", seldom(["spiral", "moons"]))
def test_a_small_cell_grows_by_the_determinant(page, app_url, data_set):
    names = {"moons": "two moons", "spiral": "spiral"}
    at = shipped(data_set).test[7].round(2)
    place = f"cell_x={at[0]}&cell_y={at[1]}"
    for depth in (0, 1, 5, 8):
        open_plane(page, app_url, f"data={names[data_set]}&{place}&side=0.01&layer={depth}")
        expected = determinant(data_set, tuple(at), depth)
        assert readout(page, "factor") == pytest.approx(expected, rel=1e-9)
        assert readout(page, "ratio") == pytest.approx(expected, rel=0.03)
        assert readout(page, "area") == pytest.approx(1e-4)
        assert readout(page, "difference") == pytest.approx(readout(page, "ratio") / expected - 1, abs=1e-9)


def test_the_cell_follows_the_pointer_and_its_numbers_follow_the_cell(page, app_url):
    open_plane(page, app_url, "side=0.05&layer=8")
    area = plot_area(page, "start")
    image = page.locator('[data-figure="stage"] [data-curve="image of the cell"]')
    start_recording(page, "factor", ["factor", "ratio", "difference"])
    before, sent = image.get_attribute("d"), len(page.sent)
    drag(page, grip(page, "start", "cell_x cell_y"), area.at(0.6, 0.7), steps=40)
    assert len(page.sent) == sent, "nothing goes to the server during the drag"
    rows = np.array(page.evaluate("window.recorded"))
    assert len(rows) >= 25 and image.get_attribute("d") != before
    factor, ratio, difference = rows.T
    assert np.all(ratio > 0) and ratio / factor - 1 == pytest.approx(difference, abs=1e-9)
    assert np.median(np.abs(difference)) < 0.03
    page.mouse.up()
    page.wait_for_url(lambda url: "cell_x=" in url and "cell_y=" in url)
    settled(page, "plane")
    place = tuple(float(page.get_by_test_id(f"control-cell_{axis}").input_value()) for axis in "xy")
    assert place == pytest.approx((0.6 * 7.2 - 3.6, 3.6 - 0.7 * 7.2), abs=0.02)
    assert readout(page, "factor") == pytest.approx(determinant("moons", place), rel=1e-9)


def test_a_smaller_cell_comes_closer(page, app_url):
    open_plane(page, app_url, "side=0.4")
    gaps = []
    slider = page.get_by_test_id("control-side")
    for _ in range(3):
        gaps.append(abs(readout(page, "difference")))
        slider.fill(str(float(slider.input_value()) - 300))
        next_frame(page)
    assert gaps[2] < gaps[0] and gaps[2] < 0.01


@pytest.mark.parametrize("corner", seldom([((3, -3),), ((-3, -3),), ((-3, 3),), ((3, 3),)]))
def test_in_a_corner_the_cell_and_its_words_are_inside_the_plot(page, app_url, corner):
    open_plane(page, app_url, f"cell_x={corner[0]}&cell_y={corner[1]}&side=0.6")
    area = plot_area(page, "start")
    cell = page.locator('[data-curve="cell"]')
    for part in (cell, page.locator('[data-figure="start"]').get_by_text("drag me")):
        box = part.bounding_box()
        assert area.left <= box["x"] and box["x"] + box["width"] <= area.left + area.width
        assert area.top <= box["y"] and box["y"] + box["height"] <= area.top + area.height
    assert cell.bounding_box()["width"] >= 0.6 / 7.2 * area.width


def test_an_image_outside_the_window_is_an_arrow_that_says_where_it_is(page, app_url):
    open_plane(page, app_url, "cell_x=3&cell_y=3&side=0.6&layer=5&data=checkerboard")
    layers = shipped("checkerboard").layers()[:5]
    x, y = ComposedTransform(layers).call_and_ladj(np.array([3.0, 3.0]))[0]
    assert y > 5
    words = f"its image at ({x:.1f}, {y:.1f})".replace("-", "−")
    arrow = page.locator(f'[data-figure="stage"] [data-edge="{words}"]')
    box, area = arrow.bounding_box(), plot_area(page, "stage")
    assert area.top - 6 <= box["y"] and box["y"] + box["height"] < area.top + 60


@pytest.mark.parametrize(
    ("data", "place", "layer"), seldom([("spiral", (-3, -3), 3.5), ("checkerboard", (3, 3), 5)])
)
def test_the_words_of_two_arrows_do_not_cover_each_other(page, app_url, data, place, layer):
    query = f"data={data}&cell_x={place[0]}&cell_y={place[1]}&side=0.6&layer={layer}"
    open_plane(page, app_url, query)
    words = page.locator('[data-figure="stage"] [data-edge] text:visible').all()
    boxes = [word.bounding_box() for word in words if word.inner_html()]
    assert len(boxes) >= 2
    for k, first in enumerate(boxes):
        for second in boxes[:k]:
            beside = abs(first["x"] + first["width"] / 2 - second["x"] - second["width"] / 2)
            above = abs(first["y"] - second["y"])
            assert beside >= (first["width"] + second["width"]) / 2 or above >= 16, (first, second)


def test_the_number_box_says_the_side_that_the_area_is_of(page, app_url):
    open_plane(page, app_url, "side=0.01")
    slider, entry = (page.get_by_test_id(f"{kind}-side") for kind in ("control", "entry"))
    shown = []
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
        next_frame(page)
        shown.append(float(entry.input_value()))
        assert readout(page, "area") == pytest.approx(shown[-1] ** 2, rel=1e-9)
    assert shown == sorted(set(shown)), "every press goes on"


@pytest.mark.slow
def test_play_takes_the_points_through_all_layers(page, app_url):
    open_plane(page, app_url, "layer=0")
    page.evaluate(f"window.dots = new Set(); window.note = setInterval(() => dots.add(({FIRST_DOT})()), 20)")
    before = len(page.sent)
    page.get_by_label("speed").select_option("4")
    page.get_by_role("button", name="play").click()
    page.get_by_role("button", name="pause").wait_for()
    page.get_by_role("button", name="play").wait_for(timeout=30_000)
    assert page.evaluate("window.dots.size") >= 30, "they glide"
    assert len(page.sent) - before <= 2, "one commit at the end"
    page.wait_for_url(lambda url: "layer=8" in url)


def test_whole_layers_are_one_click_away(page, app_url):
    open_plane(page, app_url)
    for depth in (3, 0, 8):
        page.locator(".hw9-presets").get_by_role("button", name=str(depth), exact=True).click()
        next_frame(page)
        assert float(page.get_by_test_id("control-layer").input_value()) == depth
        assert f"Layer {depth}.00 of 8" in page.get_by_test_id("live-plane").inner_text()


def test_sampling_ends_where_the_data_is(page, app_url):
    open_plane(page, app_url, "direction=z → x, sampling&data=rings&layer=8")
    assert page.locator("[data-handle]").count() == 0
    assert page.get_by_test_id("readout-ratio").count() == 0
    dots = page.locator('[data-swarm="points"] path').evaluate_all(
        "paths => paths.map((p) => p.getAttribute('d'))"
    )
    pixels = np.array([[float(n) for n in pair] for d in dots for pair in re.findall(r"M(\S+) (\S+?)h0", d)])
    points = np.array(
        page.evaluate(
            """(pixels) => {
                const { xaxis, yaxis } = document.querySelector('[data-figure="stage"]')._fullLayout;
                return pixels.map(([x, y]) => [xaxis.p2l(x - xaxis._offset), yaxis.p2l(y - yaxis._offset)]);
            }""",
            pixels.tolist(),
        )
    )
    radius = np.hypot(*points.T)
    assert len(radius) == 300
    nearest = np.minimum(np.abs(radius - 0.75), np.abs(radius - 1.75))
    assert np.mean(nearest < 0.4) > 0.9


def test_epoch_and_layer_are_scrubbed_without_the_server(page, app_url):
    """One move after the other, each seen in the next frame: before any answer of the server."""
    open_plane(page, app_url, "view=learning&layer=4.5")
    dots, losses = [], []
    for control, position in (("snapshot", 0), ("snapshot", 6), ("layer", 0), ("snapshot", 14), ("layer", 8)):
        page.get_by_test_id(f"control-{control}").fill(str(position))
        next_frame(page)
        losses.append(readout(page, "test_loss"))
        dots.append(page.evaluate(FIRST_DOT))
        settled(page, "plane")
    assert len(set(losses)) == 3
    # Before any layer the points do not depend on the epoch, and an untrained flow leaves them in place.
    assert dots[0] == dots[2] == dots[3] and len(set(dots)) == 3
    image = page.locator('[data-raster] image[data-row="14"]')
    image.wait_for()
    assert image.evaluate("(image) => image.style.display") == ""
    material = shipped("moons")
    assert readout(page, "test_loss") == material.arrays["test_loss"][-1]
    assert readout(page, "epoch") == material.epochs[-1]


def test_the_line_in_the_losses_moves_the_epoch(page, app_url):
    open_plane(page, app_url, "view=learning")
    page.locator('[data-figure="losses"]').scroll_into_view_if_needed()
    area = plot_area(page, "losses")
    before = len(page.sent)
    drag(page, grip(page, "losses", "snapshot"), area.at(0.5, 0.5), steps=30)
    assert len(page.sent) == before
    page.mouse.up()
    page.wait_for_url(lambda url: "snapshot=7" in url)
    assert readout(page, "epoch") == shipped("moons").epochs[7]
    settled(page, "plane")


@pytest.mark.slow  # test_phone.py looks at the first view of each page in every run
def test_a_narrow_window_shows_everything(page, app_url):
    page.set_viewport_size({"width": 420, "height": 900})
    for query in ("", "direction=z → x, sampling", "view=learning"):
        open_plane(page, app_url, query)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, query
        for figure in page.locator("[data-figure]").all():
            assert figure.bounding_box()["width"] <= 420
            assert figure.locator(".nsewdrag").first.bounding_box()["width"] > 150
    open_plane(page, app_url)
    page.locator('[data-figure="start"]').scroll_into_view_if_needed()
    area = plot_area(page, "start")
    start_recording(page, "ratio", ["ratio"])
    drag(page, grip(page, "start", "cell_x cell_y"), area.at(0.6, 0.6), steps=20)
    page.mouse.up()
    assert len(page.evaluate("window.recorded")) >= 10


def test_back_to_one_layer_and_again(page, app_url):
    open_plane(page, app_url, "data=spiral&layer=3")
    page.get_by_role("radio", name="One layer").click()
    page.wait_for_selector('[data-testid="live-coupling"][data-ready="true"]')
    assert page.get_by_test_id("live-plane").count() == 0
    page.get_by_role("radio", name="Two dimensions").click()
    page.wait_for_selector('[data-testid="live-plane"][data-ready="true"]')
