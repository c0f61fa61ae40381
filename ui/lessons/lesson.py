"""What all lessons share: a view as data, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ui.live.controls import Control
from ui.live.live import Tables, Values, live
from ui.live.published import Published
from ui.live.values import Reading
from ui.state import Drawing

Request = TypeVar("Request")


def _no_tables(_request: object) -> Tables:
    return {}


@dataclass(frozen=True)
class View(Generic[Request]):
    """One view of a lesson, made from the lesson's request.

    ``tables`` gives the cells that come beside the scene. ``controls`` are those of a scene that depends on
    their values; where it does not, the scene itself says them.
    """

    scene: Callable[[Request], Published]
    tables: Callable[[Request], Tables] = _no_tables
    controls: tuple[Control, ...] = ()


def show(
    view: View[Request],
    request: Callable[[Values], Request],
    name: str,
    *,
    key: str = "",
    readings: Mapping[Reading, float | None] | None = None,
    drawing: Drawing | None = None,
) -> Values:
    """Show a view for the request that belongs to the committed values; returns these values."""
    depends = bool(view.controls)
    return live(
        name,
        (lambda values: view.scene(request(values))) if depends else view.scene(request({})),
        view.controls if depends else None,
        key=key,
        readings=readings,
        drawing=drawing,
        tables=lambda values: view.tables(request(values)),
    )
