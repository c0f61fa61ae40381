"""The detectors that the homework's autoencoder is compared with, on the interface of :mod:`.base`.

They score in NumPy alone; fitting the network of outliers imports torch when it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.detectors.autoencoder import AutoencoderError, Weights, affine, linear_maps
from hw9core.anomaly.detectors.base import Detector, in_batches
from hw9core.anomaly.detectors.config import DetectorsConfig
from hw9core.arrays import Float32Array, FloatArray
from hw9core.images.mnist import PIXELS

# A blank image has ‖x‖ = 0. One white pixel is far below every digit (MNIST's smallest ‖x‖² is 13).
SMALLEST_SQUARED_NORM = 1.0


class Normalised(Detector):
    """Another detector's score divided by ‖x‖²: an error per unit of ink."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        self.detector.fit(images, labels)
        return self

    def score_batch(self, images: Float32Array) -> FloatArray:
        return self.detector.score_batch(images) / squared_norms(images)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Mean (784,) of images and the eigen-decomposition of their covariance (ddof 1), all float32.

    ``eigenvalues`` (784,) descend; column i of ``eigenvectors`` (784, 784) belongs to ``eigenvalues[i]``.
    """

    mean: Float32Array
    eigenvalues: Float32Array
    eigenvectors: Float32Array

    @classmethod
    def of(cls, images: NDArray) -> Spectrum:
        """The spectrum of at least two images (n, 784), computed in float64."""
        pixels = np.asarray(images, dtype=np.float64)
        mean = pixels.mean(axis=0)
        deviations = pixels - mean
        values, vectors = np.linalg.eigh(deviations.T @ deviations / (len(pixels) - 1))
        # Rounding can make the eigenvalue 0 of a pixel that never varies slightly negative.
        return cls(*(np.float32(a) for a in (mean, np.maximum(values[::-1], 0.0), vectors[:, ::-1])))

    def coordinates(self, images: NDArray) -> Float32Array:
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

    def reconstruct(self, images: NDArray) -> Float32Array:
        """Projections x̂ (n, 784) of images; unlike pixels they may leave [0, 1]."""
        axes = self.spectrum.eigenvectors[:, : self.components]
        return self.spectrum.mean + (images - self.spectrum.mean) @ axes @ axes.T

    def score_batch(self, images: Float32Array) -> FloatArray:
        return pca_errors(self.spectrum, images, [self.components])[0]


class Mahalanobis(Detector):
    """(x − μ)ᵀ Σ⁻¹ (x − μ), the eigenvalues of Σ bounded from below because many pixels never vary."""

    def __init__(self, eigenvalue_floor: float = 1e-3, spectrum: Spectrum | None = None) -> None:
        self.eigenvalue_floor = eigenvalue_floor
        self.spectrum = spectrum

    def fit(self, images: NDArray, labels: NDArray | None = None) -> Self:
        self.spectrum = Spectrum.of(images)
        return self

    def score_batch(self, images: Float32Array) -> FloatArray:
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

    def score_batch(self, images: Float32Array) -> Float32Array:
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
        parts = in_batches(self._parts, np.asarray(images, dtype=np.float32))
        self.location, self.scale = parts.mean(axis=1), parts.std(axis=1, ddof=1)
        return self

    def _parts(self, images: Float32Array) -> FloatArray:
        """The two scores before they are standardised, (2, n)."""
        # A perfect reconstruction, which no float32 network gives, would have the logarithm −inf.
        errors = np.maximum(self.autoencoder.score_batch(images), np.finfo(np.float32).tiny)
        logs = np.log(errors) - 0.5 * np.log(squared_norms(images))
        return np.stack([logs, self.network.score_batch(images)], dtype=np.float64)

    def score_batch(self, images: Float32Array) -> FloatArray:
        return ((self._parts(images).T - self.location) / self.scale).sum(axis=1)


def squared_norms(images: NDArray) -> FloatArray:
    """‖x‖² of images (n, 784), at least 1, float64 (n,)."""
    return np.maximum(np.square(images).sum(axis=1, dtype=np.float64), SMALLEST_SQUARED_NORM)


def pca_errors(spectrum: Spectrum, images: NDArray, counts: Sequence[int]) -> FloatArray:
    """PCA reconstruction errors of images (n, 784) for several numbers of components, (len(counts), n).

    The projection is done once. A small error is the sum of small squares, never a difference of large
    numbers, so float32 coordinates suffice.
    """
    squares = np.square(spectrum.coordinates(images))
    return np.stack([squares[:, count:].sum(axis=1, dtype=np.float64) for count in counts])
