"""Every control of every view at both ends: a mark lies inside its axes or is an arrow with its value.

Nor do words beside marks, arrows or in legends cover each other.
"""

from pathlib import Path

import pytest

from tests.browser.live import next_frame, settled

PLANE = "coupling?part=Two dimensions"
VIEWS = [
    ("threshold?tau=25", "threshold"),  # beside the homework's
    ("threshold?view=curves", "threshold"),
    ("threshold?view=training", "threshold"),
    ("threshold?view=uncertainty", "threshold"),
    ("flow?view=learning", "flow"),
    ("flow?view=x to z", "flow"),
    ("flow?view=by hand", "flow"),
    ("flow?view=negative weight", "flow"),
    ("coupling", "coupling"),
    (PLANE, "plane"),
    (f"{PLANE}&direction=z → x, sampling", "plane"),
    (f"{PLANE}&view=learning", "plane"),
    (f"{PLANE}&view=what can go wrong", "plane"),
    (f"{PLANE}&view=what can go wrong&broken=s without a bound", "plane"),
    ("kl?view=jensen", "jensen"),
    ("kl?view=densities", "densities"),
    ("kl?view=densities&pair=truncated Normal and Normal", "densities"),
    ("kl?view=additivity", "additivity"),
    ("gaussian-kl", "gaussian-kl"),
    ("gaussian-kl?panel=fit", "gaussian-fit"),
    ("gaussian-kl?panel=break it", "gaussian-singular"),
    ("joint-maximum", "joint"),
    ("joint-maximum?view=paths", "joint"),
    ("joint-maximum?view=break it", "joint"),
]

# One view of each kind of mark in every run; the others are the long extra.
ALWAYS = (
    "threshold?tau=25",
    "flow?view=by hand",
    "kl?view=densities",
    "gaussian-kl",
    "joint-maximum",
    "joint-maximum?view=break it",
)

# Of every visible dot, line and box: its place and the plot's; curves must be clipped to the plot.
OUTSIDE = (Path(__file__).parent / "extremes.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "name"),
    [pytest.param(*view, marks=() if view[0] in ALWAYS else pytest.mark.slow, id=view[0]) for view in VIEWS],
)
def test_marks_stay_inside_or_become_arrows(page, app_url, address, name):
    page.goto(f"{app_url}/{address}")
    page.wait_for_selector(f'[data-testid="live-{name}"][data-ready="true"]', timeout=30_000)
    settled(page, name)
    controls = page.locator(f'[data-testid="live-{name}"] [data-testid^="control-"]')
    assert page.evaluate(OUTSIDE, name) == []
    for i in range(min(controls.count(), 6)):
        for key in ("End", "Home"):
            controls.nth(i).press(key)
            next_frame(page)
            assert page.evaluate(OUTSIDE, name) == [], (controls.nth(i).get_attribute("data-testid"), key)


def test_the_check_can_fail(page, app_url):
    page.goto(f"{app_url}/joint-maximum")
    page.wait_for_selector('[data-testid="live-joint"][data-ready="true"]', timeout=30_000)
    dot = page.locator('[data-figure="heat"] circle.hw9-point').first
    dot.evaluate("(node) => node.setAttribute('cx', 5000)")
    assert page.evaluate(OUTSIDE, "joint")


def test_the_check_sees_words_that_cover_each_other(page, app_url):
    page.goto(f"{app_url}/joint-maximum?view=break it")
    page.wait_for_selector('[data-testid="live-joint"][data-ready="true"]', timeout=30_000)
    assert page.evaluate(OUTSIDE, "joint") == []
    page.evaluate(
        """() => {
            const words = [...document.querySelectorAll('[data-figure="gapped"] .hw9-mark-text')];
            const [one, other] = words.filter((node) => node.getClientRects().length);
            for (const name of ["x", "y", "text-anchor"]) other.setAttribute(name, one.getAttribute(name));
        }"""
    )
    assert any("meets" in fault for fault in page.evaluate(OUTSIDE, "joint"))
