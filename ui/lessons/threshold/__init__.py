"""The threshold lesson (problem 1): one scene, made of a part that is always there and one closer view."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path

from hw9core.figures.threshold import AxisScale
from ui import tile_images
from ui.lessons.threshold import base, by_class, curves, evidence, overview, own, replay, rules, uncertainty
from ui.lessons.threshold.material import HOMEWORK, homework_autoencoder, material, newest, seeds
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field

# A view's name is its label on the page and its word in the address.
VIEWS = (
    "overview",
    "images",
    "rules",
    "curves",
    "classes",
    "uncertainty",
    "training",
    "your image",
)
_CLOSER: dict[str, Callable[[AxisScale, Hashable], Scene]] = {
    "overview": lambda scale, _: overview.scene(material(), scale, HOMEWORK, homework_autoencoder()),
    "images": lambda _, inputs: evidence.scene(material(), newest()[0].stem, bool(inputs)),
    "rules": lambda *_: rules.scene(material()),
    "curves": lambda scale, chosen: curves.scene(material(), scale, chosen),
    "classes": lambda *_: by_class.scene(material()),
    "uncertainty": lambda *_: uncertainty.scene(material(), seeds()),
    "training": lambda *_: replay.scene(homework_autoencoder()),
    "your image": lambda *_: own.scene(),
}


def fields(view: str) -> tuple[Field, ...]:
    """The page's state: τ, which starts at this checkpoint's mean + 3 sd, and what the view adds to it."""
    tau = Field("tau", material().threshold, -1e6, 1e6)
    return (tau, *replay.fields(homework_autoencoder())) if view == "training" else (tau,)


def scene(scale: AxisScale, view: str = "overview", options: Hashable = None) -> Scene:
    """Histograms, τ and rates, and below them one of VIEWS. Raises CheckpointError."""
    return base.scene(material(), scale, HOMEWORK) + _CLOSER[view](scale, options)


def payload(scale: AxisScale, view: str = "overview", options: Hashable = None) -> Payload:
    """The packed scene, built once for all sessions. Raises CheckpointError."""
    if view == "images":
        options = tile_images.inputs_available()
    return _payload(scale, view, options, *newest())


@lru_cache(maxsize=32)
def _payload(scale: AxisScale, view: str, options: Hashable, _path: Path, _changed: int) -> Payload:
    return Payload.of(scene(scale, view, options).payload())
