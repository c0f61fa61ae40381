"""What a training of a flow in the plane takes and leaves behind, told before it begins.

A server refuses what is too much by these two numbers; ``n`` are a visitor's own points, of which a fifth is
tested on, instead of the samples of the configuration.
"""

from __future__ import annotations

from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.stack import parameter_count, snapshot_epochs
from hw9core.numerics.number_files import split_sizes

JUDGED = 10_000  # at most so many training samples are looked at for the loss of an epoch
_FLOAT16, _INT32, _FLOAT = 2, 4, 8  # bytes
# Seconds of one core, measured beside other work; others are up to three times as fast or as slow.
_PER_STEP = 8e-4  # of the optimiser and layer, however small its batch
_PER_UNIT = 1.5e-8  # and point and layer, forwards once: tanh, and what is kept of it
_PER_WEIGHT = 5e-11  # the same for each entry of the square matrices in the middle


def result_bytes(config: CouplingConfig, n: int | None = None) -> int:
    """The size of all arrays of a training, at most: parameters of the snapshots, losses, and samples."""
    snapshots = len(snapshot_epochs(config.epochs))
    per_snapshot = _FLOAT16 * parameter_count(config) + _INT32
    losses, points = 2 * (config.epochs + 1), sum(_samples(config, n))
    return snapshots * per_snapshot + _FLOAT * (losses + config.dim * points)


def training_seconds(config: CouplingConfig, n: int | None = None) -> float:
    """About how long a training takes on one core, within a factor of a few."""
    n_train, n_test = _samples(config, n)
    steps = -(-n_train // config.batch_size)
    points = 3 * n_train + min(n_train, JUDGED) + n_test  # back costs twice what forwards does
    units = config.hidden_size
    per_epoch = steps * _PER_STEP + points * (units * _PER_UNIT + units**2 * _PER_WEIGHT)
    return config.epochs * config.layers * per_epoch


def _samples(config: CouplingConfig, n: int | None) -> tuple[int, int]:
    return (config.n_train, config.n_test) if n is None else split_sizes(n)
