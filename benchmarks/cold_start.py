"""From navigation to a drawn figure with an empty browser cache, beside the least Streamlit can do.

The threshold page (until its live component says ``data-ready="true"``) against a page that holds one
``st.plotly_chart`` and nothing else, served by a second server with the same settings. Each load has a
browser context of its own, so nothing is cached; loads alternate and so does which page comes first. The page
itself takes the time, from navigation start to the frame in which the figure is there. Both servers answered
one visitor before, which is not counted.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.report import Row, listed, print_table
from benchmarks.server import serving

LIVE_DRAWN = '[data-testid="live-threshold"][data-ready="true"] .main-svg'
CHART_DRAWN = ".js-plotly-plot .scatterlayer .trace path"
EMPTY_PAGE = """import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Scatter(y=[1, 3, 2])))
"""
# Runs before anything of the page; looks once per frame. The content security policy forbids evaluating
# text in the page, so the time is handed over as an attribute.
WATCH = """const look = () => {
    if (document.querySelector(`SELECTOR`)) document.documentElement.dataset.drawnAfter = performance.now();
    else requestAnimationFrame(look);
};
requestAnimationFrame(look);"""


def measure(pairs: int = 9) -> list[Row]:
    """Rows for ``pairs`` loads of each page."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "one_chart.py"
        script.write_text(EMPTY_PAGE, encoding="utf-8")
        with serving() as ours, serving(script) as empty, chromium() as browser:
            ours.wait_until_ready()
            arms = {
                "ours": (f"{ours.url}/threshold", LIVE_DRAWN),
                "empty": (empty.url, CHART_DRAWN),
            }
            seconds: dict[str, list[float]] = {name: [] for name in arms}
            for i in range(pairs + 1):
                for name in sorted(arms, reverse=bool(i % 2)):
                    seconds[name].append(first_load(browser, *arms[name]))
    ours_s, empty_s = seconds["ours"][1:], seconds["empty"][1:]
    ratio = median(ours_s) / median(empty_s)
    paired = median(a / b for a, b in zip(ours_s, empty_s, strict=True))
    return [
        Row("cold start: threshold page", median(ours_s), "s", None, listed(ours_s)),
        Row("cold start: one plotly_chart", median(empty_s), "s", None, listed(empty_s)),
        Row("cold start: ours / one chart", ratio, "", ("<=", 1.5), f"median of paired ratios {paired:.2f}"),
    ]


def first_load(browser: Browser, url: str, drawn: str) -> float:
    """Seconds from navigation start until ``drawn`` matches, in a fresh context."""
    context = browser.new_context(viewport=VIEWPORT)
    try:
        page = context.new_page()
        page.add_init_script(WATCH.replace("SELECTOR", drawn))
        page.goto(url, wait_until="commit")
        drawn_after = page.wait_for_selector("html[data-drawn-after]", state="attached", timeout=60_000)
        return float(drawn_after.get_attribute("data-drawn-after")) / 1000
    finally:
        context.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=9)
    print_table(measure(**vars(parser.parse_args())))
