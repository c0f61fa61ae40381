"""The closer views of the threshold page as a person uses them, against NumPy."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hw9core.anomaly.decisions.error_rates import error_rates, mean_plus_k_sd
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.store import checkpoints
from tests.browser.live import (
    drag,
    grip,
    next_frame,
    open_live,
    open_options,
    plot_area,
    readout,
    settled,
    wait_for_readout,
)

STRIPS = ["test-below", "test-above", "anomaly-below", "anomaly-above", "test-highest", "anomaly-lowest"]


def tiles(page, strip: str) -> list[tuple[int, float]]:
    """The (image index, score) of the visible tiles of a strip."""
    read = """nodes => nodes.filter((n) => n.dataset.index !== undefined)
        .map((n) => [Number(n.dataset.index), Number(n.dataset.score)])"""
    return [
        tuple(pair) for pair in page.locator(f'[data-strip="{strip}"] [data-testid=tile]').evaluate_all(read)
    ]


def nearest(scores: np.ndarray, tau: float, side: str, count: int = 4) -> list[float]:
    ascending = np.sort(scores)
    return {
        "below": ascending[ascending <= tau][::-1][:count],
        "above": ascending[ascending > tau][:count],
        "highest": ascending[ascending > tau][::-1][:count],
        "lowest": ascending[ascending <= tau][:count],
    }[side].tolist()


def assert_gallery(page, scores, tau: float) -> None:
    for strip in STRIPS:
        image_set, side = strip.split("-")
        shown = tiles(page, strip)
        assert [score for _, score in shown] == nearest(scores[image_set], tau, side), strip
        assert all(scores[image_set][index] == score for index, score in shown)


def test_the_gallery_follows_tau_during_the_drag(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?view=images", "threshold")
    settled(page, "threshold")
    area = plot_area(page, "scores")
    before = len(page.sent)
    seen = set()
    for across in (0.45, 0.6, 0.75):
        drag(page, grip(page, "scores", "tau"), area.at(across, 0.5), steps=8)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert_gallery(page, scores, readout(page, "tau"))
        seen.add(tuple(tiles(page, "test-below")))
        assert len(page.sent) == before
        page.mouse.up()
        released = page.get_by_test_id("readout-tau").get_attribute("data-value")
        page.wait_for_url(lambda url, tau=released: f"tau={tau}" in url)  # or an earlier release would do
        settled(page, "threshold")
        before = len(page.sent)
    assert len(seen) == 3


def test_pictures_arrive_on_release_and_a_click_marks_the_image(page, app_url):
    open_live(page, f"{app_url}/threshold?view=images&tau=20", "threshold")
    tile = page.locator('[data-strip="anomaly-below"] [data-testid=tile]').first
    picture = tile.locator("img")
    picture.wait_for(state="visible")
    page.wait_for_timeout(300)
    assert picture.evaluate("e => e.complete && e.naturalHeight") == 28
    tile.click()
    next_frame(page)
    assert page.get_by_test_id("large-evidence").is_visible()
    score = float(tile.get_attribute("data-score"))
    assert f"this image: {score:.2f}" in page.locator('[data-figure="scores"] .hw9-overlay').text_content()
    page.get_by_role("button", name="close").click()
    assert not page.get_by_test_id("large-evidence").is_visible()


def place(page, tile) -> tuple[float, float]:
    """How far a tile is below the gallery's upper edge, and how high it is."""
    box, gallery = tile.bounding_box(), page.get_by_test_id("gallery-evidence").bounding_box()
    return box["y"] - gallery["y"], box["height"]


def test_an_enlarged_image_moves_nothing_and_escape_closes_it(page, app_url):
    open_live(page, f"{app_url}/threshold?view=images&tau=20", "threshold")
    settled(page, "threshold")
    tile = page.locator('[data-strip="anomaly-below"] [data-testid=tile]').nth(1)
    large = page.get_by_test_id("large-evidence")
    before = place(page, tile)
    tile.locator("img").wait_for(state="visible")
    tile.click()
    next_frame(page)
    assert place(page, tile) == before
    shown, view = large.bounding_box(), page.viewport_size
    assert 0 <= shown["x"] and shown["x"] + shown["width"] <= view["width"]
    assert 0 <= shown["y"] and shown["y"] + shown["height"] <= view["height"]
    assert page.locator('[data-figure="scores"]').get_by_text("this image:").is_visible()
    page.get_by_test_id("control-tau").press("Escape")  # wherever the focus is
    next_frame(page)
    assert not large.is_visible()
    assert not page.locator('[data-figure="scores"]').get_by_text("this image:").is_visible()
    tile.click()
    assert large.is_visible()
    page.keyboard.press("Escape")
    assert not large.is_visible()
    assert tile.evaluate("e => e === document.activeElement"), "the focus is back where it was"


def test_without_data_the_gallery_says_so_and_offers_to_fetch(page, app_url):
    open_live(page, f"{app_url}/threshold?view=images", "threshold")
    assert "are not in" in page.get_by_test_id("stAlert").inner_text()
    assert page.get_by_role("button", name="Fetch the data").is_enabled()


