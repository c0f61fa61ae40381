"""The kinds of training that a server offers: their bounds, their data, and what is kept of them.

Server and worker process import this module; only :meth:`JobKind.fit`, which the worker calls, imports torch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.cost import training_seconds as coupling_seconds
from hw9core.coupling.metrics import divergence_epoch
from hw9core.coupling.own_points import COLUMNS, require_plane
from hw9core.coupling.stack import parameter_count
from hw9core.errors import ConfigError, InputError
from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.cost import training_seconds as line_flow_seconds
from hw9core.line_flow.own_numbers import require_values
from hw9core.numerics.number_files import split_sizes, split_values

MAX_SECONDS = 120.0  # of a training beside a server
MAX_PARAMETERS = 50_000  # of a coupling flow, of which 16 snapshots are kept: 1.6 MB
MOST_SNAPSHOTS = 61  # of a mixture flow: the recipe's 60 epochs, and before them
_MOST_CENTRES = 1_000  # over all snapshots of a mixture flow: drawing them takes seconds
_FEWEST_SNAPSHOTS = 16

Config = FlowConfig | CouplingConfig
Samples = tuple[FloatArray, FloatArray]  # of training and of test
Snapshot = dict[str, NDArray]  # of one epoch, arrays by their names in a checkpoint


class JobKind(ABC):
    """One kind of training: what it may cost, what it is trained on, and what is kept of it."""

    def require_trainable(self, config: Config, data: FloatArray | None = None) -> None:
        """Raises ``ConfigError`` for what would take too long or too much room beside a server.

        Refused is what must take twice the limit: the estimate is that of another computer.
        """
        seconds = self.seconds(config, *self._sizes(config, data))
        if seconds > 2 * MAX_SECONDS:
            duration = f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"
            raise ConfigError(
                f"Such a training takes about {duration}, and here {MAX_SECONDS:.0f} seconds are the most: "
                "take fewer epochs or larger batches, or train with `python -m hw9core train`."
            )

    @abstractmethod
    def seconds(self, config: Config, n_train: int, n_test: int) -> float:
        """About how long a training takes on one core."""

    @abstractmethod
    def require_data(self, data: FloatArray) -> None:
        """Raises ``InputError`` for own data that cannot be trained on."""

    @abstractmethod
    def samples(self, config: Config, data: FloatArray | None) -> Samples:
        """Training and test samples: own data at random four to one, or those of the configuration."""

    @abstractmethod
    def fit(
        self, config: Config, train: FloatArray, test: FloatArray, on_epoch: Callable[[Any], None]
    ) -> str:
        """Train; ``on_epoch`` hears each state. Raises ``TrainingError``.

        The result is a sentence when the loss ended far above that of the start, else nothing.
        """

    @abstractmethod
    def snapshot(self, config: Config, state: Any) -> Snapshot | None:
        """What is kept of a state; None for most of the epochs of a long training."""

    def _sizes(self, config: Config, data: FloatArray | None) -> tuple[int, int]:
        if data is None:
            return config.n_train, config.n_test
        return split_sizes(len(data))


class LineFlows(JobKind):
    """One-dimensional mixture flows."""

    def seconds(self, config: FlowConfig, n_train: int, n_test: int) -> float:
        return line_flow_seconds(config, n_train, n_test)

    def require_data(self, data: FloatArray) -> None:
        if data.ndim != 1:
            raise InputError("The data of a training job must be a list of numbers.")
        require_values(data, "The data")

    def samples(self, config: FlowConfig, data: FloatArray | None) -> Samples:
        return flow_samples(config) if data is None else split_values(data, config.seed)

    def fit(self, config, train, test, on_epoch) -> str:
        from hw9core.line_flow.training_torch import fit_flow

        fit_flow(config, train, test, on_epoch=on_epoch)
        return ""

    def snapshot(self, config: FlowConfig, state: Any) -> Snapshot | None:
        if state.epoch not in kept_epochs(config):
            return None
        return {name: getattr(state, name) for name in ("weights", "locs", "scales")}


class PlaneFlows(JobKind):
    """Flows of affine coupling layers in the plane."""

    def require_trainable(self, config: CouplingConfig, data: FloatArray | None = None) -> None:
        count = parameter_count(config)
        if count > MAX_PARAMETERS:
            raise ConfigError(
                f"These layers have {count:,} parameters, and here {MAX_PARAMETERS:,} is the most: take "
                "fewer layers or hidden units."
            )
        super().require_trainable(config, data)

    def seconds(self, config: CouplingConfig, n_train: int, n_test: int) -> float:
        return coupling_seconds(config, n_train, n_test)

    def require_data(self, data: FloatArray) -> None:
        if data.ndim != 2 or data.shape[1] != COLUMNS:
            raise InputError("The data of a training job in the plane must be a list of pairs of numbers.")
        require_plane(data, "The data")

    def samples(self, config: CouplingConfig, data: FloatArray | None) -> Samples:
        return plane_samples(config) if data is None else split_values(data, config.seed)

    def fit(self, config, train, test, on_epoch) -> str:
        import torch

        from hw9core.coupling.training_torch import fit_coupling

        points = torch.from_numpy(np.float32(train))
        states = fit_coupling(config, lambda _: points, test, on_epoch=on_epoch)
        return _divergence(np.array([state.test_loss for state in states]), config.bounded)

    def snapshot(self, config: CouplingConfig, state: Any) -> Snapshot | None:
        if state.parameters is None or state.diverged:
            return None
        return {"parameters": state.parameters}


JOB_KINDS: Mapping[str, JobKind] = {FlowConfig.kind: LineFlows(), CouplingConfig.kind: PlaneFlows()}


def kept_epochs(config: FlowConfig) -> tuple[int, ...]:
    """The epochs of a mixture flow's training that are kept, evenly spread from 0 to the last.

    All of at most 60 epochs; of a longer training 61, of more than 16 components fewer, never below 16.
    """
    most = min(MOST_SNAPSHOTS, max(_FEWEST_SNAPSHOTS, _MOST_CENTRES // config.components))
    count = min(config.epochs + 1, most)
    return tuple(np.linspace(0, config.epochs, count).round().astype(int).tolist())


def _divergence(losses: FloatArray, bounded: bool) -> str:
    """One sentence about test losses (epochs + 1,) that ended far above their start; else nothing."""
    if divergence_epoch(losses[[0, -1]]) is None:
        return ""
    reached = f"{losses[-1]:.1e} nats" if np.isfinite(losses[-1]) else "no finite number"
    return (
        f"The training diverged in epoch {divergence_epoch(losses)}: its test loss ended at {reached}. "
        f"Take a smaller learning rate{'' if bounded else ', or bound s'}."
    )
