"""The ledger of problem 5: the divergence between multivariate Gaussians, line by line.

One side of a line goes through Cholesky factors and draws, the other through inverses, eigenvalues and
cubature points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.distributions.gaussian import Gaussian, random_gaussian, solve_lower
from hw9core.gaussians.kl import kl_terms
from hw9core.gaussians.quadratic_form import quadratic_form_mean
from hw9core.ledger.errata import Erratum
from hw9core.ledger.ledger import Ledger, Switch
from hw9core.ledger.lines import ROUNDING, SAMPLING, Line
from hw9core.numerics.monte_carlo import Estimate, estimate

DRAWS = 20_000
P_GAUSSIAN, Q_REGULAR = "p is Gaussian", "Σ₁ is invertible where Σ₀ is"
_SINGULAR = 1e-9  # of a direction's variance, in units of what p has there


@dataclass(frozen=True)
class Pair:
    """p and q in d dimensions; ``laplace``: p has the same mean and covariance and Laplace coordinates."""

    p: Gaussian
    q: Gaussian
    seed: int
    laplace: bool = False

    @cached_property
    def draws(self) -> FloatArray:
        """DRAWS independent draws of p, (n, d)."""
        rng = np.random.default_rng(self.seed)
        size = DRAWS, self.p.dimension
        # A Laplace variable of scale 1/√2 has variance 1.
        white = rng.laplace(0.0, math.sqrt(0.5), size) if self.laplace else rng.standard_normal(size)
        return self.p.mean + white @ self.p.cholesky.T

    def log_p(self, x: FloatArray) -> FloatArray:
        """log p(x) in nats, x (n, d)."""
        if not self.laplace:
            return self.p.log_prob(x)
        white = solve_lower(self.p.cholesky, (x - self.p.mean).T)
        log_det = np.log(np.diag(self.p.cholesky)).sum()
        return -(math.sqrt(2.0) * np.abs(white)).sum(axis=0) - 0.5 * self.p.dimension * math.log(2) - log_det

    @property
    def entropy(self) -> float:
        """−E_p[log p(X)] in nats: ½ log 2πe a normal coordinate, 1 + ½ log 2 a Laplace one."""
        each = 1.0 + 0.5 * math.log(2.0) if self.laplace else 0.5 * math.log(2.0 * math.pi * math.e)
        return self.p.dimension * each + float(np.log(np.diag(self.p.cholesky)).sum())

    @cached_property
    def cubature(self) -> FloatArray:
        """2d points with p's mean and covariance: their mean of a quadratic function is its expectation."""
        values, vectors = np.linalg.eigh(self.p.covariance)
        axes = math.sqrt(self.p.dimension) * vectors * np.sqrt(values)
        return self.p.mean + np.concatenate([axes.T, -axes.T])


def _precision(g: Gaussian) -> FloatArray:
    return np.linalg.inv(g.covariance)


def _log_det(g: Gaussian) -> float:
    return float(np.log(np.linalg.eigvalsh(g.covariance)).sum())


def _squares(x: FloatArray, mean: FloatArray, of: Gaussian) -> FloatArray:
    """(x − mean)ᵀ Σ⁻¹ (x − mean) for rows x, by triangular solves."""
    return (solve_lower(of.cholesky, (x - mean).T) ** 2).sum(axis=0)


def _form(x: FloatArray, a: FloatArray) -> FloatArray:
    """xᵀ A x for rows x, entry by entry."""
    return np.einsum("ni,ij,nj->n", x, a, x)


def _log_ratio_formula(s: Pair) -> float:
    x = s.draws[:1]
    inner = _form(x - s.p.mean, _precision(s.p)) - _form(x - s.q.mean, _precision(s.q))
    return 0.5 * (_log_det(s.q) - _log_det(s.p) - float(inner[0]))


def _closed_form(s: Pair) -> float:
    """D(p‖q) by the formula with inverses and eigenvalues, its terms added as they stand."""
    away, precision = s.q.mean - s.p.mean, _precision(s.q)
    trace = float(np.trace(precision @ s.p.covariance))
    return 0.5 * (_log_det(s.q) - _log_det(s.p) + float(away @ precision @ away) - s.p.dimension + trace)


