"""Chromium for the benchmarks that need a real page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
VIEWPORT = {"width": 1400, "height": 1000}


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Headless Chromium, drawing in software as on a machine without a GPU; ``arguments`` are added."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise RuntimeError(f"No browser on the PATH: looked for {', '.join(NAMES)}.")
    with sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=executable, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()
