"""How long a training of the flow on the line takes, told before it begins."""

from __future__ import annotations

from hw9core.line_flow.config import FlowConfig

# Seconds of one core, measured beside other work; others are up to three times as fast or as slow.
_PER_STEP = 5e-4  # of the optimiser, however small its batch
_PER_VALUE = 2e-8  # and component, forwards once


def training_seconds(config: FlowConfig, n_train: int, n_test: int) -> float:
    """About how long a training takes, in seconds of one core, within a factor of a few."""
    steps = -(-n_train // config.batch_size)
    values = 3 * n_train + n_train + n_test  # back costs twice what forwards does; then both losses
    return config.epochs * (steps * _PER_STEP + values * config.components * _PER_VALUE)
