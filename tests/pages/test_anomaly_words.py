"""What the threshold page claims in words, against stored scores and the stored report."""

import json
import re
import shutil

import numpy as np
import pytest

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.simple_images import REPORT_FILE
from hw9core.store import checkpoints
from tests.pages.scene import component_data, open_page, scene

LABEL = "Likelihood of a coupling flow"


@pytest.fixture(scope="module")
def report() -> dict:
    content = (checkpoints.checkpoint_dir() / REPORT_FILE).read_text(encoding="utf-8")
    return json.loads(content)["detectors"]


def bullets(app) -> list[str]:
    """The list items of the page, each in one line."""
    text = "\n".join(shown.value for shown in app.markdown)
    return [" ".join(item.split("\n\n")[0].split()) for item in text.split("\n- ")[1:]]


def missed(detector: str, components: int | None = None) -> float:
    """β where 90 of 10,000 digits lie above τ, from the stored scores."""
    checkpoint = checkpoints.require(DetectorsConfig())
    test, anomaly = (checkpoint.arrays[f"scores/{detector}/{name}"] for name in ("test", "anomaly"))
    if components is not None:
        row = checkpoint.metadata["config"]["component_counts"].index(components)
        test, anomaly = test[row], anomaly[row]
    return float(np.mean(anomaly <= np.sort(test)[-91]))


def test_pca_is_compared_with_as_many_numbers_as_the_code_has():
    (item,) = [item for item in bullets(open_page("anomaly", view="detectors")) if "PCA" in item]
    code = AutoencoderConfig().code_size
    assert missed("pca", 128) < missed("autoencoder") < missed("pca", code)
    assert f"PCA with 128 components misses {missed('pca', 128):.2%}" in item
    assert f"code of {code} numbers, {missed('autoencoder'):.2%}" in item
    assert f"PCA with {code} components {missed('pca', code):.2%}" in item
    assert "rivals" not in item


@pytest.mark.parametrize(
    ("word", "detector"), [("made of digits", "combined"), ("The coupling flow misses", "likelihood")]
)
def test_hardly_a_miss_stands_beside_what_is_missed_in_mnists_form(report, word, detector):
    (item,) = [item for item in bullets(open_page("anomaly", view="detectors")) if word in item]
    assert f"{report[detector]['kmnist_missed']:.2%}" in item
    assert f"{report[detector]['kmnist_missed_in_mnist_form']:.0%}" in item
    assert "scaled as MNIST's digits were" in item


def test_without_the_report_the_comparison_says_how_to_make_it(tmp_path, monkeypatch):
    for config in (AutoencoderConfig(), DetectorsConfig(), SeedsConfig(), ImageFlowConfig()):
        path = checkpoints.checkpoint_path(config)
        shutil.copy(path, tmp_path / path.name)
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path))
    app = open_page("anomaly", view="detectors")
    text = "\n".join(shown.value for shown in app.markdown)
    assert "--write-report" in text and "scaled as" not in text


def test_one_type_1_error_is_not_called_the_only_fair_way():
    text = "\n".join(shown.value for shown in open_page("anomaly", view="detectors").markdown)
    assert "at one α = 0.9%" in text and "only fair" not in text


def test_the_blank_image_is_more_likely_than_the_digits_that_were_counted():
    (item,) = [item for item in bullets(open_page("anomaly", view="detectors")) if "blank" in item]
    assert "more likely than 10,000 of 10,000 digits" in item


def test_ink_is_taken_away_as_well_as_moved(report):
    (item,) = [item for item in bullets(open_page("anomaly", detector=LABEL)) if "where its ink is" in item]
    assert "how much" in item.split("**")[1] and "mostly" not in item
    least = min(row["kmnist_missed_in_mnist_form"] for row in report.values())
    assert f"misses {least:.0%}" in item


def test_the_shipped_seed_is_one_of_the_twelve():
    app = open_page("anomaly", view="uncertainty")
    seeds = checkpoints.require(SeedsConfig()).arrays["seed"]
    shipped = AutoencoderConfig().seed
    assert shipped in seeds
    text = " ".join("\n".join(shown.value for shown in app.markdown).split())
    assert f"{seeds.size} seeds, {seeds[0]} to {seeds[-1]}; {shipped} is the shipped model's" in text
    assert "split into training and validation images" in text
    figures = scene(app)[0]["figures"]
    assert not any("other random starts" in figure["description"] for figure in figures.values())


def rates(detector: str, tau: float) -> tuple[float, float]:
    checkpoint = checkpoints.require(DetectorsConfig())
    test, anomaly = (
        checkpoint.arrays[f"scores/{detector}/{name}"].astype(np.float64) for name in ("test", "anomaly")
    )
    return float(np.mean(test > tau)), float(np.mean(anomaly <= tau))


@pytest.mark.parametrize("detector", ["autoencoder_normalised", "outlier_network", "combined"])
@pytest.mark.parametrize("alpha", [0.3, 0.9, 1.1, 2.0])
def test_a_possible_wish_is_met_at_the_threshold_as_it_is_written(detector, alpha):
    app = open_page("anomaly", view="rules", detector=DETECTORS[detector], alpha=str(alpha), beta="5")
    sentence = app.info[0].value
    tau = float(re.search(r"τ = (\S+)\.$", sentence)[1].replace("−", "-"))
    type_1, type_2 = rates(detector, tau)
    assert type_1 <= alpha / 100 and type_2 <= 0.05


@pytest.mark.parametrize("name", ["autoencoder_normalised", "mahalanobis", "combined"])
def test_a_rules_button_sets_the_number_that_is_shown_and_its_counts(name):
    app = open_page("anomaly", view="rules", detector=DETECTORS[name])
    spec, _ = scene(app)
    readout = next(block for block in spec["blocks"] if block["name"] == "rates")["readouts"][0]
    most = re.fullmatch(r"\.(\d+)-(\d+)f", readout["format"])[2]
    for row in component_data(app)["tables"]["rules"]:
        shown = float(row["cells"][2].replace("−", "-"))
        assert shown == row["value"]
        assert float(f"{shown:.{most}f}") == shown  # the readout says it all
        if row["cells"][5] == "test, KMNIST":
            found = tuple(f"{rate:.4f}" for rate in rates(name, shown))
            assert found == tuple(row["cells"][3:5])
