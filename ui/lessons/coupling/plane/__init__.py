"""A stack of coupling layers in the plane: its points layer by layer, and how it learned."""

from dataclasses import dataclass
from functools import lru_cache

from ui.lessons.coupling.plane import layers, learning
from ui.lessons.coupling.plane.material import Material
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field

LAYERS, LEARNING = VIEWS = ("layer by layer", "learning")
WRONG = "what can go wrong"  # a scene of its own, see ``wrong``


@dataclass(frozen=True)
class Request:
    """What determines the scene: the trained flow, the view and its options."""

    material: Material
    view: str = LAYERS
    options: layers.Options = layers.Options()


def fields(request: Request) -> tuple[Field, ...]:
    """The controls of the view, with their defaults for this flow."""
    if request.view == LEARNING:
        return learning.fields(request.material)
    return layers.fields(request.material, request.options)


def scene(request: Request) -> Scene:
    """The scene of the view."""
    if request.view == LEARNING:
        return learning.scene(request.material, request.options.close)
    return layers.scene(request.material, request.options)


@lru_cache(maxsize=48)
def payload(request: Request) -> Payload:
    """The packed scene, built once for all sessions."""
    return Payload.of(scene(request).payload())
