"""The page on Gaussians as a person uses it, in a real browser, against hw9core."""

import math

import pytest

from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from hw9core.gaussians.kl import jensen_shannon, kl_terms
from tests.browser.live import (
    drag,
    grip,
    next_frame,
    open_live,
    plot_area,
    readout,
    recorded,
    settled,
    start_recording,
)
from tests.variants import seldom

NAME = "gaussian-kl"
READOUTS = ["kl_pq", "kl_qp", "jeffreys", "log_det", "mahalanobis", "trace_minus_d"]
CONTROLS = [f"{which}_{part}" for which in "pq" for part in ("x", "y", "first", "second", "angle")]
# The centre of a handle's dot in the page, whichever kind of handle it is.
DOT = """(name) => {
    const dot = document.querySelector(`[data-handle="${name}"] circle`).getBoundingClientRect();
    return [dot.x + dot.width / 2, dot.y + dot.height / 2];
}"""

IN_SIGHT = """(figure) => {
    const area = document.querySelector(`[data-figure="${figure}"] .nsewdrag`);
    const { top, bottom } = area.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}"""


def open_page(page, app_url, query: str = "") -> None:
    open_live(page, f"{app_url}/gaussian-kl{query}", NAME)
    settled(page, NAME)


def pair(values: dict[str, float]) -> tuple[Gaussian, Gaussian]:
    return gaussian(values, "p"), gaussian(values, "q")


def gaussian(values: dict[str, float], which: str) -> Gaussian:
    x, y, first, second, angle = (values[f"{which}_{k}"] for k in ("x", "y", "first", "second", "angle"))
    return Gaussian([x, y], covariance_from_ellipse(Ellipse(first, second, math.radians(angle))))


def expected(values: dict[str, float]) -> list[float]:
    p, q = pair(values)
    terms, back = kl_terms(p, q), kl_terms(q, p)
    return [terms.kl, back.kl, terms.kl + back.kl, terms.log_det, terms.mahalanobis, terms.trace_minus_d]


def shown_values(page) -> dict[str, float]:
    """What the number fields show: the controls' values, which a handle moves in steps of two decimals."""
    return {name: float(page.get_by_test_id(f"entry-{name}").input_value()) for name in CONTROLS}


def frames_sent(page) -> list:
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    return sent


@pytest.mark.parametrize(
    ("handle", "by", "moved"),
    seldom(
        [
            ("p_x p_y", (140, -60), {"p_x", "p_y"}),
            ("q_first 0", (-40, 90), {"q_first", "q_angle"}),
            ("p_second 90", (-70, -40), {"p_second", "p_angle"}),
            ("q_x q_y", (-150, 90), {"q_x", "q_y"}),
            ("p_first 0", (60, 90), {"p_first", "p_angle"}),
            ("q_second 90", (40, -80), {"q_second", "q_angle"}),
        ],
    ),
)
def test_dragging_a_handle_is_live_silent_exact_and_commits_once(page, app_url, handle, by, moved):
    sent = frames_sent(page)
    open_page(page, app_url)
    before = shown_values(page)
    start = page.evaluate(DOT, handle)
    start_recording(page, "kl_pq", READOUTS)
    already = len(sent)
    drag(page, start, (start[0] + by[0], start[1] + by[1]), 60)
    assert len(sent) == already
    during = shown_values(page)
    seen = recorded(page)
    assert len(seen) >= 20
    assert {name for name in CONTROLS if during[name] != before[name]} == moved
    assert seen[-1] == pytest.approx(expected(during), rel=1e-9, abs=1e-12)
    dot = page.evaluate(DOT, handle)
    assert dot == pytest.approx([start[0] + by[0], start[1] + by[1]], abs=1.5)  # it stays under the pointer
    page.mouse.up()
    page.wait_for_function("() => location.search.length > 1")
    settled(page, NAME)
    assert len(sent) == already + 1
    assert [readout(page, name) for name in READOUTS] == pytest.approx(expected(during), rel=1e-9)
    assert shown_values(page) == during


def test_a_handle_turns_past_the_half_turn_without_a_jump(page, app_url):
    open_page(page, app_url, "?q_angle=175&q_x=0&q_y=0&q_first=2")
    start = page.evaluate(DOT, "q_first 0")
    drag(page, start, (start[0], start[1] + 60), 30)
    assert page.evaluate(DOT, "q_first 0") == pytest.approx([start[0], start[1] + 60], abs=1.5)
    assert -180 <= shown_values(page)["q_angle"] < -140
    page.mouse.up()


def test_terms_add_up_to_twice_the_divergence(page, app_url):
    open_page(page, app_url)
    for direction, name in (("pq", "kl_pq"), ("qp", "kl_qp")):
        bars = page.locator(f'[data-testid^="waterfall-{direction}-"]')
        numbers = bars.evaluate_all("bars => bars.map((bar) => Number(bar.dataset.value))")
        starts = bars.evaluate_all("bars => bars.map((bar) => Number(bar.dataset.start))")
        assert sum(numbers[:3]) == pytest.approx(numbers[3], rel=1e-12)
        assert numbers[3] == pytest.approx(2 * readout(page, name), rel=1e-12)
        assert starts == pytest.approx([0, numbers[0], numbers[0] + numbers[1], 0])


