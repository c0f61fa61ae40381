"""How far a one-dimensional flow is from the data's distribution, and its z from the base (problem 2).

Divergences and likelihoods are in nats. The tests of z take the base as it is, with no parameter fitted to z:
with fitted ones the same statistics would have other distributions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import kolmogorov

from hw9core.arrays import FloatArray
from hw9core.checks import require_count
from hw9core.distributions.density import Density
from hw9core.distributions.likelihood import negative_log_likelihood, paired_divergence
from hw9core.line_flow.bases import NORMAL, Base
from hw9core.line_flow.data_sets import DATA_SETS
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.numerics.monte_carlo import evenly_spread_ranks
from hw9core.numerics.quadrature import integrate_line

N_FRESH = 1_000
_FRESH_SEED = (20_000, 9)  # no training uses it: training seeds are (seed, 0) and (seed, 1), see config.py


@dataclass(frozen=True)
class GoodnessOfFit:
    """A statistic and the probability of one at least as large when z follows the base."""

    statistic: float
    p_value: float


@dataclass(frozen=True, eq=False)
class BaseQuantilePoints:
    """Points of a QQ plot, ascending: quantiles of the base and the sorted z, two float64 arrays (m,)."""

    base: FloatArray
    z: FloatArray


def kl_true_model(data: Density, flow: MixtureCDFTransform) -> float:
    """D(data ‖ flow) = ∫ p (log p − log q) dx in nats, by quadrature; never by sampling."""

    def integrand(x: FloatArray) -> FloatArray:
        log_p = data.log_prob(x)
        p = np.exp(log_p)
        return p * (np.where(p > 0, log_p, 0.0) - flow.mixture_log_prob(x))

    around = np.array([-8, -4, -2, 0, 2, 4, 8])
    breakpoints = (flow.locs[:, np.newaxis] + flow.scales[:, np.newaxis] * around).ravel()
    return integrate_line(integrand, data.support[0][0], data.support[-1][1], breakpoints).value


def latent_histogram(flow: MixtureCDFTransform, x: FloatArray, edges: FloatArray) -> FloatArray:
    """The share of z = f(x) per unit of z in each bin (b,) of ascending ``edges`` (b + 1,).

    x (n,) must ascend; what falls outside the edges is counted in n. As f never falls, the samples below an
    edge are found by bisection: f is asked about log₂ n of them for each edge instead of about all n.
    """
    last_included = np.append(edges[:-1], np.nextafter(edges[-1], np.inf))
    low, high = np.zeros(edges.size, dtype=np.intp), np.full(edges.size, x.size)
    while np.any(low < high):
        middle = (low + high) // 2
        below = flow(x[np.minimum(middle, x.size - 1)]) < last_included
        low, high = np.where(below & (low < high), middle + 1, low), np.where(below, high, middle)
    return np.diff(low) / (x.size * np.diff(edges))


def kolmogorov_smirnov(z: ArrayLike, base: Base = NORMAL) -> GoodnessOfFit:
    """sup |F_n − F| of samples z (n,) against the base, and its p-value.

    The p-value is Kolmogorov's limit at x + 1/(6√n) + (x − 1)/(4n) with x = √n D (Vrbik 2018), within 0.008
    of the exact one from n = 5 on, 0.0003 from n = 60. Raises ``ValueError`` for no or non-finite z.
    """
    z = _sorted_samples(z)
    n = z.size
    u = np.exp(base.log_cdf(z))
    rank = np.arange(n)
    statistic = float(np.max(np.maximum(u - rank / n, (rank + 1) / n - u)))
    x = np.sqrt(n) * statistic
    p_value = kolmogorov(x + 1.0 / (6.0 * np.sqrt(n)) + (x - 1.0) / (4.0 * n))
    return GoodnessOfFit(statistic, float(p_value))


def anderson_darling(z: ArrayLike, base: Base = NORMAL) -> GoodnessOfFit:
    """A² = −n − Σ_i (2i − 1)/n · (log F(z_i) + log(1 − F(z_{n+1−i}))), heavier on the tails than KS.

    The p-value is that of the limit n → ∞ by the formula of Marsaglia & Marsaglia (2004). Raises
    ``ValueError`` as :func:`kolmogorov_smirnov` does.
    """
    z = _sorted_samples(z)
    n = z.size
    odd = 2 * np.arange(n) + 1
    statistic = float(-n - np.sum(odd * (base.log_cdf(z) + base.log_sf(z)[::-1])) / n)
    return GoodnessOfFit(statistic, 1.0 - _anderson_darling_limit(statistic))


def base_quantile_points(z: ArrayLike, base: Base = NORMAL, m: int = 200) -> BaseQuantilePoints:
    """At most m ≥ 2 points (B⁻¹((i − ½)/n), i-th smallest z) for a QQ plot against the base; z (n,).

    Unlike :func:`.resampling.normal_quantile_points` nothing is standardised: on the diagonal z has
    the base's location and scale too.
    """
    z, m = _sorted_samples(z), require_count(m, "number of points", at_least=2)
    index = evenly_spread_ranks(z.size, m)
    level = (index + 0.5) / z.size
    return BaseQuantilePoints(base.quantile(level), z[index])


def fresh_samples(data_set: str) -> FloatArray:
    """The 1,000 samples of a data set on which a trained flow's z is tested; no training has seen them."""
    return DATA_SETS[data_set].sample(N_FRESH, np.random.default_rng(_FRESH_SEED))


def flow_metrics(flow: MixtureCDFTransform, data_set: str, test: ArrayLike) -> dict[str, float]:
    """What problem 2 reports of a flow trained on a data set; ``test`` (n,) was not trained on.

    ``kl_true_model`` is D(data ‖ flow) by quadrature, ``kl_paired`` its estimate from ``test``, as one has it
    where the data's density can be told but not integrated.
    """
    data = DATA_SETS[data_set]
    nll = negative_log_likelihood(flow.flow, test)
    divergence = paired_divergence(data, flow.flow, test)
    return {
        "test_nll": nll.value,
        "test_nll_se": nll.standard_error,
        "true_entropy": data.entropy(),
        "kl_true_model": kl_true_model(data, flow),
        "kl_paired": divergence.value,
        "kl_paired_se": divergence.standard_error,
        "ks_p_value": kolmogorov_smirnov(flow(fresh_samples(data_set)), flow.base).p_value,
    }


def _sorted_samples(z: ArrayLike) -> FloatArray:
    z = np.sort(np.asarray(z, dtype=np.float64))
    if z.ndim != 1 or z.size == 0 or not np.all(np.isfinite(z)):
        raise ValueError("The samples z must be finite numbers in one dimension, at least one.")
    return z


def _anderson_darling_limit(statistic: float) -> float:
    """P(A² < statistic) as n → ∞, ``adinf`` of Marsaglia & Marsaglia (2004): within 2e-6 of it."""
    a = statistic
    if a <= 0.0:  # the limit has no mass there, and exp(−1.23/a)/√a tends to 0
        return 0.0
    if a < 2.0:
        series = (2.00012, 0.247105, -0.0649821, 0.0347962, -0.0116720, 0.00168691)
        return float(np.exp(-1.2337141 / a) / np.sqrt(a) * np.polynomial.polynomial.polyval(a, series))
    series = (1.0776, -2.30695, 0.43424, -0.082433, 0.008056, -0.0003146)
    return float(np.exp(-np.exp(np.polynomial.polynomial.polyval(a, series))))
