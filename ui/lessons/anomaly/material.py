"""What the threshold lesson knows of one detector: scores in image order and sorted, classes, thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.comparison import OFFERED
from hw9core.anomaly.decisions.error_rates import ErrorRates, ScoreSets, auroc, mean_plus_k_sd
from hw9core.anomaly.detectors.base import Detector
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.detectors.detectors import PCAError
from hw9core.anomaly.detectors.suite import DETECTORS, ImageScores, detector_scores, load_detectors
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD, FlowLikelihood, flow_scores, load_flow_detector
from hw9core.anomaly.likelihood.simple_images import (
    REPORT_FILE,
    SimpleImageReport,
    SimpleImages,
    read_report,
    score_simple_images,
)
from hw9core.errors import CheckpointError
from hw9core.images.mnist import PIXELS
from hw9core.store import checkpoints
from hw9core.store.stamps import Stamp, stamp
from ui.shared import shared

# As reported in the homework (problem 1); the counts follow from its rates on 10,000 images each.
HOMEWORK = ErrorRates(
    threshold=23.6706,
    type_1_error=0.009,
    type_2_error=0.0286,
    false_positives=90,
    true_negatives=9910,
    false_negatives=286,
    true_positives=9714,
)
AUTOENCODER = "autoencoder"
FLOW = ImageFlowConfig()
COMPONENTS, COMPONENT_COUNTS = DetectorsConfig().components, DetectorsConfig().component_counts
DIGITS = tuple("0123456789")
HIRAGANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")  # KMNIST's classes in order
SCORE_NAMES = {
    AUTOENCODER: f"score ‖x − x̂‖², summed over {PIXELS} pixels",
    "autoencoder_normalised": "score ‖x − x̂‖² / ‖x‖²",
    "pca": "score ‖x − x̂‖², x̂ from {components} principal components",
    "mahalanobis": "score (x − μ)ᵀ Σ⁻¹ (x − μ)",
    "mahalanobis_normalised": "score (x − μ)ᵀ Σ⁻¹ (x − μ) / ‖x‖²",
    "outlier_network": "score: log-odds of an outlier (nats)",
    "combined": "score: sum of two standardised scores",
    LIKELIHOOD: "score −log p(x) of the grey levels (nats)",
}


@dataclass(frozen=True)
class Choice:
    """A detector by name; PCA with its number of principal components, ``COMPONENTS`` if none is given."""

    detector: str = AUTOENCODER
    components: int | None = None

    def __post_init__(self) -> None:
        if self.detector == "pca" and self.components is None:
            object.__setattr__(self, "components", COMPONENTS)

    @property
    def key(self) -> str:
        """The name under which its threshold is kept: every number of components has one of its own."""
        usual = self.components in (None, COMPONENTS)
        return self.detector if usual else f"{self.detector}_{self.components}"

    @property
    def is_homeworks(self) -> bool:
        """Whether it is the detector whose numbers the homework reports, and whose training is recorded."""
        return self.detector == AUTOENCODER


@dataclass(frozen=True, eq=False)
class Material:
    """Scores of one detector on the three image sets, float64 in image order, and the class ids, uint8."""

    choice: Choice
    validation: NDArray[np.float64]
    test: NDArray[np.float64]
    anomaly: NDArray[np.float64]
    test_classes: NDArray[np.uint8]
    anomaly_classes: NDArray[np.uint8]

    @cached_property
    def scores(self) -> ScoreSets:
        return ScoreSets.from_scores(self.validation, self.test, self.anomaly)

    @cached_property
    def threshold(self) -> float:
        """The homework's rule on this detector's validation scores: mean + 3 sd."""
        return mean_plus_k_sd(self.validation)

    @cached_property
    def auroc(self) -> float:
        return auroc(self.test, self.anomaly)

    @property
    def score_name(self) -> str:
        return SCORE_NAMES[self.choice.detector].format(components=self.choice.components)

    @property
    def reference(self) -> ErrorRates | None:
        """What the homework reported, where its own detector is shown."""
        return HOMEWORK if self.choice.is_homeworks else None


def homework_autoencoder() -> checkpoints.Checkpoint:
    """The shipped checkpoint of the homework's recipe. Raises CheckpointError, as all of these do."""
    return _checkpoint(stamp(AutoencoderConfig()))