def _three_integrals(s: Pair) -> Estimate:
    constant = 0.5 * (np.linalg.slogdet(s.q.covariance)[1] - np.linalg.slogdet(s.p.covariance)[1])
    own, other = _squares(s.draws, s.p.mean, s.p), _squares(s.draws, s.q.mean, s.q)
    return estimate(constant - own / 2 + other / 2)


def _size(s: Pair) -> float:
    """Of the terms that cancel; inverses lose the condition number's digits."""
    terms = kl_terms(s.p, s.q)
    magnitude = abs(terms.log_det) + terms.mahalanobis + abs(terms.trace_minus_d) + 2 * s.p.dimension
    moments = float(s.p.mean @ s.p.mean + np.trace(s.p.covariance)) / np.linalg.eigvalsh(s.q.covariance)[0]
    return (magnitude + moments) * max(s.p.condition_number, s.q.condition_number)


def _chain(index: int, of: Callable[[Pair], Gaussian]) -> tuple[Line[Pair], ...]:
    """The steps of E[XᵀAX] for A = Σ⁻¹ of p (index 0) or of q (1)."""
    a = rf"\Sigma_{index}^{{-1}}"
    matrix = f"Σ{'₀₁'[index]}⁻¹"

    def line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Pair]:
        return Line(f"{name}, A = {matrix}", left, right, why, *routes, size=_size, **options)

    return (
        line(
            "a number is its own trace",
            rf"x^\top {a} x",
            rf"\operatorname{{tr}}(x^\top {a} x)",
            "a 1 × 1 matrix",
            lambda s: _squares(s.draws[:1], 0.0, of(s))[0],
            lambda s: np.trace(s.draws[:1] @ _precision(of(s)) @ s.draws[:1].T),
        ),
        line(
            "the trace turns round",
            rf"\operatorname{{tr}}(x^\top {a} x)",
            rf"\operatorname{{tr}}({a} x x^\top)",
            "tr(BC) = tr(CB)",
            lambda s: _form(s.draws[:1], _precision(of(s)))[0],
            lambda s: np.trace(np.linalg.solve(of(s).covariance, np.outer(s.draws[0], s.draws[0]))),
        ),
        line(
            "the mean passes the trace",
            rf"E[\operatorname{{tr}}({a} X X^\top)]",
            rf"\operatorname{{tr}}({a} E[X X^\top])",
            "both are linear",
            lambda s: estimate(_squares(s.draws, 0.0, of(s))),
            lambda s: np.trace(_precision(of(s)) @ (s.cubature.T @ s.cubature)) / len(s.cubature),
            tolerance=SAMPLING,
        ),
        line(
            "the second moment",
            rf"\operatorname{{tr}}({a} E[X X^\top])",
            rf"\operatorname{{tr}}({a}(\Sigma_0 + \mu_0\mu_0^\top))",
            "E[XXᵀ] = Σ₀ + μ₀μ₀ᵀ",
            lambda s: np.mean(_squares(s.cubature, 0.0, of(s))),
            lambda s: np.trace(_precision(of(s)) @ (s.p.covariance + np.outer(s.p.mean, s.p.mean))),
        ),
        line(
            "the trace of a sum",
            rf"\operatorname{{tr}}({a}(\Sigma_0 + \mu_0\mu_0^\top))",
            rf"\operatorname{{tr}}({a}\Sigma_0) + \operatorname{{tr}}({a}\mu_0\mu_0^\top)",
            "the trace is linear",
            lambda s: np.linalg.solve(
                of(s).covariance, s.p.covariance + np.outer(s.p.mean, s.p.mean)
            ).trace(),
            lambda s: (
                (solve_lower(of(s).cholesky, s.p.cholesky) ** 2).sum()
                + np.sum(_precision(of(s)) * np.outer(s.p.mean, s.p.mean))
            ),
        ),
        line(
            "back to a quadratic form",
            rf"\operatorname{{tr}}({a}\mu_0\mu_0^\top)",
            rf"\mu_0^\top {a} \mu_0",
            "tr(BC) = tr(CB)",
            lambda s: np.trace(_precision(of(s)) @ np.outer(s.p.mean, s.p.mean)),
            lambda s: _squares(s.p.mean[None], 0.0, of(s))[0],
        ),
    )


