"""The autoencoder of homework problem 1, evaluated in NumPy.

What a page needs of the model (reconstructions, codes, scores) takes a few matrix products, so it does not
import torch; fitting does, when it is called. Weights are a mapping with the names of the torch module in
:mod:`.autoencoder_torch`: ``encoder.0.weight`` of shape (out, in), ``encoder.0.bias`` of shape (out,), and so
on; a parity test holds the two evaluations together.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.decisions.metrics import AnomalyMetrics, anomaly_metrics
from hw9core.anomaly.detectors.base import Detector, score_sets
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.arrays import Float32Array, FloatArray
from hw9core.images.mnist import AutoencoderData
from hw9core.store.checkpoints import Checkpoint

Weights = Mapping[str, NDArray]


def encode(weights: Weights, images: NDArray) -> Float32Array:
    """Codes E(x), float32 (n, code_size) and never negative, of images (n, 784) in [0, 1]."""
    hidden = np.asarray(images, dtype=np.float32)
    for weight, bias in linear_maps(weights, "encoder"):
        hidden = np.maximum(affine(hidden, weight, bias), 0.0)
    return hidden


def decode(weights: Weights, codes: NDArray) -> Float32Array:
    """Images D(z), float32 (n, 784) in [0, 1], of codes (n, code_size)."""
    *hidden_layers, output_layer = linear_maps(weights, "decoder")
    hidden = np.asarray(codes, dtype=np.float32)
    for weight, bias in hidden_layers:
        hidden = np.maximum(affine(hidden, weight, bias), 0.0)
    return _sigmoid(affine(hidden, *output_layer))


def reconstruct(weights: Weights, images: NDArray) -> Float32Array:
    """Reconstructions D(E(x)), float32 (n, 784) in [0, 1], of images (n, 784) in [0, 1]."""
    return decode(weights, encode(weights, images))


def scores(images: NDArray, reconstructions: NDArray) -> FloatArray:
    """Scores s(x) = ‖x − D(E(x))‖², float64 (n,): the sum of squared errors over the 784 pixels.

    Both arguments are (n, 784). Raises ``ValueError`` when their shapes differ, because broadcasting one
    image against many reconstructions would give numbers that look right.
    """
    if np.shape(images) != np.shape(reconstructions) or np.ndim(images) != 2:
        shapes = f"{np.shape(images)} and {np.shape(reconstructions)}"
        raise ValueError(f"Images and reconstructions must both be (n, 784), not {shapes}.")
    errors = np.asarray(images, dtype=np.float32) - np.asarray(reconstructions, dtype=np.float32)
    return np.square(errors).sum(axis=1, dtype=np.float64)


class AutoencoderError(Detector):
    """‖x − D(E(x))‖², the homework's score."""

    def __init__(self, config: AutoencoderConfig | None = None, weights: Weights | None = None) -> None:
        self.config = config or AutoencoderConfig()
        self.weights = weights

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        from hw9core.anomaly.detectors.detectors_torch import train_autoencoder_weights

        self.weights = train_autoencoder_weights(self.config, images)
        return self

    def score_batch(self, images: Float32Array) -> FloatArray:
        return scores(images, reconstruct(self.weights, images))


def load_autoencoder(checkpoint: Checkpoint) -> AutoencoderError:
    """The detector of a checkpoint, with the threshold of its stored scores."""
    detector = AutoencoderError(AutoencoderConfig(**checkpoint.metadata["config"]), checkpoint.arrays)
    detector.set_threshold(checkpoint.arrays["scores/validation"][-1])
    return detector


def evaluate_autoencoder(checkpoint: Checkpoint, data: AutoencoderData) -> AnomalyMetrics:
    """The metrics of :func:`anomaly_metrics`, recomputed from a checkpoint's weights and the data."""
    detector = AutoencoderError(weights=checkpoint.arrays)
    sets = data.scored(checkpoint.arrays["validation_index"])
    return anomaly_metrics(**score_sets(detector.decision_function, sets))


def linear_maps(weights: Weights, part: str) -> list[tuple[NDArray, NDArray]]:
    """The (weight, bias) pairs of one part, such as "encoder", from the input side to the output side.

    Raises ``ValueError`` when the weights have no such part.
    """
    layers = []
    for index in count():
        prefix = f"{part}.{index}"
        if f"{prefix}.weight" not in weights:
            break
        layers.append((weights[f"{prefix}.weight"], weights[f"{prefix}.bias"]))
    if not layers:
        raise ValueError(f"The weights have no {part!r} layers.")
    return layers


def affine(inputs: Float32Array, weight: NDArray, bias: NDArray) -> Float32Array:
    """weight · x + bias of every row x: (n, out) of inputs (n, in), weight (out, in) and bias (out,)."""
    return inputs @ weight.T + bias


def _sigmoid(logits: Float32Array) -> Float32Array:
    # tanh saturates without overflow, where exp(-x) overflows for large negative logits.
    return 0.5 * (1.0 + np.tanh(0.5 * logits))
