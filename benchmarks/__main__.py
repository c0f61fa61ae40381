"""All benchmarks, one after the other, and one table: ``python -m benchmarks`` (``--quick`` for a trial)."""

from __future__ import annotations

import argparse
import os
import platform
from importlib import import_module

from benchmarks.report import print_table

FULL = {
    "rerun": {},
    "load": {},
    "drag": {},
    "cold_start": {},
    "first_visit": {},
    "weight": {},
    "training": {},
    "gaussian_accuracy": {},
}
QUICK = {
    "rerun": {"reruns": 50},
    "load": {"seconds": 8.0},
    "drag": {"rounds": 3, "seconds": 1.0},
    "cold_start": {"pairs": 3},
    "first_visit": {"pairs": 3},
    "weight": {"pages": ("threshold",)},
    "training": {"pairs": 1, "epochs": 1},
    "gaussian_accuracy": {"pairs": 10},
}


def main() -> None:
    """Run the chosen benchmarks; a number that misses its target is printed, not raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which to run, of: {' '.join(FULL)} (default: all)")
    parser.add_argument(
        "--quick", action="store_true", help="short runs: they prove the code, not the numbers"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(FULL)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    rows = []
    for name in arguments.names or FULL:
        print(f"{name} …", flush=True)
        measure = import_module(f"benchmarks.{name}").measure
        rows += measure(**(QUICK if arguments.quick else FULL)[name])
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}\n")
    print_table(rows)


if __name__ == "__main__":
    main()
