"""The joint maximisation lesson (problem 6): landscape, surface, paths, and the gap that breaks it."""

from dataclasses import dataclass

from ui.lessons.joint_maximum import gap, landscape, paths, surface
from ui.lessons.joint_maximum.material import Material, shipped
from ui.lessons.joint_maximum.names import START
from ui.lessons.lesson import View


@dataclass(frozen=True)
class Request:
    """What determines the scene: the problem, the committed point, and the view's own options."""

    material: Material
    start: tuple[float, float] = START
    method: str = "coordinate"
    kind: str = gap.SLOPED


LANDSCAPE, SURFACE, PATHS, BREAK = "landscape", "surface", "paths", "break it"
VIEWS: dict[str, View[Request]] = {
    LANDSCAPE: View(lambda r: landscape.scene(r.material), lambda r: landscape.tables(r.material)),
    SURFACE: View(lambda r: surface.scene(r.material)),
    PATHS: View(
        lambda r: paths.scene(r.material, r.start, r.method),
        lambda r: paths.tables(r.material, r.start, r.method),
        paths.CONTROLS,
    ),
    BREAK: View(lambda r: gap.scene(r.material, r.kind)),
}

_REQUEST = Request(shipped("quadratic"))
FIRST_SCENES = tuple(lambda view=view: view.scene(_REQUEST) for view in VIEWS.values())
