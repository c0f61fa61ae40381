"""The flow of images: pixels to logits, dequantisation, and MNIST's shipped flow recomputed."""

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch
from scipy import integrate, special

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.config import ImageFlowConfig, coupling_config
from hw9core.anomaly.likelihood.detector import FlowLikelihood
from hw9core.anomaly.likelihood.image_flow import (
    MARGIN,
    SMALLEST_SCALE,
    LogitTransform,
    bits_per_pixel,
    dequantised,
    image_flow,
    logit_transform,
)
from hw9core.anomaly.likelihood.image_flow_torch import logits_of, train_image_flow
from hw9core.anomaly.likelihood.metrics import image_metrics
from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.layers import complex_step_jacobian
from hw9core.coupling.metrics import REFERENCE_FILE, reference_nll
from hw9core.coupling.stack import parameter_count
from hw9core.errors import ConfigError
from hw9core.images.mnist import LEVELS, flat_levels, flat_pixels, load_autoencoder_data
from hw9core.store import checkpoints

pytestmark = pytest.mark.usefixtures("one_thread")
MNIST_FLOW = ImageFlowConfig()


@pytest.fixture(scope="module")
def shipped():
    return checkpoints.require(MNIST_FLOW)


@pytest.fixture(scope="module")
def real_data(real_data_dir):
    return load_autoencoder_data(real_data_dir)


def test_its_configuration_is_that_of_a_coupling_flow_of_images():
    assert MNIST_FLOW == ImageFlowConfig(layers=6, hidden_size=256, n_train=50_000, n_test=10_000)
    assert (MNIST_FLOW.kind, MNIST_FLOW.data_set, MNIST_FLOW.dim) == ("coupling", "mnist", 784)
    assert coupling_config(**asdict(MNIST_FLOW)) == MNIST_FLOW
    assert coupling_config(**asdict(CouplingConfig("rings"))) == CouplingConfig("rings")
    assert checkpoints.checkpoint_path(MNIST_FLOW).name == "coupling-89fdb5f65edc6816.safetensors"
    for fields, words in (({"n_train": 50_001}, "from 2 to 50,000"), ({"data_set": "moons"}, "one of mnist")):
        with pytest.raises(ConfigError, match=words):
            ImageFlowConfig(**fields)


def test_it_is_no_worse_than_the_reference(shipped):
    entries = json.loads(REFERENCE_FILE.read_text())["flows"]
    entry = next(entry for entry in entries if entry["config"] == asdict(MNIST_FLOW))
    assert entry["parameters"] >= parameter_count(MNIST_FLOW)
    assert reference_nll(MNIST_FLOW) == entry["test_nll"]
    assert shipped.metadata["metrics"]["test_nll"] <= entry["test_nll"] + 0.05


def small_pixels(n=6):
    rng = np.random.default_rng(0)
    return LogitTransform(rng.normal(size=n), rng.uniform(0.2, 2, n)), rng.uniform(1, 255, (4, n))


def test_logits_go_there_and_back_and_know_their_slopes():
    pixels, x = small_pixels()
    z, ladj = pixels.call_and_ladj(x)
    share = MARGIN + (1 - 2 * MARGIN) * x / LEVELS
    np.testing.assert_allclose(z, (special.logit(share) - pixels.loc) / pixels.scale, rtol=1e-12)
    back, inverse_ladj = pixels.inverse_and_ladj(z)
    np.testing.assert_allclose(back, x, rtol=1e-12)
    np.testing.assert_allclose(inverse_ladj, -ladj, rtol=1e-12)
    step = 1e-5
    slopes = (pixels.call_and_ladj(x + step)[0] - pixels.call_and_ladj(x - step)[0]) / (2 * step)
    np.testing.assert_allclose(ladj, np.log(slopes).sum(axis=1), rtol=1e-7)


def test_the_torch_logits_are_numpys():
    pixels, x = small_pixels()
    np.testing.assert_allclose(
        logits_of(torch.tensor(x), pixels.loc, pixels.scale), pixels.call_and_ladj(x)[0], rtol=1e-12
    )


def test_the_transform_standardises_its_images():
    images = np.random.default_rng(0).integers(0, 256, (2_500, 784)).astype(np.uint8)
    images[:, :10] = 0  # pixels that never vary
    z, _ = logit_transform(images).call_and_ladj(images + 0.5)
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(z[:, 10:].std(axis=0), 1.0, rtol=1e-9)
    assert np.all(logit_transform(images).scale[:10] == SMALLEST_SCALE)


def test_dequantised_levels_stay_in_their_level():
    images = np.arange(256, dtype=np.uint8).reshape(1, 256)
    noisy = dequantised(images, np.random.default_rng(0))
    assert np.array_equal(np.floor(noisy), images) and np.all(noisy > images)


