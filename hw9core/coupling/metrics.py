"""What is reported of a trained coupling flow, from its weights, in NumPy (autograd checks the ladj)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.likelihood.image_flow import (
    bits_per_pixel,
    dequantised,
    flat_levels,
    image_flow,
    likelihood_scores,
)
from hw9core.arrays import FloatArray
from hw9core.coupling.config import MNIST, CouplingConfig, plane_samples
from hw9core.coupling.plane_sets import PLANE_SETS, NoisyCurves, cell_area, grid_points, plane_entropy
from hw9core.coupling.stack import coupling_layers, parameter_count, snapshot_flow
from hw9core.coupling.tabulated import grid_density
from hw9core.distributions.flow import NormalizingFlow
from hw9core.distributions.likelihood import negative_log_likelihood, paired_divergence
from hw9core.images.mnist import AutoencoderData
from hw9core.numerics.monte_carlo import estimate
from hw9core.store.files import REPOSITORY

REFERENCE_FILE = REPOSITORY / "checkpoints" / "zuko-reference.json"
N_DERIVATIVES = 64  # points at which the log-determinant is checked; 4 of MNIST's 784 × 784 Jacobians
N_IMAGE_DERIVATIVES = 4
DIVERGED = 1_000.0  # nats above the start: a density e^1000 times too small does not come back
FAR = 4.0  # noises away from every curve the data has 3.4e-4 of its mass
MASS_CELLS = 300  # along each axis of a sum over the data's region
_NOISE_SEED = (20_000, 7)  # no training uses it: those are (seed, 0) and (seed, 1)

Metrics = dict[str, float | int | str | None]


@dataclass(frozen=True, eq=False)
class FarMass:
    """What a distribution gives to points far from the data's curves: ``beyond`` (m,) farther than each of m
    distances, inside the data's region, and ``outside`` of the region, where it is not asked how far."""

    beyond: FloatArray
    outside: float


def plane_metrics(config: CouplingConfig, arrays: Mapping[str, NDArray]) -> Metrics:
    """Test NLL beside the data's entropy and the reference's, and how far the ladj is from autograd's.

    ``kl_true_model`` is the paired estimate of D(data ‖ flow) over the test samples. Of a run that diverged
    they tell the ``diverged_epoch`` too, and nothing else when its loss was not even finite in the end.
    """
    diverged = {} if (epoch := divergence_epoch(arrays["test_loss"])) is None else {"diverged_epoch": epoch}
    if not np.isfinite(arrays["test_loss"][-1]):
        return {"data_set": config.data_set, **diverged}
    flow, data = snapshot_flow(config, arrays), PLANE_SETS[config.data_set]
    _, test = plane_samples(config)
    nll = negative_log_likelihood(flow, test)
    divergence = paired_divergence(data, flow, test)
    metrics: Metrics = {
        "data_set": config.data_set,
        "test_nll": nll.value,
        "test_nll_se": nll.standard_error,
        "reference_nll": reference_nll(config),
        "true_entropy": plane_entropy(data),
        "kl_true_model": divergence.value,
        "kl_true_model_se": divergence.standard_error,
        "ladj_max_error": _ladj_max_error(config, arrays, flow, test[:N_DERIVATIVES]),
        "parameters": parameter_count(config),
        **diverged,
    }
    if isinstance(data, NoisyCurves):
        density = grid_density(flow, data.region, MASS_CELLS)
        metrics["far_mass"] = float(far_mass(data, density, [FAR]).beyond[0])
    return metrics


def divergence_epoch(losses: FloatArray) -> int | None:
    """The first epoch whose loss is not finite or 1,000 nats above that of epoch 0; None if there is none."""
    beyond = ~(losses <= losses[0] + DIVERGED)
    return int(np.argmax(beyond)) if beyond.any() else None


