"""Anomaly detectors on one interface, that of PyOD: ``fit``, ``decision_function``, ``threshold_``.

Images are (n, 784) in [0, 1]. ``decision_function`` gives one float64 score per image, higher = more
abnormal, in NumPy alone; fitting the two networks imports torch when it is called. No detector ever sees an
anomaly: it is fitted on training images, and its threshold comes from validation scores.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.anomaly.decisions.error_rates import mean_plus_k_sd
from hw9core.anomaly.detectors.autoencoder import Weights, affine, linear_maps, reconstruct, scores
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.images.mnist import PIXELS

# Bounds the memory of one pass to a few megabytes per layer.
BATCH = 1_000
# A blank image has ‖x‖ = 0. One white pixel is far below every digit (MNIST's smallest ‖x‖² is 13).
SMALLEST_SQUARED_NORM = 1.0


class Detector(ABC):
    """Scores images; after :meth:`set_threshold` it also judges them."""

    threshold_: float

    @abstractmethod
    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        """Learn from in-distribution images (n, 784); ``labels`` (n,), their digits, serve few detectors."""

    @abstractmethod
    def _scores(self, images: NDArray[np.float32]) -> NDArray:
        """Scores (n,) of one batch of images (n, 784)."""

    def decision_function(self, images: NDArray) -> NDArray[np.float64]:
        """Scores, float64 (n,), of images (n, 784) in [0, 1]; ``ValueError`` for another shape."""
        pixels = np.asarray(images, dtype=np.float32)
        if pixels.ndim != 2 or pixels.shape[1] != PIXELS:
            raise ValueError(f"Images must be of shape (n, 784), not {pixels.shape}.")
        result = np.empty(len(pixels))
        for start in range(0, len(pixels), BATCH):
            result[start : start + BATCH] = self._scores(pixels[start : start + BATCH])
        return result

    def set_threshold(self, validation_scores: ArrayLike) -> float:
        """Set ``threshold_`` to mean + 3 sd of the scores of images held out from fitting."""
        self.threshold_ = mean_plus_k_sd(validation_scores)
        return self.threshold_

    def predict(self, images: NDArray) -> NDArray[np.bool_]:
        """Whether each image is flagged as an anomaly: score > ``threshold_``, bool (n,)."""
        return self.decision_function(images) > self.threshold_


class AutoencoderError(Detector):
    """‖x − D(E(x))‖², the homework's score."""

    def __init__(self, config: AutoencoderConfig | None = None, weights: Weights | None = None) -> None:
        self.config = config or AutoencoderConfig()
        self.weights = weights

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        from hw9core.anomaly.detectors.detectors_torch import train_autoencoder_weights

        self.weights = train_autoencoder_weights(self.config, images)
        return self

    def _scores(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        return scores(images, reconstruct(self.weights, images))


class Normalised(Detector):
    """Another detector's score divided by ‖x‖²: an error per unit of ink."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        self.detector.fit(images, labels)
        return self

    def _scores(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.detector._scores(images) / squared_norms(images)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Mean (784,) of images and the eigen-decomposition of their covariance (ddof 1), all float32.

    ``eigenvalues`` (784,) descend; column i of ``eigenvectors`` (784, 784) belongs to ``eigenvalues[i]``.
    """

    mean: NDArray[np.float32]
    eigenvalues: NDArray[np.float32]
    eigenvectors: NDArray[np.float32]

    @classmethod
    def of(cls, images: NDArray) -> Spectrum:
        """The spectrum of at least two images (n, 784), computed in float64."""
        pixels = np.asarray(images, dtype=np.float64)
        mean = pixels.mean(axis=0)
        deviations = pixels - mean
        values, vectors = np.linalg.eigh(deviations.T @ deviations / (len(pixels) - 1))
        # Rounding can make the eigenvalue 0 of a pixel that never varies slightly negative.
        return cls(*(np.float32(a) for a in (mean, np.maximum(values[::-1], 0.0), vectors[:, ::-1])))

    def coordinates(self, images: NDArray) -> NDArray[np.float32]:
        """Coordinates (n, 784) of images along the eigenvectors, the mean as origin."""
        return (images - self.mean) @ self.eigenvectors


class PCAError(Detector):
    """‖x − x̂‖², x̂ the projection onto the mean and the first ``components`` principal components.

    That is the sum of the squared coordinates along the other eigenvectors, so one :class:`Spectrum` serves
    every number of components from 0 to 784.
    """

    def __init__(self, components: int = 128, spectrum: Spectrum | None = None) -> None:
        if not 0 <= components <= PIXELS:
            raise ValueError(f"The number of components must be from 0 to 784, not {components}.")
        self.components = components
        self.spectrum = spectrum

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        self.spectrum = Spectrum.of(images)
        return self

    def reconstruct(self, images: NDArray) -> NDArray[np.float32]:
        """Projections x̂ (n, 784) of images; unlike pixels they may leave [0, 1]."""
        axes = self.spectrum.eigenvectors[:, : self.components]
        return self.spectrum.mean + (images - self.spectrum.mean) @ axes @ axes.T

    def _scores(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        return pca_errors(self.spectrum, images, [self.components])[0]


class Mahalanobis(Detector):
    """(x − μ)ᵀ Σ⁻¹ (x − μ), the eigenvalues of Σ bounded from below because many pixels never vary."""

    def __init__(self, eigenvalue_floor: float = 1e-3, spectrum: Spectrum | None = None) -> None:
        self.eigenvalue_floor = eigenvalue_floor
        self.spectrum = spectrum

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        self.spectrum = Spectrum.of(images)
        return self

    def _scores(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        squares = np.square(self.spectrum.coordinates(images))
        return (squares / np.maximum(self.spectrum.eigenvalues, self.eigenvalue_floor)).sum(
            axis=1, dtype=np.float64
        )


class OutlierNetwork(Detector):
    """Log-odds, in nats, of a network that learned to tell digits from outliers made of digits.

    See :mod:`hw9core.anomaly.detectors.outliers`. ``weights`` are named ``classifier.0.weight`` and so on.
    """

    def __init__(self, config: DetectorsConfig | None = None, weights: Weights | None = None) -> None:
        self.config = config or DetectorsConfig()
        if weights is not None:
            self._use(weights)

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        from hw9core.anomaly.detectors.detectors_torch import train_outlier_network

        if labels is None:
            raise ValueError("The network of outliers needs the digits of its images, `labels`.")
        self._use(train_outlier_network(self.config, images, labels))
        return self

    def _use(self, weights: Weights) -> None:
        self.weights = weights
        # Products of float16 matrices are slow, and converting them takes longer than scoring an image.
        self._float32_layers = [tuple(map(np.float32, layer)) for layer in linear_maps(weights, "classifier")]

    def _scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        *hidden_layers, output_layer = self._float32_layers
        for weight, bias in hidden_layers:
            images = np.maximum(affine(images, weight, bias), 0.0)
        return affine(images, *output_layer)[:, 0]


class Combined(Detector):
    """The sum of log(‖x − D(E(x))‖² / ‖x‖) and the network's log-odds, each standardised.

    ``location`` and ``scale``, both float64 (2,), are mean and standard deviation of the two on the images
    this was fitted on. The network misses outliers unlike those it was shown, and the autoencoder's error
    does not depend on them; how the sum was chosen stands in :mod:`hw9core.anomaly.detectors.left_out`.
    """

    def __init__(
        self,
        autoencoder: AutoencoderError,
        network: OutlierNetwork,
        location: NDArray | None = None,
        scale: NDArray | None = None,
    ) -> None:
        self.autoencoder, self.network = autoencoder, network
        self.location, self.scale = location, scale

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        self.autoencoder.fit(images)
        self.network.fit(images, labels)
        return self.standardise(images)

    def standardise(self, images: NDArray) -> Self:
        """Fit ``location`` and ``scale`` alone, for two detectors that are fitted already."""
        batches = np.array_split(images, -(-len(images) // BATCH))
        parts = np.concatenate([self._parts(np.float32(batch)) for batch in batches])
        self.location, self.scale = parts.mean(axis=0), parts.std(axis=0, ddof=1)
        return self

    def _parts(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        # A perfect reconstruction, which no float32 network gives, would have the logarithm −inf.
        errors = np.maximum(self.autoencoder._scores(images), np.finfo(np.float32).tiny)
        logs = np.log(errors) - 0.5 * np.log(squared_norms(images))
        return np.stack([logs, self.network._scores(images).astype(np.float64)], axis=1)

    def _scores(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        return ((self._parts(images) - self.location) / self.scale).sum(axis=1)


def squared_norms(images: NDArray) -> NDArray[np.float64]:
    """‖x‖² of images (n, 784), at least 1, float64 (n,)."""
    return np.maximum(np.square(images).sum(axis=1, dtype=np.float64), SMALLEST_SQUARED_NORM)


def pca_errors(spectrum: Spectrum, images: NDArray, counts: Sequence[int]) -> NDArray[np.float64]:
    """PCA reconstruction errors of images (n, 784) for several numbers of components, (len(counts), n).

    The projection is done once. A small error is the sum of small squares, never a difference of large
    numbers, so float32 coordinates suffice.
    """
    squares = np.square(spectrum.coordinates(images))
    return np.stack([squares[:, count:].sum(axis=1, dtype=np.float64) for count in counts])
