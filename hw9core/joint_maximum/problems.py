"""Problems of joint maximisation (problem 6): g(θ, φ) = f(θ) − h(θ, φ) with h ≥ 0 and min_φ h(θ, φ) = 0.

Each is a frozen dataclass with vectorised ``f(theta)`` and ``h(theta, phi)``, exact up to rounding, on the
square [−3, 3]². Log-likelihoods and divergences are in nats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.joint_maximum.formulas import Formula

LOW, HIGH = -3.0, 3.0


class Problem(Protocol):
    """What a problem offers; ``warning`` says why the maximum over all of ℝ² differs from the square's."""

    title: str
    formula_f: str
    formula_h: str
    warning: str

    def f(self, theta: FloatArray) -> FloatArray: ...

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray: ...


@dataclass(frozen=True)
class Quadratic:
    """f has one maximum, at ``peak``; h is a parabola around the line φ = θ/2: everything in closed form."""

    peak: float = 1.0
    title: str = "Quadratic"
    formula_f: str = r"-\tfrac12(\theta-1)^2"
    formula_h: str = r"(\varphi-\tfrac12\theta)^2"
    warning: str = ""

    def f(self, theta: FloatArray) -> FloatArray:
        return -0.5 * (theta - self.peak) ** 2

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return (phi - 0.5 * theta) ** 2


@dataclass(frozen=True)
class TwoMaxima:
    """f has two equal maxima, at θ = ±``peak``: its argmax is a set of two."""

    peak: float = 1.5
    title: str = "Two equal maxima"
    formula_f: str = r"-\tfrac14(\theta^2-2.25)^2"
    formula_h: str = r"(\varphi-\sin\theta)^2"
    warning: str = ""

    def f(self, theta: FloatArray) -> FloatArray:
        return -0.25 * (theta**2 - self.peak**2) ** 2

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return (phi - np.sin(theta)) ** 2


@dataclass(frozen=True)
class SeveralMinimisers:
    """h has two minimisers for every θ, φ = θ/2 ± 1: one θ̂ comes with two φ."""

    peak: float = 1.0
    title: str = "Several φ for one θ"
    formula_f: str = r"-\tfrac12(\theta-1)^2"
    formula_h: str = r"\left((\varphi-\tfrac12\theta)^2-1\right)^2"
    warning: str = ""

    def f(self, theta: FloatArray) -> FloatArray:
        return -0.5 * (theta - self.peak) ** 2

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return ((phi - 0.5 * theta) ** 2 - 1.0) ** 2


@dataclass(frozen=True)
class Approached:
    """f rises towards 0 for ever: a supremum that no θ attains."""

    title: str = "Maximum only approached"
    formula_f: str = r"-e^{-\theta}"
    formula_h: str = r"(\varphi-\tfrac12\theta)^2"
    warning: str = (
        "Over all θ, sup f = sup g = 0 is approached as θ → ∞ and attained nowhere: both sets are empty. The "
        f"sets below are those of the square, whose edge θ = {HIGH:g} stops the climb."
    )

    def f(self, theta: FloatArray) -> FloatArray:
        return -np.exp(-theta)

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return (phi - 0.5 * theta) ** 2


@dataclass(frozen=True)
class OpenMinimum:
    """inf_φ h = 0 is approached as φ → ∞ and never attained: the claim's assumption fails."""

    peak: float = 1.0
    title: str = "min h only approached"
    formula_f: str = r"-\tfrac12(\theta-1)^2"
    formula_h: str = r"e^{-\varphi}"
    warning: str = (
        "Over all φ, inf h = 0 is attained by no φ: sup g = sup f = 0, yet argmax g is empty while "
        "argmax f = {1}. The claim needs the minimum of h attained. "
        f"On the square φ stops at {HIGH:g}."
    )

    def f(self, theta: FloatArray) -> FloatArray:
        return -0.5 * (theta - self.peak) ** 2

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return np.exp(-phi) + 0.0 * theta


