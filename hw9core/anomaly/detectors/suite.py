"""The detectors of problem 1 under one protocol, and what of them is stored.

Fitted on the autoencoder's 50,000 training images, thresholds from its 10,000 validation images, judged on
MNIST's and KMNIST's test images. NumPy only; fitting the network of outliers imports torch when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.decisions.metrics import AnomalyMetrics, detector_metrics
from hw9core.anomaly.detectors.autoencoder import AutoencoderError, Weights
from hw9core.anomaly.detectors.base import Detector, in_batches, score_sets
from hw9core.anomaly.detectors.config import DetectorsConfig
from hw9core.anomaly.detectors.detectors import (
    Combined,
    Mahalanobis,
    Normalised,
    OutlierNetwork,
    PCAError,
    Spectrum,
    pca_errors,
)
from hw9core.arrays import Float32Array, FloatArray
from hw9core.images.mnist import IMAGE_SETS, AutoencoderData, LabelledImages, flat_pixels
from hw9core.store.checkpoints import Checkpoint, TrainedModel

DETECTORS = {
    "autoencoder": "Autoencoder of the homework",
    "autoencoder_normalised": "Autoencoder, error / ‖x‖²",
    "pca": "PCA reconstruction error",
    "mahalanobis": "Mahalanobis distance",
    "mahalanobis_normalised": "Mahalanobis distance / ‖x‖²",
    "outlier_network": "Network of synthetic outliers",
    "combined": "Autoencoder and network of outliers",
}
"""Labels of the detectors by name, in the order of a table; the last is the best offered."""


@dataclass(frozen=True, eq=False)
class ImageScores:
    """Scores of one detector, float64 (n,) each and in the order of the images, as paired tests need."""

    validation: FloatArray
    test: FloatArray
    anomaly: FloatArray


def fit_parameters(
    config: DetectorsConfig, images: NDArray, labels: NDArray, autoencoder_weights: Weights
) -> dict[str, NDArray]:
    """Fit on training images (n, 784) and their digits (n,): the arrays of :func:`parameter_arrays`."""
    network = OutlierNetwork(config).fit(images, labels)
    return parameter_arrays(images, Spectrum.of(images), network, autoencoder_weights)


def parameter_arrays(
    images: NDArray, spectrum: Spectrum, network: OutlierNetwork, autoencoder_weights: Weights
) -> dict[str, NDArray]:
    """What is stored of detectors fitted on images (n, 784), as :func:`detectors_from` reads it.

    ``pixel_mean`` (784,), ``eigenvalues`` (784,) and ``eigenvectors`` (784, 784), float32: the
    :class:`Spectrum`; ``classifier.0.weight`` … float16: the network of outliers; ``combined_location`` and
    ``combined_scale`` float64 (2,).
    """
    combined = Combined(AutoencoderError(weights=autoencoder_weights), network).standardise(images)
    return {
        "pixel_mean": spectrum.mean,
        "eigenvalues": spectrum.eigenvalues,
        "eigenvectors": spectrum.eigenvectors,
        **network.weights,
        "combined_location": combined.location,
        "combined_scale": combined.scale,
    }


def detectors_from(
    config: DetectorsConfig, arrays: Mapping[str, NDArray], autoencoder_weights: Weights
) -> dict[str, Detector]:
    """The fitted detectors by name, :data:`DETECTORS`, from stored arrays; their thresholds are not set."""
    spectrum = spectrum_from(arrays)
    autoencoder = AutoencoderError(config.autoencoder, autoencoder_weights)
    mahalanobis = Mahalanobis(config.eigenvalue_floor, spectrum)
    network = OutlierNetwork(config, arrays)
    location, scale = arrays["combined_location"], arrays["combined_scale"]
    return {
        "autoencoder": autoencoder,
        "autoencoder_normalised": Normalised(autoencoder),
        "pca": PCAError(config.components, spectrum),
        "mahalanobis": mahalanobis,
        "mahalanobis_normalised": Normalised(mahalanobis),
        "outlier_network": network,
        "combined": Combined(autoencoder, network, location, scale),
    }


def load_detectors(checkpoint: Checkpoint, autoencoder: Checkpoint) -> dict[str, Detector]:
    """The detectors of a checkpoint and of its autoencoder's, with the thresholds of the stored scores."""
    config = DetectorsConfig(**checkpoint.metadata["config"])
    detectors = detectors_from(config, checkpoint.arrays, autoencoder.arrays)
    for name, detector in detectors.items():
        detector.set_threshold(detector_scores(checkpoint, name).validation)
    return detectors


