"""The ledger on every lesson's page: lines at the state on screen, hypotheses to break, slips, the hunt."""

import re

import pytest

from hw9core.ledger.ledgers import LEDGERS
from tests.pages.scene import open_page

PAGES = {
    "1": ("anomaly", {"tau": "21.5"}),
    "2": ("line_flow", {"view": "x to z", "t": "0.4"}),
    "3": ("coupling", {"x1": "0.5"}),
    "4a": ("divergence", {"view": "densities", "loc": "0.5"}),
    "4b": ("divergence", {"view": "additivity"}),
    "5": ("gaussians", {"p_x": "0.3"}),
    "6": ("joint_maximum", {"theta": "0.5", "phi": "-1"}),
}
EVERY_LESSON = pytest.mark.parametrize("problem", LEDGERS)


def opened(problem, **query):
    page, state = PAGES[problem]
    return open_page(page, **state, **{f"ledger{problem}": "true"}, **query)


def panel(app):
    (found,) = [box for box in app.expander if box.label.startswith("Ledger")]
    return found


def counted(app) -> str:
    (found,) = [item.value for item in app.caption if "lines of the proof" in item.value]
    return found


def rows(app) -> list[str]:
    tables = [item.value for item in panel(app).markdown if item.value.startswith("| |")]
    return [row for row in tables[0].splitlines()[2:]]


@EVERY_LESSON
def test_every_line_holds_at_the_state_on_screen(problem):
    app = opened(problem)
    quick = [line for line in LEDGERS[problem].lines if not line.slow]
    assert counted(app) == f"{len(quick)} of {len(quick)} lines of the proof hold at this state."
    assert not app.warning
    assert len(rows(app)) == len(quick) and all(row.startswith("| ✓ holds") for row in rows(app))
    assert all(len(re.findall(r"\|", row)) == 7 for row in rows(app)), "no bar inside a formula"


@EVERY_LESSON
def test_a_closed_panel_holds_nothing_and_the_count_stands_beside_it(problem):
    page, state = PAGES[problem]
    app = open_page(page, **state)
    assert not panel(app).children
    assert counted(app) == counted(opened(problem))


@EVERY_LESSON
def test_the_slow_lines_are_checked_on_demand(problem):
    app = opened(problem, **{f"slow{problem}": "true"})
    assert len(rows(app)) == len(LEDGERS[problem].lines)
    assert all(row.startswith("| ✓ holds") for row in rows(app))


@pytest.mark.parametrize(
    ("problem", "hypothesis"),
    [(problem, name) for problem, item in LEDGERS.items() for name in item.switches],
)
def test_a_broken_hypothesis_fails_its_lines_and_no_others(problem, hypothesis):
    app = opened(problem, **{f"break{problem}": hypothesis})
    quick = [line for line in LEDGERS[problem].lines if not line.slow]
    fails = [row.startswith("| ✗ **fails**") for row in rows(app)]
    assert fails == [hypothesis in line.rests_on for line in quick]


@EVERY_LESSON
def test_slips_stand_as_handed_in_and_corrected(problem):
    text = "\n".join(item.value for item in panel(opened(problem)).markdown)
    for erratum in LEDGERS[problem].errata:
        assert f"**Erratum {erratum.number}.**" in text
    assert text.count("corrected: ✓ holds") == len(LEDGERS[problem].errata)


def test_lines_can_be_shown_one_after_the_other():
    assert len(rows(opened("3", rows3="2"))) == 2


def test_the_hunt_says_what_it_found():
    app = opened("3", break3="s does not see the transformed half")
    app.button(key="hunt3").click().run(timeout=60)
    said = "\n".join(item.value for item in panel(app).markdown)
    assert "fails in the first state tried, made simpler 7 times: n = 2, Ω = {1}, x = (0, 1)" in said
    app = opened("3")
    app.button(key="hunt3").click().run(timeout=60)
    assert "random states were tried, and none violates any line" in "\n".join(
        item.value for item in panel(app).markdown
    )
