"""What every anomaly detector is, the interface of PyOD: ``fit``, ``decision_function``, ``threshold_``.

Images are (n, 784) in [0, 1]; a higher score is more abnormal. No detector ever sees an anomaly: it is fitted
on training images, and its threshold comes from validation scores.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.anomaly.decisions.error_rates import mean_plus_k_sd
from hw9core.arrays import Float32Array, FloatArray, Levels
from hw9core.images.mnist import PIXELS, flat_pixels

# Bounds the memory of one pass to a few megabytes per layer.
BATCH = 1_000


class Detector(ABC):
    """Scores images; after :meth:`set_threshold` an image is flagged when it scores above ``threshold_``."""

    threshold_: float

    @abstractmethod
    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        """Learn from in-distribution images (n, 784); ``labels`` (n,), their digits, serve few detectors."""

    @abstractmethod
    def score_batch(self, images: Float32Array) -> NDArray[np.floating]:
        """Scores (n,) of images (n, 784), all in one pass."""

    def decision_function(self, images: NDArray) -> FloatArray:
        """Scores, float64 (n,), of images (n, 784) in [0, 1]; ``ValueError`` for another shape."""
        return in_batches(self.score_batch, np.asarray(images, dtype=np.float32))

    def set_threshold(self, validation_scores: ArrayLike) -> float:
        """Set ``threshold_`` to mean + 3 sd of the scores of images held out from fitting."""
        self.threshold_ = mean_plus_k_sd(validation_scores)
        return self.threshold_


def in_batches(score_batch: Callable[[NDArray], NDArray[np.floating]], images: NDArray) -> FloatArray:
    """``score_batch`` of a thousand images (n, 784) at a time, joined along the last axis, float64 (..., n).

    Raises ``ValueError`` for images of another shape.
    """
    if images.ndim != 2 or images.shape[1] != PIXELS:
        raise ValueError(f"Images must be of shape (n, 784), not {images.shape}.")
    starts = range(0, max(len(images), 1), BATCH)  # of no images there is one empty batch
    return np.concatenate(
        [score_batch(images[start : start + BATCH]) for start in starts], axis=-1, dtype=np.float64
    )


def score_sets(
    score: Callable[[Float32Array], FloatArray], sets: Mapping[str, Levels]
) -> dict[str, Float32Array]:
    """What ``score``, such as a ``decision_function``, gives for each set of images uint8 (n, 28, 28)."""
    return {name: np.float32(score(flat_pixels(images))) for name, images in sets.items()}
