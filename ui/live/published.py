"""Scenes as visitors get them: packed once for all who ask, with what a page must know to show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from ui.live.controls import Control
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.live.values import Reading
from ui.shared import SharedFunction, shared

P = ParamSpec("P")


@dataclass(frozen=True)
class Published:
    """A packed scene: its file, its state, and what comes beside it."""

    payload: Payload
    controls: tuple[Control, ...]
    tables: tuple[str, ...]
    readings: tuple[Reading, ...]

    @classmethod
    def of(cls, scene: Scene) -> Published:
        """Pack ``scene``; costs milliseconds, so keep the result (:func:`published`)."""
        return cls(Payload.of(scene.payload()), scene.controls, scene.tables, scene.readings())

    @property
    def nbytes(self) -> int:
        """Bytes of the file."""
        return len(self.payload.gzipped)


def published(entries: int = 32) -> Callable[[Callable[P, Scene]], SharedFunction[P, Published]]:
    """Make a function that describes a scene into one that packs it, once for all sessions.

    Its arguments must be hashable. ``__wrapped__`` is the function that describes.
    """

    def of(describe: Callable[P, Scene]) -> SharedFunction[P, Published]:
        def pack(*args: P.args, **kwargs: P.kwargs) -> Published:
            return Published.of(describe(*args, **kwargs))

        result = shared(entries=entries)(pack)
        result.__wrapped__ = describe
        result.__doc__ = describe.__doc__
        return result

    return of
