"""Affine coupling layers in torch: what training differentiates, and an oracle for the NumPy ones."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from hw9core.arrays import FloatArray
from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.stack import layer_masks, network_sizes, scale_bound
from hw9core.distributions.flow import LOG_SQRT_2PI


class CouplingLayer(nn.Module):
    """z_Ωᶜ = e^s ⊙ x_Ωᶜ + t with s and t of x_Ω; both start as 0, so that the layer starts as z = x."""

    def __init__(self, sizes: tuple[int, ...], bound: float) -> None:
        super().__init__()
        self.s_theta, self.t_theta = (_perceptron(sizes) for _ in range(2))
        self.bound = bound

    def forward(self, copied: Tensor, moved: Tensor) -> tuple[Tensor, Tensor]:
        """z_Ωᶜ of x_Ω and x_Ωᶜ, and log|det ∂z/∂x| (...)."""
        s = self.s_theta(copied)
        if math.isfinite(self.bound):
            s = self.bound * torch.tanh(s / self.bound)
        return torch.exp(s) * moved + self.t_theta(copied), s.sum(-1)


class CouplingFlowModule(nn.Module):
    """The layers of a configuration, the one next to the data first, onto N(0, I).

    ``generator`` draws the initial weights; the output layers of all networks start as 0. Coordinates with an
    even and an odd number are kept apart from the first layer to the last: picking them anew in every layer
    would cost more than the layer.
    """

    def __init__(self, config: CouplingConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        masks = layer_masks(config)
        self.copied_halves = [
            mask[0] for mask in masks
        ]  # 0: the layer copies the even coordinates, 1: the odd
        self.layers = nn.ModuleList(
            CouplingLayer(network_sizes(config, mask), scale_bound(config)) for mask in masks
        )
        for layer in self.layers:
            for network in (layer.s_theta, layer.t_theta):
                _initialise(network, generator)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """z (..., n) and log|det ∂z/∂x| (...) of points x (..., n)."""
        halves = [x[..., 0::2], x[..., 1::2]]
        ladj = x.new_zeros(x.shape[:-1])
        for half, layer in zip(self.copied_halves, self.layers, strict=True):
            halves[1 - half], gained = layer(halves[half], halves[1 - half])
            ladj = ladj + gained
        return torch.stack(halves, -1).flatten(-2), ladj

    def log_prob(self, x: Tensor) -> Tensor:
        """log N(z; 0, I) + log|det ∂z/∂x| in nats, (...)."""
        z, ladj = self(x)
        return ladj - 0.5 * z.square().sum(-1) - z.shape[-1] * LOG_SQRT_2PI

    def vector(self) -> np.ndarray:
        """All parameters in the order of :mod:`hw9core.coupling.stack`, in the module's own dtype."""
        return parameters_to_vector(self.parameters()).detach().cpu().numpy()

    def load_vector(self, parameters: ArrayLike) -> None:
        """Take all parameters from such a vector."""
        own = next(self.parameters())
        vector_to_parameters(torch.as_tensor(np.array(parameters)).to(own), self.parameters())


def autograd_ladj(
    config: CouplingConfig,
    parameters: ArrayLike,
    x: ArrayLike,
    before: Callable[[Tensor], Tensor] = lambda x: x,
) -> FloatArray:
    """log|det ∂z/∂x| (m,) of points x (m, n) as the determinant of the Jacobian by automatic differentiation.

    In float64, and from z alone: nothing is read from the layers' own sums. ``before`` is what happens to
    points before the first layer.
    """
    module = CouplingFlowModule(config).double()
    module.load_vector(parameters)
    points = torch.tensor(np.asarray(x, dtype=np.float64))

    def z_of(point: Tensor) -> Tensor:
        return module(before(point))[0]

    jacobians = torch.stack(
        [torch.autograd.functional.jacobian(z_of, point, vectorize=True) for point in points]
    )
    return torch.linalg.slogdet(jacobians).logabsdet.detach().numpy()


def _perceptron(sizes: tuple[int, ...]) -> nn.Sequential:
    first, *others = [nn.Linear(n_in, n_out) for n_in, n_out in zip(sizes, sizes[1:], strict=False)]
    return nn.Sequential(first, *(module for linear in others for module in (nn.Tanh(), linear)))


@torch.no_grad()
def _initialise(network: nn.Sequential, generator: torch.Generator | None) -> None:
    """Uniform within ±1/√fan_in, as torch's own start, but from this generator; the last map 0."""
    linear_maps = [module for module in network if isinstance(module, nn.Linear)]
    for linear in linear_maps[:-1]:
        reach = linear.in_features**-0.5
        linear.weight.uniform_(-reach, reach, generator=generator)
        linear.bias.uniform_(-reach, reach, generator=generator)
    linear_maps[-1].weight.zero_()
    linear_maps[-1].bias.zero_()
