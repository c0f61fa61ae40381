"""Training of the flow of images; :func:`logits_of` is :class:`.image_flow.LogitTransform` in torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.image_flow import MARGIN, LogitTransform, logit_transform
from hw9core.anomaly.likelihood.metrics import image_metrics, image_scores, noisy_test_levels
from hw9core.arrays import FloatArray, Levels
from hw9core.coupling.training_torch import CPU, CouplingEpoch, DrawSamples, fit_coupling, state_arrays
from hw9core.images.mnist import LEVELS, AutoencoderData, flat_levels, random_split
from hw9core.store.checkpoints import TrainedModel

_WATCHED = 100  # training images whose loss tells a run that diverges


@dataclass(frozen=True, eq=False)
class ImageSamples:
    """MNIST as the coupling layers see it: standardised logits of noisy grey levels.

    ``draw_train`` draws the noise of the training images anew, ``test`` is float64 (n_test, 784); the step
    ``pixels`` costs ``nats_before`` per image, and ``validation_index`` int32 are the images held out.
    """

    pixels: LogitTransform
    draw_train: DrawSamples
    test: FloatArray
    nats_before: float
    validation_index: NDArray[np.int32]


def train_image_flow(
    config: ImageFlowConfig,
    data: AutoencoderData,
    device: torch.device = CPU,
    on_epoch: Callable[[CouplingEpoch], None] | None = None,
) -> TrainedModel:
    """Train on MNIST's training images, noise drawn afresh in every epoch, and score all images.

    Beside ``train_loss`` and ``test_loss`` float64 (epochs + 1,), in nats per image of grey levels, and
    ``snapshot_epochs``, the last alone: the arrays of :func:`train_flow_arrays`, ``validation_index`` int32,
    the images held out from ``data.train`` as the autoencoder of this seed holds them out, and
    ``scores/validation``, ``scores/test`` and ``scores/anomaly`` float32 (n,), −log p(x) in nats. The metrics
    are those of :func:`.metrics.image_metrics`. Anomalies are scored and serve for nothing else.
    """
    samples = image_samples(config, data)
    states = fit_coupling(config, samples.draw_train, samples.test, device, on_epoch, samples.nats_before)
    arrays = state_arrays(states)
    arrays |= {
        **_flow_arrays(arrays, samples.pixels),
        "snapshot_epochs": arrays["snapshot_epochs"][-1:],
        "validation_index": samples.validation_index,
    }
    scores = image_scores(config, arrays, data)
    stored = {f"scores/{name}": values for name, values in scores.items()}
    metrics = image_metrics(config, arrays, data, scores)
    return TrainedModel({**arrays, **stored}, metrics, device.type)


def train_flow_arrays(config: ImageFlowConfig, levels: Levels) -> dict[str, NDArray]:
    """What :func:`.image_flow.image_flow` reads, trained on images (n, 784) of grey levels, all of them.

    ``parameters`` float16 (1, P), ``logit_loc`` and ``logit_scale`` float32 (784,). Raises ``TrainingError``.
    """
    pixels = logit_transform(levels)
    watched, _ = pixels.call_and_ladj(levels[:_WATCHED] + 0.5)
    return _flow_arrays(state_arrays(fit_coupling(config, noisy_logits(levels, pixels), watched)), pixels)


def image_samples(config: ImageFlowConfig, data: AutoencoderData) -> ImageSamples:
    """The samples of a configuration; the split is that of the autoencoder with the same seed."""
    split = config.autoencoder
    training_index, validation_index = random_split(len(data.train.images), split.validation_size, split.seed)
    levels = flat_levels(data.train.images)[training_index[: config.n_train]]
    pixels = logit_transform(levels)
    test, ladj = pixels.call_and_ladj(noisy_test_levels(config, data))
    return ImageSamples(pixels, noisy_logits(levels, pixels), test, float(-ladj.mean()), validation_index)


def noisy_logits(images: Levels, pixels: LogitTransform) -> DrawSamples:
    """Draws the noise of images (n, 784) of grey levels anew and gives their logits, float32 (n, 784)."""
    levels = torch.from_numpy(images)

    def draw(generator: torch.Generator) -> Tensor:
        noise = torch.rand(levels.shape, generator=generator)
        return logits_of(levels + noise, np.float32(pixels.loc), np.float32(pixels.scale))

    return draw


def logits_of(levels: Tensor, loc: ArrayLike, scale: ArrayLike) -> Tensor:
    """Standardised logits, of the shape and dtype of grey levels in (0, 256)."""
    loc, scale = (torch.tensor(np.asarray(array)).to(levels) for array in (loc, scale))
    return (torch.logit(MARGIN + (1.0 - 2.0 * MARGIN) / LEVELS * levels) - loc) / scale


def _flow_arrays(arrays: dict[str, NDArray], pixels: LogitTransform) -> dict[str, NDArray]:
    return {
        "parameters": arrays["parameters"][-1:],
        "logit_loc": np.float32(pixels.loc),
        "logit_scale": np.float32(pixels.scale),
    }
