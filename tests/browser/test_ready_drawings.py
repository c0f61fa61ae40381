"""What a canvas offers to who cannot draw on it."""

import numpy as np
import pytest

from hw9core.anomaly.detectors.autoencoder import load_autoencoder
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.images.uploads import to_mnist_form
from hw9core.store import checkpoints
from tests.browser.live import open_live, readout, settled
from tests.variants import seldom

GREY = """() => {
    const canvas = document.querySelector('[data-testid="canvas-own"]');
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
}"""


@pytest.mark.parametrize("name", seldom(["a zero", "a one", "a three", "a face"]))
def test_a_ready_drawing_is_scored_as_what_it_shows(page, app_url, name):
    open_live(page, f"{app_url}/threshold?view=your image", "threshold")
    settled(page, "threshold")
    page.get_by_role("button", name=name, exact=True).press("Enter")
    page.locator('[data-testid="readout-own"]:not([data-value="NaN"])').wait_for()
    grey = np.array(page.evaluate(GREY), np.uint8).reshape(112, 112)
    assert grey.max() == 255
    model = load_autoencoder(checkpoints.load(checkpoints.find(AutoencoderConfig())))
    expected = model.decision_function(to_mnist_form(grey, False)[np.newaxis])[0]
    assert readout(page, "own") == pytest.approx(expected, rel=1e-6)
    page.get_by_role("button", name="clear").press("Enter")
    page.locator('[data-testid="readout-own"][data-value="NaN"]').wait_for()