def image_metrics(
    config: CouplingConfig,
    arrays: Mapping[str, NDArray],
    data: AutoencoderData,
    scores: Mapping[str, NDArray] | None = None,
) -> Metrics:
    """The same of the flow of images, and problem 1's numbers with −log p(x) as the score.

    ``test_nll`` is in nats per image of dequantised grey levels, the noise from a seed no training uses.
    ``scores`` are those of :func:`image_scores`, computed here when they are not given.
    """
    flow = image_flow(config, arrays)
    noisy = noisy_test_levels(config, data)
    nll = estimate(np.concatenate([-flow.log_prob(part) for part in np.array_split(noisy, 20)]))
    return {
        "data_set": MNIST,
        "test_nll": nll.value,
        "test_nll_se": nll.standard_error,
        "bits_per_pixel": bits_per_pixel(nll.value),
        "reference_nll": reference_nll(config),
        "ladj_max_error": _ladj_max_error(config, arrays, flow, noisy[:N_IMAGE_DERIVATIVES]),
        "parameters": parameter_count(config),
        **anomaly_metrics(**(scores or image_scores(flow, arrays, data))),
    }


def noisy_test_levels(config: CouplingConfig, data: AutoencoderData) -> FloatArray:
    """Dequantised grey levels of the test images, float64 (n_test, 784), always with the same noise."""
    test = flat_levels(data.test.images)[: config.n_test]
    return dequantised(test, np.random.default_rng(_NOISE_SEED))


def image_scores(
    flow: NormalizingFlow, arrays: Mapping[str, NDArray], data: AutoencoderData
) -> dict[str, NDArray[np.float32]]:
    """−log p(x), float32 (n,), of the validation, test and anomaly images, in the order of the images."""
    sets = {
        "validation": data.train.images[arrays["validation_index"]],
        "test": data.test.images,
        "anomaly": data.anomaly.images,
    }
    return {name: np.float32(likelihood_scores(flow, flat_levels(images))) for name, images in sets.items()}


def far_mass(data: NoisyCurves, density: FloatArray, noises: ArrayLike) -> FarMass:
    """The probability of points more than ``noises`` (m,) from every curve, by the rectangle rule.

    ``density`` (cells, cells) is that of a flow, or of the data, at the points of a grid over the data's
    region. The data itself has at most e⁻⁸ = 3.4e-4 more than 4 noises away.
    """
    mass = cell_area(data.region, len(density)) * density
    away = grid_noises(data, len(density))
    beyond = np.array([mass[away > far].sum() for far in np.asarray(noises)])
    return FarMass(beyond, max(1.0 - float(mass.sum()), 0.0))


@lru_cache(maxsize=8)
def grid_noises(data: NoisyCurves, cells: int) -> FloatArray:
    """How many noises the points of a grid over the data's region are from the nearest curve, read-only."""
    noises = data.distance(grid_points(data.region, cells)[0]) / data.noise
    noises.setflags(write=False)
    return noises


def largest_scales(config: CouplingConfig, arrays: Mapping[str, NDArray], points: FloatArray) -> FloatArray:
    """The largest s of any layer at any of points (n, 2), at every snapshot of a training; (snapshots,)."""
    return np.array([_largest_scale(config, vector, points) for vector in arrays["parameters"]])


def _largest_scale(config: CouplingConfig, parameters: NDArray, points: FloatArray) -> float:
    largest = -np.inf
    with np.errstate(over="ignore", invalid="ignore"):  # what has diverged may leave every range
        for layer in coupling_layers(config, parameters):
            points, s = layer.call_and_ladj(points)  # one coordinate moves: its s is the log-determinant
            largest = np.fmax(largest, np.nanmax(s))
    return float(largest)


def reference_nll(config: CouplingConfig) -> float | None:
    """Test NLL, in nats, of zuko's RealNVP at equal parameters on the same data.

    As ``python -m benchmarks.reference_flow`` measured it; None where no such flow was trained.
    """
    try:
        entries = json.loads(REFERENCE_FILE.read_text())["flows"]
    except (OSError, ValueError, KeyError):
        return None
    return next((entry["test_nll"] for entry in entries if entry["config"] == asdict(config)), None)


def _ladj_max_error(
    config: CouplingConfig, arrays: Mapping[str, NDArray], flow: NormalizingFlow, x: ArrayLike
) -> float:
    """The largest difference, in nats, between the flow's log-determinant and autograd's, at points x."""
    from hw9core.anomaly.likelihood.image_flow_torch import logits_of
    from hw9core.coupling.stack_torch import autograd_ladj

    def before(points):
        return logits_of(points, arrays["logit_loc"], arrays["logit_scale"])

    first = (before,) if config.data_set == MNIST else ()
    expected = autograd_ladj(config, arrays["parameters"][-1], x, *first)
    return float(np.abs(flow.transform.call_and_ladj(x)[1] - expected).max())
