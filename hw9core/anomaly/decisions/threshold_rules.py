"""Rules that choose the threshold τ of the test "flag x as an anomaly when s(x) > τ".

Rules that need only in-distribution scores are set on the validation set and judged on the test set:
:func:`.error_rates.mean_plus_k_sd`, :func:`validation_quantile`, :func:`split_conformal_threshold`.
Rules that look at anomalies are oracles (equal error, Youden, minimum cost, a wanted β): choose them on one
half of the test and anomaly scores and judge them on the other, with :func:`choose_and_judge`.

Scores are one-dimensional, in any order and real precision, compared in float64; empty or non-finite scores
raise ``ValueError``. A threshold may be −inf (everything is flagged) or +inf (nothing is).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from hw9core.anomaly.decisions.error_rates import (
    ErrorRates,
    error_rate_curves,
    error_rates,
    require_scores,
    sorted_scores,
)
from hw9core.arrays import FloatArray
from hw9core.checks import require_count, require_finite, require_level, require_share
from hw9core.numerics.intervals import Interval

OracleRule = Callable[[ArrayLike, ArrayLike], float]
"""A rule ``(test, anomaly) → threshold`` that sees scores of both sets."""


# --- Rules set on the validation set -------------------------------------------------------------------


def validation_quantile(validation: ArrayLike, alpha: float) -> float:
    """The smallest τ that flags at most a share ``alpha`` of the validation scores.

    This is the ⌈n(1 − α)⌉-th smallest score: the largest score at α = 0, −inf at α = 1. It promises
    nothing about new images; :func:`split_conformal_threshold` does. Raises ``ValueError`` unless
    0 ≤ α ≤ 1.
    """
    return _smallest_flagging_at_most(sorted_scores(validation, "validation"), alpha)


def split_conformal_threshold(validation: ArrayLike, alpha: float) -> float:
    """The ⌈(n + 1)(1 − α)⌉-th smallest of n validation scores; +inf when that rank exceeds n.

    Guarantee: if the new in-distribution score is exchangeable with the validation scores, then
    P(flag) ≤ α, whatever the distribution and for every n. The probability is over the draw of the
    validation set as well; :func:`conformal_type_1_interval` says how far one validation set may stray.
    At α = 1 the rank is 0 and τ = −inf. Raises ``ValueError`` unless 0 ≤ α ≤ 1.
    Vovk, Gammerman & Shafer (2005); Papadopoulos et al. (2002).
    """
    scores = sorted_scores(validation, "validation")
    rank = scores.size + 1 - _largest_count(scores.size + 1, require_share(alpha, "type I error α"))
    if rank == 0:
        return -np.inf
    return float(scores[rank - 1]) if rank <= scores.size else np.inf


def conformal_type_1_interval(n: int, alpha: float, level: float = 0.95) -> Interval:
    """Central interval of the true type I error of one split-conformal threshold from n scores.

    Given the validation set, and for scores without ties, the true type I error is distributed as
    Beta(n + 1 − r, r) with r = ⌈(n + 1)(1 − α)⌉; with ties it is stochastically smaller. The interval is
    (0, 0) when r = n + 1 (τ = +inf) and (1, 1) at r = 0. Raises ``ValueError`` for n < 1, α outside
    [0, 1] or level outside (0, 1). Vovk (2012), "Conditional validity of inductive conformal predictors".
    """
    n = require_count(n, "number of validation scores")
    tail = (1.0 - require_level(level)) / 2.0
    flagged = _largest_count(n + 1, require_share(alpha, "type I error α"))
    if flagged in (0, n + 1):
        certain = float(flagged > 0)
        return Interval(certain, certain)
    low, high = betaincinv(flagged, n + 1 - flagged, [tail, 1.0 - tail])
    return Interval(float(low), float(high))


# --- Rules that look at anomalies ----------------------------------------------------------------------


def equal_error_threshold(test: ArrayLike, anomaly: ArrayLike) -> float:
    """The τ at which |α(τ) − β(τ)| is smallest; of equally good ones the one with fewest false alarms."""
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    # Gaps are multiples of 1/(m·n): rounding to 12 decimals makes equal ones equal, and no others.
    return _last_minimum(thresholds, np.round(np.abs(type_1 - type_2), 12))


def youden_threshold(test: ArrayLike, anomaly: ArrayLike) -> float:
    """The τ with the largest Youden's J = 1 − α − β; of equally good ones the one with fewest false alarms.

    Youden (1950), "Index for rating diagnostic tests".
    """
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    return _last_minimum(thresholds, type_1 + type_2)


def expected_cost(
    type_1: ArrayLike, type_2: ArrayLike, cost_ratio: float, prevalence: float
) -> float | FloatArray:
    """Expected cost of one image, in units of the cost of one false alarm: (1 − π)·α + π·c·β.

    π = ``prevalence`` is the share of anomalies among the images to be judged, c = ``cost_ratio`` the cost
    of a miss divided by the cost of a false alarm. Rates are shares in [0, 1], scalars or arrays that
    broadcast. Raises ``ValueError`` for a negative or non-finite cost ratio and for π outside [0, 1].
    """
    ratio = require_finite(cost_ratio, "cost ratio")
    if ratio < 0:
        raise ValueError(f"The cost ratio must not be negative, but it is {ratio}.")
    share = require_share(prevalence, "prevalence of anomalies")
    return (1.0 - share) * np.asarray(type_1)[()] + share * ratio * np.asarray(type_2)[()]


def minimum_cost_threshold(
    test: ArrayLike, anomaly: ArrayLike, cost_ratio: float, prevalence: float
) -> float:
    """The τ with the smallest :func:`expected_cost`; of equally good ones the one with fewest false alarms.

    So nothing is flagged at prevalence 0 or cost ratio 0, and at prevalence 1 τ is the largest score below
    every anomaly (−inf when there is none). Raises ``ValueError`` as :func:`expected_cost` does.
    """
    thresholds, type_1, type_2 = error_rate_curves(test, anomaly)
    return _last_minimum(thresholds, expected_cost(type_1, type_2, cost_ratio, prevalence))


# --- Solving for a wanted rate -------------------------------------------------------------------------


def threshold_for_type_1(test: ArrayLike, alpha: float) -> float:
    """The smallest τ with α(τ) ≤ ``alpha``, which has the smallest β of all such τ; −inf at α = 1.

    With ties the reached α may be well below the wanted one. Raises ``ValueError`` unless 0 ≤ α ≤ 1.
    """
    return _smallest_flagging_at_most(sorted_scores(test, "test"), alpha)


def threshold_for_type_2(anomaly: ArrayLike, beta: float) -> float:
    """The largest float64 τ with β(τ) ≤ ``beta``, which has the smallest α of all such τ; +inf at β = 1.

    An anomaly at τ itself is missed, so this is the float64 just below the score of the first anomaly that
    must be caught. Raises ``ValueError`` unless 0 ≤ β ≤ 1.
    """
    scores = sorted_scores(anomaly, "anomaly")
    missed = _largest_count(scores.size, require_share(beta, "type II error β"))
    return np.inf if missed == scores.size else float(np.nextafter(scores[missed], -np.inf))


@dataclass(frozen=True)
class WantedPair:
    """Whether one threshold meets a wanted α and a wanted β, and how close each comes otherwise.

    ``at_alpha`` are the rates at the smallest τ that meets α, ``at_beta`` those at the largest τ that meets
    β. When the pair is possible, exactly the τ in [at_alpha.threshold, at_beta.threshold] meet both.
    """

    at_alpha: ErrorRates
    at_beta: ErrorRates

    @property
    def possible(self) -> bool:
        return self.at_alpha.threshold <= self.at_beta.threshold

    @property
    def best_type_2_error(self) -> float:
        """The smallest β of all thresholds that meet the wanted α."""
        return self.at_alpha.type_2_error

    @property
    def best_type_1_error(self) -> float:
        """The smallest α of all thresholds that meet the wanted β."""
        return self.at_beta.type_1_error


def pair_is_possible(test: ArrayLike, anomaly: ArrayLike, alpha: float, beta: float) -> WantedPair:
    """Does some τ meet α(τ) ≤ ``alpha`` and β(τ) ≤ ``beta`` at once? See :class:`WantedPair`."""
    return WantedPair(
        at_alpha=error_rates(threshold_for_type_1(test, alpha), test, anomaly),
        at_beta=error_rates(threshold_for_type_2(anomaly, beta), test, anomaly),
    )


# --- Choosing on one half, judging on the other --------------------------------------------------------


@dataclass(frozen=True)
class OracleChoice:
    """Rates of one threshold on the halves it was ``chosen`` on and on the halves it is ``judged`` on."""

    chosen: ErrorRates
    judged: ErrorRates

    @property
    def threshold(self) -> float:
        return self.judged.threshold


def split_halves(n: int, seed: int | np.random.SeedSequence) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of two random disjoint halves of ``range(n)``, each ascending, of sizes ⌊n/2⌋ and ⌈n/2⌉.

    The same n and seed give the same halves. Raises ``ValueError`` for n < 2 or a negative seed.
    """
    n = require_count(n, "number of scores to split in halves", at_least=2)
    order = np.random.default_rng(seed).permutation(n)
    return np.sort(order[: n // 2]), np.sort(order[n // 2 :])


def choose_and_judge(rule: OracleRule, test: ArrayLike, anomaly: ArrayLike, seed: int) -> OracleChoice:
    """Choose τ by ``rule`` on one random half of each set and judge it on the other half.

    The halves depend on the order of the scores as well as on the seed. Give other arguments of a rule with
    ``functools.partial``. Raises ``ValueError`` when a set has fewer than two scores.
    """
    halves = []
    test_seed, anomaly_seed = np.random.SeedSequence(seed).spawn(2)
    for scores, name, child in ((test, "test", test_seed), (anomaly, "anomaly", anomaly_seed)):
        values = np.asarray(scores, dtype=np.float64)
        require_scores(values, name)
        halves.append([values[half] for half in split_halves(values.size, child)])
    (test_chosen, test_judged), (anomaly_chosen, anomaly_judged) = halves
    threshold = rule(test_chosen, anomaly_chosen)
    return OracleChoice(
        chosen=error_rates(threshold, test_chosen, anomaly_chosen),
        judged=error_rates(threshold, test_judged, anomaly_judged),
    )


def _largest_count(n: int, share: float) -> int:
    """The largest count whose share of n, as a float64 quotient, does not exceed ``share``.

    The product n · share alone may round to the wrong side: 0.29 · 100 is 28.999999999999996.
    """
    count = int(share * n)
    while count < n and (count + 1) / n <= share:
        count += 1
    while count / n > share:
        count -= 1
    return count


def _smallest_flagging_at_most(ascending: FloatArray, alpha: float) -> float:
    flagged = _largest_count(ascending.size, require_share(alpha, "type I error α"))
    return -np.inf if flagged == ascending.size else float(ascending[ascending.size - flagged - 1])


def _last_minimum(thresholds: FloatArray, values: FloatArray) -> float:
    """The largest threshold whose value, none being negative, is minimal up to rounding (1e-12 of it)."""
    return float(thresholds[np.flatnonzero(values <= values.min() * (1.0 + 1e-12))[-1]])
