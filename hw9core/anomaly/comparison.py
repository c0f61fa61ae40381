"""The eight detectors that problem 1 offers, side by side: their names, their checkpoints, what each misses.

A detector's share of missed anomalies says little alone. So :class:`Comparison` keeps together what belongs
together: what is missed of KMNIST as it is and once its characters are scaled as MNIST's digits were, and PCA
at as many components as the autoencoder's code has numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hw9core.anomaly.decisions.metrics import missed_at_equal_type_1
from hw9core.anomaly.detectors.autoencoder import load_autoencoder
from hw9core.anomaly.detectors.base import Detector
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.suite import DETECTORS, ImageScores, detector_scores, load_detectors
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD, load_flow_detector
from hw9core.anomaly.likelihood.simple_images import SimpleImageReport, read_report
from hw9core.errors import ConfigError
from hw9core.store import checkpoints
from hw9core.store.checkpoints import Checkpoint

OFFERED = {**DETECTORS, LIKELIHOOD: "Likelihood of a coupling flow"}
"""Labels of the detectors by name. The last has a checkpoint of its own, the others share two."""
REPORTED = (ImageFlowConfig(), DetectorsConfig(), AutoencoderConfig())
"""The models that the kept report of simple images is made from."""


@dataclass(frozen=True)
class Comparison:
    """Shares of anomalies missed at the τ that flags 0.9 % of MNIST's test images, all in [0, 1].

    ``missed`` by detector, of KMNIST's test images as they are; ``missed_in_mnist_form`` by detector, once
    the characters are scaled and centred as MNIST's digits were, which also thins their ink; empty where no
    report of these models is kept. ``missed_by_pca`` by number of components: ``components`` of them in the
    detector that is offered, against the ``code_size`` numbers of the autoencoder's code.
    """

    missed: Mapping[str, float]
    missed_in_mnist_form: Mapping[str, float]
    missed_by_pca: Mapping[int, float]
    components: int
    code_size: int

    @property
    def missed_by_pca_at_code_size(self) -> float | None:
        """Of PCA with as many components as the autoencoder's code has numbers; None if not tabulated."""
        return self.missed_by_pca.get(self.code_size)


def compare(
    detectors: Checkpoint, flow: ImageScores | None = None, report: SimpleImageReport | None = None
) -> Comparison:
    """From stored scores, in 60 ms; ``flow`` are those of the likelihood, which None leaves out."""
    config = DetectorsConfig(**detectors.metadata["config"])
    scores = {name: detector_scores(detectors, name) for name in DETECTORS}
    if flow is not None:
        scores[LIKELIHOOD] = flow
    pca = {count: detector_scores(detectors, "pca", count) for count in config.component_counts}
    return Comparison(
        missed={name: missed_at_equal_type_1(s.test, s.anomaly) for name, s in scores.items()},
        missed_in_mnist_form={
            name: shares["kmnist_missed_in_mnist_form"] for name, shares in (report or {}).items()
        },
        missed_by_pca={count: missed_at_equal_type_1(s.test, s.anomaly) for count, s in pca.items()},
        components=config.components,
        code_size=config.autoencoder.code_size,
    )


def kept_report(checkpoint: Checkpoint) -> SimpleImageReport | None:
    """The report of simple images beside a checkpoint that it was made from; None for any other."""
    directory = checkpoint.path.parent
    paths = [checkpoints.checkpoint_path(config, directory) for config in REPORTED]
    return read_report(paths, directory) if checkpoint.path in paths else None


def load_detector(name: str, recipe: AutoencoderConfig, directory: Path) -> Detector:
    """One of ``OFFERED``, trained, with the threshold mean + 3 sd of its stored validation scores.

    ``recipe`` is the homework's autoencoder itself or the one that the other detectors stand beside. Raises
    ``CheckpointError`` when there is no such checkpoint in the folder, ``ConfigError`` for a recipe beside
    which no other detector is trained, ``KeyError`` for an unknown name.
    """
    if name == "autoencoder":
        return load_autoencoder(checkpoints.require(recipe, directory))
    config = (
        ImageFlowConfig(seed=recipe.seed)
        if name == LIKELIHOOD
        else DetectorsConfig(seed=recipe.seed, validation_size=recipe.validation_size)
    )
    if config.autoencoder != recipe:
        raise ConfigError(f"Beside such an autoencoder {name} is not trained: leave its own options out.")
    if name == LIKELIHOOD:
        return load_flow_detector(checkpoints.require(config, directory))
    fitted = load_detectors(checkpoints.require(config, directory), checkpoints.require(recipe, directory))
    return fitted[name]
