"""How well a model fits data, from samples of the data: its loss, and the divergence that is left in it."""

from __future__ import annotations

from numpy.typing import ArrayLike

from hw9core.distributions.density import Distribution
from hw9core.numerics.monte_carlo import Estimate, estimate


def negative_log_likelihood(model: Distribution, x: ArrayLike) -> Estimate:
    """Mean of −log p(x) over samples x (n,) or (n, dim), n ≥ 2, in nats, with its standard error."""
    return estimate(-model.log_prob(x))


def paired_divergence(data: Distribution, model: Distribution, x: ArrayLike) -> Estimate:
    """D(data ‖ model) in nats, with its standard error, from samples x of ``data``, n ≥ 2.

    The mean of log p(x) − log q(x). The entropy of the data differs from the mean of −log p over these very
    samples by as much as the loss does from its own expectation, so the loss less the entropy is no estimate
    of D to a few hundredths; paired, sample by sample, most of that chance cancels.
    """
    return estimate(data.log_prob(x) - model.log_prob(x))
