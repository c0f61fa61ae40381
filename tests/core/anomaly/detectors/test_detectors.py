"""The detectors: parity with scikit-learn, one protocol, the shipped checkpoint against real images."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hw9core.anomaly.decisions.error_rates import auroc
from hw9core.anomaly.decisions.metrics import detector_metrics
from hw9core.anomaly.detectors.autoencoder import AutoencoderError
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.detectors import (
    Combined,
    Mahalanobis,
    Normalised,
    OutlierNetwork,
    PCAError,
    Spectrum,
)
from hw9core.anomaly.detectors.left_out import LEFT_OUT_TOGETHER, misses_by_kind
from hw9core.anomaly.detectors.outliers import KINDS, UNCHANGED_DIGITS, synthetic_outliers
from hw9core.anomaly.detectors.suite import (
    DETECTORS,
    detector_scores,
    fit_parameters,
    load_detectors,
    split_as,
    train_detectors,
)
from hw9core.cli import main
from hw9core.errors import ConfigError
from hw9core.images.mnist import (
    MNIST_TRAIN,
    AutoencoderData,
    LabelledImages,
    flat_pixels,
    load_autoencoder_data,
    load_images,
)
from hw9core.store import checkpoints
from hw9core.store.checkpoints import Checkpoint

ROOT = Path(__file__).resolve().parents[4]
SETS = ("validation", "test", "anomaly")


@pytest.fixture(scope="module")
def images():
    """900 images, float32 in [0, 1], in which neighbouring pixels are correlated."""
    noise = np.random.default_rng(1).normal(size=(900, 28, 28))
    smooth = noise + np.roll(noise, 1, axis=1) + np.roll(noise, 1, axis=2)
    return (1 / (1 + np.exp(-smooth))).reshape(900, 784).astype(np.float32)


@pytest.fixture(scope="module")
def digits(tiny_data):
    """The blobs of ``tiny_data`` with digits 2 and 4, from which every kind of outlier can be made."""
    labels = np.resize(np.array([2, 4], np.uint8), len(tiny_data.train.images))
    return dataclasses.replace(tiny_data, train=LabelledImages(tiny_data.train.images, labels))


@pytest.fixture(scope="module")
def small_config():
    return DetectorsConfig(
        components=4,
        component_counts=(1, 4, 16),
        outlier_hidden_sizes=(16, 8),
        outlier_epochs=3,
        outlier_batch_size=32,
        validation_size=50,
        seed=3,
    )


@pytest.fixture(scope="module")
def small_autoencoder(tiny_config, digits):
    """As a checkpoint holds it; the weights are random, which is enough to score with."""
    torch = pytest.importorskip("torch")
    from hw9core.anomaly.detectors.autoencoder_torch import Autoencoder

    model = Autoencoder(tiny_config, torch.Generator().manual_seed(0))
    weights = {name: value.detach().numpy() for name, value in model.named_parameters()}
    held_out = np.arange(0, 250, 5, dtype=np.int32)
    return Checkpoint(Path("none"), {**weights, "validation_index": held_out}, {})


@pytest.fixture(scope="module")
def shipped():
    return checkpoints.require(DetectorsConfig())


@pytest.fixture(scope="module")
def shipped_autoencoder():
    return checkpoints.require(AutoencoderConfig())


# Linear detectors


@pytest.mark.parametrize("components", [1, 7, 128, 500])
def test_pca_error_is_that_of_scikit_learn(images, components):
    decomposition = pytest.importorskip("sklearn.decomposition")
    ours = PCAError(components).fit(images[:800]).decision_function(images)
    pca = decomposition.PCA(components, svd_solver="full").fit(images[:800].astype(np.float64))
    projected = pca.inverse_transform(pca.transform(images.astype(np.float64)))
    np.testing.assert_allclose(ours, np.square(images - projected).sum(axis=1), rtol=1e-4)


def test_mahalanobis_is_that_of_scikit_learn_when_no_eigenvalue_reaches_the_floor(images):
    covariance = pytest.importorskip("sklearn.covariance")
    detector = Mahalanobis(eigenvalue_floor=1e-9).fit(images)
    theirs = covariance.EmpiricalCovariance().fit(images.astype(np.float64)).mahalanobis(images)
    n = len(images)  # scikit-learn divides by n, the spectrum by n − 1
    np.testing.assert_allclose(detector.decision_function(images), theirs * (n - 1) / n, rtol=2e-3)


def test_floored_mahalanobis_is_the_explicit_inverse(images):
    dark = images * (np.arange(784) % 5 > 0)  # pixels that never vary: the covariance is singular
    values, vectors = np.linalg.eigh(np.cov(dark.T.astype(np.float64)))
    inverse = np.linalg.inv(vectors * np.maximum(values, 1e-3) @ vectors.T)
    deviations = dark - dark.mean(axis=0, dtype=np.float64)
    explicit = np.einsum("ni,ij,nj->n", deviations, inverse, deviations)
    np.testing.assert_allclose(Mahalanobis(1e-3).fit(dark).decision_function(dark), explicit, rtol=2e-3)


def test_one_spectrum_serves_every_number_of_components(images):
    spectrum = Spectrum.of(images)
    counts = (0, 1, 10, 400, 783, 784)
    errors = [PCAError(count, spectrum).decision_function(images) for count in counts]
    assert all(np.all(more <= fewer) for fewer, more in zip(errors, errors[1:], strict=False))
    total = np.square(images - spectrum.mean).sum(axis=1, dtype=np.float64)
    np.testing.assert_allclose(errors[0], total, rtol=1e-5)
    assert np.all(errors[-1] == 0)
    pca = PCAError(10, spectrum)
    np.testing.assert_allclose(errors[2], np.square(images - pca.reconstruct(images)).sum(axis=1), rtol=1e-4)


@pytest.mark.parametrize("detector", [PCAError(20), Mahalanobis(1e-3)], ids=["pca", "mahalanobis"])
def test_linear_detectors_do_not_know_where_a_pixel_stands(images, detector):
    order = np.random.default_rng(2).permutation(784)
    plain = detector.fit(images).decision_function(images)
    shuffled = detector.fit(images[:, order]).decision_function(images[:, order])
    np.testing.assert_allclose(shuffled, plain, rtol=1e-3)


# The interface


@pytest.mark.parametrize("name", DETECTORS)
def test_scores_belong_to_images_not_to_batches(name, shipped, shipped_autoencoder, images):
    detector = load_detectors(shipped, shipped_autoencoder)[name]
    many = np.concatenate([images, images[::-1]])  # more than one batch
    scores = detector.decision_function(many)
    assert scores.dtype == np.float64 and scores.shape == (1800,)
    np.testing.assert_allclose(scores[900:], scores[899::-1], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(detector.decision_function(many[:1])[0], scores[0], rtol=1e-4, atol=1e-4)
    assert detector.decision_function(np.empty((0, 784))).shape == (0,)
    for edge in (np.zeros((1, 784)), np.ones((1, 784))):
        assert np.isfinite(detector.decision_function(edge)).all()
    for wrong in (images[0], images.reshape(-1, 28, 28), images[:, :700]):
        with pytest.raises(ValueError, match="shape"):
            detector.decision_function(wrong)


def test_the_threshold_is_mean_plus_three_standard_deviations(images):
    detector = PCAError(5).fit(images[:600])
    scores = detector.decision_function(images[600:])
    assert detector.set_threshold(scores) == detector.threshold_
    assert detector.threshold_ == pytest.approx(np.mean(scores) + 3 * np.std(scores, ddof=1), rel=1e-12)


def test_normalised_divides_by_the_ink(images):
    pca = PCAError(5).fit(images)
    expected = pca.decision_function(images) / np.square(images.astype(np.float64)).sum(axis=1)
    np.testing.assert_allclose(Normalised(PCAError(5)).fit(images).decision_function(images), expected)


@pytest.mark.parametrize("components", [-1, 785])
def test_an_impossible_number_of_components_is_refused(components):
    with pytest.raises(ValueError, match="from 0 to 784"):
        PCAError(components)


@pytest.mark.parametrize(
    "changes",
    [
        {"components": 100},
        {"component_counts": (0, 128)},
        {"eigenvalue_floor": 0},
        {"outlier_hidden_sizes": (0,)},
        {"outlier_epochs": 0},
        {"outlier_batch_size": 0},
        {"outlier_learning_rate": float("nan")},
        {"validation_size": 60_000},
        {"seed": -1},
    ],
)
def test_unusable_configurations_are_named(changes):
    with pytest.raises(ConfigError, match=next(iter(changes))):
        DetectorsConfig(**changes)


# The networks


def test_synthetic_outliers_are_made_of_the_images_and_are_no_digits(digits):
    pixels, labels = flat_pixels(digits.train.images), np.arange(250) % 10
    for kind in KINDS:
        outliers = synthetic_outliers(pixels, labels, np.random.default_rng(0), [kind])
        assert outliers.dtype == np.float32 and outliers.shape[1] == 784
        assert outliers.min() >= 0 and outliers.max() <= 1
        assert len(outliers) <= np.isin(labels, UNCHANGED_DIGITS.get(kind, ()), invert=True).sum()
        again = synthetic_outliers(pixels, labels, np.random.default_rng(0), [kind])
        assert np.array_equal(outliers, again)
        assert not (outliers[:, None] == pixels[None, :20]).all(axis=2).any()
    eights = synthetic_outliers(pixels, np.full(250, 8), np.random.default_rng(0))
    assert 0 < len(eights) < 250 // 2  # an eight can only be squeezed beside or above another image
    turned = synthetic_outliers(pixels, np.full(250, 2), np.random.default_rng(0), ["mirror"])
    np.testing.assert_array_equal(turned.reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784), pixels)


def test_the_network_in_numpy_is_the_one_in_torch(small_config, images):
    torch = pytest.importorskip("torch")
    from hw9core.anomaly.detectors import detectors_torch

    network = detectors_torch.OutlierNetworkModule((16, 8), torch.Generator().manual_seed(1))
    weights = {name: value.detach().half().numpy() for name, value in network.named_parameters()}
    with torch.no_grad():
        for value in network.parameters():
            value.copy_(value.half().float())
        expected = network(torch.from_numpy(images)).numpy()
    ours = OutlierNetwork(small_config, weights).decision_function(images)
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-6)


def test_the_networks_learn_and_repeat(small_config, digits, one_thread):
    pixels, labels = flat_pixels(digits.train.images), digits.train.labels
    network = OutlierNetwork(small_config).fit(pixels, labels)
    again = OutlierNetwork(small_config).fit(pixels, labels)
    assert all(np.array_equal(network.weights[name], again.weights[name]) for name in network.weights)
    longer = OutlierNetwork(dataclasses.replace(small_config, outlier_epochs=30)).fit(pixels, labels)
    outliers = synthetic_outliers(pixels, labels, np.random.default_rng(9), ["side by side", "stacked"])
    blobs = flat_pixels(digits.test.images)  # not seen in training
    assert auroc(longer.decision_function(blobs), longer.decision_function(outliers)) > 0.99
    with pytest.raises(ValueError, match="labels"):
        OutlierNetwork(small_config).fit(pixels)


def test_combined_standardises_on_what_it_is_fitted_on(small_config, digits, one_thread):
    pixels, labels = flat_pixels(digits.train.images), digits.train.labels
    autoencoder = AutoencoderError(AutoencoderConfig(hidden_sizes=(16,), code_size=4, epochs=1))
    combined = Combined(autoencoder, OutlierNetwork(small_config)).fit(pixels, labels)
    norms = np.sqrt(np.square(pixels.astype(np.float64)).sum(axis=1))
    logs = np.log(combined.autoencoder.decision_function(pixels) / norms)
    odds = combined.network.decision_function(pixels)
    expected = sum((part - part.mean()) / part.std(ddof=1) for part in (logs, odds))
    np.testing.assert_allclose(combined.decision_function(pixels), expected, rtol=1e-4, atol=1e-4)


# The protocol


def test_the_anomalies_take_no_part_in_fitting(small_config, small_autoencoder, digits, one_thread):
    other = LabelledImages(digits.anomaly.images[::-1] // 2, digits.anomaly.labels)
    first = train_detectors(small_config, small_autoencoder, digits)
    second = train_detectors(
        small_config, small_autoencoder, AutoencoderData(digits.train, digits.test, other)
    )
    assert not np.array_equal(first.arrays["scores/pca/anomaly"], second.arrays["scores/pca/anomaly"])
    for name in first.arrays.keys() | second.arrays.keys():
        if not name.endswith("/anomaly"):
            np.testing.assert_array_equal(first.arrays[name], second.arrays[name], err_msg=name)
    for name in DETECTORS:
        assert first.metrics[name]["threshold"] == second.metrics[name]["threshold"]


def test_fitting_sees_the_training_images_alone(small_config, small_autoencoder, digits, one_thread):
    (images, labels), (held_out, _) = split_as(small_autoencoder, digits.train)
    assert (len(images), len(held_out)) == (200, 50)
    fitted = fit_parameters(small_config, images, labels, small_autoencoder.arrays)
    trained = train_detectors(small_config, small_autoencoder, digits).arrays
    for name, values in fitted.items():
        np.testing.assert_array_equal(values, trained[name], err_msg=name)


def test_kinds_left_out_are_not_shown(small_config, small_autoencoder, digits, monkeypatch, one_thread):
    from hw9core.anomaly.detectors import detectors_torch

    shown = []
    train = detectors_torch.train_outlier_network

    def recording(*arguments, kinds):
        shown.append(set(kinds))
        return train(*arguments, kinds=kinds)

    monkeypatch.setattr(detectors_torch, "train_outlier_network", recording)
    misses = misses_by_kind(small_config, small_autoencoder, digits.train)
    assert shown == [set(KINDS) - set(left_out) for left_out in LEFT_OUT_TOGETHER]
    assert sorted(kind for group in LEFT_OUT_TOGETHER for kind in group) == sorted(KINDS)
    assert list(misses) == list(DETECTORS)
    for shares in misses.values():
        assert sorted(shares) == sorted(KINDS) and all(0 <= share <= 1 for share in shares.values())


# The shipped checkpoint

# β at α = 0.9 % as the specification of problem 1 lists it (None: not listed), and how near to land: the
# autoencoder varies by ±0.003 with its seed, the linear detectors with the split alone.
LISTED = {
    "autoencoder": (0.0333, 0.008),
    "autoencoder_normalised": (0.0112, 0.004),
    "pca": (0.0234, 0.001),
    "mahalanobis": (0.0158, 0.001),
    "mahalanobis_normalised": (0.0105, 0.001),
}


def test_shipped_rates_are_near_the_listed_ones(shipped):
    metrics = shipped.metadata["metrics"]
    for name, (expected, tolerance) in LISTED.items():
        assert metrics[name]["type_2_error_at_equal_type_1"] == pytest.approx(expected, abs=tolerance)
    assert metrics["pca"]["type_1_error"] == pytest.approx(0.0095, abs=0.001)
    assert metrics["pca"]["type_2_error"] == pytest.approx(0.0223, abs=0.001)
    assert metrics["pca"]["auroc"] == pytest.approx(0.9982, abs=2e-4)
    assert metrics["mahalanobis"]["type_1_error"] == pytest.approx(0.0174, abs=0.002)
    assert metrics["mahalanobis"]["type_2_error"] == pytest.approx(0.0093, abs=0.002)
    assert metrics["mahalanobis"]["auroc"] == pytest.approx(0.9990, abs=2e-4)
    # The goal of problem 1 for the best detector offered.
    assert metrics["combined"]["type_2_error_at_equal_type_1"] <= 0.001


def test_stored_scores_give_the_stored_metrics(shipped, shipped_autoencoder):
    for name in DETECTORS:
        scores = detector_scores(shipped, name)
        assert {getattr(scores, key).shape for key in SETS} == {(10_000,)}
        again = detector_metrics(scores.validation, scores.test, scores.anomaly)
        assert again == shipped.metadata["metrics"][name]
    # The autoencoder in this table is the one of the threshold page.
    for key, value in shipped_autoencoder.metadata["metrics"].items():
        assert shipped.metadata["metrics"]["autoencoder"][key] == pytest.approx(value, rel=1e-6)


def test_components_are_tabulated(shipped):
    counts = DetectorsConfig().component_counts
    aurocs = []
    for count in counts:
        scores = detector_scores(shipped, "pca", count)
        aurocs.append(detector_metrics(scores.validation, scores.test, scores.anomaly)["auroc"])
    assert aurocs == sorted(aurocs)
    np.testing.assert_array_equal(
        detector_scores(shipped, "pca").test, detector_scores(shipped, "pca", 128).test
    )
    with pytest.raises(ValueError):
        detector_scores(shipped, "pca", 3)


def test_shipped_scores_come_from_shipped_parameters(shipped, shipped_autoencoder, real_data_dir):
    data = load_autoencoder_data(real_data_dir)
    _, (validation, _) = split_as(shipped_autoencoder, data.train)
    pixels = {"validation": validation, "test": flat_pixels(data.test.images)}
    pixels["anomaly"] = flat_pixels(data.anomaly.images)
    rows = np.random.default_rng(4).choice(10_000, 300, replace=False)
    detectors = load_detectors(shipped, shipped_autoencoder)
    for name, detector in detectors.items():
        for key in SETS:
            stored = getattr(detector_scores(shipped, name), key)[rows]
            # Near 0 the log-odds are differences of large numbers: absolute there.
            np.testing.assert_allclose(
                detector.decision_function(pixels[key][rows]), stored, rtol=1e-4, atol=1e-3, err_msg=name
            )
    spectrum = detectors["pca"].spectrum
    for count in DetectorsConfig().component_counts:
        stored = detector_scores(shipped, "pca", count).test[rows]
        again = PCAError(count, spectrum).decision_function(pixels["test"][rows])
        np.testing.assert_allclose(again, stored, rtol=1e-4)


def test_the_shipped_file_is_small(shipped):
    assert shipped.path.stat().st_size <= 6_000_000


def test_the_report_is_a_table_with_every_detector(capsys, shipped):
    assert main(["train", "detectors", "--checkpoints", str(shipped.path.parent)]) == 0
    output = capsys.readouterr().out
    assert "not trained again" in output
    assert [label for label in DETECTORS.values() if label in output] == list(DETECTORS.values())


@pytest.mark.slow
def test_evaluate_recomputes_the_table(capsys, shipped, real_data_dir):
    argv = ["evaluate", "detectors", "--checkpoints", str(shipped.path.parent), "--data", str(real_data_dir)]
    assert main([*argv, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    stored = result.pop("stored")
    assert stored == shipped.metadata["metrics"]
    for name, metrics in result.items():
        assert metrics == pytest.approx(stored[name], rel=1e-5, abs=1.5e-4)  # one image more or less


@pytest.mark.slow
def test_linear_parameters_are_those_of_the_training_images(shipped, shipped_autoencoder, real_data_dir):
    (images, _), _ = split_as(shipped_autoencoder, load_images(real_data_dir, MNIST_TRAIN))
    spectrum = Spectrum.of(images)
    np.testing.assert_allclose(shipped.arrays["pixel_mean"], spectrum.mean, atol=1e-6)
    np.testing.assert_allclose(shipped.arrays["eigenvalues"], spectrum.eigenvalues, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_the_best_detector_was_chosen_without_kmnist(shipped_autoencoder, real_data_dir, tmp_path, capsys):
    """Only MNIST's training files are in the folder; the best on kinds left out is the one offered."""
    (tmp_path / "MNIST").mkdir()
    (tmp_path / "MNIST" / "raw").symlink_to(real_data_dir / "MNIST" / "raw")
    argv = ["evaluate", "detectors", "--left-out", "--json", "--data", str(tmp_path)]
    assert main([*argv, "--checkpoints", str(shipped_autoencoder.path.parent)]) == 0
    misses = json.loads(capsys.readouterr().out)
    means = {name: np.mean(list(shares.values())) for name, shares in misses.items()}
    assert min(means, key=means.get) == "combined" == list(DETECTORS)[-1]


def test_scoring_needs_neither_torch_nor_scipy_stats():
    program = (
        "import sys, numpy as np\n"
        "from hw9core.store import checkpoints\n"
        "from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig\n"
        "from hw9core.anomaly.detectors.suite import load_detectors\n"
        "trained = (checkpoints.require(config) for config in (DetectorsConfig(), AutoencoderConfig()))\n"
        "for detector in load_detectors(*trained).values(): detector.decision_function(np.zeros((1, 784)))\n"
        "assert not {'torch', 'scipy.stats', 'sklearn', 'streamlit'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
