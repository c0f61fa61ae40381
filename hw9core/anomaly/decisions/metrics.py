"""What problem 1 reports of a trained autoencoder, in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.anomaly.decisions.error_rates import ScoreSets, auroc, error_rates, mean_plus_k_sd
from hw9core.anomaly.detectors.autoencoder import Weights, reconstruct, scores
from hw9core.images.mnist import AutoencoderData, flat_pixels
from hw9core.store.checkpoints import Checkpoint

# Bounds the memory of a forward pass to a few megabytes per layer.
SCORING_BATCH = 1_000


def anomaly_metrics(validation: ArrayLike, test: ArrayLike, anomaly: ArrayLike) -> dict[str, float | int]:
    """The numbers problem 1 reports, from three 1-D score arrays, at the threshold mean + 3 sd.

    The threshold is that of the validation scores alone; the anomalies serve to measure the type II error
    and nothing else.
    """
    sets = ScoreSets.from_scores(validation, test, anomaly)
    rates = error_rates(mean_plus_k_sd(sets.validation), sets.test, sets.anomaly)
    return {
        "threshold": rates.threshold,
        "type_1_error": rates.type_1_error,
        "type_2_error": rates.type_2_error,
        "auroc": auroc(sets.test, sets.anomaly),
        "n_validation": sets.validation.size,
        "n_test": sets.test.size,
        "n_anomaly": sets.anomaly.size,
    }


def score_images(weights: Weights, pixels: NDArray) -> NDArray[np.float64]:
    """Scores s(x), float64 (n,), of images (n, 784) in [0, 1], computed a batch at a time."""
    batches = (pixels[start : start + SCORING_BATCH] for start in range(0, len(pixels), SCORING_BATCH))
    return np.concatenate([scores(batch, reconstruct(weights, batch)) for batch in batches])


def evaluate_autoencoder(checkpoint: Checkpoint, data: AutoencoderData) -> dict[str, float | int]:
    """The metrics of :func:`anomaly_metrics`, recomputed from a checkpoint's weights and the data."""
    validation_images = data.train.images[checkpoint.arrays["validation_index"]]
    image_sets = (validation_images, data.test.images, data.anomaly.images)
    return anomaly_metrics(*(score_images(checkpoint.arrays, flat_pixels(images)) for images in image_sets))
