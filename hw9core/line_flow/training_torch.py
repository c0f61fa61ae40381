"""Training of the one-dimensional flow (problem 2) by maximum likelihood: one seed gives one result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from hw9core.arrays import FloatArray
from hw9core.device import resolve_device
from hw9core.errors import ConfigError, InputError, TrainingError
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.config import FlowConfig, flow_samples
from hw9core.line_flow.metrics import flow_metrics, fresh_samples
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.line_flow.mixture_torch import MixtureModule, autograd_ladj
from hw9core.store.checkpoints import TrainedModel

CPU = torch.device("cpu")
IQR_OF_NORMAL = 1.3489795003921634


@dataclass(frozen=True, eq=False)
class EpochState:
    """The flow after ``epoch`` epochs (0: before training): mean NLL in nats and parameters (K,) of x."""

    epoch: int
    train_loss: float
    test_loss: float
    weights: FloatArray
    locs: FloatArray
    scales: FloatArray


def train_flow(
    config: FlowConfig,
    device: torch.device = CPU,
    on_epoch: Callable[[EpochState], None] | None = None,
) -> TrainedModel:
    """Train on samples of ``config.data_set`` and measure the result.

    The arrays, all float64: ``weights``, ``locs`` and ``scales`` (epochs + 1, K), row 0 before training;
    ``train_loss`` and ``test_loss`` (epochs + 1,), mean NLL in nats; ``data/train`` (n_train,) and
    ``data/test`` (n_test,). The metrics are those of :func:`evaluate_flow`. Raises ``TrainingError``.
    """
    train, test = flow_samples(config)
    states = fit_flow(config, train, test, device, on_epoch)
    arrays = {
        name: np.array([getattr(state, name) for state in states])
        for name in ("weights", "locs", "scales", "train_loss", "test_loss")
    }
    flow = MixtureCDFTransform.from_snapshots(arrays, BASES[config.base])
    metrics = evaluate_flow(flow, config.data_set, test)
    return TrainedModel({**arrays, "data/train": train, "data/test": test}, metrics, device.type)


def fit_flow(
    config: FlowConfig,
    train: FloatArray,
    test: FloatArray,
    device: torch.device = CPU,
    on_epoch: Callable[[EpochState], None] | None = None,
) -> list[EpochState]:
    """Maximise the likelihood of ``train`` (n,) and return the state after each epoch, the initial one first.

    ``train`` and ``test`` may be any finite numbers: ``config`` gives components, epochs, learning rate,
    batch size and seed. Samples are standardised by median and interquartile range, so that one learning rate
    suits every unit. Everything random comes from a generator of this call's own. ``on_epoch`` hears each
    state as it is reached; an exception it raises ends the training. Raises ``InputError`` when ``train`` has
    no spread and ``TrainingError`` when a loss is not finite.
    """
    loc, scale = _centre_and_spread(train)
    train_x, test_x = (torch.from_numpy((values - loc) / scale).to(device) for values in (train, test))
    generator = torch.Generator().manual_seed(config.seed)
    model = MixtureModule(_initial_locs(train_x, config.components, generator)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.epochs)
    states: list[EpochState] = []

    def record(epoch: int) -> None:
        states.append(_state(model, epoch, train_x, test_x, loc, scale))
        if on_epoch is not None:
            on_epoch(states[-1])

    record(0)
    for epoch in range(1, config.epochs + 1):
        order = torch.randperm(len(train_x), generator=generator)
        for batch in train_x[order.to(device)].split(config.batch_size):
            loss = -model.log_prob(batch).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        record(epoch)
    return states


def evaluate_flow(flow: MixtureCDFTransform, data_set: str, test: FloatArray) -> dict[str, float]:
    """:func:`.metrics.flow_metrics`, and ``ladj_max_error``: the largest difference, in nats,
    between the flow's log dz/dx and automatic differentiation of z, on samples no training has seen."""
    x = fresh_samples(data_set)
    ladj_error = np.abs(flow.call_and_ladj(x)[1] - autograd_ladj(flow, x))
    return {**flow_metrics(flow, data_set, test), "ladj_max_error": float(ladj_error.max())}


def flow_device(name: str) -> torch.device:
    """The device of that name; ``auto`` is the CPU, where a step on a few hundred numbers is over sooner.

    Raises ``ConfigError`` for MPS, which has no float64, and for a device this computer does not have.
    """
    if name == "mps":
        raise ConfigError("The flow trains in float64, which MPS does not have: use --device cpu.")
    return resolve_device("cpu" if name == "auto" else name)


def _centre_and_spread(values: FloatArray) -> tuple[float, float]:
    """Median and a standard deviation that far outliers do not move; ``InputError`` when there is none."""
    low, centre, high = np.quantile(values, [0.25, 0.5, 0.75])
    spread = (high - low) / IQR_OF_NORMAL or values.std()  # more than half the values may be equal
    if not spread > 0:
        raise InputError("The training values are all the same number: a flow needs values that differ.")
    return float(centre), float(spread)


def _initial_locs(x: torch.Tensor, components: int, generator: torch.Generator) -> torch.Tensor:
    """Evenly spread quantiles: drawn at random, all centres may miss a mode and never find it.

    The noise separates centres that would be equal, which would stay equal for ever.
    """
    levels = (torch.arange(components, dtype=torch.float64) + 0.5) / components
    noise = torch.randn(components, generator=generator, dtype=torch.float64)
    return torch.from_numpy(np.quantile(x.cpu().numpy(), levels.numpy())) + 0.05 * noise


@torch.no_grad()
def _state(
    model: MixtureModule, epoch: int, train_x: torch.Tensor, test_x: torch.Tensor, loc: float, scale: float
) -> EpochState:
    """The parameters and losses in the units of the data: a density is 1/scale as high there."""
    losses = [float(np.log(scale) - model.log_prob(x).mean()) for x in (train_x, test_x)]
    for loss in losses:
        if not np.isfinite(loss):
            raise TrainingError(f"The loss became {loss} in epoch {epoch}: try a smaller learning rate.")
    log_weights, locs, scales = (value.cpu().numpy() for value in model.parameters_of_mixture())
    return EpochState(epoch, *losses, np.exp(log_weights), loc + scale * locs, scale * scales)
