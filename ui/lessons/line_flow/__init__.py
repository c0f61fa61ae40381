"""The flow lesson (problem 2): learning, the journey from x to z, tests of z, and a flow set by hand."""

from dataclasses import dataclass

from ui.lessons.lesson import View
from ui.lessons.line_flow import by_hand, journey, learning, negative, normality
from ui.lessons.line_flow.material import Material, shipped


@dataclass(frozen=True)
class Request:
    """What determines the scene: the trained flow, the unit, and the view's own options."""

    material: Material
    unit: str = "nats"
    options: journey.Options = journey.Options()
    components: int = 2
    pair: str = next(iter(negative.PAIRS))


LEARNING, JOURNEY, NORMALITY, BY_HAND, NEGATIVE = (
    "learning",
    "x to z",
    "is z right?",
    "by hand",
    "negative weight",
)
VIEWS: dict[str, View[Request]] = {
    JOURNEY: View(lambda r: journey.scene(r.material, r.options, r.unit)),
    LEARNING: View(lambda r: learning.scene(r.material, r.unit)),
    NORMALITY: View(lambda r: normality.scene(r.material), lambda r: normality.tables(r.material, r.unit)),
    BY_HAND: View(lambda r: by_hand.scene(r.material, r.components, r.unit)),
    NEGATIVE: View(lambda r: negative.scene(r.pair)),
}
ONTO_NORMAL = (BY_HAND, NEGATIVE)  # whatever the base that is chosen
FIRST_SCENES = tuple(
    lambda view=view: view.scene(Request(shipped("two", "normal"))) for view in VIEWS.values()
)
