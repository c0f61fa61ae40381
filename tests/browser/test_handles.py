"""Handles by keyboard and by two presses; what a figure says, and what is said after a release."""

import pytest

from tests.browser.live import (
    drag,
    grip,
    next_frame,
    open_live,
    plot_area,
    readout,
    settled,
    wait_for_readout,
)
from tests.variants import seldom

SAID = '[data-testid="said-{}"]'


def handle(page, controls: str):
    """A handle that Tab comes to."""
    return page.locator(f'[data-grip="{controls}"][tabindex="0"]')


def entry(page, name: str) -> float:
    return float(page.get_by_test_id(f"entry-{name}").input_value())


def open_threshold(page, app_url, query: str = "?tau=20&axis=linear") -> None:
    open_live(page, f"{app_url}/threshold{query}", "threshold")
    settled(page, "threshold")


def test_arrows_move_a_handle_by_the_sliders_step_and_a_burst_commits_once(page, app_url):
    open_threshold(page, app_url)
    slider = page.get_by_test_id("control-tau")
    step, low, high = (float(slider.get_attribute(name)) for name in ("step", "min", "max"))
    tau = handle(page, "tau")
    tau.focus()
    already = len(page.sent)
    for key, expected in [
        ("ArrowRight", 20 + step),
        ("ArrowUp", 20 + 2 * step),
        ("Shift+ArrowRight", 20 + 12 * step),
        ("ArrowLeft", 20 + 11 * step),
        ("Shift+ArrowDown", 20 + step),
        ("End", high),
        ("Home", low),
        ("ArrowRight", low + step),
    ]:
        page.keyboard.press(key)
        next_frame(page)
        assert readout(page, "tau") == pytest.approx(expected, abs=1e-9), key
        assert float(tau.get_attribute("aria-valuenow")) == readout(page, "tau")
    page.wait_for_function("() => new URLSearchParams(location.search).get('tau') !== '20'")
    settled(page, "threshold")
    assert len(page.sent) == already + 1
    assert page.evaluate("() => document.activeElement.dataset.grip") == "tau"


def test_presses_within_one_frame_all_count(page, app_url):
    open_threshold(page, app_url)
    step = float(page.get_by_test_id("control-tau").get_attribute("step"))
    handle(page, "tau").evaluate(
        """(node) => {
            for (let i = 0; i < 5; i += 1) {
                node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
            }
        }"""
    )
    next_frame(page)
    assert readout(page, "tau") == pytest.approx(20 + 5 * step, abs=1e-9)


def test_a_handle_of_two_controls_moves_across_and_up_and_keeps_the_focus(page, app_url):
    open_live(page, f"{app_url}/gaussian-kl?p_x=0&p_y=0&p_angle=179", "gaussian-kl")
    settled(page, "gaussian-kl")
    centre = handle(page, "p_x p_y")
    centre.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    next_frame(page)
    assert (entry(page, "p_x"), entry(page, "p_y")) == pytest.approx((0.02, -0.09))
    assert centre.get_attribute("aria-valuetext") == "p, mean x₁: 0.02; p, mean x₂: −0.09"
    page.wait_for_function("() => location.search.includes('p_y=-0.09')")  # what is drawn is drawn anew
    settled(page, "gaussian-kl")
    assert page.evaluate("() => document.activeElement.dataset.grip") == "p_x p_y"
    handle(page, "p_first p_angle").focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    next_frame(page)
    assert -180 <= entry(page, "p_angle") <= -175  # past the half turn it goes on


def test_tab_comes_to_each_handle_once_and_each_has_a_name(page, app_url):
    open_live(page, f"{app_url}/threshold?view=curves", "threshold")
    settled(page, "threshold")
    taus = page.locator('[data-grip="tau"]')
    assert taus.evaluate_all("nodes => nodes.map((node) => node.tabIndex)") == [0, -1]
    page.get_by_role("slider", name="Threshold τ, in the figure").first.focus()
    ring = page.locator('[data-grip="tau"] .hw9-target').first
    page.keyboard.press("ArrowRight")
    assert ring.evaluate("node => getComputedStyle(node).stroke") != "none"


def test_a_second_press_places_the_chosen_handle_and_no_other_does(page, app_url):
    open_threshold(page, app_url)
    area = plot_area(page, "scores")
    page.mouse.click(*area.at(0.8, 0.5))
    next_frame(page)
    assert readout(page, "tau") == 20  # nothing was chosen
    page.mouse.click(*grip(page, "scores", "tau"))
    already = len(page.sent)
    page.mouse.click(*area.at(0.8, 0.5))
    page.wait_for_function("() => new URLSearchParams(location.search).get('tau') !== '20'")
    settled(page, "threshold")
    assert len(page.sent) >= already + 1
    x, _ = grip(page, "scores", "tau")
    assert x == pytest.approx(area.at(0.8, 0)[0], abs=1.5)
    drag(page, (x, area.at(0, 0.5)[1]), area.at(0.5, 0.5), 10)
    page.mouse.up()
    settled(page, "threshold")
    placed = readout(page, "tau")
    page.mouse.click(*area.at(0.2, 0.5))  # after a drag nothing is chosen
    next_frame(page)
    assert readout(page, "tau") == placed


