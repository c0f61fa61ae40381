"""The capsule: what made a number, in every file that leaves the program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import hw9core
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.commands.doctor import SHIPPED
from hw9core.coupling.config import SHIPPED_FLOWS
from hw9core.line_flow.config import FlowConfig
from hw9core.store.capsule import file_digest
from hw9core.store.checkpoints import ModelConfig
from hw9core.store.stamps import Stamp, stamp
from ui.live import assets
from ui.takehome.kept import Kept

_MODELS: Mapping[str, tuple[ModelConfig, ...]] = {
    "anomaly": (AutoencoderConfig(), DetectorsConfig(), SeedsConfig(), ImageFlowConfig()),
    "line_flow": tuple(config for config in SHIPPED if isinstance(config, FlowConfig)),
    "coupling": SHIPPED_FLOWS,
}


def capsule(kept: Kept) -> dict:
    """As JSON: version, the lesson's checkpoints with their digests, seed, and the state on screen.

    What is drawn at random starts from the seed 0 unless the page has one to choose.
    """
    seed = kept.choices.get("seed", ["0"])[-1]
    return {
        "program": "hw9core",
        "version": hw9core.__version__,
        "browser files": assets.version(),
        "lesson": kept.word,
        "view": kept.shown.name,
        "seed": int(seed),
        "state": {"address": kept.query, "values": kept.shown.values},
        "checkpoints": digests(kept.word),
    }


def digests(word: str) -> dict[str, str]:
    """SHA-256 of every checkpoint that a lesson is shown from, by file name, without those not there.

    Raises ``CheckpointError`` for one that cannot be read.
    """
    stamps = [stamp(config) for config in _MODELS.get(word, ())]
    return {one.path.name: _digest(one) for one in stamps if one.state is not None}


@lru_cache(64)
def _digest(one: Stamp) -> str:
    return file_digest(one.path)