def _line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Pair]:
    return Line(name, left, right, why, *routes, **({"size": _size} | options))


LINES: tuple[Line[Pair], ...] = (
    _line(
        "the log ratio at a point",
        r"\log\frac{p(x)}{q(x)}",
        r"\tfrac12\log\tfrac{\det\Sigma_1}{\det\Sigma_0} - \tfrac12 (x-\mu_0)^\top\Sigma_0^{-1}(x-\mu_0)"
        r" + \tfrac12 (x-\mu_1)^\top\Sigma_1^{-1}(x-\mu_1)",
        "both densities are Gaussian",
        lambda s: float(s.log_p(s.draws[:1])[0] - s.q.log_prob(s.draws[:1])[0]),
        _log_ratio_formula,
        rests_on=frozenset({P_GAUSSIAN}),
    ),
    _line(
        "the mean of the log ratio",
        r"E_p\!\left[\log\frac{p(X)}{q(X)}\right]",
        r"\int p \cdot \tfrac12\log\tfrac{\det\Sigma_1}{\det\Sigma_0} - \int p \cdot \tfrac12"
        r" (x-\mu_0)^\top\Sigma_0^{-1}(x-\mu_0) + \int p \cdot \tfrac12 (x-\mu_1)^\top\Sigma_1^{-1}(x-\mu_1)",
        "the integral of a sum",
        lambda s: -s.entropy - float(s.q.log_prob(s.cubature).mean()),  # log q is quadratic
        lambda s: _closed_form_of_moments(s),
        rests_on=frozenset({P_GAUSSIAN}),
    ),
    _line(
        "the same from draws",
        r"E_p\!\left[\log\frac{p(X)}{q(X)}\right]",
        r"D(p\,\|\,q)",
        "the definition",
        lambda s: estimate(s.log_p(s.draws) - s.q.log_prob(s.draws)),
        lambda s: -s.entropy - float(s.q.log_prob(s.cubature).mean()),
        tolerance=SAMPLING,
    ),
    _line(
        "the three integrals by themselves",
        r"I_1 - I_2 + I_3",
        r"D(p\,\|\,q)",
        "each from draws of p against the formula",
        _three_integrals,
        _closed_form,
        tolerance=SAMPLING,
    ),
    _line(
        "the first integral",
        r"\int p \cdot \tfrac12\log\tfrac{\det\Sigma_1}{\det\Sigma_0}",
        r"\tfrac12\log\tfrac{\det\Sigma_1}{\det\Sigma_0}",
        "a constant, and p integrates to 1",
        lambda s: float(np.log(np.diag(s.q.cholesky) / np.diag(s.p.cholesky)).sum()),
        lambda s: 0.5 * (_log_det(s.q) - _log_det(s.p)),
    ),
    _line(
        "the second integral",
        r"\int p \cdot \tfrac12 (x-\mu_0)^\top\Sigma_0^{-1}(x-\mu_0)",
        r"\tfrac{d}{2}",
        "tr(Σ₀⁻¹Σ₀) = d",
        lambda s: estimate(_squares(s.draws, s.p.mean, s.p) / 2),
        lambda s: s.p.dimension / 2,
        tolerance=SAMPLING,
    ),
    _line(
        "the third integral",
        r"\int p \cdot \tfrac12 (x-\mu_1)^\top\Sigma_1^{-1}(x-\mu_1)",
        r"\tfrac12\operatorname{tr}(\Sigma_1^{-1}\Sigma_0)"
        r" + \tfrac12(\mu_1-\mu_0)^\top\Sigma_1^{-1}(\mu_1-\mu_0)",
        "E[YᵀAY] for Y = X − μ₁",
        lambda s: float(np.mean(_squares(s.cubature, s.q.mean, s.q)) / 2),
        lambda s: (
            0.5 * float(np.sum(_precision(s.q) * s.p.covariance))
            + 0.5 * float(_form((s.q.mean - s.p.mean)[None], _precision(s.q))[0])
        ),
    ),
    *_chain(0, lambda s: s.p),
    _line(
        "the first case",
        r"E[X^\top\Sigma_0^{-1}X]",
        r"d + \mu_0^\top\Sigma_0^{-1}\mu_0",
        "A = Σ₀⁻¹",
        lambda s: float(np.mean(_form(s.cubature, _precision(s.p)))),
        lambda s: s.p.dimension + float(_squares(s.p.mean[None], 0.0, s.p)[0]),
    ),
    *_chain(1, lambda s: s.q),
    _line(
        "the second case",
        r"E[X^\top\Sigma_1^{-1}X]",
        r"\operatorname{tr}(\Sigma_1^{-1}\Sigma_0) + \mu_0^\top\Sigma_1^{-1}\mu_0",
        "A = Σ₁⁻¹",
        lambda s: float(np.mean(_form(s.cubature, _precision(s.q)))),
        lambda s: (
            float((solve_lower(s.q.cholesky, s.p.cholesky) ** 2).sum())
            + float(_squares(s.p.mean[None], 0.0, s.q)[0])
        ),
    ),
    _line(
        "the formula",
        r"2\,D(p\,\|\,q)",
        r"\log\tfrac{\det\Sigma_1}{\det\Sigma_0} + (\mu_1-\mu_0)^\top\Sigma_1^{-1}(\mu_1-\mu_0) - d +"
        r" \operatorname{tr}(\Sigma_1^{-1}\Sigma_0)",
        "the three integrals together",
        lambda s: 2 * kl_terms(s.p, s.q).kl,
        lambda s: 2 * _closed_form(s),
    ),
    _line(
        "never negative",
        r"D(p\,\|\,q)",
        "0",
        "problem 4a",
        _closed_form,
        lambda _: 0.0,
        relation="≥",
    ),
    _line(
        "the divergence is finite",
        r"D(p\,\|\,q)",
        r"10^6",
        "Σ₁ leaves room in every direction in which p has mass",
        lambda s: kl_terms(s.p, s.q).kl,
        lambda _: 1e6,
        relation="≤",
        rests_on=frozenset({Q_REGULAR}),
    ),
)


