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
    ("threshold-light", "threshold", "light", 1400, 1180),
    ("threshold-dark", "threshold?view=classes&tau=20", "dark", 1400, 1180),
    ("images", "threshold?view=images&tau=20", "light", 1400, 1420),
    ("detectors", "threshold?view=detectors", "dark", 1400, 1920),
    ("flow", "flow?view=x to z&t=0.4&data=three Gaussians", "light", 1400, 1150),
    ("coupling", "coupling", "dark", 1400, 1120),
    ("plane-flow", "coupling?part=Two dimensions&layer=2", "light", 1400, 1180),
    ("gaussian-kl", "gaussian-kl", "light", 1400, 1020),
    ("joint-maximum", "joint-maximum", "dark", 1400, 980),
)


def main(address: str) -> None:
    """Write every screenshot as PNG beside this file."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name, path, scheme, width, height in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"{address}/{path}")
            page.wait_for_selector('[data-testid^="live-"][data-ready="true"]')
            page.wait_for_timeout(1500)
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
