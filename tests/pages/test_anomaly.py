"""The threshold page without a browser: what it sends, keeps and says."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.store import checkpoints
from tests.pages.scene import component_data, open_page, scene
from ui.quoting import as_code


def test_tau_starts_at_mean_plus_three_sd_of_this_checkpoint(scores):
    values = component_data(open_page("anomaly"))["values"]
    expected = scores["validation"].mean() + 3 * scores["validation"].std(ddof=1)
    assert values == {"tau": pytest.approx(expected, rel=1e-14)}


def test_the_scene_holds_every_score_of_test_and_anomaly(scores):
    _, arrays = scene(open_page("anomaly"))
    for name in ("test", "anomaly"):
        assert np.array_equal(arrays[name].astype(np.float64), np.sort(scores[name]))


@pytest.mark.parametrize("axis", ["linear", "log"])
def test_histogram_areas_count_the_images(scores, axis):
    spec, arrays = scene(open_page("anomaly", axis=axis))
    for name in ("test", "anomaly"):
        x, y = arrays[f"{name}_x"], arrays[f"{name}_y"]
        edges, counts = x[::2], y[1:-1:2]
        expected = [
            np.sum((scores[name] >= low) & (scores[name] < high))
            for low, high in zip(edges, edges[1:], strict=False)
        ]
        expected[-1] += np.sum(scores[name] == edges[-1])
        assert counts.tolist() == expected
    assert spec["controls"][0]["scale"] == axis


def test_roc_legend_shows_the_area_of_scikit_learn(scores):
    spec, _ = scene(open_page("anomaly"))
    labels = np.repeat([0, 1], 10_000)
    area = roc_auc_score(labels, np.concatenate([scores["test"], scores["anomaly"]]))
    assert spec["figures"]["roc"]["plotly"]["data"][0]["name"] == f"ROC, area {area:.4f}"


def test_figure_1_is_the_loss_of_every_iteration():
    loss = checkpoints.load(checkpoints.find(AutoencoderConfig())).arrays["training_loss"]
    spec, _ = scene(open_page("anomaly"))
    trace = spec["figures"]["loss"]["plotly"]["data"][0]
    assert loss.size == 5000
    assert _decoded(trace["y"]) == pytest.approx(loss)


def test_homework_result_is_marked():
    spec, _ = scene(open_page("anomaly"))
    layout = spec["figures"]["scores"]["plotly"]["layout"]
    assert layout["shapes"][0]["x0"] == 23.6706
    star = spec["figures"]["roc"]["plotly"]["data"][1]
    assert star["x"] == [0.009] and star["y"] == [pytest.approx(1 - 0.0286)]


def test_address_sets_tau_and_a_commit_is_written_back():
    app = open_page("anomaly", tau="30.5")
    assert component_data(app)["values"] == {"tau": 30.5}
    app.session_state["threshold-autoencoder"] = {"state": {"values": {"tau": 12.25}, "serial": 4}}
    app.run()
    assert component_data(app)["values"] == {"tau": 12.25}
    assert component_data(app)["serial"] == 4
    assert app.query_params["tau"] == "12.25"


def test_tau_survives_a_rerun_and_a_visit_to_another_page():
    app = open_page("anomaly", tau="30.5")
    app.run()
    assert component_data(app)["values"] == {"tau": 30.5}
    app.switch_page("../pages/home.py").run()
    app.query_params.clear()
    app.run()
    app.switch_page("../pages/anomaly.py").run()
    assert component_data(app)["values"] == {"tau": 30.5}
    assert app.query_params["tau"] == "30.5"


@pytest.mark.parametrize("text", ["abc", "", "nan", "-inf", "1e10"])
def test_a_wrong_address_gets_one_sentence_and_the_last_good_value_stays(text):
    app = open_page("anomaly")
    default = component_data(app)["values"]
    app.query_params["tau"] = text
    app.run()
    (warning,) = app.warning
    assert warning.value.startswith("tau in the address must be a number from ")
    assert as_code(text) in warning.value and "showing 24.0823 instead" in warning.value
    assert component_data(app)["values"] == default
    app.run()
    assert not app.warning


@pytest.mark.parametrize(
    "state", ["x", {"values": 3}, {"values": {"tau": "7"}}, {"values": {"tau": float("nan")}}]
)
def test_whatever_a_browser_commits_the_page_stands(state):
    app = open_page("anomaly")
    default = component_data(app)["values"]
    app.session_state["threshold-autoencoder"] = {"state": state}
    app.run()
    assert not app.exception
    assert component_data(app)["values"] == default


def test_a_missing_checkpoint_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path))
    app = open_page("anomaly")
    assert "python -m hw9core train autoencoder" in app.error[0].value
    assert len(app.get("bidi_component")) == 0


def _decoded(packed: dict) -> np.ndarray:
    import base64

    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"])
