"""The first visit to the start page beside that to a lesson, each with an empty browser cache.

As in :mod:`benchmarks.cold_start`: from navigation to drawn tiles, and to the threshold page's drawn figure,
of one server that is ready; loads alternate, and so does which page comes first.
"""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks.browser import chromium
from benchmarks.cold_start import LIVE_DRAWN, first_load
from benchmarks.report import Row, listed, print_table
from benchmarks.server import serving

TILES_DRAWN = '[data-testid="live-home"][data-ready="true"] li:last-child path'
LIMIT_S = 2.0


def measure(pairs: int = 9) -> list[Row]:
    """Rows for ``pairs`` loads of each page, after one that is not counted."""
    with serving() as server, chromium() as browser:
        server.wait_until_ready()
        arms = {"home": (server.url, TILES_DRAWN), "lesson": (f"{server.url}/threshold", LIVE_DRAWN)}
        seconds: dict[str, list[float]] = {name: [] for name in arms}
        for i in range(pairs + 1):
            for name in sorted(arms, reverse=bool(i % 2)):
                seconds[name].append(first_load(browser, *arms[name]))
    home_s, lesson_s = seconds["home"][1:], seconds["lesson"][1:]
    ratio = median(a / b for a, b in zip(home_s, lesson_s, strict=True))
    return [
        Row("first visit: home", median(home_s), "s", ("<=", LIMIT_S), listed(home_s)),
        Row("first visit: threshold page", median(lesson_s), "s", None, listed(lesson_s)),
        Row("first visit: home / threshold", ratio, "", ("<=", 1.0), "median of paired ratios"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=9)
    print_table(measure(**vars(parser.parse_args())))
