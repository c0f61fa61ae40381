"""Quadrature: exact for its polynomials, honest about its error, and at home on the whole line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from scipy import stats

from hw9core.numerics.quadrature import GAUSS, KRONROD, NODES, integrate, integrate_line


def test_the_rules_are_exact_for_their_polynomials():
    for weights, degree in ((KRONROD, 22), (GAUSS, 13)):
        for k in range(degree + 1):
            exact = Polynomial.basis(k).integ()
            assert weights @ NODES**k == pytest.approx(exact(1) - exact(-1), abs=1e-14)
    assert abs(GAUSS @ NODES**14 - 2 / 15) > 1e-6


def test_quadrature_knows_its_error():
    for function, ends, exact in (
        (np.exp, (0, 1), math.e - 1),
        (lambda x: abs(x - 1 / 3), (0, 1), 5 / 18),
        (np.log, (0, 1), -1.0),
        (lambda x: x**-0.5, (0, 1), 2.0),
        (lambda x: np.where(x < 1 / 7, 0.0, 1.0), (0, 1), 6 / 7),
    ):
        result = integrate(function, ends)
        assert abs(result.value - exact) <= result.error + 1e-14
        assert result.error < 1e-7


def test_line_integrals_of_narrow_and_heavy_functions():
    peak = integrate_line(lambda x: stats.norm.pdf(x, 5, 1e-4), breakpoints=5 + 1e-4 * np.arange(-9, 10))
    assert peak.value == pytest.approx(1, abs=1e-12)
    assert integrate_line(lambda x: 1 / (1 + x**2)).value == pytest.approx(np.pi, abs=1e-9)
    assert integrate_line(lambda x: 3 * x**2, 0, 2).value == pytest.approx(8, abs=1e-12)
