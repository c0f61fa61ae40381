"""The command ``ledger``: its rows, its JSON, its exit codes, and what it writes."""

import json
from dataclasses import replace

import pytest

from hw9core.cli import main
from hw9core.commands import ledger as command
from hw9core.ledger.ledgers import LEDGERS


def test_it_says_its_seed_and_which_lines_hold(capsys):
    assert main(["ledger", "3", "--trials", "2", "--seed", "5"]) == 0
    first, *rows, last = capsys.readouterr().out.splitlines()
    assert first == "seed 5" and last == "11 of 11 lines hold; 2 of 2 errata are caught."
    assert len(rows) == 13 and all(row.startswith("✓ 3") for row in rows)


def test_the_same_seed_gives_the_same_json(capsys):
    outputs = []
    for _ in range(2):
        assert main(["ledger", "4a", "--trials", "2", "--seed", "1", "--json"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    rows = json.loads(outputs[0])
    assert set(rows[0]) == {"problem", "line", "relation", "kind", "trials", "held", "worst"}
    assert {row["kind"] for row in rows} == {"line", "erratum"}
    assert all(row["held"] == row["trials"] == 2 for row in rows)


def test_a_line_that_fails_is_exit_code_1(capsys, monkeypatch):
    good = LEDGERS["3"]
    wrong = replace(good.lines[0], left_route=lambda _: 7.0)
    monkeypatch.setitem(command.LEDGERS, "3", replace(good, lines=(wrong, *good.lines[1:])))
    assert main(["ledger", "3", "--trials", "1", "--seed", "0"]) == 1
    assert "✗ 3" in capsys.readouterr().out


def test_an_erratum_that_is_not_caught_is_exit_code_1(capsys, monkeypatch):
    good = LEDGERS["3"]
    slip = replace(good.errata[0], as_handed_in=good.errata[0].corrected)
    monkeypatch.setitem(command.LEDGERS, "3", replace(good, errata=(slip,)))
    assert main(["ledger", "3", "--trials", "1", "--seed", "0"]) == 1
    assert "✗ 3" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["md", "tex"])
def test_sheets_are_written(tmp_path, suffix):
    path = tmp_path / f"sheet.{suffix}"
    assert main(["ledger", "6", "--trials", "1", "--seed", "3", "--write", str(path)]) == 0
    assert "Joint maximisation" in path.read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--trials", "0"], "--trials must be"),
        (["--trials", "99999999999"], "--trials must be"),
        (["--seed", "-1"], "--seed must be"),
        (["--write", "x.pdf"], "ends in .tex or .md"),
        (["--write", "/nowhere/x.md"], "cannot be written"),
        (["7"], "invalid choice"),
    ],
)
def test_wrong_options_are_one_sentence(capsys, options, words):
    try:
        code = main(["ledger", "--trials", "1", *options])
    except SystemExit as stopped:
        code = stopped.code
    error = capsys.readouterr().err
    assert code == 2 and words in error and len(error.splitlines()) == 1
