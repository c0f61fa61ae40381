"""All trials in turn, and one table: ``python -m benchmarks.trials [NAME ...] [--tree FOLDER]``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.server import ROOT
from benchmarks.trials import Outcome, Trial, trials


def main() -> int:
    """Run the chosen trials; the exit code is 1 when the program did not survive one of them."""
    known = trials()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which to run, of: {' '.join(known)} (default: all)")
    parser.add_argument("--tree", type=Path, default=ROOT, help="try the program in another folder")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    rows = []
    for name in arguments.names or known:
        print(f"{name}: {known[name].tried} …", file=sys.stderr, flush=True)
        started = time.monotonic()
        outcome = _run(known[name], arguments.tree)
        rows.append((known[name], outcome))
        print(f"   {_line(*rows[-1])} ({time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
    print("\n| number | tried | survived | found |\n| --- | --- | --- | --- |")
    for row in rows:
        print(_line(*row))
    return 0 if all(outcome.survived for _, outcome in rows) else 1


def _run(trial: Trial, tree: Path) -> Outcome:
    """A trial that cannot be carried out is one that the program did not survive."""
    try:
        return trial.run(tree)
    except Exception as error:
        return Outcome(False, f"{type(error).__name__}: {error}".replace("\n", " ")[:200])


def _line(trial: Trial, outcome: Outcome) -> str:
    survived = "yes" if outcome.survived else "**no**"
    return f"| {trial.numbers} | {trial.tried} | {survived} | {outcome.found} |"


if __name__ == "__main__":
    sys.exit(main())
