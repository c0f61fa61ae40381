"""Relative error of D(p‖q) between Gaussians against 50-digit mpmath, by condition number.

``hw9core``: ``kl_terms``; ``torch``: ``torch.distributions.kl_divergence`` in float64 on the
same pairs. ``generic`` pairs are independent random Gaussians of dimension 1 to 5; in ``near`` ones q is p,
moved and reshaped by about 1e-3, where the terms of the formula cancel. The limit is 50·ε·cond of half the
sum of the terms' magnitudes; "share" is the largest part of it that an error takes.

    python -m benchmarks.gaussian_accuracy --pairs 200
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import mpmath
import numpy as np
import torch

from benchmarks.report import Row, print_table
from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.gaussians.kl import error_bound, kl

CONDITION_NUMBERS = (1.0, 1e2, 1e4, 1e5, 1e6, 1e8, 1e10)
DIGITS = 50


@dataclass(frozen=True)
class Errors:
    """Over some pairs: largest errors relative to D, and hw9core's largest error as a share of its bound."""

    ours: float
    torch: float
    share: float


def kl_mpmath(p: Gaussian, q: Gaussian) -> mpmath.mpf:
    """D(p‖q) in nats with 50 digits, straight from the formula."""
    with mpmath.workdps(DIGITS):
        sigma0, sigma1 = (mpmath.matrix(g.covariance.tolist()) for g in (p, q))
        away = mpmath.matrix(q.mean.tolist()) - mpmath.matrix(p.mean.tolist())
        precision = sigma1**-1
        trace = sum((precision * sigma0)[i, i] for i in range(p.dimension))
        log_det = mpmath.log(mpmath.det(sigma1) / mpmath.det(sigma0))
        return (log_det + (away.T * precision * away)[0] - p.dimension + trace) / 2


def kl_torch(p: Gaussian, q: Gaussian) -> float:
    """``torch.distributions.kl_divergence`` of the two in float64."""
    normals = [
        torch.distributions.MultivariateNormal(torch.tensor(g.mean), torch.tensor(g.covariance))
        for g in (p, q)
    ]
    return float(torch.distributions.kl_divergence(*normals))


def generic_pairs(condition_number: float, count: int) -> Iterator[tuple[Gaussian, Gaussian]]:
    """Independent random Gaussians, both of this condition number, d = 1 to 5 in turn."""
    for seed in range(count):
        d = 1 + seed % 5
        yield tuple(random_gaussian(d, 2 * seed + i, condition_number) for i in range(2))


def near_pairs(condition_number: float, count: int) -> Iterator[tuple[Gaussian, Gaussian]]:
    """p, and q that differs from it by about 1e-3 in p's own units."""
    for seed in range(count):
        p = random_gaussian(1 + seed % 5, seed, condition_number)
        rng = np.random.default_rng([seed, 1])
        change = rng.normal(size=(p.dimension, p.dimension)) * 5e-4
        stretch = p.cholesky @ (np.eye(p.dimension) + change + change.T) @ p.cholesky.T
        mean = p.mean + 1e-3 * p.cholesky @ rng.normal(size=p.dimension)
        yield p, Gaussian(mean, (stretch + stretch.T) / 2)


PAIRS: dict[str, Callable[[float, int], Iterator[tuple[Gaussian, Gaussian]]]] = {
    "generic": generic_pairs,
    "near": near_pairs,
}


def largest_errors(pairs: Iterator[tuple[Gaussian, Gaussian]]) -> Errors:
    """The largest errors over the pairs."""
    rows = []
    for p, q in pairs:
        exact = kl_mpmath(p, q)
        ours, theirs = (float(abs(value - exact)) for value in (kl(p, q), kl_torch(p, q)))
        rows.append((ours / float(exact), theirs / float(exact), ours / error_bound(p, q)))
    return Errors(*(float(column.max()) for column in np.array(rows).T))


def measure(pairs: int = 200) -> list[Row]:
    """Three rows per kind of pair and condition number."""
    rows = []
    for kind, draw in PAIRS.items():
        for condition_number in CONDITION_NUMBERS:
            errors = largest_errors(draw(condition_number, pairs))
            name, beside = f"gaussian kl: {kind}, cond {condition_number:.0e}", f"{pairs} pairs, d 1-5"
            rows += [
                Row(f"{name}, hw9core", errors.ours, "of D", ("<=", 2 * errors.torch), beside),
                Row(f"{name}, torch", errors.torch, "of D"),
                Row(f"{name}, share of the limit", errors.share, "", ("<=", 1.0)),
            ]
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=200, help="per row (default: %(default)s)")
    print_table(measure(parser.parse_args().pairs))
