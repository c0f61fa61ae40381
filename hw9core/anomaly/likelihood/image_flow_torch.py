"""The first step of the flow of images in torch, parity with :class:`.image_flow.LogitTransform`."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from hw9core.anomaly.likelihood.image_flow import MARGIN
from hw9core.images.mnist import LEVELS


def logits_of(levels: Tensor, loc: ArrayLike, scale: ArrayLike) -> Tensor:
    """Standardised logits, of the shape and dtype of grey levels in (0, 256)."""
    loc, scale = (torch.tensor(np.asarray(array)).to(levels) for array in (loc, scale))
    return (torch.logit(MARGIN + (1.0 - 2.0 * MARGIN) / LEVELS * levels) - loc) / scale
