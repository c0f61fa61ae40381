"""Reads back what a page sent to the browser, from an AppTest run."""

import base64
import gzip
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from ui.live.payloads import payloads

NAVIGATION = Path(__file__).parents[2] / "ui" / "navigation.py"


def open_page(name: str, **query: str) -> AppTest:
    app = AppTest.from_file(NAVIGATION, default_timeout=30).run()
    app.switch_page(f"../pages/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def component_data(app: AppTest) -> dict:
    """The JSON that the live component received."""
    proto = app.get("bidi_component")[0].proto
    return json.loads(proto.mixed.json or proto.json)


def scene(app: AppTest) -> tuple[dict, dict]:
    """The scene that the page published: its spec and its arrays."""
    return published(component_data(app)["scene"])


def published(url: str) -> tuple[dict, dict]:
    """The scene behind an address that a page sent to the browser."""
    address = url.rsplit("/", 1)[1]
    return read(gzip.decompress(payloads.get(address).gzipped))


def read(content: bytes) -> tuple[dict, dict]:
    """The spec and the arrays of a scene's file."""
    length = int.from_bytes(content[:8], "little")
    spec = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["scene"])
    return spec, load(content)


def decoded(values) -> np.ndarray:
    """The numbers of a Plotly trace, which writes arrays in base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]).astype(np.float64)
    return np.asarray(values, dtype=np.float64)
