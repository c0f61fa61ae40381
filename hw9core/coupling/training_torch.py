"""Training of coupling flows by maximum likelihood: one seed gives one result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.cost import JUDGED
from hw9core.coupling.metrics import plane_metrics
from hw9core.coupling.stack import snapshot_epochs
from hw9core.coupling.stack_torch import CouplingFlowModule
from hw9core.errors import TrainingError
from hw9core.store.checkpoints import TrainedModel

CPU = torch.device("cpu")
_JUDGED_AT_ONCE = 2_000  # bounds the memory of a pass

DrawSamples = Callable[[torch.Generator], Tensor]


@dataclass(frozen=True, eq=False)
class CouplingEpoch:
    """The flow after ``epoch`` epochs (0: before training): mean NLL in nats, and its parameters.

    ``parameters`` float16 (P,), all that is kept of the weights, is None but at the epochs of
    :func:`~hw9core.coupling.stack.snapshot_epochs`.
    """

    epoch: int
    train_loss: float
    test_loss: float
    parameters: NDArray[np.float16] | None

    @property
    def diverged(self) -> bool:
        """Whether a loss is not finite any more."""
        return not np.isfinite(self.train_loss + self.test_loss)


def train_plane_flow(
    config: CouplingConfig,
    device: torch.device = CPU,
    on_epoch: Callable[[CouplingEpoch], None] | None = None,
) -> TrainedModel:
    """Train on samples of ``config.data_set``, and measure the result.

    The arrays are those of :func:`state_arrays`, the metrics those of
    :func:`hw9core.coupling.metrics.plane_metrics`. Raises ``TrainingError``.
    """
    train, test = plane_samples(config)
    points = torch.from_numpy(np.float32(train))
    states = fit_coupling(config, lambda _: points, test, device, on_epoch)
    arrays = state_arrays(states)
    return TrainedModel(arrays, plane_metrics(config, arrays), device.type)


def fit_coupling(
    config: CouplingConfig,
    draw_train: DrawSamples,
    test: FloatArray,
    device: torch.device = CPU,
    on_epoch: Callable[[CouplingEpoch], None] | None = None,
    nats_before: float = 0.0,
) -> list[CouplingEpoch]:
    """Maximise the likelihood and return the state after each epoch, the initial one first.

    ``draw_train`` gives the training samples (n, dim), float32, anew for every epoch; ``test`` is (m, dim).
    ``nats_before`` is added to both losses: the mean of −log|det| of what comes before the layers. Everything
    random comes from a generator of this call's own. ``on_epoch`` hears each state as it is reached; an
    exception it raises ends the training. When a loss is not finite any more, an unbounded flow ends there,
    with that state as the last: it is what such a run is made to show; for a bounded one ``TrainingError`` is
    raised.
    """
    generator = torch.Generator().manual_seed(config.seed)
    model = CouplingFlowModule(config, generator).to(device)
    test_points = torch.from_numpy(np.float32(test)).to(device)
    kept = snapshot_epochs(config.epochs)
    states: list[CouplingEpoch] = []
    for epoch, points in maximise_likelihood(model, config, draw_train, generator, device):
        losses = [nats_before + mean_nll(model, sample) for sample in (points[:JUDGED], test_points)]
        parameters = np.float16(model.vector()) if epoch in kept else None
        states.append(CouplingEpoch(epoch, *losses, parameters))
        if on_epoch is not None:
            on_epoch(states[-1])
        if states[-1].diverged:
            if config.bounded:
                raise TrainingError(f"The loss diverged in epoch {epoch}: try a smaller learning rate.")
            break
    return states


def maximise_likelihood(
    model: nn.Module,
    config: CouplingConfig,
    draw_train: DrawSamples,
    generator: torch.Generator,
    device: torch.device = CPU,
) -> Iterator[tuple[int, Tensor]]:
    """Train any module with a ``log_prob`` by Adam; yields each epoch's number (0: untrained) and samples."""
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.epochs)
    yield 0, draw_train(generator).to(device)
    for epoch in range(1, config.epochs + 1):
        points = draw_train(generator).to(device)
        order = torch.randperm(len(points), generator=generator).to(device)
        for rows in order.split(config.batch_size):
            loss = -model.log_prob(points[rows]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        yield epoch, points


def state_arrays(states: list[CouplingEpoch]) -> dict[str, NDArray]:
    """What a checkpoint keeps: ``train_loss`` and ``test_loss`` float64 (epochs + 1,), in nats, not finite
    where the flow had diverged; ``parameters`` float16 (snapshots, P) and ``snapshot_epochs`` int32."""
    kept = [state for state in states if state.parameters is not None and not state.diverged]
    return {
        "train_loss": np.array([state.train_loss for state in states]),
        "test_loss": np.array([state.test_loss for state in states]),
        "parameters": np.stack([state.parameters for state in kept]),
        "snapshot_epochs": np.array([state.epoch for state in kept], dtype=np.int32),
    }


@torch.no_grad()
def mean_nll(model: nn.Module, points: Tensor) -> float:
    """Mean of −log p over points (n, dim), in nats, a part of them at a time."""
    return float(-torch.cat([model.log_prob(part) for part in points.split(_JUDGED_AT_ONCE)]).double().mean())
