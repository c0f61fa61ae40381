"""What tests of a lecture do: open one, press a clicker's keys, and measure what the back row sees."""

from pathlib import Path

from tests.browser.live import next_frame, settled

FOLDER = Path(__file__).parent
SMALL = (FOLDER / "lecture.js").read_text(encoding="utf-8")
STAGE = (FOLDER / "stage.js").read_text(encoding="utf-8")
DRAWN = """(least) => [...document.querySelectorAll(".hw9-stage [data-figure]")].every((box) => {
    const drawn = box.querySelector(".main-svg");
    const tick = box.querySelector(".xtick text");
    const enlarged = !tick || parseFloat(getComputedStyle(tick).fontSize) >= least - 0.01;
    return !box.getClientRects().length
        || (drawn && enlarged && Math.abs(drawn.getBoundingClientRect().height - box.clientHeight) < 2);
})"""
# The lowest part that is seen of the first live component that the page shows.
LOWEST = """() => {
    const stages = [...document.querySelectorAll(".hw9-stage")];
    const shown = stages.find((stage) => stage.getClientRects().length);
    const parts = shown.querySelectorAll(".hw9-figure, .hw9-control, .hw9-tile, table, .hw9-lines, li");
    const seen = [...parts].filter((part) => part.checkVisibility({ visibilityProperty: true }));
    return Math.max(...seen.map((part) => Math.round(part.getBoundingClientRect().bottom)));
}"""


def least_type(size: tuple[int, int]) -> float:
    """The size of type in pixels that a window of this size asks for: 24 at 1280 × 720."""
    return max(18.0, min(size[0] * 0.01875, size[1] / 30))


def lecture(address: str) -> str:
    """The address of a page with the lecture on."""
    return f"{address}{'&' if '?' in address else '?'}lecture=1"


def at_size(page, size: tuple[int, int]) -> None:
    """Give the window a size, and wait until the figures are drawn for it in its type."""
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    next_frame(page)
    page.wait_for_function(DRAWN, arg=least_type(size))


def open_step(page, url: str, slug: str, live: str, step: int) -> None:
    page.goto(f"{url}/{slug}?story={step}&lecture=1")
    at_step(page, step)
    settled(page, live)


def title(page):
    """The line of the story that says the step."""
    return page.locator(".st-key-story-panel p strong").first


def at_step(page, step: int) -> None:
    """Wait until the story stands at a step."""
    page.wait_for_function(
        """(step) => document.querySelector(".st-key-story-panel p strong")
            ?.textContent.startsWith(`${step} of `)""",
        arg=step,
    )
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
