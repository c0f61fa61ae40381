"""The one-dimensional flow of problem 2 in torch, float64: what training differentiates, and an oracle.

:mod:`hw9core.line_flow.mixture_cdf` is the same mathematics in NumPy; a parity test holds the two together.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri_exp
from torch import Tensor, nn

from hw9core.distributions.flow import LOG_SQRT_2PI
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform

# Without a floor the likelihood is unbounded: one component shrinks onto one sample. In standard deviations.
SMALLEST_SCALE = 1e-3


class MixtureModule(nn.Module):
    """Mixture parameters as free numbers: weights softmax(logits), scales 0.001 + exp(log_scales).

    It starts with the centres ``locs``, float64 (K,), equal weights and scales of 1.001.
    """

    def __init__(self, locs: Tensor) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.zeros_like(locs))
        self.locs = nn.Parameter(locs.clone())
        self.log_scales = nn.Parameter(torch.zeros_like(locs))

    def parameters_of_mixture(self) -> tuple[Tensor, Tensor, Tensor]:
        """log weights, locs and scales, each (K,)."""
        return torch.log_softmax(self.logits, 0), self.locs, SMALLEST_SCALE + torch.exp(self.log_scales)

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats, (n,) as x; whatever the base, which cancels from log base(z) + log dz/dx."""
        return mixture_log_prob(x, *self.parameters_of_mixture())


def mixture_log_prob(x: Tensor, log_weights: Tensor, locs: Tensor, scales: Tensor) -> Tensor:
    """log Σ_k w_k N(x; μ_k, σ_k) of shape x."""
    a = (x[..., None] - locs) / scales
    return torch.logsumexp(log_weights - torch.log(scales) - LOG_SQRT_2PI - 0.5 * a.square(), -1)


def flow(x: Tensor, log_weights: Tensor, locs: Tensor, scales: Tensor, base: str = "normal") -> Tensor:
    """z = f(x) of shape x, differentiable in all arguments, in both tails."""
    a = (x[..., None] - locs) / scales
    log_cdf = torch.logsumexp(log_weights + torch.special.log_ndtr(a), -1)
    log_sf = torch.logsumexp(log_weights + torch.special.log_ndtr(-a), -1)
    lower = log_cdf < log_sf
    if base == "logistic":
        return log_cdf - log_sf
    if base == "uniform":
        return torch.where(lower, torch.exp(log_cdf), -torch.expm1(log_sf))
    z = _NormalQuantile.apply(torch.where(lower, log_cdf, log_sf))
    return torch.where(lower, z, -z)


def autograd_ladj(transform: MixtureCDFTransform, x: ArrayLike) -> NDArray[np.float64]:
    """log dz/dx by automatic differentiation of z alone, float64 of shape x: knows nothing of the density."""
    points = torch.tensor(np.asarray(x, dtype=np.float64), requires_grad=True)
    log_weights = torch.log(torch.tensor(transform.weights))
    locs, scales = torch.tensor(transform.locs), torch.tensor(transform.scales)
    z = flow(points, log_weights, locs, scales, transform.base.name)
    (slope,) = torch.autograd.grad(z.sum(), points)
    return torch.log(slope).numpy()


class _NormalQuantile(torch.autograd.Function):
    """Φ⁻¹(e^y), which torch lacks for y far below 0; d/dy is e^y / φ(z). On the CPU, once differentiable."""

    @staticmethod
    def forward(ctx, y: Tensor) -> Tensor:
        z = torch.from_numpy(np.asarray(ndtri_exp(y.detach().numpy())))
        ctx.save_for_backward(y, z)
        return z

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gradient: Tensor) -> Tensor:
        y, z = ctx.saved_tensors
        return gradient * torch.exp(y + 0.5 * z.square() + LOG_SQRT_2PI)
