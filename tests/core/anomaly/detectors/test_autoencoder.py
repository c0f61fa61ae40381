"""The NumPy evaluation against loops written by hand and against the torch module."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from hw9core.anomaly.detectors.autoencoder import AutoencoderError, decode, encode, reconstruct, scores
from hw9core.anomaly.detectors.autoencoder_torch import Autoencoder
from hw9core.anomaly.detectors.base import BATCH
from hw9core.anomaly.detectors.config import AutoencoderConfig


def weights_and_module(config):
    module = Autoencoder(config, torch.Generator().manual_seed(1))
    return {name: value.detach().numpy() for name, value in module.named_parameters()}, module


def test_scores_are_sums_of_squared_errors():
    rng = np.random.default_rng(2)
    images, reconstructions = rng.random((3, 784), dtype=np.float32), rng.random((3, 784), dtype=np.float32)
    by_hand = []
    for image, reconstruction in zip(images.tolist(), reconstructions.tolist(), strict=True):
        total = 0.0
        for pixel, value in zip(image, reconstruction, strict=True):
            total += (pixel - value) ** 2
        by_hand.append(total)
    computed = scores(images, reconstructions)
    assert computed.dtype == np.float64
    np.testing.assert_allclose(computed, by_hand, rtol=1e-6)


def test_scores_refuses_to_broadcast():
    with pytest.raises(ValueError, match=r"\(n, 784\)"):
        scores(np.zeros((784,)), np.zeros((3, 784)))


def test_a_small_network_by_hand():
    weights = {
        "encoder.0.weight": np.float32([[1.0, -1.0]]),
        "encoder.0.bias": np.float32([0.5]),
        "decoder.0.weight": np.float32([[2.0], [-3.0]]),
        "decoder.0.bias": np.float32([0.0, 1.0]),
    }
    images = np.float32([[1.0, 0.25], [0.0, 1.0]])
    np.testing.assert_allclose(encode(weights, images), [[1.25], [0.0]])  # ReLU stops −0.5
    by_hand = [[1 / (1 + math.exp(-2.5)), 1 / (1 + math.exp(2.75))], [0.5, 1 / (1 + math.exp(-1))]]
    np.testing.assert_allclose(reconstruct(weights, images), by_hand, rtol=1e-6)


@pytest.mark.parametrize("hidden_sizes", [(256, 128), (40,), ()])
def test_numpy_and_torch_agree(hidden_sizes):
    weights, module = weights_and_module(AutoencoderConfig(hidden_sizes=hidden_sizes))
    images = np.random.default_rng(3).random((20, 784), dtype=np.float32)
    with torch.inference_mode():
        codes = module.encode(torch.from_numpy(images)).numpy()
        reconstructions = module(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(encode(weights, images), codes, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(decode(weights, codes), reconstructions, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(reconstruct(weights, images), reconstructions, rtol=1e-5, atol=1e-6)


def test_extreme_logits_saturate_without_a_warning():
    weights, _ = weights_and_module(AutoencoderConfig(hidden_sizes=()))
    weights["decoder.0.bias"] = np.where(np.arange(784) % 2, 1e4, -1e4).astype(np.float32)
    with np.errstate(all="raise"):
        pixels = reconstruct(weights, np.zeros((1, 784)))
    assert set(pixels.ravel().tolist()) == {0.0, 1.0}


def test_missing_layers_are_named():
    with pytest.raises(ValueError, match="'encoder'"):
        encode({}, np.zeros((1, 784)))


def test_scores_do_not_depend_on_the_batches():
    weights, _ = weights_and_module(AutoencoderConfig(hidden_sizes=(8,), code_size=4))
    images = np.random.default_rng(4).random((BATCH + 3, 784), dtype=np.float32)
    whole = scores(images, reconstruct(weights, images))
    np.testing.assert_allclose(AutoencoderError(weights=weights).decision_function(images), whole, rtol=1e-6)
