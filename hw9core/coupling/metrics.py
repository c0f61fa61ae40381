"""What is reported of a trained coupling flow, from its weights, in NumPy (autograd checks the ladj)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.plane_sets import (
    PLANE_SETS,
    NoisyCurves,
    PlaneDistribution,
    cell_area,
    grid_axes,
    grid_points,
    plane_entropy,
)
from hw9core.coupling.stack import coupling_layers, parameter_count, snapshot_flow
from hw9core.coupling.tabulated import grid_density
from hw9core.distributions.flow import LOG_SQRT_2PI, NormalizingFlow
from hw9core.distributions.likelihood import negative_log_likelihood, paired_divergence
from hw9core.store.files import REPOSITORY

REFERENCE_FILE = REPOSITORY / "checkpoints" / "zuko-reference.json"
N_DERIVATIVES = 64  # points at which the log-determinant is checked
DIVERGED = 1_000.0  # nats above the start: a density e^1000 times too small does not come back
FAR = 4.0  # noises away from every curve the data has 3.4e-4 of its mass
MASS_CELLS = 300  # along each axis of a sum over the data's region

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
        "ladj_max_error": ladj_max_error(config, arrays, flow, test[:N_DERIVATIVES]),
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


def least_loss_without_permutations(data: PlaneDistribution, cells: int = MASS_CELLS) -> float:
    """The least expected loss, in nats, of any flow whose layers all copy x₁, by the rectangle rule.

    Such a flow has z₁ = x₁, so it gives x₁ the density of N(0, 1), and x₂ one Gaussian for each x₁; the best
    has the data's mean and variance there.
    """
    x1, x2 = grid_axes(data.region, cells)
    mass = cell_area(data.region, cells) * data.grid_density(data.region, cells)
    of_x1 = mass.sum(axis=0)
    seen = of_x1 > 0
    given_x1 = mass[:, seen] / of_x1[seen]
    variance = x2**2 @ given_x1 - (x2 @ given_x1) ** 2
    losses = 0.5 * (x1[seen] ** 2 + np.log(variance) + 1.0) + 2.0 * LOG_SQRT_2PI
    return float(of_x1[seen] @ losses)


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


def ladj_max_error(
    config: CouplingConfig,
    arrays: Mapping[str, NDArray],
    flow: NormalizingFlow,
    x: ArrayLike,
    before: Callable[[Any], Any] = lambda points: points,
) -> float:
    """The largest difference, in nats, between the flow's log-determinant and autograd's, at points x.

    ``before`` is what the flow does to torch's points before its first layer.
    """
    from hw9core.coupling.stack_torch import autograd_ladj

    expected = autograd_ladj(config, arrays["parameters"][-1], x, before)
    return float(np.abs(flow.transform.call_and_ladj(x)[1] - expected).max())
