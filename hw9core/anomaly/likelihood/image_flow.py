"""A flow of images: dequantised grey levels, their standardised logits, then coupling layers onto N(0, I).

A grey level is a whole number g, and a density of whole numbers can be infinite. So each pixel becomes
g + u with u uniform on (0, 1), Uria, Murray & Larochelle (2013): then −E log p bounds the cost of coding the
image itself from above. A score must not depend on chance, so it takes u = ½.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.arrays import FloatArray
from hw9core.coupling.layers import ComposedTransform
from hw9core.coupling.stack import coupling_layers
from hw9core.distributions.flow import NormalizingFlow, StandardNormal
from hw9core.images.mnist import LEVELS, PIXELS

# Logits of black and white pixels stay finite: p = margin + (1 − 2 margin) y. Dinh et al. (2017) take 0.05.
MARGIN = 0.05
# Pixels at the border never vary but for u; without a floor one grey pixel there would be all the score.
SMALLEST_SCALE = 0.1


@dataclass(frozen=True, eq=False)
class LogitTransform:
    """z = (logit(margin + (1 − 2 margin) x/256) − loc) / scale, pixel by pixel, x in (0, 256).

    ``loc`` and ``scale`` > 0 are (784,): mean and spread of the logits of the training images.
    """

    loc: FloatArray
    scale: FloatArray

    @property
    def dim(self) -> int:
        return self.loc.size

    def call_and_ladj(self, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
        share = MARGIN + (1.0 - 2.0 * MARGIN) * np.asarray(x, dtype=np.float64) / LEVELS
        z = (np.log(share) - np.log1p(-share) - self.loc) / self.scale
        slopes = np.log((1.0 - 2.0 * MARGIN) / LEVELS) - np.log(share) - np.log1p(-share) - np.log(self.scale)
        return z, slopes.sum(axis=-1)

    def inverse_and_ladj(self, z: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Grey levels (…, 784), which lie outside (0, 256) where z is beyond every image, and the ladj."""
        logits = self.loc + self.scale * np.asarray(z, dtype=np.float64)
        share = expit(logits)
        x = (share - MARGIN) * LEVELS / (1.0 - 2.0 * MARGIN)
        return x, -self.call_and_ladj(x)[1]


def logit_transform(images: NDArray[np.uint8]) -> LogitTransform:
    """Fitted on images (n, 784), u = ½; a scale is at least ``SMALLEST_SCALE``."""
    unit = LogitTransform(np.zeros(PIXELS), np.ones(PIXELS))
    total, squares = np.zeros(PIXELS), np.zeros(PIXELS)
    for batch in np.array_split(images, -(-len(images) // 1000)):
        logits, _ = unit.call_and_ladj(batch + 0.5)
        total, squares = total + logits.sum(axis=0), squares + np.square(logits).sum(axis=0)
    loc = total / len(images)
    spread = np.sqrt(np.maximum(squares / len(images) - np.square(loc), 0.0))
    return LogitTransform(loc, np.maximum(spread, SMALLEST_SCALE))


def image_flow(config: ImageFlowConfig, arrays: Mapping[str, NDArray]) -> NormalizingFlow:
    """The flow of grey levels (…, 784) in (0, 256) that a checkpoint holds."""
    pixels = LogitTransform(arrays["logit_loc"].astype(np.float64), arrays["logit_scale"].astype(np.float64))
    layers = coupling_layers(config, arrays["parameters"][-1])
    return NormalizingFlow(ComposedTransform((pixels, *layers)), StandardNormal(config.dim))


def dequantised(images: NDArray[np.uint8], rng: np.random.Generator) -> FloatArray:
    """Grey levels 0 … 255 of images (n, 784) as g + u, u uniform on (0, 1)."""
    return images + rng.random(images.shape)


def bits_per_pixel(nll: float) -> float:
    """A negative log-likelihood of grey levels, in nats per image, as bits per pixel."""
    return nll / (PIXELS * np.log(2.0))
