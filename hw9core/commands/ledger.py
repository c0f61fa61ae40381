"""``ledger``: every line of every proof, and every slip of the homework, checked on random states."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

import numpy as np

from hw9core.commands.options import add_command
from hw9core.commands.output import print_json, print_lines
from hw9core.errors import ConfigError
from hw9core.ledger.export import as_latex, as_markdown
from hw9core.ledger.ledgers import LEDGERS
from hw9core.ledger.trials import Tally, run
from hw9core.store.files import write_atomically

MOST_TRIALS = 10_000
FORMATS = {".tex": as_latex, ".md": as_markdown}


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "ledger",
        run_ledger,
        "Check every line of the proofs on random states.",
        "python -m hw9core ledger 3 --trials 200",
    )
    parser.add_argument("problem", nargs="?", choices=LEDGERS, help="one problem (default: all of them)")
    parser.add_argument("--trials", type=int, default=10, metavar="N", help="states per line (default: 10)")
    parser.add_argument("--seed", type=int, metavar="N", help="of the random states (default: a new one)")
    parser.add_argument("--json", action="store_true", help="print a list of JSON objects, one per line")
    parser.add_argument(
        "--write",
        type=Path,
        metavar="FILE",
        help="also write the ledgers at the first state, with its numbers, as LaTeX (.tex) or Markdown (.md)",
    )


def run_ledger(arguments: argparse.Namespace) -> int:
    """Exit code 1 when a line fails that should hold, or a slip is not caught."""
    if not 1 <= arguments.trials <= MOST_TRIALS:
        raise ConfigError(f"--trials must be a number from 1 to {MOST_TRIALS:,}, not {arguments.trials:,}.")
    seed = secrets.randbelow(2**31) if arguments.seed is None else arguments.seed
    if seed < 0:
        raise ConfigError(f"--seed must be a number that is not negative, not {seed}.")
    ledgers = [LEDGERS[arguments.problem]] if arguments.problem else list(LEDGERS.values())
    if arguments.write is not None:
        _write(arguments.write, ledgers, seed)
    tallies = list(run(ledgers, arguments.trials, seed))
    if arguments.json:
        print_json([tally.row() for tally in tallies])
    else:
        print_lines([f"seed {seed}", *map(_row, tallies), _conclusion(tallies)])
    return 0 if all(tally.passed for tally in tallies) else 1


def _row(tally: Tally) -> str:
    mark = "✓" if tally.passed else "✗"
    word = "held" if tally.kind == "line" else "caught"
    return f"{mark} {tally.problem:3} {tally.line:48} {word} {tally.held} of {tally.trials}"


def _conclusion(tallies: list[Tally]) -> str:
    lines = [tally for tally in tallies if tally.kind == "line"]
    errata = [tally for tally in tallies if tally.kind == "erratum"]
    held, caught = (sum(tally.passed for tally in kind) for kind in (lines, errata))
    return f"{held} of {len(lines)} lines hold; {caught} of {len(errata)} errata are caught."


def _write(path: Path, ledgers: list, seed: int) -> None:
    if path.suffix not in FORMATS:
        raise ConfigError(f"--write takes a file that ends in {' or '.join(FORMATS)}, not {path.name}.")
    states = (ledger.random_state(np.random.default_rng(seed)) for ledger in ledgers)
    text = FORMATS[path.suffix](zip(ledgers, states, strict=True))
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror or error}).") from error
