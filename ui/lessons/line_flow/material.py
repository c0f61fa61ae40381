"""What the flow lesson knows of one trained flow: samples, every epoch's parameters, and the base."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hw9core.distributions.density import Density
from hw9core.line_flow.bases import BASES, Base
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.data_sets import DATA_SETS
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.numerics.round_numbers import decimals, round_range
from hw9core.store.stamps import Stamp, stamp
from ui.live.controls import Slider
from ui.shared import shared

DATA_SET_NAMES = {
    "two": "two Gaussians",
    "three": "three Gaussians",
    "skewed": "skewed (Gumbel)",
    "heavy": "heavy tails (Student t)",
    "uniform": "uniform",
}
BASE_NAMES = {"normal": "N(0, 1)", "uniform": "uniform on (0, 1)", "logistic": "logistic"}
_X_STEPS = 400
# What of z is drawn at least; beyond it lies less than 1e-3 of the mass.
Z_RANGES = {"normal": (-4.0, 4.0), "uniform": (0.0, 1.0), "logistic": (-8.0, 8.0)}


@dataclass(frozen=True, eq=False)
class Material:
    """A flow's training: the arrays of its checkpoint, the base it is shown with, its data if known."""

    arrays: Mapping[str, NDArray]
    base: Base
    data: Density | None

    @property
    def train(self) -> NDArray[np.float64]:
        return self.arrays["data/train"]

    @property
    def test(self) -> NDArray[np.float64]:
        return self.arrays["data/test"]

    @cached_property
    def flows(self) -> tuple[MixtureCDFTransform, ...]:
        """The flow before training and after every epoch that was kept."""
        kept = len(self.arrays["weights"])
        return tuple(MixtureCDFTransform.from_snapshots(self.arrays, self.base, i) for i in range(kept))

    @property
    def last_epoch(self) -> int:
        return len(self.arrays["train_loss"]) - 1

    @property
    def nearest_flow(self) -> NDArray[np.intp]:
        """For every epoch the row of ``flows`` that was kept next to it, (last_epoch + 1,)."""
        epochs = np.arange(self.last_epoch + 1)
        kept = self.arrays.get("snapshot_epochs", epochs)
        return np.abs(epochs[:, np.newaxis] - kept).argmin(axis=1)

    @property
    def final(self) -> MixtureCDFTransform:
        return self.flows[-1]

    @cached_property
    def _positions(self) -> tuple[float, float, float]:
        low, high = np.quantile(np.concatenate([self.train, self.test]), [0.001, 0.999])
        margin = 0.08 * (high - low)
        return round_range(float(low - margin), float(high + margin), _X_STEPS)

    @property
    def x_range(self) -> tuple[float, float]:
        """What of x is drawn: all but a thousandth of the samples at each end, a margin, and whole steps."""
        return self._positions[:2]

    @property
    def x_step(self) -> float:
        """A round step, about a four hundredth of what is drawn."""
        return self._positions[2]

    def x_slider(self, name: str, label: str, start: float, *, tabulated: bool = False) -> Slider:
        """A slider over what is drawn of x, at first at the position next to ``start``."""
        low, high = self.x_range
        slider = Slider(
            name,
            label,
            default=low,
            low=low,
            high=high,
            step=self.x_step,
            precision=10.0 ** -decimals(self.x_step),
            format=_format_of(low, high, self.x_step),
            tabulated=tabulated,
        )
        return replace(slider, default=float(slider.grid[np.argmin(np.abs(slider.grid - start))]))

    @cached_property
    def z_range(self) -> tuple[float, float]:
        """What of z is drawn: most of the base's mass, and the trained map of what is drawn of x."""
        low, high = Z_RANGES[self.base.name]
        first, last = np.floor(self.final(self.x_range[0])), np.ceil(self.final(self.x_range[1]))
        return min(low, float(first)), max(high, float(last))

    @property
    def base_name(self) -> str:
        return BASE_NAMES[self.base.name]

    @cached_property
    def entropy(self) -> float | None:
        """Of the data's distribution, in nats; None for data of unknown origin."""
        return None if self.data is None else self.data.entropy()


def _format_of(low: float, high: float, step: float) -> str:
    """How positions are written: with all their digits, beside a power of ten where data are huge or tiny."""
    places = decimals(step)
    if -7 < places < 9:
        return f".{max(places, 0)}f"
    return f".{math.ceil(math.log10(max(abs(low), abs(high)) / step))}e"


def shipped(data_set: str, base: str) -> Material:
    """The shipped training on a data set. Raises CheckpointError.

    The mixture that maximises the likelihood does not depend on the base, so one training serves all three.
    """
    return _shipped(stamp(FlowConfig(data_set=data_set)), base)


@shared(entries=16)
def _shipped(of: Stamp, base: str) -> Material:
    return of_arrays(of.load().arrays, base, of.config.data_set)


def of_arrays(arrays: Mapping[str, NDArray], base: str, data_set: str | None) -> Material:
    """The material of a training that is no checkpoint, with a base by name."""
    return Material(arrays, BASES[base], None if data_set is None else DATA_SETS[data_set])