@dataclass(frozen=True)
class GaussianMixture:
    """f: log-likelihood of ``data`` under w N(θ, 1) + (1 − w) N(−θ, 1); g: the evidence lower bound.

    The latent label of x_i is Bernoulli under the posterior, with probability r_i(θ), the logistic function
    of log(w/(1 − w)) + 2 θ x_i. q_φ gives it a Bernoulli with probability r_i(φ), and h is the sum of the
    divergences from q_φ to the posterior, so φ*(θ) = θ: the E-step. Coordinate ascent on g is EM.
    """

    data: tuple[float, ...] = (-1.9, -0.6, 0.3, 0.8, 1.1, 1.4, 1.7, 2.4)
    weight: float = 0.65
    title: str = "Gaussian mixture (EM)"
    formula_f: str = r"\sum_i\log\big(0.65\,N(x_i;\theta,1)+0.35\,N(x_i;-\theta,1)\big)"
    formula_h: str = (
        r"\sum_i D\big(\mathrm{Bernoulli}(r_i(\varphi))\,\|\,\mathrm{Bernoulli}(r_i(\theta))\big)"
    )
    warning: str = ""

    def f(self, theta: FloatArray) -> FloatArray:
        x, theta = np.array(self.data), np.asarray(theta)[..., np.newaxis]
        first = math.log(self.weight) - 0.5 * (x - theta) ** 2
        second = math.log1p(-self.weight) - 0.5 * (x + theta) ** 2
        return (np.logaddexp(first, second) - 0.5 * math.log(2 * math.pi)).sum(axis=-1)

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        # The logits are linear in θ, so the sum of divergences is the Bregman divergence of −Σ log r_i.
        at_theta, _ = self._sum_log_r(theta)
        at_phi, slope = self._sum_log_r(phi)
        return np.maximum(at_phi + slope * (theta - phi) - at_theta, 0.0)  # rounding may leave −1e-15

    def _sum_log_r(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Σ log r_i and its derivative, Σ 2 x_i (1 − r_i)."""
        x = np.array(self.data)
        logit = (
            math.log(self.weight) - math.log1p(-self.weight) + 2.0 * x * np.asarray(theta)[..., np.newaxis]
        )
        log_r = -np.logaddexp(0.0, -logit)
        return log_r.sum(axis=-1), (2.0 * x * np.exp(log_r - logit)).sum(axis=-1)


@dataclass(frozen=True)
class LinearGaussian:
    """z ~ N(0, 1), x | z ~ N(θ + z, s²), one observation x; f, h and g = ELBO in closed form.

    The posterior is N((x − θ)/(1 + s²), v) with v = s²/(1 + s²), and q_φ = N(φ, v).
    """

    x: float = 1.2
    variance: float = 0.5
    title: str = "Linear-Gaussian latent model"
    formula_f: str = r"\log N(1.2;\ \theta,\ 1+s^2),\quad s^2=\tfrac12"
    formula_h: str = (
        r"D\big(N(\varphi,v)\,\|\,N(\tfrac{1.2-\theta}{1+s^2},v)\big),\quad v=\tfrac{s^2}{1+s^2}=\tfrac13"
    )
    warning: str = ""

    def f(self, theta: FloatArray) -> FloatArray:
        total = 1.0 + self.variance
        return -0.5 * (self.x - theta) ** 2 / total - 0.5 * math.log(2 * math.pi * total)

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        total = 1.0 + self.variance
        return (phi - (self.x - theta) / total) ** 2 * total / (2.0 * self.variance)


@dataclass(frozen=True)
class Typed:
    """The visitor's own f and h, as texts; raises InputError when one of them is no formula."""

    text_f: str
    text_h: str
    title: str = "Your own f and h"
    warning: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_f", Formula(self.text_f, ("θ",)))
        object.__setattr__(self, "_h", Formula(self.text_h, ("θ", "φ")))

    @property
    def formula_f(self) -> str:
        return _as_text(self.text_f)

    @property
    def formula_h(self) -> str:
        return _as_text(self.text_h)

    def f(self, theta: FloatArray) -> FloatArray:
        return self._f(theta)

    def h(self, theta: FloatArray, phi: FloatArray) -> FloatArray:
        return self._h(theta, phi)


def _as_text(formula: str) -> str:
    """A typed formula as LaTeX text; nothing in it can end the group, for only formula letters are left."""
    kept = "".join(c for c in formula if c.isalnum() or c in " +-−*/().,")
    return r"\texttt{" + kept.replace("θ", "theta").replace("φ", "phi") + "}"


PROBLEMS: dict[str, Problem] = {
    "quadratic": Quadratic(),
    "two": TwoMaxima(),
    "several": SeveralMinimisers(),
    "approached": Approached(),
    "mixture": GaussianMixture(),
    "latent": LinearGaussian(),
    "open": OpenMinimum(),
}
