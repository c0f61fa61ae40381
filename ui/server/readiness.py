"""What a server must have before visitors are sent to it: models, and the first views built."""

import importlib
import logging
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

from hw9core.commands.doctor import SHIPPED
from hw9core.errors import Hw9Error
from hw9core.store import checkpoints
from ui.catalogue import LESSONS
from ui.encodings import BROTLI, GZIP
from ui.home import tiles
from ui.live import assets
from ui.warming import warm

_built = Event()


def build_first_views() -> None:
    """Compress Plotly.js and build the first lesson's first scene; the others follow in the background."""
    # Streamlit imports pandas in the first visitor's thread; Plotly in a second one would meet half a module.
    importlib.import_module("pandas")
    assets.encoded(assets.PLOTLY, GZIP)
    scenes = _scenes()
    try:
        next(scenes)()
    except Hw9Error as error:
        logging.getLogger(__name__).warning("%s", error)  # the lesson's page says the same to its visitors
    warm([tiles.packed, partial(assets.encoded, assets.PLOTLY, BROTLI), *scenes, _built.set])


def first_views_built() -> bool:
    """Whether the first visitors find their views made."""
    return _built.is_set()


def missing_models() -> list[str]:
    """The names of the shipped checkpoints that are not there."""
    return [checkpoints.checkpoint_path(config).name for config in SHIPPED if not checkpoints.find(config)]


def _scenes() -> Iterator[Callable[[], object]]:
    """What every lesson shows first, the first view of each lesson before any second one."""
    waiting = [iter(lesson.package().FIRST_SCENES) for lesson in LESSONS]
    while waiting:
        for scenes in list(waiting):
            scene = next(scenes, None)
            if scene is None:
                waiting.remove(scenes)
            else:
                yield scene
