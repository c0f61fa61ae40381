"""Browsers on a network that loses requests."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, Route
from playwright.sync_api import TimeoutError as Waited

from benchmarks.browser import chromium
from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial

KINDS = {
    "modules": "**/modules.json",
    "plotly": "**/plotly.min.js",
    "stylesheet": "**/live.css",
    "scene": "**/live/scene/*",
}
LOADS = 50
SHARE_LOST = 0.01
READY = '[data-testid^="live-"][data-ready="true"]'
READY_MS = 30_000


@trial("one lost request", "9", "one request of each kind is lost, or answered with 503, at the first load")
def one_lost_request(tree: Path) -> Outcome:
    tries = [(pattern, status) for pattern in KINDS.values() for status in (None, 503)]
    with serving(tree=tree) as server, chromium() as browser:
        losing = [partial(lose, pattern=pattern, times=1, status=status) for pattern, status in tries]
        drawn = sum(_drawn(browser, server, lose_first) for lose_first in losing)
    return Outcome(drawn == len(tries), f"{drawn} of {len(tries)} figures were drawn without a reload")


@trial("lossy network", "9", f"{LOADS} first loads with 1 % of the component's requests lost", seconds=150.0)
def lossy_network(tree: Path) -> Outcome:
    rng, lost = random.Random(0), [0]

    def lose_some(page: Page) -> None:
        def answer(route: Route) -> None:
            if rng.random() < SHARE_LOST:
                lost[0] += 1
                route.abort()
            else:
                route.continue_()

        page.route("**/live/**", answer)

    with serving(tree=tree) as server, chromium() as browser:
        drawn = sum(_drawn(browser, server, lose_some) for _ in range(LOADS))
    return Outcome(drawn == LOADS, f"{drawn} of {LOADS} figures were drawn; {lost[0]} requests were lost")


def lose(page: Page, pattern: str, times: int, status: int | None) -> list[str]:
    """Lose the first ``times`` requests of a kind, or answer them with ``status``; returns those seen."""
    seen = []

    def answer(route: Route) -> None:
        seen.append(route.request.url)
        if len(seen) > times:
            route.continue_()
        elif status is None:
            route.abort()
        else:
            route.fulfill(status=status)

    page.route(pattern, answer)
    return seen


def _drawn(browser: Browser, server: Server, lose: Callable[[Page], None]) -> bool:
    """Whether the figure appears in a browser with an empty cache."""
    context = browser.new_context()
    page = context.new_page()
    lose(page)
    page.goto(f"{server.url}/kl")
    try:
        page.wait_for_selector(READY, timeout=READY_MS)
        return True
    except Waited:
        return False
    finally:
        context.close()
