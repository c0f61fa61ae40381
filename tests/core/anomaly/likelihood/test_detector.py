"""The likelihood of a flow as a detector: parity with the stored scores, pairing, and fitting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from hw9core.anomaly.decisions.error_rates import auroc
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import FlowLikelihood, flow_scores, load_flow_detector
from hw9core.images.mnist import KMNIST_TEST, MNIST_TEST, MNIST_TRAIN, flat_pixels, load_images
from hw9core.store import checkpoints

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def shipped():
    return checkpoints.require(ImageFlowConfig(), ROOT / "checkpoints")


@pytest.fixture(scope="module")
def detector(shipped):
    return load_flow_detector(shipped)


@pytest.fixture(scope="module")
def image_sets(real_data_dir, shipped):
    train = load_images(real_data_dir, MNIST_TRAIN)
    return {
        "validation": flat_pixels(train.images[shipped.arrays["validation_index"]]),
        "test": flat_pixels(load_images(real_data_dir, MNIST_TEST).images),
        "anomaly": flat_pixels(load_images(real_data_dir, KMNIST_TEST).images),
    }


def test_the_score_is_the_change_of_variables_written_out(detector, shipped):
    """−log p of two images by plain loops over layers and pixels, from the stored arrays alone."""
    levels = np.random.default_rng(0).integers(0, 256, (2, 784))
    arrays = shipped.arrays
    numbers = iter(np.float64(arrays["parameters"][0]))

    def take(*shape):
        return np.fromiter(numbers, np.float64, int(np.prod(shape))).reshape(shape)

    share = 0.05 + 0.9 * (levels + 0.5) / 256
    z = (np.log(share / (1 - share)) - arrays["logit_loc"]) / np.float64(arrays["logit_scale"])
    log_det = np.sum(np.log(0.9 / 256 / (share * (1 - share)) / np.float64(arrays["logit_scale"])), axis=1)
    for layer in range(6):
        kept, moved = (np.arange(start, 784, 2) for start in ((0, 1), (1, 0))[layer % 2])
        outputs = []
        for _ in ("s", "t"):
            (w1, b1), (w2, b2), (w3, b3) = (
                (take(n_out, n_in), take(n_out)) for n_in, n_out in ((392, 256), (256, 256), (256, 392))
            )
            outputs.append(np.tanh(np.tanh(z[:, kept] @ w1.T + b1) @ w2.T + b2) @ w3.T + b3)
        s = 2 * np.tanh(outputs[0] / 2)
        z[:, moved] = np.exp(s) * z[:, moved] + outputs[1]
        log_det += s.sum(axis=1)
    assert next(numbers, None) is None
    expected = -(stats.norm.logpdf(z).sum(axis=1) + log_det)
    np.testing.assert_allclose(detector.decision_function(levels / 255), expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["validation", "test", "anomaly"])
def test_stored_scores_come_from_the_weights(detector, shipped, image_sets, name):
    stored = getattr(flow_scores(shipped), name)
    assert stored.shape == (10_000,) and stored.dtype == np.float64
    np.testing.assert_allclose(detector.decision_function(image_sets[name][:1000]), stored[:1000], rtol=1e-6)


def test_rates_of_the_first_thousand_follow_from_weights(detector, shipped, image_sets):
    digits, characters = (image_sets[name][:1000] for name in ("test", "anomaly"))
    validation = flow_scores(shipped).validation
    assert detector.threshold_ == pytest.approx(validation.mean() + 3 * validation.std(ddof=1), rel=1e-12)
    assert 0 < np.mean(detector.decision_function(digits) > detector.threshold_) < 0.01
    assert np.mean(detector.decision_function(characters) > detector.threshold_) > 0.99


@pytest.mark.slow
def test_alpha_and_beta_are_recomputed_from_weights(detector, shipped, image_sets):
    scores = {name: detector.decision_function(pixels) for name, pixels in image_sets.items()}
    threshold = scores["validation"].mean() + 3 * scores["validation"].std(ddof=1)
    metrics = shipped.metadata["metrics"]
    assert threshold == pytest.approx(metrics["threshold"], rel=1e-6)
    assert np.mean(scores["test"] > threshold) == metrics["type_1_error"]
    assert np.mean(scores["anomaly"] <= threshold) == metrics["type_2_error"]
    assert auroc(scores["test"], scores["anomaly"]) == pytest.approx(metrics["auroc"], abs=1e-7)


def test_its_scores_are_paired_with_the_autoencoders(shipped):
    autoencoder = checkpoints.require(AutoencoderConfig(), ROOT / "checkpoints")
    held_out = shipped.arrays["validation_index"]
    np.testing.assert_array_equal(held_out, autoencoder.arrays["validation_index"])
    # The same order of images too: what is hard for the one is harder for the other.
    for name in ("validation", "test", "anomaly"):
        of_flow = getattr(flow_scores(shipped), name)
        assert stats.spearmanr(of_flow, autoencoder.arrays[f"scores/{name}"][-1]).statistic > 0.3


def test_fitting_uses_the_images_it_is_given(tiny_data, one_thread):
    config = ImageFlowConfig(layers=2, hidden_size=4, epochs=3, batch_size=50, learning_rate=0.01)
    blobs, noise = flat_pixels(tiny_data.train.images), flat_pixels(tiny_data.anomaly.images)
    detector = FlowLikelihood(config).fit(blobs)
    spread = detector.arrays["logit_scale"]
    assert detector.arrays["parameters"].shape[0] == 1 and spread.shape == (784,)
    of_blobs, of_noise = detector.decision_function(blobs), detector.decision_function(noise)
    assert of_blobs.max() < of_noise.min()
    again = FlowLikelihood(config).fit(blobs)
    np.testing.assert_array_equal(again.decision_function(noise), of_noise)


def test_other_shapes_are_refused(detector):
    with pytest.raises(ValueError, match="shape"):
        detector.decision_function(np.zeros((2, 28, 28)))


def test_scoring_needs_no_torch():
    program = (
        "import sys, numpy as np\n"
        "from hw9core.store import checkpoints\n"
        "from hw9core.anomaly.likelihood.config import ImageFlowConfig\n"
        "from hw9core.anomaly.likelihood.detector import load_flow_detector\n"
        "detector = load_flow_detector(checkpoints.require(ImageFlowConfig()))\n"
        "detector.decision_function(np.zeros((1, 784)))\n"
        "assert not {'torch', 'scipy.stats', 'sklearn', 'streamlit'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
