"""The configuration of a flow of affine coupling layers, in the plane or on MNIST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.arrays import FloatArray
from hw9core.checks import require_fraction, require_integer
from hw9core.coupling.plane_sets import PLANE_SETS, plane_digest
from hw9core.errors import ConfigError
from hw9core.images.mnist import DATA_DIGESTS, PIXELS

MNIST = "mnist"
COUPLING_SETS = (*PLANE_SETS, MNIST)
MAX_POINTS = 100_000

_PLANE = {"layers": 8, "hidden_size": 32, "epochs": 300, "learning_rate": 1e-2, "batch_size": 500}
_SAMPLES = {"n_train": 20_000, "n_test": 10_000}
_RECIPES: Mapping[str, Mapping[str, Any]] = {
    **{name: {**_PLANE, **_SAMPLES} for name in PLANE_SETS},
    MNIST: {
        "layers": 6,
        "hidden_size": 256,
        "epochs": 20,
        "learning_rate": 1e-3,
        "batch_size": 200,
        "n_train": 50_000,
        "n_test": 10_000,
    },
}


@dataclass(frozen=True)
class CouplingConfig:
    """``layers`` affine coupling layers onto N(0, I), their data, and training by maximum likelihood.

    ``data_set`` is one of ``COUPLING_SETS``; what is None takes its recipe for that data set. s and t of
    every layer are perceptrons with two hidden layers of ``hidden_size`` units. ``permute``: Ω and Ωᶜ change
    places from layer to layer, without which half the coordinates never move. ``bounded``: s stays within ±2,
    without which training may diverge. ``n_train`` and ``n_test`` are numbers of samples, or of
    images: those that the autoencoder of this seed is trained on, and MNIST's test images. The
    learning rate falls to 0 along half a cosine. Raises ``ConfigError`` when a value cannot be used.
    """

    kind: ClassVar[str] = "coupling"

    data_set: str = "moons"
    layers: int | None = None
    hidden_size: int | None = None
    permute: bool = True
    bounded: bool = True
    epochs: int | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    n_train: int | None = None
    n_test: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.data_set not in COUPLING_SETS:
            known = ", ".join(COUPLING_SETS)
            raise ConfigError(f"data_set must be one of {known}, not {self.data_set!r}.")
        for name, value in _RECIPES[self.data_set].items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        require_integer("layers", self.layers, 1, 32)
        require_integer("hidden_size", self.hidden_size, 1, 1024)
        require_integer("epochs", self.epochs, 1, 2000)
        require_fraction("learning_rate", self.learning_rate)
        object.__setattr__(self, "learning_rate", float(self.learning_rate))
        most_train, most_test = self._most
        require_integer("n_train", self.n_train, 2, most_train)
        require_integer("n_test", self.n_test, 2, most_test)
        require_integer("batch_size", self.batch_size, 1, MAX_POINTS)
        require_integer("seed", self.seed, 0, 2**63 - 1)
        for name in ("permute", "bounded"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name} must be true or false, not {getattr(self, name)!r}.")

    @property
    def dim(self) -> int:
        """The number of coordinates."""
        return PIXELS if self.data_set == MNIST else 2

    @property
    def autoencoder(self) -> AutoencoderConfig:
        """The autoencoder that shares the split of MNIST's training images."""
        return AutoencoderConfig(seed=self.seed)

    @property
    def data_digests(self) -> Mapping[str, str]:
        """MNIST's files (and KMNIST's, whose scores are kept), or the definition of what is made."""
        return DATA_DIGESTS if self.data_set == MNIST else {self.data_set: plane_digest(self.data_set)}

    @property
    def _most(self) -> tuple[int, int]:
        return (50_000, 10_000) if self.data_set == MNIST else (MAX_POINTS, MAX_POINTS)


def plane_samples(config: CouplingConfig) -> tuple[FloatArray, FloatArray]:
    """Training and test samples of a configuration in the plane, float64 (n_train, 2) and (n_test, 2)."""
    data = PLANE_SETS[config.data_set]
    return data.sample(config.n_train, (config.seed, 0)), data.sample(config.n_test, (config.seed, 1))


FEW_LAYERS = tuple(CouplingConfig("moons", layers=count) for count in (2, 4))
WITHOUT_PERMUTATIONS = CouplingConfig("moons", permute=False)
UNBOUNDED = CouplingConfig(
    "checkerboard",
    bounded=False,
    epochs=40,
    learning_rate=0.05,
    batch_size=100,
    n_train=5_000,
    n_test=2_000,
    seed=4,
)
BOUNDED_TWIN = replace(UNBOUNDED, bounded=True)
# What the app shows: a flow for every data set, and what becomes of one when something is left out.
SHIPPED_FLOWS = (
    *(CouplingConfig(name) for name in COUPLING_SETS),
    *FEW_LAYERS,
    WITHOUT_PERMUTATIONS,
    UNBOUNDED,
    BOUNDED_TWIN,
)
