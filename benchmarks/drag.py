"""Dragging a control of a live page against the pace of the same page doing nothing.

Idle: how often a second an empty requestAnimationFrame loop is called in the open page. Drag: how often a
second a readout changes its ``data-value`` while the pointer moves without pause. Rounds of
idle and drag alternate in one page; compared are the medians. Two ways to move the pointer:

* ``page``: a real press, then one ``pointermove`` event per frame from inside the page. Chromium hands real
  pointer input to a page once per frame too, so this is the pace the page can keep, and the figure that has
  the target. The move is sent inside a frame, so the page draws it in the next one: the cost is the same.
* ``mouse``: real input, one ``mouse.move`` after the other from this process. Every move waits for a round
  trip through the test driver, which takes processor time from the page: a lower bound.

The pointer sweeps the plot to and fro, at least 7 pixels a frame, so that every move is another value. Where
the control is a native slider, whose thumb only real input moves, ``page`` sets its value and sends the event
that the browser would: one position further every frame, to and fro.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import count
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.report import Row, listed, print_table
from benchmarks.server import serving


@dataclass(frozen=True)
class Drag:
    """One drag to measure: on which page, of what (a plot or a native slider), seen at which readout.

    ``page`` is a path with its query; the live view is named as the path.
    """

    page: str
    handle: str
    readout: str
    slider: bool = False
    name: str = ""  # of the live component, where it is not the page's

    @property
    def live(self) -> str:
        return f"live-{self.name or self.page.split('?')[0]}"

    @property
    def area(self) -> str:
        """What the pointer sweeps: the slider, or the plot within its axes."""
        return self.handle if self.slider else f"{self.handle} .nsewdrag"


DRAGS = (
    Drag("threshold", '[data-figure="scores"]', "tau"),
    Drag("coupling", '[data-testid="control-x2"]', "sum_s", slider=True),
    Drag("coupling?part=Two dimensions&layer=8", '[data-figure="start"]', "ratio", name="plane"),
    Drag(
        "coupling?part=Two dimensions", '[data-testid="control-layer"]', "factor", slider=True, name="plane"
    ),
    Drag(
        "coupling?part=Two dimensions&view=learning",
        '[data-testid="control-snapshot"]',
        "test_loss",
        slider=True,
        name="plane",
    ),
    Drag("flow?view=learning", '[data-testid="control-epoch"]', "train_loss", slider=True),
    Drag("flow?view=x to z", '[data-testid="control-t"]', "area_3", slider=True),
    Drag("flow?view=x to z", '[data-testid="control-probe"]', "probe_z", slider=True),
    Drag("flow?view=by hand", '[data-testid="control-centre1"]', "hand_loss", slider=True),
    Drag("kl", '[data-testid="control-r4"]', "kl", slider=True, name="jensen"),
    Drag("kl?view=densities", '[data-testid="control-loc"]', "kl", slider=True, name="densities"),
    Drag("kl?view=additivity", '[data-testid="control-rho"]', "joint", slider=True, name="additivity"),
    Drag("joint-maximum", '[data-figure="heat"]', "g", name="joint"),
    Drag("gaussian-kl", '[data-figure="stage"]', "kl_pq"),
)

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

SLIDE = """([selector, left, width, y, milliseconds]) => new Promise((resolve) => {
    const slider = document.querySelector(selector);
    const [low, high, step] = [slider.min, slider.max, slider.step].map(Number);
    const last = Math.round((high - low) / step);
    let start;
    let moves = 0;
    const frame = (now) => {
        start ??= now;
        if (now - start >= milliseconds) return resolve();
        const turn = moves % (2 * last);
        slider.value = low + step * (turn < last ? turn : 2 * last - turn);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        moves += 1;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})"""

COUNT = """(name) => {
    window.changes = 0;
    window.counting?.disconnect();
    window.counting = new MutationObserver((records) => { window.changes += records.length; });
    const readout = document.querySelector(`[data-testid="readout-${name}"]`);
    window.counting.observe(readout, { attributes: true, attributeFilter: ["data-value"] });
    return performance.now();
}"""


def measure(rounds: int = 7, seconds: float = 2.0) -> list[Row]:
    """Rows for ``rounds`` alternations of idle and both kinds of drag, each ``seconds`` long, per page."""
    with serving() as server, chromium() as browser:
        server.wait_until_ready()
        return [row for drag in DRAGS for row in _measure(drag, browser, server.url, rounds, seconds)]


def _measure(drag: Drag, browser: Browser, url: str, rounds: int, seconds: float) -> list[Row]:
    paces: dict[str, list[float]] = {"idle": [], "page": [], "mouse": []}
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(f"{url}/{drag.page}")
    page.wait_for_selector(f'[data-testid="{drag.live}"][data-ready="true"]', timeout=60_000)
    page.wait_for_timeout(1000)
    _drag(page, drag, _sweep_from_inside, 0.5)
    for _ in range(rounds):
        paces["idle"].append(page.evaluate(IDLE, 1000 * seconds))
        paces["page"].append(_drag(page, drag, _sweep_from_inside, seconds))
        paces["mouse"].append(_drag(page, drag, _sweep_with_the_mouse, seconds))
    page.close()
    idle = median(paces["idle"])
    page_pace, mouse_pace = median(paces["page"]), median(paces["mouse"])
    name, beside = f"drag {drag.page}, {drag.readout}", "lower bound: the driver's round trips"
    return [
        Row(f"{name}: idle frames", idle, "/s", None, listed(paces["idle"], ".1f")),
        Row(f"{name}: readout changes", page_pace, "/s", None, listed(paces["page"], ".1f")),
        Row(f"{name}: changes / idle frames", page_pace / idle, "", (">=", 0.9), "one move per frame"),
        Row(f"{name}: changes, driver's mouse", mouse_pace, "/s", None, listed(paces["mouse"], ".1f")),
        Row(f"{name}: driver's mouse / idle", mouse_pace / idle, "", None, beside),
    ]


def _drag(page: Page, drag: Drag, sweep, seconds: float) -> float:
    """Changes of the readout a second during one drag; the page has settled again when this returns."""
    page.locator(drag.area).first.scroll_into_view_if_needed()
    area = page.locator(drag.area).first.bounding_box()
    y = area["y"] + area["height"] / 2
    page.mouse.move(*(_hold(page, drag) or (area["x"] + 1, y)))
    page.mouse.down()
    page.wait_for_timeout(100)  # the press itself changes the readout once
    start = page.evaluate(COUNT, drag.readout)
    sweep(page, drag, area["x"], area["width"], y, seconds)
    changes, end = page.evaluate("() => [window.changes, performance.now()]")
    page.mouse.up()
    page.wait_for_timeout(700)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return 1000 * changes / (end - start)


def _hold(page: Page, drag: Drag) -> tuple[float, float] | None:
    """Where the pointer takes hold on a plot: its last grip, which lies on top."""
    if drag.slider:
        return None
    grip = page.locator(f"{drag.handle} [data-grip] .hw9-target").last.bounding_box()
    return grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2


def _sweep_from_inside(page: Page, drag: Drag, left: float, width: float, y: float, seconds: float) -> None:
    page.evaluate(SLIDE if drag.slider else SWEEP, [drag.handle, left, width, y, 1000 * seconds])


def _sweep_with_the_mouse(
    page: Page, drag: Drag, left: float, width: float, y: float, seconds: float
) -> None:
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
