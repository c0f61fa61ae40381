"""What a server and its training process must agree on: the kinds of jobs, their data and their results.

Both sides import this module; only :meth:`JobKind.fit`, which the training process calls, imports torch.
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.metrics import divergence_epoch
from hw9core.coupling.own_points import COLUMNS, require_plane
from hw9core.coupling.stack import parameter_count
from hw9core.errors import ConfigError, InputError
from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.own_numbers import require_values
from hw9core.numerics.number_files import split_values

MAX_PARAMETERS = 50_000  # of a coupling flow: a server keeps 16 snapshots for every visitor's last training
Config = FlowConfig | CouplingConfig
Samples = tuple[FloatArray, FloatArray]  # of training and of test
Encoded = Any  # an epoch's parameters as JSON


class JobKind(ABC):
    """One kind of training: how its settings and data are checked, trained on and sent."""

    @abstractmethod
    def config(self, fields: Mapping[str, Any]) -> Config:
        """The configuration of these fields. Raises ``ConfigError``, and ``TypeError`` for unknown fields."""

    @abstractmethod
    def require_trainable(self, config: Config) -> None:
        """Raises ``ConfigError`` for what would take too long or too much room beside a server."""

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
    def encoded(self, state: Any) -> Encoded:
        """The parameters of a state as JSON, None where they are not kept."""

    @abstractmethod
    def arrays(self, parameters: Sequence[Encoded], samples: Samples) -> dict[str, NDArray]:
        """A checkpoint's arrays but the losses, from the parameters of every epoch as they were sent."""


class LineFlows(JobKind):
    """One-dimensional mixture flows."""

    _names = ("weights", "locs", "scales")

    def config(self, fields: Mapping[str, Any]) -> FlowConfig:
        return FlowConfig(**fields)

    def require_trainable(self, config: FlowConfig) -> None:
        """Every configuration is small enough."""

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

    def encoded(self, state: Any) -> dict[str, list[float]]:
        return {name: getattr(state, name).tolist() for name in self._names}

    def arrays(self, parameters: Sequence[dict[str, list[float]]], samples: Samples) -> dict[str, NDArray]:
        arrays = {name: np.array([epoch[name] for epoch in parameters]) for name in self._names}
        return {**arrays, "data/train": samples[0], "data/test": samples[1]}


class PlaneFlows(JobKind):
    """Flows of affine coupling layers in the plane; parameters travel as base64 of float16."""

    def config(self, fields: Mapping[str, Any]) -> CouplingConfig:
        return CouplingConfig(**fields)

    def require_trainable(self, config: CouplingConfig) -> None:
        count = parameter_count(config)
        if count > MAX_PARAMETERS:
            raise ConfigError(
                f"These layers have {count:,} parameters, and here {MAX_PARAMETERS:,} is the most: take "
                "fewer layers or hidden units."
            )

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

    def encoded(self, state: Any) -> str | None:
        if state.parameters is None or state.diverged:
            return None
        return base64.b64encode(np.asarray(state.parameters, "<f2").tobytes()).decode()

    def arrays(self, parameters: Sequence[str | None], samples: Samples) -> dict[str, NDArray]:
        kept = [(epoch, sent) for epoch, sent in enumerate(parameters) if sent is not None]
        vectors = [np.frombuffer(base64.b64decode(sent), "<f2") for _, sent in kept]
        return {
            "parameters": np.stack(vectors),
            "snapshot_epochs": np.array([epoch for epoch, _ in kept], dtype=np.int32),
        }


JOB_KINDS: Mapping[str, JobKind] = {FlowConfig.kind: LineFlows(), CouplingConfig.kind: PlaneFlows()}


def _divergence(losses: FloatArray, bounded: bool) -> str:
    """One sentence about test losses (epochs + 1,) that ended far above their start; else nothing."""
    if divergence_epoch(losses[[0, -1]]) is None:
        return ""
    reached = f"{losses[-1]:.1e} nats" if np.isfinite(losses[-1]) else "no finite number"
    return (
        f"The training diverged in epoch {divergence_epoch(losses)}: its test loss ended at {reached}. "
        f"Take a smaller learning rate{'' if bounded else ', or bound s'}."
    )


def finite_or_none(loss: ArrayLike) -> float | None:
    """A loss as JSON, which has no infinity and no NaN."""
    return float(loss) if np.isfinite(loss) else None
