"""The flow's likelihood on the threshold page: every view of a detector, its lesson, bad states."""

import base64
import shutil

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import load_flow_detector
from hw9core.anomaly.likelihood.simple_images import REPORT_FILE
from hw9core.images import uploads
from hw9core.store import checkpoints
from tests.pages.scene import component_data, open_page, scene
from ui.lessons.anomaly import VIEWS
from ui.lessons.anomaly.material import OFFERED

LABEL = "Likelihood of a coupling flow"
COMPARED = [f"{label}, 128 components" if "PCA" in label else label for label in OFFERED.values()]
OTHERS = (AutoencoderConfig(), DetectorsConfig(), SeedsConfig())


@pytest.fixture(scope="module")
def flow():
    return checkpoints.require(ImageFlowConfig())


@pytest.fixture(scope="module")
def of_flow(flow):
    names = ("validation", "test", "anomaly")
    return {name: flow.arrays[f"scores/{name}"].astype(np.float64) for name in names}


@pytest.fixture
def without_flow(tmp_path, monkeypatch):
    """A folder with every other model that the page shows."""
    for config in OTHERS:
        path = checkpoints.checkpoint_path(config)
        shutil.copy(path, tmp_path / path.name)
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path))
    return tmp_path


def said(app) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_it_is_offered_beside_the_others():
    app = open_page("anomaly")
    assert app.selectbox(key="detector").options == [*DETECTORS.values(), LABEL]
    assert app.selectbox(key="detector").value == DETECTORS["autoencoder"]
    assert "grey" not in component_data(app)["values"] and "blank image" not in said(app)


def test_scores_threshold_and_address_are_its_own(of_flow):
    app = open_page("anomaly", detector=LABEL, tau="30.5")
    spec, sent = scene(app)
    for name in ("test", "anomaly"):
        assert np.array_equal(sent[name].astype(np.float64), np.sort(of_flow[name]))
    validation = of_flow["validation"]
    tau = validation.mean() + 3 * validation.std(ddof=1)
    assert component_data(app)["values"]["tau"] == pytest.approx(tau, rel=1e-12)
    assert "nats" in spec["figures"]["scores"]["plotly"]["layout"]["xaxis"]["title"]["text"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_it(view):
    app = open_page("anomaly", detector=LABEL, view=view)
    assert not app.error and not app.warning
    assert component_data(app)["values"]["tau"] > 1000


def test_its_row_agrees_with_independent_counts(of_flow):
    rows = component_data(open_page("anomaly", view="detectors"))["tables"]["detectors"]
    assert [row["cells"][0] for row in rows] == COMPARED
    cells = rows[-1]["cells"]
    tau = np.sort(of_flow["test"])[-91]  # 90 of 10,000 digits lie above it: α = 0.9 %
    labels = np.repeat([0, 1], 10_000)
    area = roc_auc_score(labels, np.concatenate([of_flow["test"], of_flow["anomaly"]]))
    assert float(cells[1].split()[0]) == pytest.approx(np.mean(of_flow["anomaly"] <= tau), abs=5e-5)
    assert float(cells[2].split()[0]) == pytest.approx(area, abs=5e-6)
    # Paired with the autoencoder, which is chosen.
    assert float(cells[4].split()[0]) > 0 and cells[5] == "< 1e-6"


def test_roc_overlay_has_a_curve_for_each():
    spec, _ = scene(open_page("anomaly", view="detectors"))
    assert [trace["name"] for trace in spec["figures"]["overlay"]["plotly"]["data"]] == COMPARED


def test_a_drawing_is_scored_by_the_flow(flow):
    app = open_page("anomaly", detector=LABEL, view="your image")
    pixels = np.zeros((112, 112), np.uint8)
    pixels[20:90, 50:60] = 255
    encoded = base64.b64encode(pixels.tobytes()).decode()
    app.session_state["threshold-likelihood"] = {
        "state": {"values": {"tau": 3000.0}, "serial": 1},
        "drawing": {"pixels": encoded, "serial": 1},
    }
    app.run()
    image = uploads.to_mnist_form(pixels, invert=False)[np.newaxis]
    expected = load_flow_detector(flow).decision_function(image)[0]
    assert component_data(app)["readings"]["own"] == pytest.approx(expected, rel=1e-9)


def test_the_grey_level_runs_along_its_scores(flow):
    app = open_page("anomaly", detector=LABEL, grey="7")
    spec, sent = scene(app)
    assert component_data(app)["values"]["grey"] == 7
    expected = load_flow_detector(flow).decision_function(np.full((1, 784), 7 / 255))[0]
    assert sent["grey_scores"][7] == pytest.approx(expected, rel=1e-9) and sent["grey_scores"].size == 256
    assert sent["simple_pictures"].shape == (256, 2, 784) and (sent["simple_pictures"][7, 0] == 7).all()
    marks = [mark for mark in spec["marks"] if mark["kind"] == "vertical-line"]
    assert [mark["at"] for mark in marks] == ["tau", "grey_score"]


def test_the_lesson_says_what_the_scores_say(of_flow, flow):
    text = said(open_page("anomaly", detector=LABEL))
    blank = load_flow_detector(flow).decision_function(np.zeros((1, 784)))[0]
    assert np.all(of_flow["test"] > blank)
    assert f"more likely than 10,000 of 10,000 digits.** It has −log p = {blank:.1f}" in text
    assert f"most likely digit {of_flow['test'].min():.1f}" in text
    labels = checkpoints.require(AutoencoderConfig()).arrays["labels/test"]
    means = [of_flow["test"][labels == digit].mean() for digit in range(10)]
    assert f"A “1” has {means[1]:,.0f} nats" in text and f"an “8” {means[8]:,.0f}" in text
    assert np.argmin(means) == 1
    assert "| Autoencoder of the homework | 100.00% |" in text


def test_the_lesson_is_for_the_overview_of_the_flow_alone():
    for query in ({"detector": LABEL, "view": "curves"}, {"detector": DETECTORS["pca"]}):
        assert "Faded digits" not in said(open_page("anomaly", **query))


def test_without_kept_numbers_the_page_says_how_to_make_them(without_flow, flow):
    shutil.copy(flow.path, without_flow / flow.path.name)
    assert not (without_flow / REPORT_FILE).exists()
    app = open_page("anomaly", detector=LABEL)
    text = said(app)
    assert "--write-report" in text and "Faded digits" not in text and "blank image" in text
    assert not app.warning and not app.error


def test_numbers_kept_for_other_models_are_not_shown(without_flow, flow):
    shutil.copy(flow.path, without_flow / flow.path.name)
    (without_flow / REPORT_FILE).write_text('{"made_from": {}, "detectors": {}}')
    assert "--write-report" in said(open_page("anomaly", detector=LABEL))


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_without_its_checkpoint_one_sentence_and_everything_else(without_flow, flow, state):
    if state == "damaged":
        content = bytearray(flow.path.read_bytes())
        content[-1000] ^= 1
        (without_flow / flow.path.name).write_bytes(content)
    app = open_page("anomaly", detector=LABEL)
    assert len(app.warning) == 1 and "checkpoint is missing or damaged" in app.warning[0].value
    assert not app.error
    assert component_data(app)["values"]["tau"] < 50  # the autoencoder's
    app = open_page("anomaly", view="detectors")
    rows = component_data(app)["tables"]["detectors"]
    assert [row["cells"][0] for row in rows] == COMPARED[:-1]
    assert len(app.warning) == 1 and not app.error
    assert not open_page("anomaly").warning
