"""A trained stack of affine coupling layers in NumPy: from one row of numbers to a flow.

The parameters of a checkpoint are one vector: for each layer s_theta, then t_theta, each as weight (out, in)
and bias of its first, second and last linear map. That is the order of torch's ``parameters_to_vector``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.layers import DEFAULT_BOUND, AffineCouplingTransform, ComposedTransform, Network
from hw9core.distributions.flow import NormalizingFlow, StandardNormal

HIDDEN_LAYERS = 2
SNAPSHOTS = 16


def layer_masks(config: CouplingConfig) -> tuple[tuple[int, ...], ...]:
    """Ω of every layer: the coordinates with an even and an odd number in turn.

    Changing Ω is the permutation between the layers, written in the original order of the coordinates.
    Without ``permute`` every layer copies the even ones.
    """
    halves = (tuple(range(0, config.dim, 2)), tuple(range(1, config.dim, 2)))
    return tuple(halves[k % 2 if config.permute else 0] for k in range(config.layers))


def network_sizes(config: CouplingConfig, mask: Sequence[int]) -> tuple[int, ...]:
    """Inputs, hidden units and outputs of s_theta and t_theta in a layer that copies ``mask``."""
    return (len(mask), *(config.hidden_size,) * HIDDEN_LAYERS, config.dim - len(mask))


def scale_bound(config: CouplingConfig) -> float:
    """The bound on |s|, infinite when there is none."""
    return DEFAULT_BOUND if config.bounded else math.inf


def parameter_count(config: CouplingConfig) -> int:
    """How many numbers the networks of all layers have."""
    sizes = [network_sizes(config, mask) for mask in layer_masks(config)]
    return sum(2 * sum((n_in + 1) * n_out for n_in, n_out in pairwise(size)) for size in sizes)


def snapshot_epochs(epochs: int) -> tuple[int, ...]:
    """The epochs whose parameters are kept: 0, the last, and between them ever fewer; at most 16."""
    return (0, *np.unique(np.geomspace(1, epochs, SNAPSHOTS - 1).round().astype(int)).tolist())


def coupling_layers(config: CouplingConfig, parameters: ArrayLike) -> tuple[AffineCouplingTransform, ...]:
    """The layers, the one next to the data first, from a vector of :func:`parameter_count` numbers."""
    vector = np.asarray(parameters, dtype=np.float64)
    if vector.shape != (parameter_count(config),):
        raise ValueError(f"These layers have {parameter_count(config):,} parameters, not {vector.shape}.")
    numbers = _Reader(vector)
    layers = []
    for mask in layer_masks(config):
        sizes = network_sizes(config, mask)
        s_theta, t_theta = (Network(tuple(numbers.linear_maps(sizes))) for _ in range(2))
        layers.append(AffineCouplingTransform(config.dim, mask, s_theta, t_theta, scale_bound(config)))
    return tuple(layers)


def coupling_flow(config: CouplingConfig, parameters: ArrayLike) -> NormalizingFlow:
    """The flow of these layers onto N(0, I)."""
    return NormalizingFlow(ComposedTransform(coupling_layers(config, parameters)), StandardNormal(config.dim))


def snapshot_flow(
    config: CouplingConfig, arrays: Mapping[str, NDArray], snapshot: int = -1
) -> NormalizingFlow:
    """The flow of a checkpoint's arrays at one of its ``snapshot_epochs``, by default the last."""
    return coupling_flow(config, arrays["parameters"][snapshot])


def points_by_layer(layers: Sequence[AffineCouplingTransform], x: ArrayLike) -> FloatArray:
    """Where points x (..., n) are before the first layer and after each: float64 (layers + 1, ..., n)."""
    return np.stack(list(_passing(x, (layer.call_and_ladj for layer in layers))))


def points_back(layers: Sequence[AffineCouplingTransform], z: ArrayLike) -> FloatArray:
    """Where points z (..., n) are on their way back, the last layer undone first: (layers + 1, ..., n)."""
    return np.stack(list(_passing(z, (layer.inverse_and_ladj for layer in reversed(layers)))))


def _passing(points: ArrayLike, maps) -> Iterator[FloatArray]:
    points = np.asarray(points, dtype=np.float64)
    yield points
    for transform in maps:
        points, _ = transform(points)
        yield points


class _Reader:
    """Takes arrays off the front of a vector."""

    def __init__(self, vector: FloatArray) -> None:
        self.vector = vector
        self.position = 0

    def linear_maps(self, sizes: Sequence[int]) -> Iterator[tuple[FloatArray, FloatArray]]:
        for n_in, n_out in pairwise(sizes):
            weight = self._take(n_out * n_in).reshape(n_out, n_in)
            yield weight, self._take(n_out)

    def _take(self, count: int) -> FloatArray:
        self.position += count
        return self.vector[self.position - count : self.position]