def seeds() -> checkpoints.Checkpoint:
    """The shipped runs that differ in nothing but their random start."""
    return _checkpoint(stamp(SeedsConfig()))


def detectors_checkpoint() -> checkpoints.Checkpoint:
    """The shipped detectors beside the homework's."""
    return _checkpoint(stamp(DetectorsConfig()))


def simple_images() -> SimpleImages:
    """What the flow says of images made without data. This is kept, the flow's weights are not."""
    return _simple_images(stamp(FLOW))


def offered() -> dict[str, str]:
    """Labels of the detectors that can be shown: without the flow, which has a checkpoint of its own, where
    that cannot be read."""
    try:
        _flow_scores(stamp(FLOW))
    except CheckpointError:
        return DETECTORS
    return OFFERED


def likelihood_lesson() -> SimpleImageReport | None:
    """What all detectors make of simple images, as it is kept for these very models; else None."""
    stamps = tuple(stamp(config) for config in (FLOW, DetectorsConfig(), AutoencoderConfig()))
    kept = stamps[0].path.with_name(REPORT_FILE)
    return _lesson(stamps, kept.stat().st_mtime_ns) if kept.is_file() else None


def detector(choice: Choice) -> Detector:
    """A fitted detector, to score an image that nobody has scored yet."""
    if choice.detector == LIKELIHOOD:
        return _flow_detector(stamp(FLOW))
    fitted = _detectors(detectors_checkpoint(), homework_autoencoder())[choice.detector]
    return PCAError(choice.components, fitted.spectrum) if choice.components else fitted


def material(choice: Choice = Choice()) -> Material:
    """The stored scores of a detector."""
    trained = homework_autoencoder()  # once: it may be replaced at any moment
    if choice.detector == LIKELIHOOD:
        return _material(choice, trained, _flow_scores(stamp(FLOW)))
    return _material(choice, trained, trained if choice.detector == AUTOENCODER else detectors_checkpoint())


@shared(entries=6)
def _checkpoint(of: Stamp) -> checkpoints.Checkpoint:
    return of.load()


# Scores alone: the weights in the file, 27 times as large, stay out of memory until an image is to be scored.
@shared(entries=1)
def _flow_scores(of: Stamp) -> ImageScores:
    return flow_scores(of.load())


@shared(entries=1)
def _simple_images(of: Stamp) -> SimpleImages:
    return score_simple_images(load_flow_detector(of.load()))


@shared(entries=1)
def _flow_detector(of: Stamp) -> FlowLikelihood:
    return load_flow_detector(of.load())


@shared(entries=1)
def _lesson(stamps: tuple[Stamp, ...], _changed: int) -> SimpleImageReport | None:
    paths = [stamp.path for stamp in stamps]
    return read_report(paths, paths[0].parent)


@shared(entries=16)
def _material(
    choice: Choice, trained: checkpoints.Checkpoint, source: checkpoints.Checkpoint | ImageScores
) -> Material:
    if isinstance(source, ImageScores):
        scores = source
    elif source is trained:
        names = ("validation", "test", "anomaly")
        scores = ImageScores(*(trained.arrays[f"scores/{name}"][-1].astype(np.float64) for name in names))
    else:
        scores = detector_scores(source, choice.detector, choice.components)
    labels = trained.arrays["labels/test"], trained.arrays["labels/anomaly"]
    return Material(choice, scores.validation, scores.test, scores.anomaly, *labels)


@shared(entries=1)
def _detectors(
    checkpoint: checkpoints.Checkpoint, autoencoder: checkpoints.Checkpoint
) -> Mapping[str, Detector]:
    return load_detectors(checkpoint, autoencoder)
