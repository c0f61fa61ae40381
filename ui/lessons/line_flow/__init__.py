"""The flow lesson (problem 2): learning, the journey from x to z, tests of z, and a flow set by hand."""

from dataclasses import dataclass
from functools import lru_cache

from ui.lessons.line_flow import by_hand, journey, learning, negative, normality
from ui.lessons.line_flow.material import Material
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field

LEARNING, JOURNEY, NORMALITY, BY_HAND, NEGATIVE = VIEWS = (
    "learning",
    "x to z",
    "is z right?",
    "by hand",
    "negative weight",
)


@dataclass(frozen=True)
class Request:
    """What determines the scene: the trained flow, the view, the unit, and the view's own options."""

    material: Material
    view: str = LEARNING
    unit: str = "nats"
    options: journey.Options = journey.Options()
    components: int = 2
    pair: str = next(iter(negative.PAIRS))


def fields(request: Request) -> tuple[Field, ...]:
    """The controls of the view, with their defaults for this flow."""
    if request.view == LEARNING:
        return learning.fields(request.material)
    if request.view == JOURNEY:
        return journey.fields(request.material)
    if request.view == BY_HAND:
        return by_hand.fields(request.material, request.components)
    if request.view == NEGATIVE:
        return negative.fields(request.pair)
    return ()


def scene(request: Request) -> Scene:
    """The scene of the view."""
    if request.view == LEARNING:
        return learning.scene(request.material, request.unit)
    if request.view == JOURNEY:
        return journey.scene(request.material, request.options, request.unit)
    if request.view == BY_HAND:
        return by_hand.scene(request.material, request.components, request.unit)
    if request.view == NEGATIVE:
        return negative.scene(request.pair)
    return normality.scene(request.material)


@lru_cache(maxsize=48)
def payload(request: Request) -> Payload:
    """The packed scene, built once for all sessions."""
    return Payload.of(scene(request).payload())
