"""A visitor's own image on the threshold page: which of drawing and file is scored, by which detector."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from hw9core.anomaly.detectors.autoencoder import reconstruct
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.images import uploads
from hw9core.images.tiles import ERROR_SCALE, tile_png
from hw9core.store import checkpoints
from tests.pages.scene import component_data, open_page, scene
from ui.lessons.anomaly import tile_images
from ui.lessons.anomaly.material import Choice, detector

STROKE = np.zeros((112, 112), np.uint8)
STROKE[20:90, 50:60] = 255
BAR = np.zeros((40, 40), np.uint8)
BAR[15:25, 5:35] = 200


def draw(app, pixels: np.ndarray | None, serial: int, key: str = "threshold-autoencoder") -> None:
    """What the browser sends after a stroke, or, for None, after a press on "clear"."""
    encoded = None if pixels is None else base64.b64encode(pixels.tobytes()).decode()
    app.session_state[key] = {"drawing": {"pixels": encoded, "serial": serial}}
    app.run()


def upload(app, pixels: np.ndarray, name: str = "bar.png") -> None:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    app.file_uploader[0].set_value((name, content.getvalue(), "image/png")).run()


def own(app) -> float | None:
    return component_data(app)["readings"]["own"]


def scored(pixels: np.ndarray) -> float:
    """The homework's score, from the stored weights."""
    image = uploads.to_mnist_form(pixels, invert=False)[np.newaxis]
    arrays = checkpoints.require(AutoencoderConfig()).arrays
    return float(np.sum((image - reconstruct(arrays, image)).astype(np.float64) ** 2))


def test_a_drawing_is_scored_as_the_model_scores_it():
    app = open_page("anomaly", view="your image")
    assert own(app) is None
    draw(app, STROKE, 1)
    assert own(app) == pytest.approx(scored(STROKE), rel=1e-5)


def test_the_words_say_what_the_error_map_shows(monkeypatch):
    monkeypatch.setattr(tile_images, "inputs_available", lambda: True)
    spec, _ = scene(open_page("anomaly", view="images"))
    caption = "".join(block["caption"] for block in spec["blocks"] if block["kind"] == "gallery")
    app = open_page("anomaly", view="your image")
    draw(app, STROKE, 1)
    assert "|x − x̂|" in caption and "squared" not in caption
    (said,) = (caption.value for caption in app.caption if "|x − x̂|" in caption.value)
    assert "squared" not in said
    # The picture itself: the colour at |x − x̂| = 0.5, where the squared error is 0.25.
    png = tile_png(np.full(784, 0.75, np.float32), np.full(784, 0.25, np.float32))
    colour = np.asarray(Image.open(io.BytesIO(png)))[14, -1, :3]
    stops = np.array([list(bytes.fromhex(stop[1:])) for stop in ERROR_SCALE])
    at = [np.interp(0.5, np.linspace(0, 1, len(stops)), channel) for channel in stops.T]
    assert colour == pytest.approx(at, abs=2)


def test_a_drawing_outlives_a_change_of_detector():
    app = open_page("anomaly", view="your image")
    draw(app, STROKE, 1)
    app.selectbox(key="detector").set_value(DETECTORS["pca"]).run()
    image = uploads.to_mnist_form(STROKE, invert=False)[np.newaxis]
    assert own(app) == pytest.approx(detector(Choice("pca")).decision_function(image)[0], rel=1e-9)
    # The canvas is a new one: it is told what to show, and with which serial number to go on.
    told = component_data(app)["drawing"]
    assert base64.b64decode(told["pixels"]) == STROKE.tobytes() and told["serial"] == 1
    draw(app, None, 2, "threshold-pca")
    assert own(app) is None
    app.selectbox(key="detector").set_value(DETECTORS["autoencoder"]).run()
    assert own(app) is None and component_data(app)["drawing"]["pixels"] is None


def test_an_older_drawing_of_another_canvas_does_not_return():
    app = open_page("anomaly", view="your image")
    draw(app, STROKE, 1)
    app.selectbox(key="detector").set_value(DETECTORS["pca"]).run()
    turned = np.ascontiguousarray(STROKE.T)
    draw(app, turned, 2, "threshold-pca")
    app.selectbox(key="detector").set_value(DETECTORS["autoencoder"]).run()
    draw(app, STROKE, 1)  # a browser sends its last state along with every rerun
    assert own(app) == pytest.approx(scored(turned), rel=1e-5)


def test_what_came_last_is_scored_and_named():
    app = open_page("anomaly", view="your image")
    draw(app, STROKE, 1)
    upload(app, BAR)
    assert own(app) == pytest.approx(scored(BAR), rel=1e-5)
    assert any("` bar.png `" in caption.value for caption in app.caption)
    draw(app, np.ascontiguousarray(STROKE.T), 2)
    assert own(app) == pytest.approx(scored(np.ascontiguousarray(STROKE.T)), rel=1e-5)
    assert any("your drawing" in caption.value for caption in app.caption)
    draw(app, None, 3)
    assert own(app) == pytest.approx(scored(BAR), rel=1e-5)
    app.file_uploader[0].set_value(None).run()
    assert own(app) is None


def test_an_empty_or_broken_drawing_is_one_sentence():
    app = open_page("anomaly", view="your image")
    draw(app, np.zeros((112, 112), np.uint8), 1)
    (warning,) = app.warning
    assert warning.value.startswith("Nothing is drawn")
    app.session_state["threshold-autoencoder"] = {"drawing": {"pixels": "no base64!", "serial": 2}}
    app.run()
    (warning,) = app.warning
    assert warning.value.startswith("The drawing did not arrive whole")
    assert own(app) is None


@pytest.mark.parametrize("sent", ["x", 3, {"serial": 9}, {"pixels": "AAAA"}, {"pixels": 5, "serial": "1"}])
def test_whatever_a_browser_sends_as_a_drawing_the_page_stands(sent):
    app = open_page("anomaly", view="your image")
    app.session_state["threshold-autoencoder"] = {"drawing": sent}
    app.run()
    assert not app.exception and not app.error and own(app) is None
