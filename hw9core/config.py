"""What is trained, as frozen values: a configuration names its model and travels inside the checkpoint."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

from hw9core.data import DATA_DIGESTS
from hw9core.errors import ConfigError

PRECISIONS = ("fp32", "bf16")
DEVICES = ("auto", "cuda", "mps", "cpu")
MNIST_TRAIN_SIZE = 60_000


@dataclass(frozen=True)
class AutoencoderConfig:
    """The autoencoder of homework problem 1 and how it is trained; the defaults are the homework's recipe.

    Hidden layers and the code are followed by ReLU, the output by a sigmoid; the decoder mirrors the encoder.
    ``validation_size`` of the 60,000 MNIST training images are held out at random to set the threshold.
    Raises ``ConfigError`` when a value cannot be used.
    """

    kind: ClassVar[str] = "autoencoder"
    data_digests: ClassVar[Mapping[str, str]] = DATA_DIGESTS

    hidden_sizes: tuple[int, ...] = (256, 128)
    code_size: int = 32
    epochs: int = 10
    batch_size: int = 100
    learning_rate: float = 1e-3
    validation_size: int = 10_000
    seed: int = 0
    precision: str = "fp32"

    def __post_init__(self) -> None:
        # A configuration read back from JSON has lists, and the key of a checkpoint must not depend on that.
        object.__setattr__(self, "hidden_sizes", tuple(self.hidden_sizes))
        for size in self.hidden_sizes:
            _require_integer("hidden_sizes", size, 1, 4096)
        if len(self.hidden_sizes) > 8:
            raise ConfigError(f"hidden_sizes must name at most 8 layers, not {len(self.hidden_sizes)}.")
        _require_integer("code_size", self.code_size, 1, 784)
        _require_integer("epochs", self.epochs, 1, 1000)
        _require_integer("validation_size", self.validation_size, 2, MNIST_TRAIN_SIZE - 1)
        _require_integer("batch_size", self.batch_size, 1, MNIST_TRAIN_SIZE - self.validation_size)
        _require_integer("seed", self.seed, 0, 2**63 - 1)
        _require_learning_rate(self.learning_rate)
        object.__setattr__(self, "learning_rate", float(self.learning_rate))
        if self.precision not in PRECISIONS:
            raise ConfigError(f"precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}.")


def _require_integer(name: str, value: object, low: int, high: int) -> None:
    # bool is an int too, and True would silently mean 1.
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low:,} to {high:,}, not {value!r}.")


def _require_learning_rate(value: object) -> None:
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= 1:
        raise ConfigError(f"learning_rate must be a number above 0 and at most 1, not {value!r}.")
