"""The panel that trains a flow in the plane, without a browser and without training."""

from dataclasses import replace

import numpy as np
import pytest

from hw9core.coupling.config import FEW_LAYERS
from hw9core.coupling.own_points import PlanePoints
from tests.pages.scene import component_data, open_page, scene
from ui.lessons.coupling.plane import training
from ui.lessons.coupling.plane.material import of_config, shipped
from ui.lessons.coupling.plane.square import centre

PART = {"part": "Two dimensions"}


def trained(monkeypatch, own) -> None:
    """From now on the visitor has trained this flow."""
    monkeypatch.setattr(training, "trained", lambda: own)
    monkeypatch.setattr(training, "summary", lambda: "trained on two moons")


def values_of(app) -> dict[str, float]:
    assert not app.warning and not app.exception
    return component_data(app)["values"]


def layers_of(app) -> float:
    """How many layers the flow on the stage has: where its slider ends."""
    (layer,) = [control for control in scene(app)[0]["controls"] if control["name"] == "layer"]
    return layer["maximum"]


def test_a_flow_of_fewer_layers_begins_anew_and_blames_nobody(monkeypatch):
    """The address still says what the program wrote there for another flow."""
    app = open_page("coupling", **PART, layer="6")
    assert values_of(app)["layer"] == 6
    four, two = (of_config(config) for config in FEW_LAYERS[::-1])
    trained(monkeypatch, four)
    assert values_of(app.run())["layer"] == 0 == float(app.query_params["layer"])
    trained(monkeypatch, two)
    assert values_of(app.run())["layer"] == 0 == float(app.query_params["layer"])


def test_a_link_of_too_many_layers_is_named(monkeypatch):
    trained(monkeypatch, of_config(FEW_LAYERS[1]))
    app = open_page("coupling", **PART, layer="6")
    assert "layer in the address must be a number from 0 to 4, not ` 6 `" in app.warning[0].value


def test_back_from_own_points_farther_out_the_cell_is_where_it_was(monkeypatch):
    known = shipped("moons")
    trained(monkeypatch, replace(known, data=None, train=2 * known.train, test=2 * known.test))
    app = open_page("coupling", **PART, cell_x="5")
    assert values_of(app)["cell_x"] == 5
    app.session_state["plane_model"] = "shipped"
    default, _ = (slider.default for slider in centre(known))
    assert values_of(app.run())["cell_x"] == default


def test_the_address_says_which_model_is_shown(monkeypatch):
    two = of_config(FEW_LAYERS[1])
    trained(monkeypatch, two)
    app = open_page("coupling", **PART)
    assert app.query_params["plane_model"] == "mine" and layers_of(app) == two.depth
    app = open_page("coupling", **PART, plane_model="mine")
    assert app.query_params["plane_model"] == "mine" and layers_of(app) == two.depth
    app = open_page("coupling", **PART, plane_model="shipped")
    assert app.query_params["plane_model"] == "shipped"
    assert layers_of(app) == shipped("moons").depth != two.depth


@pytest.mark.parametrize(
    ("page", "rest", "key"), [("coupling", PART, "plane_model"), ("line_flow", {}, "model")]
)
def test_a_link_to_anothers_model_shows_the_shipped_one_and_says_so(page, rest, key):
    app = open_page(page, **rest, **{key: "mine"})
    (said,) = [info.value for info in app.info if "you have none here" in info.value]
    assert "showing the shipped one" in said
    alone = open_page(page, **rest, **{key: "shipped"})
    assert component_data(app)["scene"] == component_data(alone)["scene"]
    assert not [info for info in alone.info if "you have none here" in info.value]


def test_training_is_off_in_read_only_mode(monkeypatch):
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    app = open_page("coupling", **PART)
    assert "read-only" in app.info[0].value
    assert not any(button.label == "Train" for button in app.button)


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("Layers", 0, "layers must be"),
        ("Learning rate", 0.0, "learning_rate must be"),
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
