"""The ledgers: lines hold and can fail, slips are caught, a broken hypothesis shows in its lines alone."""

import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from hw9core.ledger.export import as_latex, as_markdown
from hw9core.ledger.hunt import hunt
from hw9core.ledger.ledgers import LEDGERS
from hw9core.ledger.lines import Line, Result
from hw9core.ledger.trials import run
from hw9core.numerics.monte_carlo import Estimate

EVERY_LEDGER = pytest.mark.parametrize("problem", LEDGERS)
LINES = [(problem, line.name) for problem, ledger in LEDGERS.items() for line in ledger.lines]
ERRATA = [(problem, i) for problem, ledger in LEDGERS.items() for i in range(len(ledger.errata))]
SWITCHES = [(problem, name) for problem, ledger in LEDGERS.items() for name in ledger.switches]
# What SPEC says a broken hypothesis costs, from sources of their own: problem, hypothesis, nats per unit.
LAPLACE_NEGENTROPY = 0.07236494


def states(problem: str, count: int, seed: int = 7):
    rng = np.random.default_rng(seed)
    return [LEDGERS[problem].random_state(rng) for _ in range(count)]


def test_there_is_a_ledger_for_each_problem_with_enough_lines_and_all_seven_errata():
    assert list(LEDGERS) == ["1", "2", "3", "4a", "4b", "5", "6"]
    assert len(LINES) >= 40
    assert sorted(erratum.number for ledger in LEDGERS.values() for erratum in ledger.errata) == list(
        range(1, 8)
    )
    for ledger in LEDGERS.values():
        assert len({line.name for line in ledger.lines}) == len(ledger.lines)
        assert {name for line in ledger.lines for name in line.rests_on} == set(ledger.switches)


@EVERY_LEDGER
def test_every_line_holds_and_every_slip_is_caught_on_random_states(problem):
    seed = int(np.random.SeedSequence().entropy % 2**31)
    print(f"seed {seed}")
    for tally in run([LEDGERS[problem]], 6, seed):
        assert tally.passed, (tally, seed)


def wrong(line: Line, state) -> float | Estimate:
    """What a wrong kernel would give: off by a thousandth and by more than any sampling error."""
    good = line.left_route(state)
    value, error = (good.value, good.standard_error) if isinstance(good, Estimate) else (float(good), 0.0)
    other = line.right_route(state)
    if isinstance(other, Estimate):
        error, other = max(error, other.standard_error), other.value
    step = 1e-3 * max(1.0, abs(value)) + 20 * error
    if line.relation == "=":
        return value + step
    return other - step if line.relation == "≥" else other + step


@pytest.mark.parametrize(("problem", "name"), LINES)
def test_a_line_fails_when_either_route_is_wrong(problem, name):
    line, (state,) = LEDGERS[problem].line(name), states(problem, 1)
    assert line.check(state).holds
    assert not replace(line, left_route=lambda s: wrong(line, s)).check(state).holds
    mirrored = {"=": "=", "≥": "≤", "≤": "≥"}[line.relation]
    turned = replace(line, left_route=line.right_route, right_route=line.left_route, relation=mirrored)
    assert turned.check(state).holds
    assert not replace(turned, left_route=lambda s: wrong(turned, s)).check(state).holds


@pytest.mark.parametrize(("problem", "name"), LINES)
def test_a_number_that_is_not_known_never_holds(problem, name):
    line, (state,) = LEDGERS[problem].line(name), states(problem, 1)
    assert not replace(line, left_route=lambda _: float("nan")).check(state).holds


@pytest.mark.parametrize(("problem", "hypothesis"), SWITCHES)
def test_the_quick_lines_fail_in_every_broken_state(problem, hypothesis):
    ledger, rng = LEDGERS[problem], np.random.default_rng(4)
    resting = {line.name for line in ledger.lines if hypothesis in line.rests_on and not line.slow}
    for _ in range(60):
        state = ledger.switches[hypothesis].broken(ledger.random_state(rng), rng)
        assert {r.line.name for r in ledger.check(state, slow=False) if not r.holds} == resting


@pytest.mark.parametrize(("problem", "hypothesis"), SWITCHES)
def test_a_broken_hypothesis_breaks_exactly_the_lines_that_rest_on_it(problem, hypothesis):
    ledger, rng = LEDGERS[problem], np.random.default_rng(3)
    switch = ledger.switches[hypothesis]
    resting = {line.name for line in ledger.lines if hypothesis in line.rests_on}
    for _ in range(5):
        state = switch.broken(ledger.random_state(rng), rng)
        results = {result.line.name: result for result in ledger.check(state)}
        assert {name for name, result in results.items() if not result.holds} == resting
        if switch.amount is not None:
            gap = abs(results[switch.measured].difference)
            assert gap == pytest.approx(abs(switch.amount(state)), rel=1e-5, abs=1e-6)


