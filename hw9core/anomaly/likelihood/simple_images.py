"""Why a high likelihood is no proof of normality: problem 1's detectors on images made to be simple.

Nalisnick et al. (2019) and Serrà et al. (2020): a flow may find images likely that it was never trained on,
because it rewards simplicity. What needs no data set is computed from the flow's weights alone. What needs
the data is kept in ``likelihood-lesson.json`` beside the checkpoints that it was made from, named with their
SHA-256, so that a page can show it without data and never beside another model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.decisions.threshold_rules import threshold_for_type_1
from hw9core.anomaly.detectors.base import Detector
from hw9core.anomaly.likelihood.detector import FlowLikelihood
from hw9core.anomaly.likelihood.image_flow import SMALLEST_SCALE
from hw9core.arrays import Levels
from hw9core.errors import CheckpointError
from hw9core.images.mnist import (
    IMAGE_SHAPE,
    LEVELS,
    PIXELS,
    WHITE,
    AutoencoderData,
    flat_levels,
    flat_pixels,
    grey_levels,
)
from hw9core.images.uploads import INK_BOX, to_mnist_form
from hw9core.store.files import write_atomically

REPORT_FILE = "likelihood-lesson.json"
FADED = 0.4
"""Contrast of the faded digits: every grey level times this, rounded."""
FRAME = (IMAGE_SHAPE[0] - INK_BOX) // 2
"""Pixels on each side that are left of the field when MNIST scales a digit into its box."""


class SimpleImageShares(TypedDict):
    """What :func:`measure` finds of one detector, as shares of images in [0, 1], and one verdict.

    ``blank_flagged``: whether a blank image is called an anomaly, and ``digits_above_blank``, the share of
    test digits with a higher score. ``faded_flagged``: the share flagged of test digits at 40 % contrast, and
    ``faded_below_original`` of those with a lower score than at full contrast. ``kmnist_missed``: β, and what
    becomes of it when ink is taken away ``…_without_never_varying`` pixels and ``…_without_frame``, or the
    characters are brought ``…_in_mnist_form``, which both moves their ink and thins it to about a half.
    """

    blank_flagged: bool
    digits_above_blank: float
    faded_flagged: float
    faded_below_original: float
    kmnist_missed: float
    kmnist_missed_without_never_varying: float
    kmnist_missed_without_frame: float
    kmnist_missed_in_mnist_form: float


SimpleImageReport = dict[str, SimpleImageShares]
"""What :func:`measure` finds, by detector."""


@dataclass(frozen=True, eq=False)
class SimpleImages:
    """What a flow says of images made without data; scores are −log p in nats.

    ``grey_scores`` float64 (256,): images of one grey level, 0 (blank) to 255. ``mode_levels`` uint8 (784,)
    and ``mode_score``: the image at z = 0, the mode of the base. It need not be a mode of p, for log p has
    the log-determinant too. ``never_varying``: how many pixels :func:`never_varying` has.
    """

    grey_scores: NDArray[np.float64]
    mode_levels: Levels
    mode_score: float
    never_varying: int


def score_simple_images(detector: FlowLikelihood) -> SimpleImages:
    """Score them, in about 0.2 s."""
    greys = np.arange(LEVELS)[:, np.newaxis] / WHITE * np.ones(PIXELS)
    flow = detector.flow
    mode, _ = flow.transform.inverse_and_ladj(np.zeros(PIXELS))
    return SimpleImages(
        grey_scores=detector.decision_function(greys),
        mode_levels=np.clip(np.floor(mode), 0, WHITE).astype(np.uint8),
        mode_score=-float(flow.log_prob(mode)),
        never_varying=int(never_varying(detector.arrays["logit_scale"]).sum()),
    )


def faded(levels: Levels) -> Levels:
    """The same images at 40 % of their contrast."""
    return np.rint(FADED * levels).astype(np.uint8)


def never_varying(logit_scale: NDArray) -> NDArray[np.bool_]:
    """The pixels, bool (784,), whose spread over the training images is at the floor of the flow."""
    # The floor is stored as float32, in which it is not the float64 of the same name.
    return np.asarray(logit_scale) <= np.float32(SMALLEST_SCALE)


def frame() -> NDArray[np.bool_]:
    """The pixels, bool (784,), outside the central box of 20 × 20 that MNIST scales its digits to."""
    outside = np.ones(IMAGE_SHAPE, dtype=bool)
    outside[FRAME:-FRAME, FRAME:-FRAME] = False
    return outside.ravel()


def in_mnist_form(levels: Levels) -> Levels:
    """Images brought into MNIST's form: scaled into its box and centred by their mass."""
    forms = [to_mnist_form(image.reshape(IMAGE_SHAPE), invert=False) for image in levels]
    return grey_levels(np.stack(forms))


def measure(
    detectors: Mapping[str, Detector], logit_scale: NDArray, data: AutoencoderData, limit: int | None = None
) -> SimpleImageReport:
    """What each fitted detector says of simple images, and of KMNIST less what gives it away.

    Thresholds are those of the detectors, but for KMNIST: α = 0.9 % of the test images, where detectors
    compare. ``limit``: the first so many of each 10,000 images only.
    """
    test = flat_levels(data.test.images)[:limit]
    anomaly = flat_levels(data.anomaly.images)[:limit]
    simple = faded(test)
    versions = {
        "kmnist_missed": anomaly,
        "kmnist_missed_without_never_varying": np.where(never_varying(logit_scale), 0, anomaly),
        "kmnist_missed_without_frame": np.where(frame(), 0, anomaly),
        "kmnist_missed_in_mnist_form": in_mnist_form(anomaly),
    }
    return {name: _row(detector, test, simple, versions) for name, detector in detectors.items()}


def _row(
    detector: Detector, test: Levels, simple: Levels, versions: Mapping[str, Levels]
) -> SimpleImageShares:
    score = _scorer(detector)
    of_test, of_simple, of_blank = score(test), score(simple), score(np.zeros((1, PIXELS), np.uint8))[0]
    threshold = threshold_for_type_1(of_test, COMPARISON_TYPE_1_ERROR)
    return {
        "blank_flagged": bool(of_blank > detector.threshold_),
        "digits_above_blank": float(np.mean(of_test > of_blank)),
        "faded_flagged": float(np.mean(of_simple > detector.threshold_)),
        "faded_below_original": float(np.mean(of_simple < of_test)),
        **{name: float(np.mean(score(levels) <= threshold)) for name, levels in versions.items()},
    }


def _scorer(detector: Detector) -> Callable[[Levels], NDArray[np.float64]]:
    return lambda levels: detector.decision_function(flat_pixels(levels))


def write_report(report: SimpleImageReport, models: Iterable[Path], directory: Path) -> Path:
    """Keep a report with the digests of the checkpoint files that made it; returns its path.

    Raises ``CheckpointError`` when the folder cannot be written.
    """
    path = directory / REPORT_FILE
    content = {"made_from": digests(models), "detectors": report}
    try:
        write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())
    except OSError as error:
        raise CheckpointError(f"{path} cannot be written ({error.strerror or error}).") from error
    return path


def read_report(models: Iterable[Path], directory: Path) -> SimpleImageReport | None:
    """The report kept in a folder; None when there is none that these checkpoint files made."""
    try:
        content = json.loads((directory / REPORT_FILE).read_text(encoding="utf-8"))
        report, made_from = content["detectors"], content["made_from"]
        whole = all(shares.keys() == SimpleImageShares.__annotations__.keys() for shares in report.values())
        return report if whole and made_from == digests(models) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def digests(models: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files, hexadecimal, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in models}
