"""The threshold lesson (problem 1): one scene, made of a part that is always there and one closer view."""

from collections.abc import Hashable
from dataclasses import dataclass

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.store import checkpoints
from ui.lessons.anomaly import (
    by_class,
    comparison,
    curves,
    evidence,
    likelihood,
    overview,
    own,
    replay,
    rules,
    tile_images,
    uncertainty,
)
from ui.lessons.anomaly.material import Choice, Material, homework_autoencoder, material, seeds, simple_images
from ui.lessons.lesson import View
from ui.live.published import Published


@dataclass(frozen=True)
class Request:
    """What determines the scene: the kind of axes, the detector, the view's own options."""

    scale: AxisScale = "log"
    choice: Choice = Choice()
    options: Hashable = None

    @property
    def material(self) -> Material:
        """The detector's scores. Raises CheckpointError, as every view does."""
        return material(self.choice)


def _overview(r: Request) -> Published:
    if r.choice.detector == LIKELIHOOD:
        return likelihood.scene(r.material, r.scale, simple_images())
    return overview.scene(r.material, r.scale, homework_autoencoder())


def _images(r: Request) -> Published:
    model = checkpoints.checkpoint_path(AutoencoderConfig()).stem
    return evidence.scene(r.material, r.scale, model, tile_images.inputs_available())


# A view's name is its label on the page and its word in the address.
VIEWS: dict[str, View[Request]] = {
    "overview": View(_overview),
    "images": View(_images),
    "rules": View(lambda r: rules.scene(r.material, r.scale), lambda r: rules.tables(r.material, r.options)),
    "curves": View(
        lambda r: curves.scene(r.material, r.scale, r.options), lambda r: curves.tables(r.material)
    ),
    "classes": View(lambda r: by_class.scene(r.material, r.scale)),
    "uncertainty": View(lambda r: uncertainty.scene(r.material, r.scale, seeds())),
    "training": View(lambda r: replay.scene(r.material, r.scale, homework_autoencoder())),
    "detectors": View(
        lambda r: comparison.scene(r.material, r.scale, comparison.compared(r.material)),
        lambda r: comparison.tables(r.material),
    ),
    "your image": View(lambda r: own.scene(r.material, r.scale)),
}


def _first_scene(name: str) -> Published:
    options = curves.Options() if name == "curves" else None
    return VIEWS[name].scene(Request(options=options))


FIRST_SCENES = tuple(lambda name=name: _first_scene(name) for name in VIEWS)
