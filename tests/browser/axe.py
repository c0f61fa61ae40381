"""axe-core on a page as it stands: what of it is ours to mend."""

from functools import cache
from pathlib import Path

import axe_playwright_python

# Markup of Streamlit's, by the rule that it breaks, and why that may stand.
NOT_OURS = {
    # A long formula scrolls sideways on a phone; Chromium and Firefox give Tab to a scroller by themselves.
    "scrollable-region-focusable": 'class="katex-display"',
}
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
        if rule["id"] not in NOT_OURS or NOT_OURS[rule["id"]] not in node["html"]
    ]