def test_jensen_shannon_is_unknown_during_a_drag_and_anew_after_it(page, app_url):
    open_page(page, app_url)
    first = readout(page, "jensen_shannon")
    start = page.evaluate(DOT, "p_x p_y")
    drag(page, start, (start[0] + 80, start[1]), 10)
    assert math.isnan(readout(page, "jensen_shannon"))
    page.mouse.up()
    shown = "document.querySelector('[data-testid=readout-jensen_shannon]').dataset.value"
    page.wait_for_function(f"() => {shown} !== 'NaN'")
    second = readout(page, "jensen_shannon")
    estimate = jensen_shannon(*pair(shown_values(page)), 20_000, 0)
    assert second == pytest.approx(estimate.value, rel=1e-9)
    assert second != first


def test_a_slider_and_a_number_field_move_the_ellipse(page, app_url):
    open_page(page, app_url, "?unit=bits")
    slider = page.get_by_test_id("control-p_angle")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    next_frame(page)
    assert shown_values(page)["p_angle"] == 37.0
    page.wait_for_function("() => location.search.includes('p_angle=37')")
    page.get_by_test_id("entry-q_x").fill("0.25")
    page.get_by_test_id("entry-q_x").press("Enter")
    page.wait_for_function("() => location.search.includes('q_x=0.25')")
    settled(page, NAME)
    bits = [number / math.log(2) for number in expected(shown_values(page))]
    assert [readout(page, name) for name in READOUTS] == pytest.approx(bits, rel=1e-9)


def test_ellipses_are_drawn_where_their_numbers_say(page, app_url):
    open_page(page, app_url, "?q_x=0&q_y=0&q_first=3&q_second=1&q_angle=0")
    area = plot_area(page, "stage")
    left = page.locator('[data-figure="stage"]').bounding_box()["x"]
    box = page.locator('[data-figure="stage"] [data-curve="q, one sd"]').evaluate(
        "path => { const { x, width, height } = path.getBBox(); return { x, width, height }; }"
    )
    assert box["width"] == pytest.approx(3 * box["height"], rel=0.01)
    assert left + box["x"] + box["width"] / 2 == pytest.approx(area.left + area.width / 2, abs=2)


@pytest.mark.slow
def test_an_answer_moves_the_stage_and_stays(page, app_url):
    open_page(page, app_url, "?panel=solve for&solve=scale q's σ")
    start = page.evaluate(DOT, "q_x q_y")
    drag(page, start, (start[0] + 40, start[1] - 20), 10)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('q_x=')")
    settled(page, NAME)
    before = shown_values(page)
    page.get_by_role("button", name="Show answer 2 on the stage").click()
    page.wait_for_function("() => location.search.includes('q_first=')")
    settled(page, NAME)
    page.wait_for_function(IN_SIGHT, arg="stage", timeout=5000)
    page.wait_for_timeout(1000)
    assert readout(page, "kl_pq") == pytest.approx(2.0, rel=1e-9)
    after = shown_values(page)
    assert {name for name in CONTROLS if after[name] != before[name]} == {"q_first", "q_second"}
    page.get_by_text("errata", exact=True).click()
    page.wait_for_selector("text=Erratum 4. >> visible=true")
    settled(page, NAME)
    assert readout(page, "kl_pq") == pytest.approx(2.0, rel=1e-9)
    page.locator('[data-figure="stage"]').scroll_into_view_if_needed()
    start = page.evaluate(DOT, "p_x p_y")
    drag(page, start, (start[0] + 30, start[1]), 10)
    page.mouse.up()
    page.wait_for_timeout(1500)
    settled(page, NAME)
    assert {name for name in CONTROLS if shown_values(page)[name] != after[name]} == {"p_x"}
    assert shown_values(page)["q_first"] == after["q_first"]


def test_both_descents_are_scrubbed_without_a_message(page, app_url):
    sent = frames_sent(page)
    open_page(page, app_url, "?panel=fit")
    page.wait_for_selector('[data-testid="live-gaussian-fit"][data-ready="true"]')
    page.locator('[data-figure="losses"]').scroll_into_view_if_needed()
    settled(page, "gaussian-fit")
    outlines = [page.locator(f'[data-figure="fit"] [data-curve="{curve}"]') for curve in ("D(p‖q)", "D(q‖p)")]
    # Both begin at one ellipse.
    assert outlines[0].get_attribute("d") == outlines[1].get_attribute("d")
    area = plot_area(page, "losses")
    start_recording(page, "fit_reverse", ["fit_forward", "fit_reverse"])
    already = len(sent)
    drag(page, grip(page, "losses", "fit_step"), area.at(0.99, 0.5), 60)
    assert len(sent) == already
    seen = recorded(page)
    assert len(seen) >= 20
    for before, after in zip(seen[:-1], seen[1:], strict=True):
        assert after[0] <= before[0] and after[1] <= before[1]  # every step goes down
    assert seen[-1][1] == pytest.approx(math.log(2), abs=2e-3)
    assert outlines[0].get_attribute("d") != outlines[1].get_attribute("d")
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('fit_step=')")


def test_a_flat_direction_has_no_bound(page, app_url):
    open_page(page, app_url, "?panel=break it")
    page.wait_for_selector('[data-testid="live-gaussian-singular"][data-ready="true"]')
    slider = page.get_by_test_id("control-thin")
    slider.press("End")
    next_frame(page)
    # ε = 1e-12
    assert readout(page, "thin_q") == pytest.approx((math.log(1e-12) + 1e12 - 1) / 2, rel=1e-9)
    assert readout(page, "thin_p") == pytest.approx((-math.log(1e-12) - 1) / 2, rel=1e-9)
    assert readout(page, "thin_both") == pytest.approx(0.0965735903, rel=1e-8)
