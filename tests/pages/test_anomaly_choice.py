"""What the threshold page shows belongs to the detector that is chosen."""

import numpy as np
import pytest

from hw9core.anomaly.detectors.config import DetectorsConfig
from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.store import checkpoints
from tests.pages.scene import component_data, open_page, scene
from ui.lessons.anomaly.material import OFFERED

HOMEWORKS = DETECTORS["autoencoder"]
OTHERS = [label for label in OFFERED.values() if label != HOMEWORKS]


def pca_threshold(components: int) -> float:
    checkpoint = checkpoints.require(DetectorsConfig())
    row = checkpoint.metadata["config"]["component_counts"].index(components)
    validation = checkpoint.arrays["scores/pca/validation"][row].astype(np.float64)
    return validation.mean() + 3 * validation.std(ddof=1)


def said(app) -> str:
    """All texts of the page, in one line."""
    return " ".join(" ".join(text.value for text in (*app.markdown, *app.caption, *app.info)).split())


def test_each_number_of_components_has_a_threshold_of_its_own():
    app = open_page("anomaly", detector=DETECTORS["pca"])
    assert component_data(app)["values"]["tau"] == pytest.approx(pca_threshold(128), rel=1e-12)
    app.get("select_slider")[0].set_value(32).run()
    linked = open_page("anomaly", detector=DETECTORS["pca"], components="32")
    for shown in (app, linked):
        assert component_data(shown)["values"]["tau"] == pytest.approx(pca_threshold(32), rel=1e-12)
    app.session_state["threshold-pca_32"] = {"state": {"values": {"tau": 40.0}, "serial": 1}}
    app.run()
    assert app.query_params["tau_pca_32"] == "40"
    app.get("select_slider")[0].set_value(128).run()
    assert component_data(app)["values"]["tau"] == pytest.approx(pca_threshold(128), rel=1e-12)


def test_training_is_replayed_for_the_detector_that_was_trained():
    assert "epoch" in component_data(open_page("anomaly", view="training"))["values"]


@pytest.mark.parametrize("label", OTHERS)
def test_another_detector_shows_no_training_and_no_second_threshold(label):
    app = open_page("anomaly", view="training", detector=label)
    spec, _ = scene(app)
    assert list(component_data(app)["values"]) == ["tau"]
    assert list(spec["figures"]) == ["scores"]
    assert "Only the training of the homework's autoencoder was recorded" in said(app)
    app.button(key="replay").click().run()
    assert app.selectbox(key="detector").value == HOMEWORKS
    assert "epoch" in component_data(app)["values"]


@pytest.mark.parametrize("label", OTHERS)
def test_figure_1_and_the_random_starts_are_the_homeworks_alone(label):
    assert "loss" in scene(open_page("anomaly"))[0]["figures"]
    assert "loss" not in scene(open_page("anomaly", detector=label))[0]["figures"]
    shown = scene(open_page("anomaly", detector=label, view="uncertainty"))[0]["figures"]
    assert list(shown) == ["scores", "bootstrap", "qq"]


@pytest.mark.parametrize("label", OTHERS)
def test_the_words_are_about_the_chosen_detector(label):
    ours, words = said(open_page("anomaly")), said(open_page("anomaly", detector=label))
    reported = "τ = 23.6706, α = 0.009 and β = 0.0286"
    assert f"{reported}, marked above" in ours and reported in words and "marked" not in words
    first = words.split(" **Drag τ**")[0]
    assert first != ours.split(" **Drag τ**")[0]
    assert ("redraw" in first) == ("autoencoder" in first or "components" in first)


def test_there_is_one_k():
    app = open_page("anomaly", view="rules")
    boxes = [box.label for box in app.number_input]
    sliders = [control["label"] for control in scene(app)[0]["controls"]]
    assert [label for label in boxes + sliders if label.startswith("k ")] == ["k in mean + k·sd"]


def test_the_comparison_judges_the_chosen_number_of_components():
    app = open_page("anomaly", view="detectors", detector=DETECTORS["pca"], components="32")
    row = component_data(app)["tables"]["detectors"][list(DETECTORS).index("pca")]["cells"]
    checkpoint = checkpoints.require(DetectorsConfig())
    at = checkpoint.metadata["config"]["component_counts"].index(32)
    test, anomaly = (checkpoint.arrays[f"scores/pca/{name}"][at] for name in ("test", "anomaly"))
    missed = np.mean(anomaly <= np.sort(test)[-91])  # 90 of 10,000 digits lie above it: α = 0.9 %
    assert row[0] == "PCA reconstruction error, 32 components" and row[4] == "chosen"
    assert float(row[1].split()[0]) == pytest.approx(missed, abs=5e-5)
