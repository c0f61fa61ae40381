"""Thousands of reruns that all show something else: what stays in the server's memory."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.server import Server, serving
from benchmarks.trials import Outcome, trial
from benchmarks.trials.herd import rest
from benchmarks.trials.visitor import Guest

RERUNS = 4_000
MOST_MB = 30.0  # that the second half of the reruns may add: by then every cache is full

# For each page the words of its address and what they may be: a list to choose from, or bounds.
Words = dict[str, list | tuple[float, float]]
ANOMALY_VIEWS = ["overview", "images", "rules", "curves", "uncertainty", "training", "detectors"]
FLOW_VIEWS = ["learning", "is z right?", "negative weight"]
PLANE_VIEWS = ["layer by layer", "learning"]
PAGES: tuple[tuple[str, Words], ...] = (
    ("threshold", {"view": ANOMALY_VIEWS, "axis": ["log", "linear"], "tau": (1.0, 200.0)}),
    ("flow", {"view": FLOW_VIEWS, "base": ["normal", "logistic", "uniform"], "epoch": list(range(61))}),
    ("flow", {"view": ["x to z"], "probe": (-3.0, 3.0), "t": (0.0, 1.0), "unit": ["nats", "bits"]}),
    ("coupling", {"n": list(range(2, 9)), "seed": list(range(1_000)), "x1": (-3.0, 3.0)}),
    ("coupling", {"part": ["Two dimensions"], "view": PLANE_VIEWS, "data": ["two moons", "spiral"]}),
    ("kl", {"view": ["densities"], "loc": (-2.0, 2.0)}),
    ("kl", {"view": ["additivity"], "d": [2, 3, 4], "rho": (-0.2, 0.9)}),
    ("gaussian-kl", {"p_x": (-2.0, 2.0), "q_y": (-2.0, 2.0), "panel": ["1 to 5 dimensions"]}),
    ("joint-maximum", {"view": ["landscape", "paths"], "theta": (-2.0, 2.0), "phi": (-2.0, 2.0)}),
    ("joint-maximum", {"view": ["break it"], "size": [k / 10 for k in range(1, 21)]}),
)


@trial("varied reruns", "8", f"{RERUNS:,} reruns on all pages, each in another state", seconds=600.0)
def varied_reruns(tree: Path) -> Outcome:
    with serving(tree=tree) as server:
        rest(server)
        megabytes = asyncio.run(_wander(server))
    grown = megabytes[-1] - megabytes[len(megabytes) // 2]
    listed = ", ".join(f"{value:.0f}" for value in megabytes)
    return Outcome(grown <= MOST_MB, f"{listed} MB after each eighth; {grown:+.0f} in the last half")


async def _wander(server: Server) -> list[float]:
    rng, megabytes = random.Random(0), [server.resident_bytes() / 1e6]
    for _ in range(8):
        for page, words in PAGES:
            async with Guest(server.url, page) as guest:
                for _ in range(RERUNS // (8 * len(PAGES))):
                    await guest.go(urlencode({name: _word(rng, choice) for name, choice in words.items()}))
        megabytes.append(server.resident_bytes() / 1e6)
    return megabytes


def _word(rng: random.Random, choice: list | tuple[float, float]) -> object:
    return rng.choice(choice) if isinstance(choice, list) else round(rng.uniform(*choice), 6)
