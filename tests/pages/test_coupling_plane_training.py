"""The panel that trains a flow in the plane, without a browser and without training."""

import numpy as np
import pytest

from hw9core.coupling.own_points import PlanePoints
from tests.pages.scene import open_page
from ui.lessons.coupling.plane import training

PART = {"part": "Two dimensions"}


def test_training_is_off_in_read_only_mode(monkeypatch):
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    app = open_page("coupling", **PART)
    assert "read-only" in app.info[0].value
    assert not any(button.label == "Train" for button in app.button)


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("Layers", 0, "layers must be"),
        ("Learning rate", -1.0, "learning_rate must be"),
        ("Epochs", 0, "epochs must be"),
        ("Hidden units", 500, "here 50,000 is the most"),
    ],
)
def test_wrong_settings_get_one_sentence(label, value, reason):
    app = open_page("coupling", **PART)
    next(box for box in app.number_input if box.label == label).set_value(value)
    next(button for button in app.button if button.label == "Train").click()
    app.run()
    assert reason in app.warning[0].value and not app.exception


def test_the_origin_tells_of_a_sample_and_that_points_are_standardised():
    points = np.zeros((20_000, 2))
    assert training.origin_of(PlanePoints(points, 20_000)) == "your 20,000 points, standardised"
    sampled = "20,000 of 1,000,000 points, chosen at random, standardised"
    assert training.origin_of(PlanePoints(points, 1_000_000)) == sampled
