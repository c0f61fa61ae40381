"""Dragging τ on the threshold page's plot against the pace of the same page doing nothing.

Idle: how often a second an empty requestAnimationFrame loop is called in the open page. Drag: how often a
second the readout of τ changes its ``data-value`` while the pointer moves without pause. Rounds of
idle and drag alternate in one page; compared are the medians. Two ways to move the pointer:

* ``page``: a real press, then one ``pointermove`` event per frame from inside the page. Chromium hands real
  pointer input to a page once per frame too, so this is the pace the page can keep, and the figure that has
  the target. The move is sent inside a frame, so the page draws it in the next one: the cost is the same.
* ``mouse``: real input, one ``mouse.move`` after the other from this process. Every move waits for a round
  trip through the test driver, which takes processor time from the page: a lower bound.

The pointer sweeps the plot to and fro, at least 7 pixels a frame, so that every move is another value.
"""

from __future__ import annotations

import argparse
import time
from itertools import count
from statistics import median

from playwright.sync_api import Page

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.report import Row, listed, print_table
from benchmarks.server import serving

READY = '[data-testid="live-threshold"][data-ready="true"]'
PLOT = '[data-figure="scores"]'

IDLE = """(milliseconds) => new Promise((resolve) => {
    let frames = 0;
    const frame = (now) => {
        frames += 1;
        if (now - start >= milliseconds) return resolve(1000 * frames / (now - start));
        requestAnimationFrame(frame);
    };
    let start;
    requestAnimationFrame((now) => { start = now; requestAnimationFrame(frame); });
})"""

SWEEP = """([selector, left, width, y, milliseconds]) => new Promise((resolve) => {
    const plot = document.querySelector(selector);
    let start;
    let moves = 0;
    const frame = (now) => {
        start ??= now;
        if (now - start >= milliseconds) return resolve();
        const turn = (7 * moves / width) % 2;
        const clientX = left + width * (turn < 1 ? turn : 2 - turn);
        const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true, buttons: 1, button: -1 };
        const place = { bubbles: true, clientX, clientY: y };
        plot.dispatchEvent(new PointerEvent("pointermove", { ...place, ...pointer }));
        moves += 1;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})"""

COUNT = """() => {
    window.changes = 0;
    window.counting?.disconnect();
    window.counting = new MutationObserver((records) => { window.changes += records.length; });
    const readout = document.querySelector('[data-testid="readout-tau"]');
    window.counting.observe(readout, { attributes: true, attributeFilter: ["data-value"] });
    return performance.now();
}"""


def measure(rounds: int = 7, seconds: float = 2.0) -> list[Row]:
    """Rows for ``rounds`` alternations of idle and both kinds of drag, each ``seconds`` long."""
    paces: dict[str, list[float]] = {"idle": [], "page": [], "mouse": []}
    with serving() as server, chromium() as browser:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(f"{server.url}/threshold")
        page.wait_for_selector(READY, timeout=60_000)
        page.wait_for_timeout(1000)
        _drag(page, _sweep_from_inside, 0.5)
        for _ in range(rounds):
            paces["idle"].append(page.evaluate(IDLE, 1000 * seconds))
            paces["page"].append(_drag(page, _sweep_from_inside, seconds))
            paces["mouse"].append(_drag(page, _sweep_with_the_mouse, seconds))
    idle = median(paces["idle"])
    page_pace, mouse_pace = median(paces["page"]), median(paces["mouse"])
    return [
        Row("drag: idle frames", idle, "/s", None, listed(paces["idle"], ".1f")),
        Row("drag: readout changes", page_pace, "/s", None, listed(paces["page"], ".1f")),
        Row("drag: changes / idle frames", page_pace / idle, "", (">=", 0.9), "one pointer move per frame"),
        Row("drag: changes, driver's mouse", mouse_pace, "/s", None, listed(paces["mouse"], ".1f")),
        Row(
            "drag: driver's mouse / idle",
            mouse_pace / idle,
            "",
            None,
            "lower bound: the driver's round trips",
        ),
    ]


def _drag(page: Page, sweep, seconds: float) -> float:
    """Changes of the readout a second during one drag; the page has settled again when this returns."""
    area = page.locator(f"{PLOT} .nsewdrag").first.bounding_box()
    y = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + 1, y)
    page.mouse.down()
    page.wait_for_timeout(100)  # the press itself changes the readout once
    start = page.evaluate(COUNT)
    sweep(page, area["x"], area["width"], y, seconds)
    changes, end = page.evaluate("() => [window.changes, performance.now()]")
    page.mouse.up()
    page.wait_for_timeout(700)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return 1000 * changes / (end - start)


def _sweep_from_inside(page: Page, left: float, width: float, y: float, seconds: float) -> None:
    page.evaluate(SWEEP, [PLOT, left, width, y, 1000 * seconds])


def _sweep_with_the_mouse(page: Page, left: float, width: float, y: float, seconds: float) -> None:
    end = time.perf_counter() + seconds
    for moves in count():
        turn = (7 * moves / width) % 2
        page.mouse.move(left + width * (turn if turn < 1 else 2 - turn), y)
        if time.perf_counter() >= end:
            return


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    print_table(measure(**vars(parser.parse_args())))
