"""Fits the flow of images as a detector is fitted: on the images given, all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.likelihood.image_flow import logit_transform
from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.training_torch import fit_coupling, noisy_logits, state_arrays

_WATCHED = 100  # training images whose loss tells a run that diverges


def train_flow_arrays(config: CouplingConfig, levels: NDArray[np.uint8]) -> dict[str, NDArray]:
    """``parameters``, ``logit_loc`` and ``logit_scale`` of a flow of images, levels uint8 (n, 784).

    The arrays are those that :func:`.image_flow.image_flow` reads. Raises ``TrainingError``.
    """
    pixels = logit_transform(levels)
    watched, _ = pixels.call_and_ladj(levels[:_WATCHED] + 0.5)
    arrays = state_arrays(fit_coupling(config, noisy_logits(levels, pixels), watched))
    return {
        "parameters": arrays["parameters"][-1:],
        "logit_loc": np.float32(pixels.loc),
        "logit_scale": np.float32(pixels.scale),
    }
