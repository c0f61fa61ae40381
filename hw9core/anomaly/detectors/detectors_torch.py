"""The two detectors that are networks, trained with torch on the CPU, which takes well under a minute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from hw9core.anomaly.detectors.autoencoder_torch import linear_layers
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.outliers import KINDS, synthetic_outliers
from hw9core.anomaly.detectors.training_torch import AutoencoderTrainer
from hw9core.images.mnist import PIXELS

# Ties the weights down where the outliers say nothing; the value is AdamW's default.
WEIGHT_DECAY = 1e-2


class OutlierNetworkModule(nn.Module):
    """The log-odds that an image (n, 784) is an outlier, (n,): ReLU between linear layers."""

    def __init__(self, hidden_sizes: Sequence[int], generator: torch.Generator) -> None:
        super().__init__()
        self.classifier = linear_layers((PIXELS, *hidden_sizes, 1), generator)

    def forward(self, images: Tensor) -> Tensor:
        for layer in self.classifier[:-1]:
            images = torch.relu(layer(images))
        return self.classifier[-1](images).squeeze(1)


def train_outlier_network(
    config: DetectorsConfig, images: NDArray, labels: NDArray, kinds: Sequence[str] = KINDS
) -> dict[str, NDArray[np.float16]]:
    """Weights ``classifier.0.weight`` … of a network that tells images from their synthetic outliers.

    ``images`` is float32 (n, 784) in [0, 1], ``labels`` their digits (n,). Every epoch makes new outliers and
    every step takes as many outliers as images; the loss is the cross entropy, the optimiser AdamW with one
    cycle of the learning rate. The weights are rounded to float16, half the file, before they score anything.
    """
    rng = np.random.default_rng(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    model = OutlierNetworkModule(config.outlier_hidden_sizes, generator)
    batches = -(-len(images) // config.outlier_batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), config.outlier_learning_rate, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.outlier_learning_rate, total_steps=batches * config.outlier_epochs
    )
    pixels = torch.from_numpy(np.asarray(images, dtype=np.float32))
    for _ in range(config.outlier_epochs):
        outliers = torch.from_numpy(synthetic_outliers(images, labels, rng, kinds))
        image_order = torch.from_numpy(rng.permutation(len(pixels)))
        outlier_order = torch.from_numpy(np.resize(rng.permutation(len(outliers)), len(pixels)))
        for rows, outlier_rows in zip(
            image_order.split(config.outlier_batch_size),
            outlier_order.split(config.outlier_batch_size),
            strict=True,
        ):
            loss = functional.softplus(model(pixels[rows])).mean()
            loss = loss + functional.softplus(-model(outliers[outlier_rows])).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return {name: value.detach().half().numpy() for name, value in model.named_parameters()}


def train_autoencoder_weights(config: AutoencoderConfig, images: NDArray) -> dict[str, NDArray[np.float32]]:
    """Weights of the homework's autoencoder trained on float32 images (n, 784)."""
    trainer = AutoencoderTrainer(
        config, torch.from_numpy(np.asarray(images, dtype=np.float32)), torch.device("cpu")
    )
    for _ in range(config.epochs):
        trainer.run_epoch()
    return {name: value.detach().numpy() for name, value in trainer.model.named_parameters()}
