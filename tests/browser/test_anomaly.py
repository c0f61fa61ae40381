"""The threshold page as a person uses it, in a real browser, against NumPy."""

import numpy as np
import pytest

from tests.browser.live import (
    drag,
    grip,
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

NAMES = ["tau", "type_1_error", "type_2_error", "false_positives", "false_negatives"]


def expected(scores, tau: float) -> list[float]:
    flagged, missed = int(np.sum(scores["test"] > tau)), int(np.sum(scores["anomaly"] <= tau))
    return [tau, flagged / 10_000, missed / 10_000, flagged, missed]


def shown(page) -> list[float]:
    return [readout(page, name) for name in NAMES]


@pytest.mark.parametrize("axis", seldom(["log", "linear"]))
def test_dragging_on_the_plot_is_live_exact_silent_and_commits_once(page, app_url, scores, axis):
    open_live(page, f"{app_url}/threshold?axis={axis}", "threshold")
    settled(page, "threshold")
    area = plot_area(page, "scores")
    drag(page, grip(page, "scores", "tau"), area.at(0.04, 0.5), steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: "tau=" in url)
    settled(page, "threshold")
    start_recording(page, "tau", NAMES)
    before = len(page.sent)
    drag(page, grip(page, "scores", "tau"), area.at(0.9, 0.4))
    during = recorded(page)
    assert len(page.sent) == before, "a message went to the server during the drag"
    assert len(during) >= 20
    assert len({row[1] for row in during}) >= 5 and len({row[2] for row in during}) >= 20
    for row in during:
        assert row == expected(scores, row[0])
    address = page.url
    page.mouse.up()
    page.wait_for_url(lambda url: url != address)
    settled(page, "threshold")
    assert len(page.sent) == before + 1, "one commit follows the release"
    assert shown(page) == expected(scores, during[-1][0])


def test_dragging_the_slider_is_live_exact_silent_and_commits_once(page, app_url, scores):
    open_live(page, f"{app_url}/threshold", "threshold")
    settled(page, "threshold")
    slider = page.get_by_test_id("control-tau").bounding_box()
    middle = slider["y"] + slider["height"] / 2
    at = slider["x"] + slider["width"] * float(
        page.get_by_test_id("control-tau").evaluate("e => (e.value - e.min) / (e.max - e.min)")
    )
    start_recording(page, "tau", NAMES)
    before = len(page.sent)
    drag(page, (at, middle), (slider["x"] + 0.95 * slider["width"], middle))
    during = recorded(page)
    assert len(page.sent) == before
    assert len(during) >= 20
    for row in during:
        assert row == expected(scores, row[0])
    page.mouse.up()
    page.wait_for_url(lambda url: "tau=" in url)
    settled(page, "threshold")
    assert len(page.sent) == before + 1
    assert shown(page) == expected(scores, during[-1][0])


def test_starts_at_mean_plus_three_standard_deviations(page, app_url, scores):
    open_live(page, f"{app_url}/threshold", "threshold")
    tau = readout(page, "tau")
    assert tau == pytest.approx(scores["validation"].mean() + 3 * scores["validation"].std(ddof=1), rel=1e-14)
    assert shown(page) == expected(scores, tau)


def test_the_address_restores_the_state_and_back_undoes_a_commit(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?tau=17.25&axis=linear", "threshold")
    assert shown(page) == expected(scores, 17.25)
    settled(page, "threshold")
    entry = page.get_by_test_id("entry-tau")
    entry.fill("31.5")
    entry.press("Enter")
    page.wait_for_url(lambda url: "tau=31.5" in url)
    assert shown(page) == expected(scores, 31.5)
    page.go_back()
    wait_for_readout(page, "tau", "17.25")
    assert shown(page) == expected(scores, 17.25)
    settled(page, "threshold")
    open_options(page)
    page.get_by_role("radio", name="log").or_(page.get_by_role("button", name="log")).first.click()
    page.wait_for_url(lambda url: "axis=linear" not in url)
    settled(page, "threshold")
    assert shown(page) == expected(scores, 17.25), "the commit before Back must not return"
    assert "tau=17.25" in page.url


# As a hand's, one right after the other: through the driver, a busy machine makes pauses between them.
FIVE_PRESSES = """(slider) => {
    for (let press = 0; press < 5; press += 1) {
        slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        slider.stepUp();
        for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
    }
}"""


def test_arrow_keys_move_and_commit_after_a_pause(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?axis=linear&tau=20", "threshold")
    settled(page, "threshold")
    before = len(page.sent)
    slider = page.get_by_test_id("control-tau")
    slider.focus()
    slider.evaluate(FIVE_PRESSES)
    wait_for_readout(page, "tau", "20.5")
    page.wait_for_url(lambda url: "tau=20.5" in url)
    settled(page, "threshold")
    assert len(page.sent) == before + 1
    assert "threshold 20.50" in slider.get_attribute("aria-valuetext")
    slider.press("Home")
    wait_for_readout(page, "tau", "0")
    assert shown(page) == expected(scores, 0.0)


def test_presets_set_exact_values(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?tau=50", "threshold")
    page.get_by_role("button", name="homework's τ").click()
    page.wait_for_url(lambda url: "tau=23.6706" in url)
    assert shown(page) == expected(scores, 23.6706)


def test_changing_the_axis_keeps_the_threshold(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?tau=30", "threshold")
    settled(page, "threshold")
    open_options(page)
    page.get_by_role("button", name="linear").or_(page.get_by_role("radio", name="linear")).first.click()
    page.wait_for_url(lambda url: "axis=linear" in url)
    settled(page, "threshold")
    assert shown(page) == expected(scores, 30.0)
    assert page.locator('[data-figure="scores"]').evaluate("e => e._fullLayout.xaxis.type") == "linear"


@pytest.mark.parametrize("text", seldom(["nan", "inf", "abc", "1e99"]))
def test_a_wrong_address_gets_one_sentence(page, app_url, text):
    open_live(page, f"{app_url}/threshold?tau={text}", "threshold")
    warning = page.get_by_test_id("stAlert").inner_text()
    assert warning.startswith("tau in the address must be a number") and f"not {text}; showing" in warning


def test_thresholds_outside_all_scores_are_defined(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?tau=-5", "threshold")
    assert shown(page) == expected(scores, -5.0)
    assert readout(page, "type_1_error") == 1 and readout(page, "type_2_error") == 0
    open_live(page, f"{app_url}/threshold?tau=5000", "threshold")
    assert readout(page, "type_1_error") == 0 and readout(page, "type_2_error") == 1
