"""What a likelihood does not say: the shipped numbers against weights and data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.suite import DETECTORS, load_detectors
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD, flow_scores, load_flow_detector
from hw9core.anomaly.likelihood.simple_images import (
    REPORT_FILE,
    SimpleImageShares,
    faded,
    frame,
    measure,
    never_varying,
    read_report,
    score_simple_images,
    write_report,
)
from hw9core.cli import main
from hw9core.errors import CheckpointError
from hw9core.images.mnist import load_autoencoder_data
from hw9core.store import checkpoints

SHIPPED = Path(__file__).resolve().parents[4] / "checkpoints"
MODELS = (ImageFlowConfig(), DetectorsConfig(), AutoencoderConfig())


@pytest.fixture(scope="module")
def flow():
    return checkpoints.require(MODELS[0], SHIPPED)


@pytest.fixture(scope="module")
def detectors(flow):
    others = load_detectors(*(checkpoints.require(config, SHIPPED) for config in MODELS[1:]))
    return {LIKELIHOOD: load_flow_detector(flow), **others}


@pytest.fixture(scope="module")
def kept():
    report = read_report([checkpoints.checkpoint_path(config, SHIPPED) for config in MODELS], SHIPPED)
    assert report is not None, f"{REPORT_FILE} was made by other models"
    return report


@pytest.fixture(scope="module")
def simple(detectors):
    return score_simple_images(detectors[LIKELIHOOD])


def test_a_blank_image_is_more_likely_than_every_digit(flow, simple, kept):
    assert simple.grey_scores[0] < flow_scores(flow).test.min()
    assert kept[LIKELIHOOD]["digits_above_blank"] == 1.0 and not kept[LIKELIHOOD]["blank_flagged"]


def test_grey_images_are_scored_as_any_other(detectors, simple):
    for level in (0, 1, 128, 255):
        image = np.full((1, 784), level / 255)
        score = detectors[LIKELIHOOD].decision_function(image)[0]
        assert simple.grey_scores[level] == pytest.approx(score, rel=1e-9)


def test_the_mode_of_the_base_is_no_mode_of_the_density(detectors, simple):
    """z of the image is 0 (which no other image has), and yet a blank image has the higher density."""
    flow = detectors[LIKELIHOOD].flow
    levels, _ = flow.transform.inverse_and_ladj(np.zeros(784))
    z, ladj = flow.transform.call_and_ladj(levels)
    np.testing.assert_allclose(z, 0, atol=1e-9)
    assert simple.mode_score == pytest.approx(392 * np.log(2 * np.pi) - ladj, rel=1e-9)
    np.testing.assert_array_equal(simple.mode_levels, np.clip(np.floor(levels), 0, 255))
    assert simple.grey_scores[0] < simple.mode_score


def test_images_are_made_as_they_are_named(flow):
    assert frame().sum() == 28**2 - 20**2 and not frame().reshape(28, 28)[4:24, 4:24].any()
    np.testing.assert_array_equal(faded(np.array([0, 1, 100, 255], np.uint8)), [0, 0, 40, 102])
    fixed = never_varying(flow.arrays["logit_scale"])
    assert 100 < fixed.sum() < 300 and fixed.reshape(28, 28)[0].all() and not fixed[14 * 28 + 14]


def test_the_first_images_agree_with_the_kept_numbers(flow, detectors, kept, real_data_dir):
    """300 of each 10,000 images: every share within five of its standard errors."""
    few = {name: detectors[name] for name in (LIKELIHOOD, "autoencoder", "autoencoder_normalised")}
    data = load_autoencoder_data(real_data_dir)
    for name, shares in measure(few, flow.arrays["logit_scale"], data, limit=300).items():
        for key, share in shares.items():
            if not key.startswith("kmnist"):  # there τ depends on all test images
                error = np.sqrt(kept[name][key] * (1 - kept[name][key]) / 300)
                assert share == pytest.approx(kept[name][key], abs=5 * error + 0.01), (name, key)


@pytest.mark.slow
def test_every_kept_number_is_recomputed_from_weights_and_data(capsys, kept, real_data_dir):
    argv = ["evaluate", "coupling", "--data-set", "mnist", "--json", "--data", str(real_data_dir)]
    assert main([*argv, "--checkpoints", str(SHIPPED)]) == 0
    again = json.loads(capsys.readouterr().out)["likelihood"]
    assert list(again) == list(kept) == [LIKELIHOOD, *DETECTORS]
    for name, shares in again.items():
        assert shares == pytest.approx(kept[name], abs=3e-4), name  # a few images on another processor


def test_what_the_page_says_in_words_is_what_was_measured(kept):
    flow, autoencoder, normalised = (
        kept[name] for name in (LIKELIHOOD, "autoencoder", "autoencoder_normalised")
    )
    assert flow["faded_flagged"] < 0.01 and flow["faded_below_original"] > 0.2
    assert autoencoder["faded_flagged"] <= flow["faded_flagged"]
    assert autoencoder["faded_below_original"] > flow["faded_below_original"]
    assert normalised["faded_flagged"] == max(row["faded_flagged"] for row in kept.values()) > 0.05
    assert flow["kmnist_missed_without_never_varying"] < 0.01
    assert flow["kmnist_missed_without_frame"] > 0.4
    assert all(row["kmnist_missed_in_mnist_form"] > 0.3 for row in kept.values())


@pytest.mark.parametrize("options", [["--data-set", "moons"], ["--data-set", "mnist", "--layers", "4"]])
def test_only_the_flow_of_the_page_has_a_kept_report(capsys, tmp_path, options):
    argv = ["evaluate", "coupling", "--write-report", "--checkpoints", str(tmp_path), *options]
    assert main(argv) == 2
    assert "--write-report is for" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be written"):
        write_report({}, [], tmp_path / "missing")


def test_a_kept_report_is_refused_beside_other_models(tmp_path):
    model, other = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    model.write_bytes(b"weights")
    other.write_bytes(b"other weights")
    report = {LIKELIHOOD: dict.fromkeys(SimpleImageShares.__annotations__, 0.5)}
    write_report(report, [model], tmp_path)
    assert read_report([model], tmp_path) == report
    assert read_report([model, other], tmp_path) is None
    model.write_bytes(b"trained anew")
    assert read_report([model], tmp_path) is None
    model.write_bytes(b"weights")
    write_report({LIKELIHOOD: {"faded_flagged": 0.5}}, [model], tmp_path)
    assert read_report([model], tmp_path) is None
    for content in ("", "[]", '{"detectors": {}}', '{"detectors": [], "made_from": {}}'):
        (tmp_path / REPORT_FILE).write_text(content)
        assert read_report([model], tmp_path) is None
    (tmp_path / REPORT_FILE).unlink()
    assert read_report([model], tmp_path) is None
