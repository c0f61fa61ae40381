"""The ledger of a lesson: every line of its proof checked for the state on screen, and a hunt beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from hw9core.ledger.errata import Erratum
from hw9core.ledger.export import markdown_formula
from hw9core.ledger.ledger import Ledger
from hw9core.ledger.ledgers import LEDGERS, Case, find_case, slow_numbers
from hw9core.ledger.lines import Line, Result
from ui import choices
from ui.jobs.aside import aside, failures_said
from ui.words import written

ALL = "all hypotheses hold"
_BREAK_SEED = 0  # a broken state is drawn the same way each time, so that a link shows the same numbers
_HEAD = ("| | line | why | left | right | difference |", "| --- | --- | --- | --: | --: | --- |")


def show(problem: str, state: Any, put: Callable[[Any], None] | None = None) -> None:
    """The panel of one problem at the lesson's state; ``put`` shows what the hunt found on the figure."""
    ledger = LEDGERS[problem]
    results = ledger.check(state, slow=False)
    held = sum(result.holds for result in results)
    st.caption(f"{held} of {len(results)} lines of the proof hold at this state.")
    panel = choices.panel(st, "Ledger: every line of the proof, computed twice", f"ledger{problem}")
    if panel.open:  # or its widgets and tables would be made and sent with every release of every control
        with panel:
            _fill(ledger, state, results, put)


def _fill(ledger: Ledger, state: Any, results: tuple[Result, ...], put: Callable[[Any], None] | None) -> None:
    problem = ledger.problem
    st.caption(
        "The two routes of a line share nothing but the state on screen. "
        "Lines that draw samples or take long are checked when you ask for them."
    )
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    broken = choices.one_of_menu(left, "Break a hypothesis", [ALL, *ledger.switches], f"break{problem}")
    slow = choices.switch(middle, "Check the slow lines too", f"slow{problem}")
    shown_at = state
    if broken != ALL:
        switch = ledger.switches[broken]
        shown_at = switch.broken(state, np.random.default_rng(_BREAK_SEED))
        results = ledger.check(shown_at, slow=False)  # in place of those that were counted
        st.markdown(f"**Broken: {broken}.** Here {switch.title}. The lines that rest on it fail, no others:")
    if slow:
        results = _with_slow_lines(ledger, shown_at, results)
    count = choices.number_in(right, "Lines shown", 1, len(ledger.lines), len(ledger.lines), f"rows{problem}")
    st.markdown(_table(results[:count]))
    _show_errata(ledger, state)
    _offer_hunt(ledger, None if broken == ALL else broken, put)


def _with_slow_lines(ledger: Ledger, state: Any, quick: tuple[Result, ...]) -> tuple[Result, ...]:
    """The quick lines' results and, beside the server, the others, in the order of the proof."""
    found = {result.line.name: result for result in quick}
    with failures_said():
        numbers = aside("Checking the slow lines", slow_numbers, ledger.problem, state)
        found |= {name: Result(ledger.line(name), *values) for name, values in numbers.items()}
    return tuple(found[line.name] for line in ledger.lines if line.name in found)


def _table(results: tuple[Result, ...]) -> str:
    return "\n".join([*_HEAD, *(_row(result) for result in results)])


def _row(result: Result) -> str:
    line = result.line
    mark = "✓ holds" if result.holds else "✗ **fails**"
    numbers = f"{written(result.left, '.8g')} | {written(result.right, '.8g')}"
    return f"| {mark} | {markdown_formula(line)} | {line.why} | {numbers} | {result.words} |"


def _show_errata(ledger: Ledger, state: Any) -> None:
    for erratum in ledger.errata:
        st.markdown(f"**Erratum {erratum.number}.** {erratum.title}.")
        st.markdown(_erratum_table(erratum, state))
        hidden = erratum.hidden(state)
        if hidden:
            st.caption(hidden)


def _erratum_table(erratum: Erratum, state: Any) -> str:
    wrong, right = erratum.check(state)
    rows = (("as handed in", wrong), ("corrected", right))
    return "\n".join([*_HEAD, *(_erratum_row(label, result) for label, result in rows)])


def _erratum_row(label: str, result: Result) -> str:
    line: Line = result.line
    mark = "✓ holds" if result.holds else "✗ **fails**"
    numbers = f"{written(result.left, '.8g')} | {written(result.right, '.8g')}"
    return f"| {label}: {mark} | {markdown_formula(line)} | {line.why} | {numbers} | {result.words} |"


def _offer_hunt(ledger: Ledger, hypothesis: str | None, put: Callable[[Any], None] | None) -> None:
    """Search for a state that breaks a line, beside the server, and say what was found in one sentence."""
    label = "Find me a case that breaks it" if hypothesis else "Try to break it with all hypotheses on"
    if not st.button(label, key=f"hunt{ledger.problem}"):
        return
    with failures_said():
        case = aside("Looking for a case", find_case, ledger.problem, hypothesis, 0)
        st.markdown(_sentence(case))
        if case.state is not None and put is not None:
            st.button("Show it on the figure", on_click=put, args=(case.state,))


def _sentence(case: Case) -> str:
    if case.state is None:
        return f"{case.tried} random states were tried, and none violates any line."
    times = f"made simpler {case.shrunk} times" if case.shrunk else "already as simple as it can be"
    tried = "the first state tried" if case.tried == 1 else f"state number {case.tried}"
    return f"“{case.line}” fails in {tried}, {times}: {case.words}."