def test_the_amounts_are_those_of_the_literature():
    ledger = LEDGERS["5"]
    switch = ledger.switches["p is Gaussian"]
    state = switch.broken(states("5", 1)[0], np.random.default_rng(0))
    assert switch.amount(state) / state.p.dimension == pytest.approx(LAPLACE_NEGENTROPY, abs=5e-9)
    rng = np.random.default_rng(0)
    joint = LEDGERS["4b"].switches["p's coordinates are independent"]
    state = joint.broken(states("4b", 1)[0], rng)
    assert joint.amount(state) == pytest.approx(-0.5 * np.log(1 - state.rho_p**2), rel=1e-12)


@pytest.mark.parametrize(("problem", "index"), ERRATA)
def test_a_slip_says_where_it_hides(problem, index):
    erratum = LEDGERS[problem].errata[index]
    rng = np.random.default_rng(11)
    for _ in range(5):
        state = erratum.showing(rng)
        assert erratum.caught(state) and not erratum.hidden(state)


def test_special_states_hide_slips():
    (first, _), (fifth,) = LEDGERS["3"].errata, LEDGERS["5"].errata[1:]
    layer = replace(states("3", 1)[0], dim=4, mask=(0, 1), x=(1.0, -0.5, 0.3, 0.8))
    assert "own inverse" in first.hidden(layer) and not first.caught(layer)
    pair = states("5", 1)[0]
    unit = replace(pair, p=type(pair.p)(pair.p.mean, np.eye(pair.p.dimension)))
    assert "own inverse" in fifth.hidden(unit) and not fifth.caught(unit)


# The hunt


@EVERY_LEDGER
def test_with_all_hypotheses_on_nothing_is_found(problem):
    found = hunt(LEDGERS[problem], None, seed=2, most=8, seconds=60.0)
    assert found.tried == 8 and found.state is None


@pytest.mark.parametrize(("problem", "hypothesis"), SWITCHES)
def test_with_one_off_a_case_is_found_and_made_simpler(problem, hypothesis):
    ledger = LEDGERS[problem]
    found = hunt(ledger, hypothesis, seed=2, most=20, seconds=60.0)
    assert found.tried == 1 and not found.result.holds
    assert not found.result.line.check(found.state).holds
    for simpler in ledger.simpler(found.state):
        assert found.result.line.check(simpler).holds, "what is found is as simple as it can be"
    assert ledger.describe(found.state)


def test_a_hunt_keeps_its_time():
    found = hunt(LEDGERS["6"], None, seed=0, most=10_000, seconds=0.2)
    assert 1 <= found.tried < 10_000


# In words and on paper


@pytest.mark.parametrize(
    ("left", "right", "error", "relation", "words"),
    [
        (1.0, 1.0, 0.0, "=", "equal"),
        (1.0, 1.0 + 3e-15, 0.0, "=", "agrees to 3.1e-15"),
        (1.0, 1.5, 0.0, "=", "apart by 5.0e-01"),
        (1.0, 1.08, 0.1, "=", "0.8 standard errors away"),
        (2.0, 1.0, 0.0, "≥", "slack 1"),
        (np.nan, 1.0, 0.0, "=", "not known"),
        (np.inf, 1.0, 0.0, "≤", "infinitely far apart"),
    ],
)
def test_a_difference_is_told_in_plain_words(left, right, error, relation, words):
    line = replace(LEDGERS["3"].lines[0], relation=relation)
    assert Result(line, left, right, error, 1e-12 + 5 * error).words == words


@EVERY_LEDGER
def test_a_sheet_in_markdown_has_a_row_for_each_line(problem):
    ledger, (state,) = LEDGERS[problem], states(problem, 1)
    text = as_markdown([(ledger, state)])
    rows = [row for row in text.splitlines() if row.startswith("| $")]
    assert len(rows) == len(ledger.lines) and all("✓" in row for row in rows)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)


def test_all_sheets_compile_as_latex(tmp_path):
    text = as_latex((ledger, states(problem, 1)[0]) for problem, ledger in LEDGERS.items())
    assert text.count(r"\item") == len(LINES)
    assert text.isascii(), sorted({character for character in text if not character.isascii()})
    for left, right in (("{", "}"), (r"\[", r"\]")):
        assert text.count(left) == text.count(right)
    if shutil.which("pdflatex"):
        (tmp_path / "ledger.tex").write_text(text)
        command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "ledger.tex"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
