"""What is reported of the trained flow of images, from its weights, in NumPy (autograd checks the ladj)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.base import in_batches, score_sets
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import FlowLikelihood
from hw9core.anomaly.likelihood.image_flow import bits_per_pixel, dequantised
from hw9core.arrays import Float32Array, FloatArray
from hw9core.coupling.metrics import Metrics, ladj_max_error, reference_nll
from hw9core.coupling.stack import parameter_count
from hw9core.images.mnist import AutoencoderData, flat_levels
from hw9core.numerics.monte_carlo import estimate

N_DERIVATIVES = 4  # of 784 × 784 numbers each
_NOISE_SEED = (20_000, 7)  # no training uses it: those are (seed, 0) and (seed, 1)


def image_metrics(
    config: ImageFlowConfig,
    arrays: Mapping[str, NDArray],
    data: AutoencoderData,
    scores: Mapping[str, NDArray] | None = None,
) -> Metrics:
    """Test NLL beside the reference's, how far the ladj is from autograd's, and problem 1's numbers.

    ``test_nll`` is in nats per image of dequantised grey levels, the noise from a seed no training uses. The
    score is −log p(x); ``scores`` are those of :func:`image_scores`, computed here when they are not given.
    """
    from hw9core.anomaly.likelihood.image_flow_torch import logits_of

    flow = FlowLikelihood(config, arrays).flow
    noisy = noisy_test_levels(config, data)
    nll = estimate(in_batches(lambda levels: -flow.log_prob(levels), noisy))
    before = partial(logits_of, loc=arrays["logit_loc"], scale=arrays["logit_scale"])
    return {
        "data_set": config.data_set,
        "test_nll": nll.value,
        "test_nll_se": nll.standard_error,
        "bits_per_pixel": bits_per_pixel(nll.value),
        "reference_nll": reference_nll(config),
        "ladj_max_error": ladj_max_error(config, arrays, flow, noisy[:N_DERIVATIVES], before),
        "parameters": parameter_count(config),
        **anomaly_metrics(**(scores or image_scores(config, arrays, data))),
    }


def image_scores(
    config: ImageFlowConfig, arrays: Mapping[str, NDArray], data: AutoencoderData
) -> dict[str, Float32Array]:
    """−log p(x) in nats, float32 (n,), of the validation, test and anomaly images, in their order."""
    detector = FlowLikelihood(config, arrays)
    return score_sets(detector.decision_function, data.scored(arrays["validation_index"]))


def noisy_test_levels(config: ImageFlowConfig, data: AutoencoderData) -> FloatArray:
    """Dequantised grey levels of the test images, float64 (n_test, 784), always with the same noise."""
    test = flat_levels(data.test.images)[: config.n_test]
    return dequantised(test, np.random.default_rng(_NOISE_SEED))
