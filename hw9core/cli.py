"""The command line: ``python -m hw9core train|evaluate|score|data|doctor|kl|ledger``.

Exit codes: 0 done, 1 a check found something broken, 2 it cannot be done (one line on stderr says why and
what to do), 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from hw9core.commands import data, doctor, evaluate, kl, ledger, score, train
from hw9core.errors import Hw9Error, MissingPackageError, printable

EXIT_CANNOT = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells report it
LONGEST_MESSAGE = 400  # characters
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
        if len(message) > LONGEST_MESSAGE:  # it repeats what was typed
            message = f"{message[: LONGEST_MESSAGE // 2]} … {message[-LONGEST_MESSAGE // 2 :]}"
        self.exit(EXIT_CANNOT, f"{self.prog}: {printable(message)}; see `{self.prog} --help`.\n")


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
    try:
        arguments = build_parser().parse_args(argv)
        code = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except Hw9Error as error:
        return _cannot(str(error))
    except ModuleNotFoundError as error:  # torch and torchvision are imported by the commands that need them
        return _cannot(str(MissingPackageError.of(error)))
    except KeyboardInterrupt:
        print("hw9core: interrupted, nothing half-made is used: run the command again.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        _abandon_stdout()
        return 0
    except OSError as error:
        what = error.filename or ("the output" if error.errno else "a library")
        if what == "the output":
            _abandon_stdout()
        return _cannot(f"{what} cannot be used ({error.strerror or error}).")
    except MemoryError:
        return _cannot("this computer does not have the memory for that: ask for less at a time.")
    except Exception as error:
        return _cannot(f"{_fault(error)}: please report it with the command.")


def _cannot(why: str) -> int:
    print(f"hw9core: {printable(why)}", file=sys.stderr)
    return EXIT_CANNOT


def _fault(error: Exception) -> str:
    """What went wrong in the program itself and where: no user needs the traceback above that line."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"this is a fault of this program ({type(error).__name__}: {error}, in {where})"


def _abandon_stdout() -> None:
    """Nothing more can be written there; the interpreter's own flush at exit must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
