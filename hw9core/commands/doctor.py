"""``doctor``: what is installed, found and intact."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from hw9core.commands.diagnosis import Check, diagnose
from hw9core.commands.options import add_checkpoints_option, add_command, add_data_option
from hw9core.images.mnist import data_dir
from hw9core.store.checkpoints import checkpoint_dir


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "doctor",
        run,
        "Check Python, packages, device, data and every checkpoint; exit code 1 if the app cannot work.",
        "python -m hw9core doctor --json",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_checkpoints_option(parser)
    add_data_option(parser)


def run(arguments: argparse.Namespace) -> int:
    checks = diagnose(data_dir(arguments.data), checkpoint_dir(arguments.checkpoints))
    healthy = all(check.ok for check in checks if check.needed)
    if arguments.json:
        print(json.dumps({"healthy": healthy, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        for check in checks:
            print(f"{_state(check):8}{check.name}: {check.detail}")
        print("The app has what it needs." if healthy else "The app lacks what is BROKEN above.")
    return 0 if healthy else 1


def _state(check: Check) -> str:
    if check.ok:
        return "ok"
    return "BROKEN" if check.needed else "warning"
