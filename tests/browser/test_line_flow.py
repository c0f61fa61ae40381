"""The flow page as a person uses it."""

import re
from itertools import product

import numpy as np
import pytest

from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.store import checkpoints
from tests.browser.live import (
    drag,
    next_frame,
    open_live,
    readout,
    settled,
    start_recording,
    wait_for_readout,
)
from tests.variants import seldom


def test_scrubbing_epochs_moves_all_figures(page, app_url):
    open_live(page, f"{app_url}/flow?view=learning&epoch=0", "flow")
    slider = page.get_by_test_id("control-epoch")
    shown = set()
    for epoch in (0, 1, 5, 60):
        slider.fill(str(epoch))
        page.evaluate("() => new Promise(requestAnimationFrame)")
        page.wait_for_timeout(50)
        paths = page.locator("[data-curve]").evaluate_all("curves => curves.map((c) => c.getAttribute('d'))")
        assert len(paths) == 3
        shown.add(tuple(paths))
    assert len(shown) == 4


def test_slice_areas_stay_over_a_full_play(page, app_url):
    open_live(page, f"{app_url}/flow?view=x to z", "flow")
    settled(page, "flow")
    areas = [f"area_{i}" for i in range(8)]
    start_recording(page, "area_3", areas)
    page.get_by_label("speed").select_option("4")
    page.get_by_role("button", name="play").click()
    page.wait_for_url(lambda url: "t=1" in url, timeout=20_000)
    recorded = np.array(page.evaluate("window.recorded"))
    assert len(recorded) >= 20
    assert np.abs(recorded - 0.125).max() < 1e-4


def test_the_probe_is_live_and_adds_up(page, app_url):
    open_live(page, f"{app_url}/flow?view=x to z", "flow")
    settled(page, "flow")
    page.get_by_test_id("control-probe").scroll_into_view_if_needed()
    slider = page.get_by_test_id("control-probe").bounding_box()
    middle = slider["y"] + slider["height"] / 2
    start_recording(page, "probe_z", ["probe_z", "probe_log_p", "probe_ladj"])
    before = len(page.sent)
    drag(page, (slider["x"] + 20, middle), (slider["x"] + 0.9 * slider["width"], middle))
    assert len(page.sent) == before
    recorded = np.array(page.evaluate("window.recorded"))
    assert len(recorded) >= 20
    z, log_p, ladj = recorded.T
    assert log_p == pytest.approx(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) + ladj, abs=1e-9)
    assert np.all(np.diff(z) > 0), "the map rises"
    page.mouse.up()
    page.wait_for_url(lambda url: "probe=" in url)


def test_a_flow_bent_by_hand_follows_during_the_drag(page, app_url):
    open_live(page, f"{app_url}/flow?view=by hand", "flow")
    settled(page, "flow")
    slider = page.get_by_test_id("control-centre1").bounding_box()
    middle = slider["y"] + slider["height"] / 2
    curve = page.locator('[data-curve="density"]')
    start = curve.get_attribute("d")
    start_recording(page, "hand_loss", ["hand_loss"])
    before = len(page.sent)
    drag(page, (slider["x"] + slider["width"] / 3, middle), (slider["x"] + slider["width"], middle))
    assert len(page.sent) == before
    assert len({row[0] for row in page.evaluate("window.recorded")}) >= 20
    assert curve.get_attribute("d") != start
    page.mouse.up()
    page.wait_for_url(lambda url: "centre1=" in url)


def test_training_on_the_page_and_on_own_numbers(page, app_url, tmp_path):
    open_live(page, f"{app_url}/flow?view=learning", "flow")
    settled(page, "flow")
    page.get_by_text("Train it yourself").click()
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("mine: trained on two").wait_for(timeout=240_000)
    settled(page, "flow")
    moved(page, "epoch", 60)
    assert readout(page, "divergence") < 0.01
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("height\n" + "\n".join(f"{x:.4f}" for x in np.random.default_rng(1).normal(5, 2, 500)))
    page.get_by_role("button", name="Train", exact=True).wait_for(state="hidden")  # the panel closes
    page.get_by_text("Train it yourself").click()
    page.locator('input[type="file"]').set_input_files(numbers)
    page.get_by_text("numbers.csv: your 500 numbers.").wait_for(timeout=240_000)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("mine: trained on your 500 numbers").wait_for(timeout=240_000)
    settled(page, "flow")
    moved(page, "epoch", 60)
    loss = 0.5 * np.log(2 * np.pi * np.e * 4)
    assert readout(page, "test_loss") == pytest.approx(loss, abs=0.3)
    the_model_that_is_chosen_outlasts_a_reload(page)


def the_model_that_is_chosen_outlasts_a_reload(page):
    assert "model=mine" in page.url
    for model in ("shipped", "mine"):
        choice = page.get_by_role("radio", name=model, exact=True)
        choice.click()
        page.wait_for_url(lambda url, model=model: f"model={model}" in url)
        settled(page, "flow")
        page.reload()
        page.wait_for_selector('[data-testid="live-flow"][data-ready="true"]', timeout=30_000)
        assert choice.is_checked() and f"model={model}" in page.url


