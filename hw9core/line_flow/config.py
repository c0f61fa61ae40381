"""The configuration of the one-dimensional flow of homework problem 2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.checks import require_fraction, require_integer
from hw9core.errors import ConfigError
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.data_sets import DATA_SETS, definition_digest
from hw9core.line_flow.mixture_cdf import MAX_COMPONENTS

MAX_SAMPLES = 100_000


@dataclass(frozen=True)
class FlowConfig:
    """A mixture flow, the distribution its samples come from, and how it is trained by maximum likelihood.

    ``data_set`` is a name in ``DATA_SETS`` and ``base`` one in ``BASES``; ``n_train`` and ``n_test`` are
    numbers of samples, drawn from ``seed`` like the initial parameters and the order of the samples. The
    learning rate falls to 0 along half a cosine. Raises ``ConfigError`` when a value cannot be used.
    """

    kind: ClassVar[str] = "flow"

    data_set: str = "two"
    components: int = 5
    base: str = "normal"
    epochs: int = 60
    learning_rate: float = 0.05
    batch_size: int = 250
    n_train: int = 5_000
    n_test: int = 5_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in (("data_set", DATA_SETS), ("base", BASES)):
            if getattr(self, name) not in known:
                raise ConfigError(f"{name} must be one of {', '.join(known)}, not {getattr(self, name)!r}.")
        require_integer("components", self.components, 1, MAX_COMPONENTS)
        require_integer("epochs", self.epochs, 1, 1000)
        require_fraction("learning_rate", self.learning_rate)
        object.__setattr__(self, "learning_rate", float(self.learning_rate))
        require_integer("n_train", self.n_train, 2, MAX_SAMPLES)
        require_integer("n_test", self.n_test, 2, MAX_SAMPLES)
        require_integer("batch_size", self.batch_size, 1, MAX_SAMPLES)
        require_integer("seed", self.seed, 0, 2**63 - 1)

    @property
    def data_digests(self) -> Mapping[str, str]:
        """The samples are made, not stored, so the data is as good as its definition."""
        return {self.data_set: definition_digest(self.data_set)}


def flow_samples(config: FlowConfig) -> tuple[FloatArray, FloatArray]:
    """Training and test samples of a configuration, float64 (n_train,) and (n_test,)."""
    data = DATA_SETS[config.data_set]
    sizes = config.n_train, config.n_test
    return tuple(data.sample(n, np.random.default_rng((config.seed, i))) for i, n in enumerate(sizes))