def test_uniform_levels_cost_eight_bits():
    assert bits_per_pixel(784 * np.log(256)) == pytest.approx(8.0)


def test_along_one_pixel_the_density_is_a_density(shipped):
    """∫ p(x₀ | others) dx₀ over all levels is p(others), which the margins make almost exact: at most 1."""
    flow = image_flow(MNIST_FLOW, shipped.arrays)
    levels = np.zeros(784) + 0.5
    reference = float(flow.log_prob(levels))

    def height(level):
        moved = levels.copy()
        moved[0] = level
        return np.exp(float(flow.log_prob(moved)) - reference)

    pixels = LogitTransform(np.zeros(1), np.ones(1))
    assert integrate.quad(height, 0.0, 5.0, limit=60)[0] > 0
    # A pixel that never varies: half a level to either side is far more likely than ten levels up.
    assert height(10.5) < 1e-3 < height(0.9)
    assert np.isfinite(pixels.call_and_ladj(np.array([0.5]))[0]).all()


def test_the_shipped_flow_goes_there_and_back(shipped, real_data):
    flow = image_flow(MNIST_FLOW, shipped.arrays)
    levels = flat_levels(real_data.test.images)[:20] + 0.5
    z, ladj = flow.transform.call_and_ladj(levels)
    back, inverse_ladj = flow.transform.inverse_and_ladj(z)
    np.testing.assert_allclose(back, levels, atol=1e-6)
    np.testing.assert_allclose(inverse_ladj, -ladj, rtol=1e-9)


def test_its_determinant_is_that_of_the_whole_jacobian(shipped, real_data):
    flow = image_flow(MNIST_FLOW, shipped.arrays)
    levels = flat_levels(real_data.anomaly.images)[0] + 0.5
    pixels, *layers = flow.transform.transforms
    logits, before = pixels.call_and_ladj(levels)
    total = before
    for layer in layers:
        derivative = complex_step_jacobian(lambda x, layer=layer: layer.call_and_ladj(x)[0], logits)
        total = total + np.linalg.slogdet(derivative).logabsdet
        logits, _ = layer.call_and_ladj(logits)
    assert flow.transform.call_and_ladj(levels)[1] == pytest.approx(total, abs=1e-8)


def test_stored_scores_and_rates_are_those_of_the_weights(shipped, real_data):
    detector = FlowLikelihood(MNIST_FLOW, shipped.arrays)
    sets = real_data.scored(shipped.arrays["validation_index"])
    for name, images in sets.items():
        scores = detector.decision_function(flat_pixels(images[:500]))
        np.testing.assert_allclose(scores, shipped.arrays[f"scores/{name}"][:500], rtol=1e-7)
        levels = flat_levels(images[:50])
        np.testing.assert_array_equal(scores[:50], -detector.flow.log_prob(levels + 0.5))
    rates = anomaly_metrics(*(shipped.arrays[f"scores/{name}"] for name in sets))
    stored = shipped.metadata["metrics"]
    assert {name: stored[name] for name in rates} == pytest.approx(rates)


def test_the_split_is_the_autoencoders(shipped):
    autoencoder = checkpoints.require(AutoencoderConfig())
    assert np.array_equal(shipped.arrays["validation_index"], autoencoder.arrays["validation_index"])


@pytest.mark.slow
def test_all_metrics_of_the_shipped_flow_again(shipped, real_data):
    metrics = image_metrics(MNIST_FLOW, shipped.arrays, real_data)
    stored = shipped.metadata["metrics"]
    for name in ("threshold", "type_1_error", "type_2_error", "auroc", "test_nll", "bits_per_pixel"):
        assert metrics[name] == pytest.approx(stored[name], rel=1e-4)
    assert metrics["ladj_max_error"] < 1e-8


def test_a_small_training_on_real_images(real_data):
    config = ImageFlowConfig(layers=2, hidden_size=8, epochs=2, n_train=400, n_test=200)
    small = type(real_data)(
        real_data.train,
        type(real_data.test)(real_data.test.images[:200], real_data.test.labels[:200]),
        type(real_data.test)(real_data.anomaly.images[:200], real_data.anomaly.labels[:200]),
    )
    model = train_image_flow(config, small)
    assert model.arrays["parameters"].shape[0] == 1 and model.arrays["scores/anomaly"].shape == (200,)
    assert model.arrays["test_loss"][-1] < model.arrays["test_loss"][0]
    # The last loss and the metric are one number, but for the rounding of the weights to float16.
    assert model.metrics["test_nll"] == pytest.approx(model.arrays["test_loss"][-1], rel=1e-3)
    assert 0 <= model.metrics["type_1_error"] <= 1