def test_wrong_numbers_get_one_sentence(page, app_url, tmp_path):
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("1.5\nhello\n2")
    open_live(page, f"{app_url}/flow?view=learning", "flow")
    page.get_by_text("Train it yourself").click()
    page.locator('input[type="file"]').set_input_files(numbers)
    page.get_by_text("numbers.csv, line 2").wait_for()  # at once: nothing was pressed
    assert page.get_by_role("button", name="Train", exact=True).is_disabled()
    assert "Traceback" not in page.content()


def test_another_unit_scales_the_losses(page, app_url):
    open_live(page, f"{app_url}/flow?view=learning", "flow")
    nats = readout(page, "test_loss")
    open_live(page, f"{app_url}/flow?view=learning&unit=bits", "flow")
    wait_for_readout(page, "test_loss", repr(float(nats / np.log(2))))


HEAVY = "heavy tails (Student t)"
# Of one figure: the words of its arrows, and how many curves leave its plot through the top or the bottom.
EDGES = """(figure) => {
    const box = document.querySelector(`[data-figure="${figure}"]`);
    const area = box.querySelector(".nsewdrag").getBoundingClientRect();
    const origin = box.getBoundingClientRect();
    const [left, right, top, bottom] = [
        area.left - origin.left, area.right - origin.left, area.top - origin.top, area.bottom - origin.top,
    ];
    const shown = (node) => node.style.display !== "none" && node.parentElement.style.display !== "none";
    const leaves = (path) => path.getAttribute("d").slice(1).split(/[LZ]/).filter(Boolean).some((corner) => {
        const [x, y] = corner.split(" ").map(Number);
        return x > left && x < right && (y < top - 1 || y > bottom + 1);
    });
    const all = (kind) => [...box.querySelectorAll(`[data-${kind}]`)].filter(shown);
    const words = all("edge").map((node) => node.getAttribute("data-edge"));
    return { words, leaving: all("curve").filter(leaves).length };
}"""


def moved(page, control: str, value: float) -> None:
    """Set a slider as an arrow key would, and wait for the frame that shows it."""
    page.get_by_test_id(f"control-{control}").fill(str(value))
    next_frame(page)


def test_a_map_too_steep_for_its_plot_leaves_it_and_says_how_far(page, app_url):
    open_live(page, f"{app_url}/flow?view=learning&data={HEAVY}&epoch=0", "flow")
    settled(page, "flow")
    arrays = checkpoints.load(checkpoints.find(FlowConfig(data_set="heavy"))).arrays
    low, high = MixtureCDFTransform.from_snapshots(arrays, epoch=0)([-5.44, 5.3])
    assert low < -10 and high > 10
    edges = page.evaluate(EDGES, "map")
    assert edges["leaving"] == 1
    assert set(edges["words"]) == {f"−{-low:.4g}", f"{high:.4g}"}
    moved(page, "epoch", 60)
    assert page.evaluate(EDGES, "map") == {"words": [], "leaving": 0}


def test_whatever_a_flow_by_hand_is_bent_to_its_curves_are_whole_or_have_an_arrow(page, app_url):
    open_live(page, f"{app_url}/flow?view=by hand", "flow")
    settled(page, "flow")
    left = 0
    for slider in page.locator("input[type=range]").all():
        start = slider.input_value()
        for end in ("min", "max"):
            slider.fill(slider.get_attribute(end))
            next_frame(page)
            for figure in ("density", "hand_map", "slope"):
                edges = page.evaluate(EDGES, figure)
                assert bool(edges["words"]) == bool(edges["leaving"]), figure
                left += edges["leaving"]
        slider.fill(start)
    assert left >= 6, "a width of 0.02 makes all three curves too high"


@pytest.mark.parametrize(
    ("way", "base"), seldom(product(["by way of u", "straight"], ["logistic", "normal"]))
)
def test_slices_and_probe_stay_in_their_plots_or_have_an_arrow(page, app_url, way, base):
    open_live(page, f"{app_url}/flow?view=x to z&data={HEAVY}&way={way}&base={base}", "flow")
    settled(page, "flow")
    for t in (0, 0.25, 0.5, 0.75, 1):
        moved(page, "t", t)
        assert page.evaluate(EDGES, "stage")["leaving"] == 0, t
    for x in (-5.44, 0, 5.3):
        moved(page, "probe", x)
        assert page.evaluate(EDGES, "map") == {"words": [], "leaving": 0}


def test_a_training_is_still_its_visitors_after_a_reload(page, app_url):
    open_live(page, f"{app_url}/flow?view=learning", "flow")
    page.context.clear_cookies()  # as when the browser was closed: it kept its copy of the page
    page.reload()
    settled(page, "flow")
    page.get_by_text("Train it yourself").click()
    for label, value in (("Components K", 20), ("Epochs", 1000)):
        box = page.get_by_label(label, exact=True)
        box.fill(str(value))
        box.press("Enter")
        settled(page, "flow")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"epoch \d+ of 1000")).first.wait_for(timeout=240_000)
    page.reload()
    # A quick machine may have ended it by the time the page is back: then the model is there.
    goes_on, ended = page.get_by_role("button", name="Cancel"), page.get_by_text("mine: trained on")
    goes_on.or_(ended).first.wait_for(timeout=60_000)
