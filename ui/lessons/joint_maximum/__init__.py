"""The joint maximisation lesson (problem 6): landscape, surface, paths, and the gap that breaks it."""

from dataclasses import dataclass
from functools import lru_cache

from ui.lessons.joint_maximum import gap, landscape, paths, surface
from ui.lessons.joint_maximum.material import Material
from ui.lessons.joint_maximum.names import START
from ui.live.blocks import TableRow
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field

LANDSCAPE, SURFACE, PATHS, BREAK = VIEWS = ("landscape", "surface", "paths", "break it")


@dataclass(frozen=True)
class Request:
    """What determines the scene: the problem, the view, and the view's own options."""

    material: Material
    view: str = LANDSCAPE
    start: tuple[float, float] = START
    method: str = "coordinate"
    kind: str = gap.SLOPED


def fields(view: str, kind: str) -> tuple[Field, ...]:
    """The controls of the view."""
    if view == BREAK:
        return gap.fields(kind)
    return {LANDSCAPE: landscape.FIELDS, SURFACE: (), PATHS: paths.FIELDS}[view]


def scene(request: Request) -> Scene:
    """The scene of the view."""
    if request.view == PATHS:
        return paths.scene(request.material, request.start, request.method)
    if request.view == BREAK:
        return gap.scene(request.material, request.kind)
    return (surface if request.view == SURFACE else landscape).scene(request.material)


@lru_cache(maxsize=64)
def payload(request: Request) -> Payload:
    """The packed scene, built once for all sessions."""
    return Payload.of(scene(request).payload())


def tables(request: Request) -> dict[str, tuple[TableRow, ...]]:
    """The cells of the view's tables."""
    if request.view == PATHS:
        return paths.tables(request.material, request.start, request.method)
    return landscape.tables(request.material) if request.view == LANDSCAPE else {}
