"""What was answered stands on the figure beside the truth, at the places that the axes have for both."""

import math

import pytest

from tests.browser.live import drag, grip, open_live, settled
from tests.variants import seldom

START_TERMS = math.log(4.0) + 1.25 - 2.0  # log det ratio + trace − d of N(·, I) and N(0, diag(4, 1))

PLACES = """() => {
    const figure = document.querySelector('[data-figure="FIGURE"]');
    const drawn = (node) => node.getClientRects().length > 0;
    const ghosts = [...figure.querySelectorAll(".hw9-ghost")].filter(drawn);
    const { xaxis } = figure._fullLayout;
    const toData = (pixel) => xaxis.p2d(pixel - xaxis._offset);
    return ghosts.map((node) => toData(Number(node.getAttribute(node.tagName === "line" ? "x1" : "cx"))));
}"""
WORDS = """(figure) => [...document.querySelectorAll(`[data-figure="${figure}"] .hw9-ghosts text`)]
    .filter((text) => text.getClientRects().length).map((text) => text.textContent).filter(Boolean)"""
COUNT_IS = """([figure, count]) => [...document.querySelectorAll(`[data-figure="${figure}"] .hw9-ghost`)]
    .filter((node) => node.getClientRects().length).length === count"""

# Where the answer and the truth stand along the slider, as shares of its way.
SPOTS = """() => ["said", "truth"].map((kind) => {
    const node = document.querySelector(`.hw9-answer-${kind}`);
    const words = node.getBoundingClientRect();
    const input = document.querySelector('[data-testid="control-w"]').getBoundingClientRect();
    const edge = node.matches(".hw9-answer-left") ? words.right - 1 : words.left + 1;
    return (edge - input.left - 8) / (input.width - 16);
})"""


def places(page, figure: str) -> list[float]:
    """The x of the answer and of the truth, in data, by Plotly's own axis."""
    return page.evaluate(PLACES.replace("FIGURE", figure))


def wait_for_ghosts(page, figure: str, count: int) -> None:
    page.wait_for_function(COUNT_IS, arg=[figure, count])


def answer(page, name: str) -> None:
    page.get_by_role("button", name="This is my answer").click()
    settled(page, name)


def enter(page, control: str, value: float) -> None:
    entry = page.get_by_test_id(f"entry-{control}")
    entry.fill(str(value))
    entry.press("Enter")


def place_of_one_nat(q_y: float) -> float:
    """Where p's x₁ makes D(p‖q) = 1 nat when q's centre is (0, q_y), by the formula."""
    return 2.0 * math.sqrt(2.0 - START_TERMS - q_y**2)


def test_an_answer_in_the_plane(page, app_url):
    open_live(page, f"{app_url}/gaussian-kl?story=2", "gaussian-kl")
    wait_for_ghosts(page, "stage", 0)
    answer(page, "gaussian-kl")
    wait_for_ghosts(page, "stage", 2)
    assert places(page, "stage") == pytest.approx([0.0, place_of_one_nat(0.0)], abs=1e-3)
    said = page.evaluate(WORDS, "stage")
    assert sorted(said) == sorted(["you: 0", "it is 2.34", "2.34 too low"])


def test_the_truth_follows_the_other_controls(page, app_url):
    open_live(page, f"{app_url}/gaussian-kl?story=2", "gaussian-kl")
    answer(page, "gaussian-kl")
    wait_for_ghosts(page, "stage", 2)
    start = grip(page, "stage", "q_first q_angle")
    drag(page, start, (start[0] + 12, start[1]))
    wait_for_ghosts(page, "stage", 0)  # the truth is another now, and only the server knows it
    page.mouse.up()
    wait_for_ghosts(page, "stage", 2)
    settled(page, "gaussian-kl")
    width = float(page.get_by_test_id("entry-q_first").input_value())
    angle = math.radians(float(page.get_by_test_id("entry-q_angle").input_value()))
    inverse = math.cos(angle) ** 2 / width**2 + math.sin(angle) ** 2
    trace = 1.0 / width**2 + 1.0
    a = math.sqrt((2.0 - (2.0 * math.log(width) + trace - 2.0)) / inverse)
    assert places(page, "stage") == pytest.approx([0.0, a], abs=5e-3)


def test_an_answer_leaves_with_its_step(page, app_url):
    open_live(page, f"{app_url}/gaussian-kl?story=2", "gaussian-kl")
    answer(page, "gaussian-kl")
    wait_for_ghosts(page, "stage", 2)
    page.get_by_role("button", name="Next").click()
    wait_for_ghosts(page, "stage", 0)
    settled(page, "gaussian-kl")
    page.get_by_role("button", name="Back", exact=True).click()
    wait_for_ghosts(page, "stage", 2)  # what was answered is remembered


@pytest.mark.parametrize("tau", seldom([35, 12.5]))
def test_an_answer_across_a_plot(page, app_url, tau):
    open_live(page, f"{app_url}/threshold?story=2", "threshold")
    settled(page, "threshold")
    enter(page, "tau", tau)
    page.wait_for_selector(f'[data-testid="readout-tau"][data-value="{tau}"]')
    answer(page, "threshold")
    wait_for_ghosts(page, "scores", 2)
    page.get_by_role("button", name="Show the place").click()
    page.wait_for_selector(f'[data-testid="readout-tau"]:not([data-value="{tau}"])')
    truth = float(page.get_by_test_id("readout-tau").get_attribute("data-value"))
    beta = float(page.get_by_test_id("readout-type_2_error").get_attribute("data-value"))
    assert beta <= 0.05 and beta == pytest.approx(0.05, abs=2e-4)
    assert places(page, "scores") == pytest.approx([tau, truth], rel=2e-3)


def test_a_control_without_a_handle_has_both_below_its_slider(page, app_url):
    open_live(page, f"{app_url}/flow?story=6", "flow")
    answer(page, "flow")
    shown = page.locator(".hw9-answers").filter(has_text="it is")
    shown.wait_for()
    # F' is least at the centre: w + (1 - w) / 0.3 >= 0 up to w = 1 / 0.7, of which 1.42 is the last position.
    assert shown.locator(".hw9-answer").all_inner_texts() == ["you: 0.50", "it is 1.42"]
    spots = page.evaluate(SPOTS)
    low, high = (float(page.get_by_test_id("control-w").get_attribute(name)) for name in ("min", "max"))
    assert spots == pytest.approx([(w - low) / (high - low) for w in (0.5, 1.42)], abs=0.01)
