"""What a training of the flow on the line takes and leaves behind, told before it begins.

A server refuses what is too much by these two numbers; ``n`` are a visitor's own numbers, of which a fifth is
tested on, instead of the samples of the configuration.
"""

from __future__ import annotations

from hw9core.line_flow.config import FlowConfig
from hw9core.numerics.number_files import split_sizes

_FLOAT = 8  # bytes
# Seconds of one core, measured beside other work; others are up to three times as fast or as slow.
_PER_STEP = 5e-4  # of the optimiser, however small its batch
_PER_VALUE = 2.5e-8  # and component, forwards once


def result_bytes(config: FlowConfig, n: int | None = None) -> int:
    """The size of all arrays of a training: the parameters and losses of every epoch, and samples."""
    per_epoch = 3 * config.components + 2
    return _FLOAT * ((config.epochs + 1) * per_epoch + sum(_samples(config, n)))


def training_seconds(config: FlowConfig, n: int | None = None) -> float:
    """About how long a training takes on one core, within a factor of a few."""
    n_train, n_test = _samples(config, n)
    steps = -(-n_train // config.batch_size)
    values = 2 * n_train + n_test  # a step goes forwards and back, then both losses are computed
    return config.epochs * (steps * _PER_STEP + values * config.components * _PER_VALUE)


def _samples(config: FlowConfig, n: int | None) -> tuple[int, int]:
    return (config.n_train, config.n_test) if n is None else split_sizes(n)