def _closed_form_of_moments(s: Pair) -> float:
    """The three integrals from p's mean and covariance alone, as the derivation has them."""
    x = s.cubature
    inner = _form(x - s.p.mean, _precision(s.p)) - _form(x - s.q.mean, _precision(s.q))
    return 0.5 * (_log_det(s.q) - _log_det(s.p) - float(inner.mean()))


# Errata 4 and 5


def _handed_in_third_line(s: Pair) -> float:
    """The third integral without its ½."""
    own, other = _squares(s.draws, s.p.mean, s.p).mean(), _squares(s.draws, s.q.mean, s.q).mean()
    return 0.5 * (_log_det(s.q) - _log_det(s.p)) - own / 2 + other


def _erratum_4() -> Erratum[Pair]:
    left = r"D(p\,\|\,q)"
    wrong = Line(
        "third line as handed in",
        left,
        r"\tfrac12\log\tfrac{\det\Sigma_1}{\det\Sigma_0} - \tfrac12 E[\ldots]"
        r" + E[(X-\mu_1)^\top\Sigma_1^{-1}(X-\mu_1)]",
        "the third integral lost its factor ½",
        lambda s: kl_terms(s.p, s.q).kl,
        lambda s: Estimate(_handed_in_third_line(s), _three_integrals(s).standard_error, DRAWS),
        tolerance=SAMPLING,
    )
    right = replace(
        wrong,
        name="third line corrected",
        right=wrong.right.replace("+ E", r"+ \tfrac12 E"),
        why="each of the three carries its ½",
        right_route=_three_integrals,
    )
    return Erratum(4, "The third integral lost its factor ½", wrong, right, _random, lambda _: "")


