"""``data fetch`` and ``data verify``: the official files of MNIST and KMNIST."""

from __future__ import annotations

import argparse
from typing import Any

from hw9core.commands.options import add_command, add_data_option
from hw9core.commands.output import print_lines
from hw9core.errors import DataError
from hw9core.images.download import DownloadOptions, fetch_all
from hw9core.images.mnist import DATA_FILES, data_dir, read_verified


def add_parser(commands: Any) -> None:
    summary = "Fetch or verify the official MNIST and KMNIST files."
    actions = commands.add_parser("data", help=summary, description=summary).add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    add_data_option(
        add_command(
            actions,
            "fetch",
            run_fetch,
            "Fetch every file that is missing or damaged (14.6 MB in all).",
            "python -m hw9core data fetch --data data",
        )
    )
    add_data_option(
        add_command(
            actions,
            "verify",
            run_verify,
            "Compare every file with its official MD5; exit code 1 if one is missing or damaged.",
            "python -m hw9core data verify",
        )
    )


def run_fetch(arguments: argparse.Namespace) -> int:
    directory = data_dir(arguments.data)
    files = fetch_all(directory, DownloadOptions(progress=True))
    print_lines(
        f"{'fetched' if was_fetched else 'present'}  {file.path_in(directory)}"
        for file, was_fetched in files.items()
    )
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    directory = data_dir(arguments.data)
    problems = 0
    for file in DATA_FILES:
        try:
            read_verified(directory, file)
        except DataError as error:
            problems += 1
            print_lines([f"BROKEN  {error}"])
        else:
            print_lines([f"ok      {file.path_in(directory)}"])
    return 1 if problems else 0
