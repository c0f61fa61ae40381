"""Retakes the screenshots of the README from a running program: python docs/screenshots.py http://localhost:8501

Start the program with HW9_DATA pointing at an empty folder: pictures in the repository show reconstructions,
never images of a data set.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
SHOTS = (
    ("home", "", "light", 1280, 720),
    ("threshold-light", "threshold", "light", 1280, 720),
    ("threshold-dark", "threshold?view=classes&tau=20", "dark", 1280, 720),
    ("images", "threshold?view=images&tau=20", "light", 1280, 720),
    ("detectors", "threshold?view=detectors", "dark", 1280, 1300),
    ("story", "threshold?story=2", "light", 1280, 720),
    ("flow", "flow?view=x to z&t=0.4&data=three Gaussians", "light", 1280, 720),
    ("coupling", "coupling", "dark", 1280, 720),
    ("plane-flow", "coupling?part=Two dimensions&layer=2", "light", 1280, 720),
    ("gaussian-kl", "gaussian-kl", "light", 1280, 720),
    ("joint-maximum", "joint-maximum", "dark", 1280, 720),
)
# Where a mark would leave its plot: an arrow with its value, or an axis that holds it.
EDGES = (
    ("edge-gap", "joint-maximum", "light", 1400, 1000),
    ("edge-integrand", "kl?view=densities&pair=truncated Normal and Normal", "light", 1400, 1300),
    ("edge-running-mean", "kl?view=densities&loc=2&scale=0.4", "light", 1400, 1400),
    ("edge-map", "flow?view=learning&data=heavy tails (Student t)&epoch=0", "light", 1400, 1500),
    ("edge-whitened", "gaussian-kl?p_x=4&q_first=0.3&q_second=0.3", "light", 1400, 1500),
)
LEDGERS = (
    ("ledger", "coupling?ledger3=true", "light", 1400, 2000),
    (
        "ledger-broken",
        "coupling?ledger3=true&break3=s does not see the transformed half",
        "light",
        1400,
        2000,
    ),
)


def main(address: str) -> None:
    """Write every screenshot as PNG beside this file; of the ledgers, the panel alone."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name, path, scheme, width, height in (*SHOTS, *EDGES, *LEDGERS):
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"{address}/{path}")
            page.wait_for_selector('[data-testid^="live-"][data-ready="true"]')
            page.wait_for_timeout(1500)
            of = page
            if name.startswith("ledger"):
                of = page.get_by_test_id("stExpander").filter(has_text="Ledger")
                of.locator("table").first.wait_for()
                page.wait_for_timeout(500)
            of.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