def spectrum_from(arrays: Mapping[str, NDArray]) -> Spectrum:
    """The pixels' spectrum from stored arrays."""
    return Spectrum(arrays["pixel_mean"], arrays["eigenvalues"], arrays["eigenvectors"])


def detector_scores(checkpoint: Checkpoint, name: str, components: int | None = None) -> ImageScores:
    """The stored scores of one detector; ``components`` chooses one of the tabulated numbers for "pca".

    Raises ``KeyError`` for an unknown detector, ``ValueError`` for a number that is not tabulated.
    """
    rows = {key: checkpoint.arrays[f"scores/{name}/{key}"] for key in IMAGE_SETS}
    if name == "pca":
        config = DetectorsConfig(**checkpoint.metadata["config"])
        row = config.component_counts.index(config.components if components is None else components)
        rows = {key: table[row] for key, table in rows.items()}
    return ImageScores(**{key: row.astype(np.float64) for key, row in rows.items()})


def split_as(
    autoencoder: Checkpoint, train: LabelledImages
) -> tuple[tuple[NDArray, NDArray], tuple[NDArray, NDArray]]:
    """Training and validation images of an autoencoder: each float32 (n, 784) in [0, 1] and digits (n,)."""
    held_out = np.zeros(len(train.images), dtype=bool)
    held_out[autoencoder.arrays["validation_index"]] = True
    pixels = flat_pixels(train.images)
    return (pixels[~held_out], train.labels[~held_out]), (pixels[held_out], train.labels[held_out])


def train_detectors(config: DetectorsConfig, autoencoder: Checkpoint, data: AutoencoderData) -> TrainedModel:
    """Fit every detector on the training images of ``autoencoder``'s split and score all images.

    Beside the arrays of :func:`fit_parameters`, per detector and set (validation, test, anomaly)
    ``scores/<detector>/<set>`` float32 (n,), for "pca" (component counts, n). The metrics are those of
    :func:`detector_metrics` by detector. The anomalies are scored and serve for nothing else.
    """
    (images, labels), _ = split_as(autoencoder, data.train)
    parameters = fit_parameters(config, images, labels, autoencoder.arrays)
    scores = score_all(config, parameters, autoencoder, data)
    stored = {f"scores/{name}/{key}": rows for name, sets in scores.items() for key, rows in sets.items()}
    return TrainedModel({**parameters, **stored}, _metrics_by_detector(config, scores), "cpu")


def score_all(
    config: DetectorsConfig, parameters: Mapping[str, NDArray], autoencoder: Checkpoint, data: AutoencoderData
) -> dict[str, dict[str, Float32Array]]:
    """Scores by detector and set, float32 (n,), for "pca" (component counts, n), computed anew."""
    detectors = detectors_from(config, parameters, autoencoder.arrays)
    score = {name: detector.decision_function for name, detector in detectors.items()}
    every_count = partial(pca_errors, spectrum_from(parameters), counts=config.component_counts)
    score["pca"] = partial(in_batches, every_count)
    sets = data.scored(autoencoder.arrays["validation_index"])
    return {name: score_sets(score_images, sets) for name, score_images in score.items()}


def evaluate_detectors(
    checkpoint: Checkpoint, autoencoder: Checkpoint, data: AutoencoderData
) -> dict[str, AnomalyMetrics]:
    """The metrics by detector, recomputed from stored parameters and the data."""
    config = DetectorsConfig(**checkpoint.metadata["config"])
    return _metrics_by_detector(config, score_all(config, checkpoint.arrays, autoencoder, data))


def _metrics_by_detector(
    config: DetectorsConfig, scores: Mapping[str, Mapping[str, NDArray]]
) -> dict[str, AnomalyMetrics]:
    row = config.component_counts.index(config.components)
    return {
        name: detector_metrics(**{key: rows[row] if name == "pca" else rows for key, rows in sets.items()})
        for name, sets in scores.items()
    }
