"""The likelihood of a coupling flow as an anomaly score, beside the detectors of :mod:`.detectors`.

It is none of ``DETECTORS``: those share one checkpoint, and the flow has its own, that of
:class:`.config.ImageFlowConfig`. Both hold out the validation images of the homework's autoencoder, so that
their scores are paired. NumPy only; fitting imports torch when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.detectors.base import Detector
from hw9core.anomaly.detectors.suite import ImageScores
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.image_flow import image_flow
from hw9core.arrays import Float32Array, FloatArray
from hw9core.distributions.flow import NormalizingFlow
from hw9core.images.mnist import IMAGE_SETS, WHITE, grey_levels
from hw9core.store.checkpoints import Checkpoint

LIKELIHOOD = "likelihood"


class FlowLikelihood(Detector):
    """−log p(x) in nats, x the grey levels of an image, under a flow of dequantised MNIST images.

    A pixel of brightness b in [0, 1] is taken in the middle of its grey level, 255 b + ½. ``arrays`` are
    those of :func:`hw9core.anomaly.likelihood.image_flow.image_flow`, kept as they are stored.
    """

    def __init__(
        self, config: ImageFlowConfig | None = None, arrays: Mapping[str, NDArray] | None = None
    ) -> None:
        self.config = config or ImageFlowConfig()
        self.arrays = arrays

    @property
    def flow(self) -> NormalizingFlow:
        """The flow in float64, unpacked in 5 ms: kept unpacked it would take four times the memory."""
        return image_flow(self.config, self.arrays)

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        """Train on all of these images (n, 784) in [0, 1] (some minutes for 50,000)."""
        from hw9core.anomaly.likelihood.image_flow_torch import train_flow_arrays

        self.arrays = train_flow_arrays(self.config, grey_levels(images))
        return self

    def score_batch(self, images: Float32Array) -> FloatArray:
        # A whole level is not whole any more after its division in float32, by 2e-5 at most.
        levels = np.round(WHITE * images.astype(np.float64), 3)
        return -self.flow.log_prob(levels + 0.5)


def load_flow_detector(checkpoint: Checkpoint) -> FlowLikelihood:
    """The detector of a checkpoint, with the threshold of its stored scores."""
    weights = {name: checkpoint.arrays[name] for name in ("parameters", "logit_loc", "logit_scale")}
    detector = FlowLikelihood(ImageFlowConfig(**checkpoint.metadata["config"]), weights)
    detector.set_threshold(flow_scores(checkpoint).validation)
    return detector


def flow_scores(checkpoint: Checkpoint) -> ImageScores:
    """The stored scores −log p(x) in nats, in the order of the images."""
    return ImageScores(*(checkpoint.arrays[f"scores/{name}"].astype(np.float64) for name in IMAGE_SETS))
