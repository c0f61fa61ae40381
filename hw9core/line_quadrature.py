"""Integrals over the real line, or part of it, of smooth functions with heavy or bounded tails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# With x = sinh s, |s| ≤ 25 reaches |x| = 3.6e10; p x² of a Student t with 3 degrees has 1e-11 beyond.
_REACH = 25.0
_PANEL = 0.025
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


def integral(
    function: Callable[[FloatArray], FloatArray],
    low: float = -np.inf,
    high: float = np.inf,
    breakpoints: Sequence[float] = (),
) -> float:
    """∫ function(x) dx from ``low`` to ``high``, by Gauss–Legendre with 6 nodes on panels of x = sinh s.

    ``function`` takes and returns float64 (n,). The panels are 0.025 wide at |x| < 1 and grow with |x|:
    structure finer than that needs ``breakpoints`` x around it.
    """
    start, end = np.arcsinh(np.clip([low, high], -np.sinh(_REACH), np.sinh(_REACH)))
    inner = np.arcsinh(np.asarray(breakpoints, dtype=np.float64))
    even = np.linspace(start, end, int(np.ceil((end - start) / _PANEL)) + 1)
    ends = np.unique(np.append(even, inner[(inner > start) & (inner < end)]))
    half = 0.5 * np.diff(ends)[:, np.newaxis]
    s = ends[:-1, np.newaxis] + half * (1.0 + _NODES)
    values = function(np.sinh(s).ravel()).reshape(s.shape)
    return float(np.sum(values * np.cosh(s) * _WEIGHTS * half))
