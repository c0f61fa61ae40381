"""Reads back what a page sent to the browser, from an AppTest run."""

import gzip
import json
from pathlib import Path

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
    content = gzip.decompress(payloads.get(address).gzipped)
    length = int.from_bytes(content[:8], "little")
    spec = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["scene"])
    return spec, load(content)
