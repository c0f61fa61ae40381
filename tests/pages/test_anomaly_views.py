"""The closer views without a browser: every number they send, against an independent route."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from sklearn.metrics import precision_recall_curve, roc_auc_score

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.images.tiles import tile_png
from hw9core.store import checkpoints
from tests.pages.scene import component_data, open_page, published, scene
from ui.lessons.anomaly import tile_images


@pytest.fixture(scope="module")
def arrays():
    return checkpoints.load(checkpoints.find(AutoencoderConfig())).arrays


def test_gallery_orders_every_image_by_score(scores):
    spec, sent = scene(open_page("anomaly", view="images"))
    for name in ("test", "anomaly"):
        order = sent[f"{name}_order"]
        assert np.array_equal(np.sort(order), np.arange(10_000))
        assert np.array_equal(scores[name][order], sent[name].astype(np.float64))
    galleries = (block for block in spec["blocks"] if block["kind"] == "gallery")
    strips = [strip for gallery in galleries for strip in gallery["strips"]]
    assert [(s["image_set"], s["side"]) for s in strips] == [
        ("test", "below"),
        ("test", "above"),
        ("anomaly", "below"),
        ("anomaly", "above"),
        ("test", "highest"),
        ("anomaly", "lowest"),
    ]


@pytest.mark.parametrize("inputs", [True, False])
def test_the_gallery_keeps_room_in_the_shape_of_its_pictures(monkeypatch, inputs):
    monkeypatch.setattr(tile_images, "inputs_available", lambda: inputs)
    spec, _ = scene(open_page("anomaly", view="images"))
    gallery = next(block for block in spec["blocks"] if block["kind"] == "gallery")
    grey = np.zeros(784, np.float32)
    picture = Image.open(io.BytesIO(tile_png(grey if inputs else None, grey)))
    assert gallery["ratio"] == pytest.approx(picture.width / picture.height)


def test_gallery_says_what_is_missing_and_read_only_refuses(monkeypatch, tmp_path):
    monkeypatch.setenv("HW9_DATA", str(tmp_path))
    app = open_page("anomaly", view="images")
    assert "not in this server's data folder" in app.info[0].value
    assert str(tmp_path) not in app.info[0].value  # where the folder is, is nobody's business
    assert "Fetch the data (15 MB)" in [button.label for button in app.button]
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    app = open_page("anomaly", view="images")
    assert "Fetch the data (15 MB)" not in [button.label for button in app.button]
    assert any("read-only" in caption.value for caption in app.caption)


def test_classes_hold_the_scores_of_each_class(scores, arrays):
    _, sent = scene(open_page("anomaly", view="classes"))
    for i in range(10):
        for name, key in (("test", f"digit_{i}"), ("anomaly", f"character_{i}")):
            expected = np.sort(scores[name][arrays[f"labels/{name}"] == i])
            assert np.array_equal(sent[key].astype(np.float64), expected)


def test_det_points_are_normal_quantiles():
    _, sent = scene(open_page("anomaly", view="curves"))
    shares = np.arange(10_001) / 10_000
    assert sent["test_deviates"] == pytest.approx(stats.norm.ppf(shares), rel=1e-9)
    assert sent["anomaly_deviates"] == pytest.approx(stats.norm.ppf(shares), rel=1e-9)


def test_precision_recall_is_that_of_scikit_learn_at_the_prevalence(scores):
    spec, _ = scene(open_page("anomaly", view="curves", prevalence="10"))
    trace = spec["figures"]["precision"]["plotly"]["data"][0]
    recall, precision = decoded(trace["x"]), decoded(trace["y"])
    labels = np.repeat([0, 1], 10_000)
    weights = np.repeat([0.9, 0.1], 10_000)
    everything = np.concatenate([scores["test"], scores["anomaly"]])
    expected, at_recall, _ = precision_recall_curve(labels, everything, sample_weight=weights)
    for r, p in list(zip(recall, precision, strict=True))[::50]:
        same = np.isclose(at_recall, r, atol=1e-6)
        assert np.min(np.abs(expected[same] - p)) < 1e-5


def test_intervals_are_exact():
    _, sent = scene(open_page("anomaly", view="uncertainty"))
    for count in (0, 1, 89, 292, 5_000, 9_999, 10_000):
        interval = stats.binomtest(count, 10_000).proportion_ci(0.95, method="exact")
        for rate in ("alpha", "beta"):
            assert sent[f"{rate}_low_by_count"][count] == pytest.approx(interval.low, rel=1e-9)
            assert sent[f"{rate}_high_by_count"][count] == pytest.approx(interval.high, rel=1e-9)


def test_uncertainty_names_the_tail_beyond_three_sd(scores):
    app = open_page("anomaly", view="uncertainty")
    validation = scores["validation"]
    share = np.mean(validation > validation.mean() + 3 * validation.std(ddof=1))
    assert any(f"**{share:.2%}**" in text.value and "0.135%" in text.value for text in app.markdown)


def test_subsampled_rates_scatter_as_binomials_do(scores):
    app = open_page("anomaly", view="uncertainty", tau="20")
    proto = app.get("bidi_component")[1].proto
    spec, _ = published(json.loads(proto.mixed.json or proto.json)["scene"])
    trace = spec["figures"]["sampled"]["plotly"]["data"][1]
    rates, shares = decoded(trace["x"]), decoded(trace["y"])
    beta = np.mean(scores["anomaly"] <= 20)
    mean = np.sum(rates * shares)
    deviation = np.sqrt(beta * (1 - beta) / 1_000)
    assert mean == pytest.approx(beta, abs=5 * deviation / np.sqrt(2_000))
    assert np.sqrt(np.sum(shares * (rates - mean) ** 2)) == pytest.approx(deviation, rel=0.1)


def test_seeds_figure_shows_twelve_runs_in_the_homeworks_range():
    spec, _ = scene(open_page("anomaly", view="uncertainty"))
    trace = spec["figures"]["seeds"]["plotly"]["data"][0]
    alphas, betas = decoded(trace["x"]), decoded(trace["y"])
    assert alphas.size >= 10
    assert np.all((alphas > 0.006) & (alphas < 0.014)) and np.all((betas > 0.02) & (betas < 0.045))


def test_replay_tables_hold_every_epoch(arrays):
    _, sent = scene(open_page("anomaly", view="training"))
    for i in range(10):
        validation = arrays["scores/validation"][i].astype(np.float64)
        tau = validation.mean() + 3 * validation.std(ddof=1)
        assert sent["epoch_tau_table"][i] == pytest.approx(tau, rel=1e-14)
        assert sent["epoch_alpha_table"][i] == np.mean(arrays["scores/test"][i].astype(np.float64) > tau)
        assert sent["epoch_beta_table"][i] == np.mean(arrays["scores/anomaly"][i].astype(np.float64) <= tau)
        assert sent["epoch_test"][i].sum() / 2 == pytest.approx(10_000, abs=10)
    assert sent["replay_test"].shape == (10, 10, 784)


def test_epoch_is_bounded_in_the_address():
    app = open_page("anomaly", view="training", epoch="99")
    assert component_data(app)["values"]["epoch"] == 1
    assert "must be a number from 1 to 10, not ` 99 `" in app.warning[0].value


def test_rules_are_labelled_by_what_they_look_at():
    rows = component_data(open_page("anomaly", view="rules"))["tables"]["rules"]
    basis = {row["cells"][0]: row["cells"][1] for row in rows}
    assert basis["mean + 3 sd"] == basis["quantile 1 − 0.009"] == "validation"
    for name in ("equal error rate", "Youden's J", "least expected cost", "α = 0.009 on test", "β = 0.01"):
        assert basis[name].startswith("oracle")


@pytest.mark.parametrize(
    ("query", "rule", "tau"),
    [
        ({}, "mean + 3 sd", lambda v: v.mean() + 3 * v.std(ddof=1)),
        ({"alpha": "0"}, "quantile 1 − 0", np.max),
    ],
)
def test_edge_options_give_a_defined_threshold(scores, query, rule, tau):
    rows = component_data(open_page("anomaly", view="rules", **query))["tables"]["rules"]
    row = next(row for row in rows if row["cells"][0] == rule)
    exact = tau(scores["validation"])
    assert row["value"] == pytest.approx(exact, abs=5e-5)
    for of_set in scores.values():
        assert np.sum(of_set > row["value"]) == np.sum(of_set > exact)


@pytest.mark.parametrize("alpha", ["0", "100"])
@pytest.mark.parametrize("beta", ["0", "100"])
def test_every_wish_gets_an_answer(alpha, beta):
    app = open_page("anomaly", view="rules", alpha=alpha, beta=beta, share="0", cost="0")
    assert "is possible" in app.info[0].value or "is impossible" in app.info[0].value
    assert len(component_data(app)["tables"]["rules"]) == 8


def stored_scores(detector: str, components: int | None = None) -> dict[str, np.ndarray]:
    checkpoint = checkpoints.load(checkpoints.find(DetectorsConfig()))
    rows = {
        name: checkpoint.arrays[f"scores/{detector}/{name}"] for name in ("validation", "test", "anomaly")
    }
    if components is not None:
        row = checkpoint.metadata["config"]["component_counts"].index(components)
        rows = {name: values[row] for name, values in rows.items()}
    return {name: values.astype(np.float64) for name, values in rows.items()}


def test_the_table_and_the_page_score_the_autoencoder_alike(scores):
    for name, values in stored_scores("autoencoder").items():
        assert values == pytest.approx(scores[name], rel=1e-4)  # NumPy against torch, both float32


@pytest.mark.parametrize("name", list(DETECTORS)[1:])
def test_every_other_detector_has_its_own_scores_and_threshold(name):
    app = open_page("anomaly", detector=DETECTORS[name])
    components = 128 if name == "pca" else None
    expected = stored_scores(name, components)
    _, sent = scene(app)
    for key in ("test", "anomaly"):
        assert np.array_equal(sent[key].astype(np.float64), np.sort(expected[key]))
    tau = expected["validation"].mean() + 3 * expected["validation"].std(ddof=1)
    assert component_data(app)["values"]["tau"] == pytest.approx(tau, rel=1e-12)


def test_components_of_pca_are_a_control():
    app = open_page("anomaly", detector=DETECTORS["pca"], components="16")
    _, sent = scene(app)
    assert np.array_equal(sent["anomaly"].astype(np.float64), np.sort(stored_scores("pca", 16)["anomaly"]))


def test_each_detector_keeps_its_own_tau_in_the_address():
    app = open_page("anomaly", tau="30.5")
    app.selectbox(key="detector").set_value(DETECTORS["pca"]).run()
    assert component_data(app)["values"]["tau"] != 30.5
    app.session_state["threshold-pca"] = {"state": {"values": {"tau": 19.0}, "serial": 1}}
    app.run()
    assert app.query_params["tau_pca"] == "19" and app.query_params["tau"] == "30.5"


def test_the_table_of_detectors_agrees_with_independent_counts():
    app = open_page("anomaly", view="detectors")
    rows = component_data(app)["tables"]["detectors"]
    labels = [row["cells"][0] for row in rows[:-1]]  # the flow comes last
    assert labels == [f"{label}, 128 components" if "PCA" in label else label for label in DETECTORS.values()]
    for name, row in zip(DETECTORS, rows[:-1], strict=True):
        of = stored_scores(name, 128 if name == "pca" else None)
        tau = np.sort(of["test"])[-91]  # 90 of 10,000 digits lie above it: α = 0.9 %
        labels = np.repeat([0, 1], 10_000)
        area = roc_auc_score(labels, np.concatenate([of["test"], of["anomaly"]]))
        assert float(row["cells"][1].split()[0]) == pytest.approx(np.mean(of["anomaly"] <= tau), abs=5e-5)
        assert float(row["cells"][2].split()[0]) == pytest.approx(area, abs=5e-6)


def test_the_best_detector_meets_the_goal():
    of = stored_scores("combined")
    tau = np.sort(of["test"])[-91]
    assert np.mean(of["anomaly"] <= tau) <= 0.001


def test_negative_scores_have_no_logarithmic_axis():
    app = open_page("anomaly", detector=DETECTORS["combined"], axis="log")
    assert any("linear only" in caption.value for caption in app.caption)
    assert scene(app)[0]["controls"][0]["scale"] == "linear"


def decoded(values) -> np.ndarray:
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]).astype(np.float64)
    return np.asarray(values, dtype=np.float64)