def test_a_fetch_shows_progress_and_can_be_cancelled(page, app_url):
    open_live(page, f"{app_url}/threshold?view=images", "threshold")
    page.get_by_role("button", name="Fetch the data").click()
    page.get_by_text("Fetching MNIST").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Fetch the data").wait_for()


RULES = [
    "mean + 3 sd",
    "quantile 1 − 0.009",
    "split conformal, P(flag) ≤ 0.009",
    "equal error rate",
    "Youden's J",
    "least expected cost",
    "α = 0.009 on test",
    "β = 0.01",
]


def test_every_rule_sets_its_threshold(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?view=rules&tau=40", "threshold")
    rows = page.locator('[data-testid="table-rules"] tbody tr')
    assert rows.evaluate_all("rows => rows.map((r) => r.querySelector('th').textContent)") == RULES
    for i in range(len(RULES)):
        shown = float(rows.nth(i).locator("td").nth(1).inner_text())
        rows.nth(i).get_by_role("button").click()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        tau = readout(page, "tau")
        assert tau == shown, "what is shown is what is set"
        assert float(page.get_by_test_id("readout-tau").inner_text()) == tau
        assert float(page.get_by_test_id("entry-tau").input_value()) == tau
        assert readout(page, "type_1_error") == np.mean(scores["test"] > tau)
        assert readout(page, "type_2_error") == np.mean(scores["anomaly"] <= tau)


def test_k_is_a_second_scale_of_tau(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?view=rules", "threshold")
    entry = page.get_by_test_id("entry-k_scale")
    entry.fill("2")
    entry.press("Enter")
    expected = mean_plus_k_sd(scores["validation"], 2.0)
    wait_for_readout(page, "tau", repr(expected))
    entry.fill("-1")
    entry.press("Enter")
    wait_for_readout(page, "tau", repr(mean_plus_k_sd(scores["validation"], -1.0)))


def test_solving_for_alpha_and_beta(page, app_url):
    open_live(page, f"{app_url}/threshold?view=rules", "threshold")
    settled(page, "threshold")
    assert "is impossible" in page.get_by_test_id("stAlert").inner_text()
    open_options(page)
    box = page.get_by_label("wanted β, in %")
    box.fill("20")
    box.press("Enter")
    page.get_by_text("is possible on these images").wait_for()
    row = page.locator('[data-testid="table-rules"] tbody tr', has_text="β = 0.2")
    row.wait_for()
    assert float(row.locator("td").nth(3).inner_text()) == pytest.approx(0.2, abs=0.02)


def test_classes_follow_tau(page, app_url, scores):
    labels = checkpoints.load(checkpoints.find(AutoencoderConfig())).arrays
    open_live(page, f"{app_url}/threshold?view=classes&tau=18", "threshold")
    for digit in range(10):
        of_class = scores["test"][labels["labels/test"] == digit]
        assert float(page.get_by_test_id(f"bar-alpha_{digit}").get_attribute("data-value")) == np.mean(
            of_class > 18
        )
        of_class = scores["anomaly"][labels["labels/anomaly"] == digit]
        assert float(page.get_by_test_id(f"bar-beta_{digit}").get_attribute("data-value")) == np.mean(
            of_class <= 18
        )
    places = page.locator('[data-testid^="bar-alpha_"]').evaluate_all(
        "bars => bars.map((b) => [Number(b.style.order), Number(b.dataset.value)])"
    )
    assert [value for _, value in sorted(places)] == sorted((value for _, value in places), reverse=True)


def test_replay_shows_the_numbers_of_every_epoch(page, app_url):
    arrays = checkpoints.load(checkpoints.find(AutoencoderConfig())).arrays
    open_live(page, f"{app_url}/threshold?view=training&epoch=1", "threshold")
    slider = page.get_by_test_id("control-epoch")
    curves, pictures = set(), set()
    for epoch in range(1, 11):
        slider.fill(str(epoch))
        sets = {
            name: arrays[f"scores/{name}"][epoch - 1].astype(float)
            for name in ("validation", "test", "anomaly")
        }
        rates = error_rates(mean_plus_k_sd(sets["validation"]), sets["test"], sets["anomaly"])
        wait_for_readout(page, "epoch_tau", repr(rates.threshold))
        assert readout(page, "epoch_alpha") == rates.type_1_error
        assert readout(page, "epoch_beta") == rates.type_2_error
        curves.add(page.locator('[data-curve="anomaly"]').get_attribute("d"))
        pictures.add(page.locator(".hw9-sprites canvas").first.evaluate("c => c.toDataURL()"))
    assert len(curves) == 10 and len(pictures) == 10


def test_replay_plays_pauses_and_steps(page, app_url):
    open_live(page, f"{app_url}/threshold?view=training&epoch=1", "threshold")
    page.get_by_label("speed").select_option("4")
    page.get_by_role("button", name="play").click()
    page.wait_for_url(lambda url: "epoch=10" in url, timeout=10_000)
    page.get_by_role("button", name="step back").click()
    page.wait_for_url(lambda url: "epoch=9" in url)


def test_reduced_motion_leaves_only_steps(browser, app_url):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    open_live(page, f"{app_url}/threshold?view=training&epoch=1", "threshold")
    assert not page.get_by_role("button", name="play").is_visible()
    assert page.get_by_role("button", name="step forward").is_visible()
    context.close()


def test_a_drawing_is_scored(page, app_url):
    open_live(page, f"{app_url}/threshold?view=your image", "threshold")
    settled(page, "threshold")
    canvas = page.get_by_test_id("canvas-own").bounding_box()
    at = [(0.5, 0.15), (0.5, 0.85)]
    points = [(canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"]) for x, y in at]
    drag(page, *points, steps=20)
    page.mouse.up()
    page.locator('[data-testid="readout-own"]:not([data-value="NaN"])').wait_for()
    score = readout(page, "own")
    assert 0 < score < 20, "a plain vertical stroke is a good “1”"
    assert page.get_by_test_id("readout-own_flagged").inner_text() == "accepted"
    assert f"your image: {score:.2f}" in page.locator('[data-figure="scores"] .hw9-overlay').text_content()
    entry = page.get_by_test_id("entry-tau")
    entry.fill("0.01")
    entry.press("Enter")
    wait_for_readout(page, "own_flagged", "1")
    page.get_by_role("button", name="clear").click()
    page.locator('[data-testid="readout-own"][data-value="NaN"]').wait_for()


def test_a_drawing_is_still_there_with_another_detector(page, app_url):
    open_live(page, f"{app_url}/threshold?view=your image", "threshold")
    settled(page, "threshold")
    canvas = page.get_by_test_id("canvas-own")
    box = canvas.bounding_box()
    at = [(box["x"] + 0.5 * box["width"], box["y"] + y * box["height"]) for y in (0.15, 0.85)]
    drag(page, *at, steps=20)
    page.mouse.up()
    page.locator('[data-testid="readout-own"]:not([data-value="NaN"])').wait_for()
    score, drawn = readout(page, "own"), canvas.evaluate("c => c.toDataURL()")
    open_options(page)
    page.get_by_role("combobox", name="Detector").click()
    page.get_by_role("option", name="PCA reconstruction error").click()
    page.wait_for_url(lambda url: "PCA" in url)
    page.locator(f'[data-testid="readout-own"]:not([data-value="NaN"], [data-value="{score}"])').wait_for()
    settled(page, "threshold")
    assert readout(page, "own") != score
    assert page.get_by_test_id("canvas-own").evaluate("c => c.toDataURL()") == drawn
    page.get_by_role("button", name="clear").click()
    page.locator('[data-testid="readout-own"][data-value="NaN"]').wait_for()


def test_a_wrong_file_gets_a_sentence(page, app_url, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense")
    open_live(page, f"{app_url}/threshold?view=your image", "threshold")
    page.locator('input[type="file"]').set_input_files(broken)
    alert = page.get_by_test_id("stAlert")
    alert.wait_for()
    assert "broken.png" in alert.inner_text() and "Traceback" not in page.content()


def test_dark_ink_on_paper_is_offered_inverted(page, app_url, tmp_path):
    paper = Image.new("L", (100, 100), 255)
    ImageDraw.Draw(paper).line([(50, 15), (50, 85)], fill=0, width=9)
    paper.save(tmp_path / "one.png")
    open_live(page, f"{app_url}/threshold?view=your image", "threshold")
    page.locator('input[type="file"]').set_input_files(tmp_path / "one.png")
    page.get_by_text("invert it").wait_for()
    page.locator('[data-testid="readout-own"]:not([data-value="NaN"])').wait_for()
    assert readout(page, "own") < 20


def test_another_detector_has_its_own_threshold_and_comes_back(page, app_url, scores):
    open_live(page, f"{app_url}/threshold?tau=30&view=detectors", "threshold")
    settled(page, "threshold")
    open_options(page)
    page.get_by_role("combobox", name="Detector").click()
    page.get_by_role("option", name="PCA reconstruction error").click()
    page.wait_for_url(lambda url: "PCA" in url)
    settled(page, "threshold")
    stored = checkpoints.load(checkpoints.find(DetectorsConfig()))
    row = stored.metadata["config"]["component_counts"].index(128)
    validation = stored.arrays["scores/pca/validation"][row].astype(np.float64)
    wait_for_readout(page, "tau", repr(mean_plus_k_sd(validation)))
    assert 0.005 < readout(page, "type_1_error") < 0.015
    page.get_by_role("combobox", name="Detector").click()
    page.get_by_role("option", name="Autoencoder of the homework").click()
    page.wait_for_url(lambda url: "PCA" not in url)
    settled(page, "threshold")
    wait_for_readout(page, "tau", "30")
    assert readout(page, "type_2_error") == np.mean(scores["anomaly"] <= 30)
