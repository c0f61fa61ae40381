"""The threshold lesson (problem 1): one scene, made of a part that is always there and one closer view."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.store import checkpoints
from ui.lessons.anomaly import (
    base,
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
from ui.lessons.anomaly.material import (
    AUTOENCODER,
    Choice,
    homework_autoencoder,
    material,
    model_stamp,
    seeds,
    simple_images,
)
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field


@dataclass(frozen=True)
class Request:
    """What determines the scene: the kind of axes, the closer view, the detector, the view's own options."""

    scale: AxisScale = "log"
    view: str = "overview"
    choice: Choice = Choice()
    options: Hashable = None

    @property
    def on_likelihood(self) -> bool:
        """Whether the view is the one that explains what a likelihood does not say."""
        return self.view == "overview" and self.choice.detector == LIKELIHOOD


# A view's name is its label on the page and its word in the address.
_CLOSER: dict[str, Callable[[Request], Scene]] = {
    "overview": lambda r: _overview(r),
    "images": lambda r: evidence.scene(material(r.choice), _model_key(), tile_images.inputs_available()),
    "rules": lambda r: rules.scene(material(r.choice)),
    "curves": lambda r: curves.scene(material(r.choice), _scale(r), r.options),
    "classes": lambda r: by_class.scene(material(r.choice)),
    "uncertainty": lambda r: uncertainty.scene(material(r.choice), seeds()),
    "training": lambda r: replay.scene(homework_autoencoder()),
    "detectors": lambda r: comparison.scene(),
    "your image": lambda r: own.scene(),
}
VIEWS = tuple(_CLOSER)


def fields(request: Request) -> tuple[Field, ...]:
    """The page's state: τ, which starts at the detector's mean + 3 sd, and what the view adds to it."""
    detector = request.choice.detector
    parameter = "tau" if detector == AUTOENCODER else f"tau_{detector}"
    tau = Field("tau", material(request.choice).threshold, -1e9, 1e9, parameter)
    if request.view == "training":
        return (tau, *replay.fields(homework_autoencoder()))
    return (tau, likelihood.GREY) if request.on_likelihood else (tau,)


def scene(request: Request) -> Scene:
    """Histograms, τ and rates, and below them one of VIEWS. Raises CheckpointError."""
    return base.scene(material(request.choice), _scale(request)) + _CLOSER[request.view](request)


def payload(request: Request) -> Payload:
    """The packed scene, built once for all sessions. Raises CheckpointError."""
    return _payload(request, model_stamp(), request.view == "images" and tile_images.inputs_available())


@lru_cache(maxsize=48)
def _payload(request: Request, _models: tuple, _inputs: bool) -> Payload:
    return Payload.of(scene(request).payload())


def _overview(request: Request) -> Scene:
    shown, scale = material(request.choice), _scale(request)
    if request.on_likelihood:
        return likelihood.scene(shown, scale, simple_images())
    return overview.scene(shown, scale, homework_autoencoder())


def _scale(request: Request) -> AxisScale:
    return base.possible_scale(material(request.choice), request.scale)


def _model_key() -> str:
    return checkpoints.checkpoint_path(AutoencoderConfig()).stem