def _erratum_5() -> Erratum[Pair]:
    left = r"d + \mu_0^\top\Sigma_0^{-1}\mu_0"
    wrong = Line(
        "A = Σ₀ as handed in",
        left,
        r"E[X^\top\Sigma_0 X]",
        "“inserting A = Σ₀”",
        lambda s: s.p.dimension + float(_squares(s.p.mean[None], 0.0, s.p)[0]),
        lambda s: quadratic_form_mean(s.p.covariance, s.p),
        tolerance=ROUNDING,
        size=_size,
    )
    right = replace(
        wrong,
        name="A = Σ₀⁻¹ corrected",
        right=r"E[X^\top\Sigma_0^{-1} X]",
        why="inserting A = Σ₀⁻¹",
        right_route=lambda s: quadratic_form_mean(_precision(s.p), s.p),
    )

    def hidden(s: Pair) -> str:
        unit = np.allclose(s.p.covariance, np.eye(s.p.dimension), atol=1e-12)
        return "Σ₀ = I is its own inverse: the slip hides." if unit else ""

    return Erratum(5, "A = Σ₀ where A = Σ₀⁻¹ is meant", wrong, right, _random, hidden)


# States


def _random(rng: np.random.Generator) -> Pair:
    d = int(rng.integers(1, 6))
    p, q = (random_gaussian(d, int(rng.integers(2**31)), 10.0 ** rng.uniform(0.3, 2.0)) for _ in range(2))
    return Pair(p, q, int(rng.integers(2**31)))


def _simpler(s: Pair) -> tuple[Pair, ...]:
    """Fewer dimensions, centred means, unit covariances, in this order."""
    d = s.p.dimension
    candidates = []
    if d > 1:
        candidates += [_restricted(s, keep) for keep in (range(d - 1), range(1, d))]
    for which in ("p", "q"):
        g = getattr(s, which)
        if g.mean.any():
            candidates.append(replace(s, **{which: Gaussian(np.zeros(d), g.covariance)}))
        diagonal = np.diag(np.diag(g.covariance))
        if not np.array_equal(diagonal, g.covariance):
            candidates.append(replace(s, **{which: Gaussian(g.mean, diagonal)}))
        elif not np.array_equal(g.covariance, np.eye(d)):
            candidates.append(replace(s, **{which: Gaussian(g.mean, np.eye(d))}))
    return tuple(candidates)


def _restricted(s: Pair, keep: range) -> Pair:
    rows = np.array(keep)
    p, q = (Gaussian(g.mean[rows], g.covariance[np.ix_(rows, rows)]) for g in (s.p, s.q))
    return replace(s, p=p, q=q)


def _describe(s: Pair) -> str:
    def said(g: Gaussian) -> str:
        return f"mean {np.round(g.mean, 3).tolist()}, covariance {np.round(g.covariance, 3).tolist()}"

    return f"p: {said(s.p)}{', Laplace' if s.laplace else ''}; q: {said(s.q)}"


def _singular_q(s: Pair, rng: np.random.Generator) -> Pair:
    values, vectors = np.linalg.eigh(s.q.covariance)
    i = int(rng.integers(len(values)))
    # Measured by what p has there, so that the divergence exceeds 0.5 / _SINGULAR whatever the matrices are.
    values[i] = _SINGULAR * (vectors[:, i] @ s.p.covariance @ vectors[:, i])
    return replace(s, q=Gaussian(s.q.mean, (vectors * values) @ vectors.T))


LEDGER = Ledger(
    problem="5",
    title="KL between multivariate Gaussians",
    lines=LINES,
    random_state=_random,
    simpler=_simpler,
    describe=_describe,
    errata=(_erratum_4(), _erratum_5()),
    switches={
        P_GAUSSIAN: Switch(
            P_GAUSSIAN,
            "p has Laplace coordinates with the same mean and covariance",
            lambda s, _: replace(s, laplace=True),
            measured="the mean of the log ratio",
            # Laplace against the normal of its variance: 0.07236494 nats a coordinate.
            amount=lambda s: s.p.dimension * 0.5 * math.log(math.pi / math.e),
        ),
        Q_REGULAR: Switch(
            Q_REGULAR, "Σ₁ becomes nearly singular in a direction where Σ₀ is not", _singular_q
        ),
    },
)
