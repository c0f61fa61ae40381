"""A stack of coupling layers in the plane: its points layer by layer, and how it learned."""

from dataclasses import dataclass

from ui.lessons.coupling.plane import layers, learning
from ui.lessons.coupling.plane.material import Material
from ui.lessons.lesson import View


@dataclass(frozen=True)
class Request:
    """What determines the scene: the trained flow and the view's options."""

    material: Material
    options: layers.Options = layers.Options()


LAYERS, LEARNING = "layer by layer", "learning"
WRONG = "what can go wrong"  # a lesson of its own, see ``wrong``
VIEWS: dict[str, View[Request]] = {
    LAYERS: View(lambda r: layers.scene(r.material, r.options)),
    LEARNING: View(lambda r: learning.scene(r.material, r.options.close)),
}
