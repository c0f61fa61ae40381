"""Training a flow in the plane on the page, as a person does: own points, cancel, refusals."""

import re

import numpy as np
import pytest

from tests.browser.live import drag, next_frame, open_live, readout, recorded, settled, start_recording
from tests.variants import seldom

PART = "coupling?part=Two dimensions"


def open_panel(page, app_url, view="learning"):
    open_live(page, f"{app_url}/{PART}&view={view}", "plane")
    settled(page, "plane")
    page.get_by_text("Train it yourself").click()


def set_number(page, label: str, value: float):
    box = page.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")
    settled(page, "plane")


def hand_in(page, path):
    page.locator('input[type="file"]').set_input_files(path)
    page.get_by_text(path.name).first.wait_for()
    settled(page, "plane")


def press_train(page):
    page.get_by_role("button", name="Train", exact=True).click()


def points_file(tmp_path, count: int):
    """Points around two centres far from the origin, in units of thousands."""
    rng = np.random.default_rng(4)
    centres = np.array([[5000.0, -20.0], [9000.0, 30.0]])[rng.integers(2, size=count)]
    points = centres + rng.normal(0, [300.0, 4.0], (count, 2))
    path = tmp_path / "points.csv"
    path.write_text("weight;height\n" + "\n".join(f"{x:.3f};{y:.3f}" for x, y in points))
    return path


def test_own_points_are_trained_on_and_a_second_training_is_cancelled(page, app_url, tmp_path):
    open_panel(page, app_url)
    hand_in(page, points_file(tmp_path, 22_000))
    page.get_by_text("20,000 of 22,000 points, chosen at random, standardised").first.wait_for()
    set_number(page, "Epochs", 12)
    press_train(page)
    page.wait_for_selector('[data-testid="live-coupling-losses"][data-ready="true"]', timeout=240_000)
    page.get_by_text("mine: trained on 20,000 of 22,000 points, chosen at random").wait_for(timeout=240_000)
    settled(page, "plane")
    assert page.locator('[data-figure="truth"]').count() == 1
    page.get_by_test_id("control-snapshot").press("End")
    page.wait_for_url(lambda url: "snapshot=" in url)
    settled(page, "plane")
    # Two Gaussians of sd 0.148 and 0.158 in standardised units, half of the mass each.
    spread = np.array([300 / np.hypot(2000, 300), 4 / np.hypot(25, 4)])
    entropy = np.log(2 * np.pi * np.e) + np.log(spread).sum() + np.log(2)
    assert readout(page, "test_loss") == pytest.approx(entropy, abs=0.35)

    if not page.get_by_role("button", name="Train", exact=True).is_visible():
        page.get_by_text("Train it yourself").click()
    set_number(page, "Epochs", 150)  # the server would not begin one of minutes
    press_train(page)
    page.get_by_text(re.compile(r"epoch [1-9]\d* of 150")).first.wait_for(timeout=240_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Train", exact=True).wait_for()
    settled(page, "plane")
    assert page.get_by_text("mine: trained on 20,000").count() == 1  # what was trained before stays


@pytest.mark.parametrize(
    ("content", "words"),
    seldom([("1,2\n3,hello\n", "points.csv, line 2"), ("1,2\n3,4\n" * 40, "all points are on one line")]),
)
def test_wrong_points_get_one_sentence_and_no_training(page, app_url, tmp_path, content, words):
    path = tmp_path / "points.csv"
    path.write_text(content)
    open_panel(page, app_url)
    hand_in(page, path)
    page.get_by_text(words).wait_for()
    assert page.get_by_role("button", name="Train", exact=True).is_disabled()
    assert "Traceback" not in page.content()


def test_a_training_without_a_bound_that_diverges_says_so_and_shows_its_losses(page, app_url):
    open_panel(page, app_url)
    page.get_by_text("Bound s").click()
    settled(page, "plane")
    for label, value in (("Epochs", 3), ("Learning rate", 0.9), ("Batch size", 200)):
        set_number(page, label, value)
    press_train(page)
    page.get_by_text("The training diverged in epoch").wait_for(timeout=240_000)
    page.wait_for_selector('[data-testid="live-coupling-losses"][data-ready="true"]')
    assert page.get_by_text("mine: trained on").count() == 0


@pytest.mark.slow
def test_far_is_moved_live(page, app_url):
    open_live(page, f"{app_url}/{PART}&view=what can go wrong", "plane")
    settled(page, "plane")
    slider = page.get_by_test_id("control-noises")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    names = [f"far_{name}" for name in ("2", "4", "8", "data")]
    start_recording(page, "far_2", names)
    before = len(page.sent)
    drag(page, (box["x"] + 0.05 * box["width"], middle), (box["x"] + box["width"], middle))
    assert len(page.sent) == before
    masses = np.array(recorded(page))
    assert len(masses) >= 15 and np.all(np.diff(masses, axis=0) <= 0)
    assert np.all(masses[-1][:3] > masses[-1][3])
    rows = page.locator("image[data-row]").evaluate_all(
        "images => images.filter((i) => i.style.display !== 'none').map((i) => i.dataset.row)"
    )
    assert len(rows) == 8 and set(rows) == {"18"}
    page.mouse.up()
    page.wait_for_url(lambda url: "noises=5.5" in url)


def test_without_permutations_the_first_coordinate_stays(page, app_url):
    open_live(page, f"{app_url}/{PART}&view=what can go wrong&broken=no permutations", "plane")
    settled(page, "plane")
    slider = page.get_by_test_id("control-layer")
    for layers in (0, 3, 8):
        slider.fill(str(layers))
        next_frame(page)
        assert readout(page, "moved_without") == 0
    assert readout(page, "moved_with") > 1


@pytest.mark.slow
def test_the_runaway_loss_is_scrubbed_by_its_line(page, app_url):
    open_live(page, f"{app_url}/{PART}&view=what can go wrong&broken=s without a bound", "plane")
    settled(page, "plane")
    slider = page.get_by_test_id("control-at_epoch")
    slider.fill("0")
    next_frame(page)
    assert readout(page, "loss_unbounded") == pytest.approx(readout(page, "loss_bounded"), rel=1e-6)
    slider.fill("40")
    next_frame(page)
    assert readout(page, "loss_unbounded") > 1e6 > 100 > readout(page, "loss_bounded")