def test_readouts_are_named_and_silent_and_said_once_on_release(page, app_url):
    open_threshold(page, app_url)
    error = page.get_by_role("status", name="Type I error α")
    assert error.get_attribute("data-testid") == "readout-type_1_error"
    assert error.get_attribute("aria-live") == "off"
    page.evaluate(
        """(place) => {
            window.heard = [];
            const hear = () => window.heard.push(document.querySelector(place).textContent);
            new MutationObserver(hear).observe(document.querySelector(place), { childList: true });
        }""",
        SAID.format("threshold"),
    )
    area = plot_area(page, "scores")
    drag(page, grip(page, "scores", "tau"), area.at(0.7, 0.5), 20)
    assert page.evaluate("() => window.heard") == []
    page.mouse.up()
    page.wait_for_function("() => window.heard.length > 0")
    settled(page, "threshold")
    (heard,) = page.evaluate("() => window.heard")
    names = {"tau": "Threshold τ", "type_1_error": "Type I error α", "type_2_error": "Type II error β"}
    shown = [f"{name} {page.get_by_test_id(f'readout-{word}').inner_text()}" for word, name in names.items()]
    assert heard.split("; ")[:3] == shown


def test_what_a_prediction_hides_is_not_said(page, app_url):
    open_live(page, f"{app_url}/threshold?story=2", "threshold")
    settled(page, "threshold")
    hidden = page.locator('[data-testid^="readout-"]').evaluate_all(
        "nodes => nodes.filter((node) => getComputedStyle(node).visibility === 'hidden')"
        ".map((node) => document.getElementById(node.getAttribute('aria-labelledby')).textContent)"
    )
    assert hidden
    page.get_by_test_id("control-tau").press("ArrowRight")
    page.wait_for_function(
        "(place) => document.querySelector(place).textContent", arg=SAID.format("threshold")
    )
    said = page.text_content(SAID.format("threshold"))
    assert not any(name in said for name in hidden)


def test_a_figure_says_what_it_shows_and_what_its_marks_stand_at(page, app_url):
    open_threshold(page, app_url)
    picture = page.locator('[data-figure="scores"] [role="img"]')
    words = picture.get_attribute("aria-label")
    assert words.startswith(
        "Histograms of the scores of MNIST validation, MNIST test and KMNIST test images."
    )
    assert "Across: score" in words and "Up: images per bin" in words and "MNIST test: x " in words
    assert words.endswith("Now: τ = 20.00.")
    area = plot_area(page, "scores")
    drag(page, grip(page, "scores", "tau"), area.at(0.7, 0.5), 10)
    assert picture.get_attribute("aria-label") == words  # nothing is written for it during a drag
    page.mouse.up()
    next_frame(page)
    assert picture.get_attribute("aria-label").endswith(f"Now: τ = {readout(page, 'tau'):.2f}.")


def test_a_figure_can_be_read_as_a_table(page, app_url):
    open_threshold(page, app_url, "?tau=21.5")
    wait_for_readout(page, "tau", "21.5")
    button = page.locator('[data-figure="scores"]').get_by_role("button", name="View as table")
    button.focus()
    page.keyboard.press("Enter")
    table = page.locator("dialog[open]")
    assert table.get_by_role("row", name="Threshold τ").locator("td").last.inner_text() == "21.5"
    captions = table.locator("caption").all_inner_texts()
    assert any(caption.startswith("MNIST test (40 of ") for caption in captions)
    plotted = page.evaluate(
        """() => {
            const { x, y } = document.querySelector('[data-figure="scores"]')._fullData[0];
            return [x.length, x[0], y[0], x.at(-1), y.at(-1)].map(Number);
        }"""
    )
    rows = table.locator("table").nth(1).locator("tbody tr")
    ends = [float(text) for row in (rows.first, rows.last) for text in row.locator("td").all_inner_texts()]
    assert rows.count() == 40 and plotted[0] > 40
    assert ends == pytest.approx(plotted[1:], rel=1e-3)
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert page.evaluate("() => document.activeElement.title") == "View as table"


@pytest.mark.parametrize(
    ("address", "live"), seldom([("threshold", "threshold"), ("gaussian-kl", "gaussian-kl")])
)
def test_the_first_stop_of_tab_leads_to_the_stage(page, app_url, address, live):
    open_live(page, f"{app_url}/{address}", live)
    settled(page, live)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the stage"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.matches('.hw9-stage [data-grip]')")
    assert page.evaluate("() => location.hash") == ""
