"""What the lesson on flows in the plane knows of one trained flow: its layers at every snapshot, its data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.layers import AffineCouplingTransform
from hw9core.coupling.plane_sets import PLANE_SETS, PlaneDistribution, Region
from hw9core.coupling.stack import coupling_layers, snapshot_flow
from hw9core.distributions.flow import NormalizingFlow
from hw9core.store.stamps import Stamp, stamp
from ui.shared import shared

DATA_SET_NAMES = {
    "moons": "two moons",
    "rings": "rings",
    "checkerboard": "checkerboard",
    "spiral": "spiral",
}
_MARGIN = 0.08


@dataclass(frozen=True, eq=False)
class Material:
    """A training in the plane: its configuration, the arrays of its checkpoint, its samples.

    ``train`` and ``test`` are float64 (n, 2); ``data`` is their distribution, None where it is not known.
    ``metrics`` are those that a checkpoint stores; a training of the page has none.
    """

    config: CouplingConfig
    arrays: Mapping[str, NDArray]
    train: NDArray[np.float64]
    test: NDArray[np.float64]
    data: PlaneDistribution | None
    metrics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def epochs(self) -> NDArray[np.int32]:
        """The epochs of the snapshots, ascending, the first one 0."""
        return self.arrays["snapshot_epochs"]

    def layers(self, snapshot: int = -1) -> tuple[AffineCouplingTransform, ...]:
        """The layers at one of the snapshots."""
        return coupling_layers(self.config, self.arrays["parameters"][snapshot])

    @property
    def depth(self) -> int:
        """The number of layers."""
        return self.config.layers

    def flow(self, snapshot: int = -1) -> NormalizingFlow:
        """The flow at one of the snapshots."""
        return snapshot_flow(self.config, self.arrays, snapshot)

    @cached_property
    def region(self) -> Region:
        """The rectangle of x that is drawn: nearly all samples, and a margin."""
        low, high = np.quantile(self.test, [0.001, 0.999], axis=0)
        margin = _MARGIN * (high - low)
        return tuple((float(a), float(b)) for a, b in zip(low - margin, high + margin, strict=True))


def shipped(data_set: str) -> Material:
    """The shipped training on a data set. Raises CheckpointError."""
    return of_config(CouplingConfig(data_set))


def of_config(config: CouplingConfig) -> Material:
    """The shipped training of a configuration. Raises CheckpointError."""
    return _of(stamp(config))


@shared(entries=16)
def _of(source: Stamp) -> Material:
    config, stored = source.config, source.load()
    data, metrics = PLANE_SETS[config.data_set], stored.metadata["metrics"]
    return Material(config, stored.arrays, *plane_samples(config), data, metrics)
