"""What a server must have before visitors are sent to it: models, and the first views built."""

import importlib
import logging
from threading import Event

from hw9core.commands.diagnosis import SHIPPED
from hw9core.errors import Hw9Error
from hw9core.store import checkpoints
from ui.lessons import anomaly, gaussians
from ui.lessons.coupling import one_layer
from ui.live import assets

_built = Event()


def build_first_views() -> None:
    """Compress Plotly.js and build the first scenes, each once."""
    # Streamlit imports pandas in the first visitor's thread; Plotly in a second one would meet half a module.
    importlib.import_module("pandas")
    assets.gzipped(assets.PLOTLY)
    one_layer.payload(one_layer.Request())
    gaussians.stage_payload({field.name: field.default for field in gaussians.fields()}, "nats")
    try:
        anomaly.payload(anomaly.Request())
    except Hw9Error as error:
        logging.getLogger(__name__).warning("%s", error)  # the lesson's page says the same to its visitors
    _built.set()


def first_views_built() -> bool:
    """Whether the first visitors find their views made."""
    return _built.is_set()


def missing_models() -> list[str]:
    """The names of the shipped checkpoints that are not there."""
    return [checkpoints.checkpoint_path(config).name for config in SHIPPED if not checkpoints.find(config)]
