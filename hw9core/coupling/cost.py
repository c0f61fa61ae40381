"""How long a training of a flow in the plane takes, told before it begins."""

from __future__ import annotations

from hw9core.coupling.config import CouplingConfig

JUDGED = 10_000  # at most so many training samples are looked at for the loss of an epoch
# Seconds of one core, measured beside other work; others are up to three times as fast or as slow.
_PER_STEP = 8e-4  # of the optimiser and layer, however small its batch
_PER_UNIT = 1.5e-8  # and point and layer, forwards once: tanh, and what is kept of it
_PER_WEIGHT = 5e-11  # the same for each entry of the square matrices in the middle


def training_seconds(config: CouplingConfig, n_train: int, n_test: int) -> float:
    """About how long a training takes, in seconds of one core, within a factor of a few."""
    steps = -(-n_train // config.batch_size)
    points = 3 * n_train + min(n_train, JUDGED) + n_test  # back costs twice what forwards does
    units = config.hidden_size
    per_epoch = steps * _PER_STEP + points * (units * _PER_UNIT + units**2 * _PER_WEIGHT)
    return config.epochs * config.layers * per_epoch
