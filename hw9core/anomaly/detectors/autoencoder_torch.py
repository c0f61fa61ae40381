"""The autoencoder of homework problem 1 as a torch module, for training."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.images.mnist import PIXELS


class Autoencoder(nn.Module):
    """x → D(E(x)) on flat images: ReLU after every hidden layer and after the code, sigmoid at the output.

    Both halves are lists of linear layers, so parameters are named ``encoder.0.weight`` … ``decoder.2.bias``
    as :mod:`.autoencoder` reads them. The initial weights come from ``generator`` alone.
    """

    def __init__(self, config: AutoencoderConfig, generator: torch.Generator) -> None:
        super().__init__()
        widths = (PIXELS, *config.hidden_sizes, config.code_size)
        self.encoder = linear_layers(widths, generator)
        self.decoder = linear_layers(widths[::-1], generator)

    def encode(self, images: Tensor) -> Tensor:
        """Codes (n, code_size) of images (n, 784)."""
        for layer in self.encoder:
            images = torch.relu(layer(images))
        return images

    def decode(self, codes: Tensor) -> Tensor:
        """Images (n, 784) in [0, 1] of codes (n, code_size)."""
        for layer in self.decoder[:-1]:
            codes = torch.relu(layer(codes))
        return torch.sigmoid(self.decoder[-1](codes))

    def forward(self, images: Tensor) -> Tensor:
        return self.decode(self.encode(images))


def linear_layers(widths: tuple[int, ...], generator: torch.Generator) -> nn.ModuleList:
    """Linear layers with torch's default initialisation, U(±1/√fan_in) for weights and biases.

    ``nn.Linear`` would draw from the global generator: made by ``skip_init`` it draws nothing, and the
    caller's random state stays as it was.
    """
    layers = nn.ModuleList()
    for fan_in, fan_out in pairwise(widths):
        layer = nn.utils.skip_init(nn.Linear, fan_in, fan_out)
        bound = 1.0 / math.sqrt(fan_in)
        for parameter in layer.parameters():
            nn.init.uniform_(parameter, -bound, bound, generator=generator)
        layers.append(layer)
    return layers
