"""Monte Carlo estimates of an expectation, with their standard errors, and which of many draws to show."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri


@dataclass(frozen=True)
class Estimate:
    """The mean of ``n`` independent draws and its standard error s/√n, both in the unit of the draws."""

    value: float
    standard_error: float
    n: int


@dataclass(frozen=True)
class RunningMean:
    """The mean after the first n draws and its standard error: int64 and float64 arrays of one shape."""

    n: NDArray[np.int64]
    mean: NDArray[np.float64]
    standard_error: NDArray[np.float64]


def estimate(draws: ArrayLike) -> Estimate:
    """The mean of draws (n ≥ 2,) with its standard error (ddof 1); an infinite draw gives (inf, nan)."""
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 1 or values.size < 2:
        raise ValueError(f"An estimate needs at least two draws in one row, not shape {values.shape}.")
    if not np.isfinite(values).all():
        return Estimate(float(values.mean()), math.nan, values.size)
    exponent = np.frexp(abs(values).max())[1]  # a power of two rounds nothing, and squares stay in range
    spread = np.ldexp(np.ldexp(values, -exponent).std(ddof=1), exponent)
    return Estimate(float(values.mean()), float(spread / math.sqrt(values.size)), values.size)


def running_mean(draws: ArrayLike, points: int = 200) -> RunningMean:
    """Mean and standard error after n draws, at up to ``points`` n between 2 and all, even on a log axis."""
    values = np.asarray(draws, dtype=np.float64)
    n = np.unique(np.geomspace(2, values.size, points).round().astype(np.int64))
    # Sums of squares about a fixed centre: about 0 they would cancel where the mean is far from 0.
    centred = values - values.mean()
    mean = np.cumsum(centred)[n - 1] / n
    variance = np.maximum(np.cumsum(centred**2)[n - 1] - n * mean**2, 0.0) / (n - 1)
    return RunningMean(n, values.mean() + mean, np.sqrt(variance / n))


def evenly_spread_ranks(n: int, m: int) -> NDArray[np.intp]:
    """At most m of the ranks 0 … n − 1, ascending: the nearest to even steps of Φ⁻¹, both ends included."""
    if n <= m:
        return np.arange(n)
    end = ndtri(0.5 / n)
    return np.unique(np.rint(n * ndtr(np.linspace(end, -end, m)) - 0.5).astype(np.intp))
