"""The command line: ``python -m hw9core train|evaluate|score|data|doctor|kl|ledger``.

Exit codes: 0 done, 1 a check found something broken, 2 wrong input (one line on stderr says what to do),
130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from hw9core.commands import data, doctor, evaluate, kl, ledger, score, train
from hw9core.errors import Hw9Error

EXIT_WRONG_INPUT = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells report it
EXAMPLES = """examples:
  python -m hw9core data fetch
  python -m hw9core train autoencoder --epochs 10 --seed 0
  python -m hw9core evaluate autoencoder --json
  python -m hw9core score --images digits.npy --out scores.npy
  python -m hw9core doctor
  python -m hw9core kl --mu0 0 --sigma0 1 --mu1 1 --sigma1 4
  python -m hw9core ledger 3 --trials 200"""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors take one line, without the usage text in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_WRONG_INPUT, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; a parsed command carries its function as ``run``."""
    parser = OneLineParser(
        prog="python -m hw9core",
        description="Trains, evaluates and uses the models of the homework on deep generative models.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (train, evaluate, score, data, doctor, kl, ledger):
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; ``argv`` is without the program's name."""
    arguments = build_parser().parse_args(argv)
    try:
        code = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except Hw9Error as error:
        print(f"hw9core: {error}", file=sys.stderr)
        return EXIT_WRONG_INPUT
    except ModuleNotFoundError as error:  # torch and torchvision are imported by the commands that need them
        print(f"hw9core: {error.name} is not installed: pip install -r requirements.txt", file=sys.stderr)
        return EXIT_WRONG_INPUT
    except KeyboardInterrupt:
        print("hw9core: interrupted, nothing half-made is used: run the command again.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; the interpreter's own flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
