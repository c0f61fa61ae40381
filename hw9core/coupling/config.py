"""The configuration of a flow of affine coupling layers in the plane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.checks import require_fraction, require_integer
from hw9core.coupling.plane_sets import PLANE_SETS, plane_digest
from hw9core.errors import ConfigError

MAX_POINTS = 100_000

_RECIPE = {
    "layers": 8,
    "hidden_size": 32,
    "epochs": 300,
    "learning_rate": 1e-2,
    "batch_size": 500,
    "n_train": 20_000,
    "n_test": 10_000,
}


@dataclass(frozen=True)
class CouplingConfig:
    """``layers`` affine coupling layers onto N(0, I), their data, and training by maximum likelihood.

    ``data_set`` is one of ``recipes``, from which what is None takes its value. s and t of every layer are
    perceptrons with two hidden layers of ``hidden_size`` units. ``permute``: Ω and Ωᶜ change places from
    layer to layer, without which half the coordinates never move. ``bounded``: s stays within ±2, without
    which training may diverge. ``n_train`` and ``n_test`` are numbers of samples, at most ``most_samples``.
    The learning rate falls to 0 along half a cosine. Raises ``ConfigError`` when a value cannot be used.
    """

    kind: ClassVar[str] = "coupling"
    dim: ClassVar[int] = 2
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = dict.fromkeys(PLANE_SETS, _RECIPE)
    most_samples: ClassVar[tuple[int, int]] = (MAX_POINTS, MAX_POINTS)

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
        if self.data_set not in self.recipes:
            known = ", ".join(self.recipes)
            raise ConfigError(f"data_set must be one of {known}, not {self.data_set!r}.")
        for name, value in self.recipes[self.data_set].items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        require_integer("layers", self.layers, 1, 32)
        require_integer("hidden_size", self.hidden_size, 1, 1024)
        require_integer("epochs", self.epochs, 1, 2000)
        require_fraction("learning_rate", self.learning_rate)
        object.__setattr__(self, "learning_rate", float(self.learning_rate))
        most_train, most_test = self.most_samples
        require_integer("n_train", self.n_train, 2, most_train)
        require_integer("n_test", self.n_test, 2, most_test)
        require_integer("batch_size", self.batch_size, 1, MAX_POINTS)
        require_integer("seed", self.seed, 0, 2**63 - 1)
        for name in ("permute", "bounded"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name} must be true or false, not {getattr(self, name)!r}.")

    @property
    def data_digests(self) -> Mapping[str, str]:
        """The samples are made, not stored, so the data is as good as its definition."""
        return {self.data_set: plane_digest(self.data_set)}


def plane_samples(config: CouplingConfig) -> tuple[FloatArray, FloatArray]:
    """Training and test samples of a configuration, float64 (n_train, 2) and (n_test, 2)."""
    data = PLANE_SETS[config.data_set]
    sizes = config.n_train, config.n_test
    return tuple(data.sample(n, np.random.default_rng((config.seed, i))) for i, n in enumerate(sizes))


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
    *(CouplingConfig(name) for name in PLANE_SETS),
    *FEW_LAYERS,
    WITHOUT_PERMUTATIONS,
    UNBOUNDED,
    BOUNDED_TWIN,
)
