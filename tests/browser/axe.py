"""axe-core on a page as it stands. Nothing is left out, Streamlit's own markup neither."""

from functools import cache
from pathlib import Path

import axe_playwright_python

GRAVE = ("serious", "critical")


@cache
def _source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def findings(page, impacts: tuple[str, ...] = GRAVE) -> list[str]:
    """One line for each element that breaks a rule of one of these impacts."""
    page.evaluate(_source())
    violations = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for rule in violations
        if rule["impact"] in impacts
        for node in rule["nodes"]
    ]
