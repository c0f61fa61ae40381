"""E[XᵀAX] = tr(AΣ) + μᵀAμ for a Gaussian X, and what problem 5 as handed in makes of it (errata 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.checks import finite_array, require_count
from hw9core.distributions.gaussian import Gaussian, solve_lower
from hw9core.errors import InputError
from hw9core.gaussians.kl import kl_terms
from hw9core.numerics.monte_carlo import Estimate, estimate


@dataclass(frozen=True)
class Erratum:
    """One quantity as the homework was handed in, and corrected; both in the quantity's own unit."""

    as_handed_in: float
    corrected: float

    @property
    def difference(self) -> float:
        return self.as_handed_in - self.corrected


def quadratic_form_mean(matrix: ArrayLike, x: Gaussian) -> float:
    """E[XᵀAX] = tr(AΣ) + μᵀAμ; A (d, d), symmetric or not. Raises ``InputError`` if shapes differ."""
    a = _matrix(matrix, x)
    return float(np.sum(a * x.covariance) + x.mean @ a @ x.mean)


def quadratic_form_monte_carlo(matrix: ArrayLike, x: Gaussian, n: int, seed: int) -> Estimate:
    """E[XᵀAX] from n ≥ 2 draws of X."""
    a = _matrix(matrix, x)
    draws = x.sample(require_count(n, "number of samples", 2), np.random.default_rng(seed))
    return estimate(np.einsum("ni,ij,nj->n", draws, a, draws))


def precision_form_mean(a: Gaussian, x: Gaussian) -> float:
    """E[Xᵀ Σ_a⁻¹ X] = tr(Σ_a⁻¹Σ) + μᵀΣ_a⁻¹μ, by triangular solves; the mean of ``a`` plays no part."""
    centred = Gaussian(np.zeros(a.dimension), a.covariance)
    terms = kl_terms(x, centred)
    return terms.trace_minus_d + x.dimension + terms.mahalanobis


def precision_form_monte_carlo(a: Gaussian, x: Gaussian, n: int, seed: int) -> Estimate:
    """E[Xᵀ Σ_a⁻¹ X] from n ≥ 2 draws of X."""
    draws = x.sample(require_count(n, "number of samples", 2), np.random.default_rng(seed))
    return estimate((solve_lower(a.cholesky, draws.T) ** 2).sum(axis=0))


def third_line(p: Gaussian, q: Gaussian) -> Erratum:
    """Erratum 4: problem 5's third line writes D(p‖q) as three integrals, the last one without its ½.

    Corrected: ½ log(det Σ1/det Σ0) − ½ E[(X−μ0)ᵀΣ0⁻¹(X−μ0)] + ½ E[(X−μ1)ᵀΣ1⁻¹(X−μ1)] with X ~ p. As handed in
    it is too large by half the last expectation, which is never 0: the fault shows in every state.
    """
    terms = kl_terms(p, q)
    last = terms.trace_minus_d + p.dimension + terms.mahalanobis
    return Erratum(terms.kl + last / 2, terms.kl)


def inserted_matrix(a: Gaussian, p: Gaussian) -> Erratum:
    """Erratum 5: "inserting A = Σ" must read A = Σ⁻¹; E[XᵀΣX] beside E[XᵀΣ⁻¹X], X ~ p, Σ the covariance of a.

    With a = p the corrected value is d + μ0ᵀΣ0⁻¹μ0. The fault hides where Σ = I: draw Σ with
    ``random_gaussian`` to see it.
    """
    return Erratum(quadratic_form_mean(a.covariance, p), precision_form_mean(a, p))


def _matrix(matrix: ArrayLike, x: Gaussian) -> NDArray[np.float64]:
    a = finite_array(matrix, "matrix A")
    if a.shape != x.covariance.shape:
        d = x.dimension
        raise InputError(f"The matrix A must be {d} × {d} like the covariance.")
    return a
