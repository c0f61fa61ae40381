"""What is trained, as frozen values: a configuration names its model and travels inside the checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from hw9core.checks import require_fraction, require_integer
from hw9core.errors import ConfigError
from hw9core.images.mnist import DATA_DIGESTS

PRECISIONS = ("fp32", "bf16")
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
            require_integer("hidden_sizes", size, 1, 4096)
        if len(self.hidden_sizes) > 8:
            raise ConfigError(f"hidden_sizes must name at most 8 layers, not {len(self.hidden_sizes)}.")
        require_integer("code_size", self.code_size, 1, 784)
        require_integer("epochs", self.epochs, 1, 1000)
        require_integer("validation_size", self.validation_size, 2, MNIST_TRAIN_SIZE - 1)
        require_integer("batch_size", self.batch_size, 1, MNIST_TRAIN_SIZE - self.validation_size)
        require_integer("seed", self.seed, 0, 2**63 - 1)
        require_fraction("learning_rate", self.learning_rate)
        object.__setattr__(self, "learning_rate", float(self.learning_rate))
        if self.precision not in PRECISIONS:
            raise ConfigError(f"precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}.")


@dataclass(frozen=True)
class SeedsConfig(AutoencoderConfig):
    """``count`` autoencoders of one recipe that differ in nothing but the seed: ``seed``, ``seed`` + 1, ….

    A seed decides the split into training and validation images, the initial weights and the order of the
    images, so the runs differ as two people's homework would. Raises ``ConfigError``.
    """

    kind: ClassVar[str] = "seeds"

    count: int = 12

    def __post_init__(self) -> None:
        super().__post_init__()
        require_integer("count", self.count, 2, 100)

    @property
    def runs(self) -> tuple[AutoencoderConfig, ...]:
        """The configuration of each run, in the order of the seeds."""
        recipe = {field.name: getattr(self, field.name) for field in fields(AutoencoderConfig)}
        return tuple(AutoencoderConfig(**{**recipe, "seed": self.seed + i}) for i in range(self.count))


@dataclass(frozen=True)
class DetectorsConfig:
    """The detectors that problem 1's autoencoder is compared with, all fitted on its training images.

    ``components`` is the number of the PCA detector, one of ``component_counts``, the numbers whose scores
    are tabulated; ``eigenvalue_floor`` bounds the pixel variances of the Mahalanobis distance from below;
    ``outlier_*`` is the network that learns synthetic outliers, ``outlier_learning_rate`` its peak.
    ``validation_size`` and ``seed`` choose the autoencoder, whose split all detectors share. Raises
    ``ConfigError``.
    """

    kind: ClassVar[str] = "detectors"
    data_digests: ClassVar[Mapping[str, str]] = DATA_DIGESTS

    components: int = 128
    component_counts: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256)
    eigenvalue_floor: float = 1e-3
    outlier_hidden_sizes: tuple[int, ...] = (512, 128)
    outlier_epochs: int = 5
    outlier_batch_size: int = 100
    outlier_learning_rate: float = 2e-3
    validation_size: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("component_counts", "outlier_hidden_sizes"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for count in self.component_counts:
            require_integer("component_counts", count, 1, 784)
        if self.components not in self.component_counts:
            raise ConfigError(f"components must be one of component_counts, not {self.components!r}.")
        require_fraction("eigenvalue_floor", self.eigenvalue_floor)
        for size in self.outlier_hidden_sizes:
            require_integer("outlier_hidden_sizes", size, 1, 4096)
        require_integer("outlier_epochs", self.outlier_epochs, 1, 1000)
        require_fraction("outlier_learning_rate", self.outlier_learning_rate)
        for name in ("eigenvalue_floor", "outlier_learning_rate"):
            object.__setattr__(self, name, float(getattr(self, name)))
        autoencoder = self.autoencoder  # which checks validation_size and seed
        training_size = MNIST_TRAIN_SIZE - autoencoder.validation_size
        require_integer("outlier_batch_size", self.outlier_batch_size, 1, training_size)

    @property
    def autoencoder(self) -> AutoencoderConfig:
        """The homework's autoencoder, with the split and the seed of these detectors."""
        return AutoencoderConfig(validation_size=self.validation_size, seed=self.seed)
