"""Integrals over the real line, or part of it, of functions with heavy, light or bounded tails."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hw9core.arrays import FloatArray
from hw9core.numerics.quadrature import integrate

# With x = sinh s, |s| ≤ 25 reaches |x| = 3.6e10; p x² of a Student t with 3 degrees has 1e-11 beyond.
_REACH = 25.0
_PANEL = 0.5


def integral(
    function: Callable[[FloatArray], FloatArray],
    low: float = -np.inf,
    high: float = np.inf,
    breakpoints: ArrayLike = (),
) -> float:
    """∫ function(x) dx from ``low`` to ``high`` by adaptive quadrature in s, x = sinh s.

    ``function`` works element by element on float64 arrays. The first panels are 0.5 wide at |x| < 1 and grow
    with |x|: what is so narrow that their nodes miss it needs ``breakpoints`` (m,) on and around it.
    """
    start, end = np.arcsinh(np.clip([low, high], -np.sinh(_REACH), np.sinh(_REACH)))
    inner = np.arcsinh(np.asarray(breakpoints, dtype=np.float64))
    even = np.linspace(start, end, int(np.ceil((end - start) / _PANEL)) + 1)
    edges = np.concatenate([even, inner[(inner > start) & (inner < end)]])
    return integrate(lambda s: function(np.sinh(s)) * np.cosh(s), edges).value
