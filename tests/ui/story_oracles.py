"""The answers to the stories' questions by routes of their own: SciPy, torch, differences, statistics."""

import math
from statistics import NormalDist

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import load_flow_detector
from hw9core.coupling.layers import random_coupling
from hw9core.store import checkpoints
from ui.lessons.anomaly.material import LIKELIHOOD, Choice, material
from ui.lessons.line_flow.material import shipped

DATA = (-1.9, -0.6, 0.3, 0.8, 1.1, 1.4, 1.7, 2.4)  # of the mixture, N(±θ, 1) with weights 0.65 and 0.35


def tau_at_five_percent(_values) -> float:
    """Just below the 501st smallest of 10,000 scores, so that 500 lie at or below τ."""
    return float(np.sort(material().anomaly)[500])


def tau_of_equal_errors(_values) -> float:
    """By looking at every score."""
    test, anomaly = material().test, material().anomaly
    taus = np.unique(np.concatenate([test, anomaly]))
    alpha = 1.0 - np.searchsorted(np.sort(test), taus, side="right") / test.size
    beta = np.searchsorted(np.sort(anomaly), taus, side="right") / anomaly.size
    return float(taus[np.argmin(np.abs(alpha - beta))])


def blank_is_accepted(values) -> float:
    """The blank image's score by the detector itself; option 1 is "accepted"."""
    detector = load_flow_detector(checkpoints.require(ImageFlowConfig()))
    score = detector.decision_function(np.zeros((1, 784), np.uint8))[0]
    validation = material(Choice(LIKELIHOOD)).validation
    assert values["tau"] == math.fsum((validation.mean(), 3.0 * validation.std(ddof=1)))
    return float(score <= values["tau"])


def z_by_normal_dist(values) -> float:
    flow = shipped("two", "normal").final
    parts = zip(flow.weights, flow.locs, flow.scales, strict=True)
    u = sum(w * NormalDist(loc, scale).cdf(values["probe"]) for w, loc, scale in parts)
    return NormalDist().inv_cdf(u)


def largest_weight(_values) -> float:
    """F′(0) ≥ 0 of w N(0, 1) + (1 − w) N(0, 0.3²) up to w = 1/(1 − 0.3); a multiple of 0.02."""
    return math.floor(1.0 / (1.0 - 0.3) / 0.02) * 0.02


def _log_det(x: np.ndarray) -> float:
    """From central differences of z."""
    layer, step = random_coupling(4, (1, 3), 0), 1e-6
    moved = np.concatenate([x + step * np.eye(4), x - step * np.eye(4)])
    z = layer.call_and_ladj(moved)[0]
    return float(np.linalg.slogdet((z[:4] - z[4:]).T / (2 * step))[1])


def log_det(values) -> float:
    return _log_det(np.array([values[f"x{i}"] for i in range(1, 5)]))


def which_matter(values) -> float:
    """Option 0: x₁ and x₃; 1: x₂ and x₄; 2: all."""
    x = np.array([values[f"x{i}"] for i in range(1, 5)])
    slopes = [_log_det(x + 1e-2 * e) - _log_det(x - 1e-2 * e) for e in np.eye(4)]
    matter = tuple(abs(slope) > 1e-6 for slope in slopes)
    return {(True, False, True, False): 0.0, (False, True, False, True): 1.0}.get(matter, 2.0)


def _normals(values) -> tuple[float, float]:
    p, q = Normal(0.0, values["p_scale"]), Normal(values["loc"], values["scale"])
    return float(kl_divergence(p, q)), float(kl_divergence(q, p))


def larger_of_normals(values) -> float:
    forward, reverse = _normals(values)
    return float(reverse > forward)


def kl_of_normals(values) -> float:
    return _normals(values)[0]


def _ellipse(values, which: str) -> MultivariateNormal:
    angle = math.radians(values[f"{which}_angle"])
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]).double()
    axes = torch.tensor([values[f"{which}_first"], values[f"{which}_second"]]).double()
    mean = torch.tensor([values[f"{which}_x"], values[f"{which}_y"]]).double()
    return MultivariateNormal(mean, turn @ torch.diag(axes**2) @ turn.T)


def larger_of_ellipses(values) -> float:
    p, q = _ellipse(values, "p"), _ellipse(values, "q")
    return float(kl_divergence(q, p) > kl_divergence(p, q))


def place_of_one_nat(values) -> float:
    """By bisection to the right of q's centre, where D rises."""
    low, high = values["q_x"], values["q_x"] + 10.0
    for _ in range(80):
        middle = (low + high) / 2
        d = kl_divergence(_ellipse({**values, "p_x": middle}, "p"), _ellipse(values, "q"))
        low, high = (middle, high) if d < 1.0 else (low, middle)
    return low


def _mixture_bound(theta: float, phi: float) -> float:
    """Σᵢ E_q[log p(xᵢ, z)] + H(q), q the posterior of the labels at φ."""
    total = 0.0
    for x in DATA:
        logit = math.log(0.65 / 0.35) + 2.0 * phi * x
        r = 1.0 / (1.0 + math.exp(-logit))
        log_a = math.log(0.65) - 0.5 * (x - theta) ** 2 - 0.5 * math.log(2 * math.pi)
        log_b = math.log(0.35) - 0.5 * (x + theta) ** 2 - 0.5 * math.log(2 * math.pi)
        for share, log_joint in ((r, log_a), (1.0 - r, log_b)):
            total += share * (log_joint - math.log(share)) if share > 0.0 else 0.0
    return total


def em_steps(values) -> float:
    """E-step: the posterior at θ. M-step: the bound is a parabola in θ, highest at the mean of (2r − 1) x."""
    theta, phi = values["theta"], values["phi"]
    best = -minimize_scalar(lambda t: -_mixture_bound(t, t), bounds=(0.5, 2.0), method="bounded").fun
    for step in range(1, 40):
        if step % 2:
            phi = theta
        else:
            r = [1.0 / (1.0 + math.exp(-math.log(0.65 / 0.35) - 2.0 * phi * x)) for x in DATA]
            theta = float(np.mean([(2.0 * share - 1.0) * x for share, x in zip(r, DATA, strict=True)]))
        if best - _mixture_bound(theta, phi) < 0.01:
            return float(step)
    raise AssertionError("EM does not arrive")


def _latent(theta: float) -> float:
    return NormalDist(theta, math.sqrt(1.5)).pdf(1.2)


def shift_of_sloped_gap(_values) -> float:
    """The maximiser of log N(1.2; θ, 1.5) less 1 + tanh(0.4 (θ − 1.2)), from its own 1.2."""

    def minus(theta: float) -> float:
        return 1.0 + math.tanh(0.4 * (theta - 1.2)) - math.log(_latent(theta))

    return minimize_scalar(minus, bounds=(-3.0, 3.0), method="bounded", options={"xatol": 1e-10}).x - 1.2


def bowl_stays(values) -> float:
    """Option 1 is "stays"."""

    def minus(theta: float) -> float:
        return values["size"] + (theta - 1.2) ** 2 - math.log(_latent(theta))

    found = minimize_scalar(minus, bounds=(-3.0, 3.0), method="bounded", options={"xatol": 1e-10}).x
    return float(abs(found - 1.2) < 1e-6)


# By lesson and step.
ORACLES = {
    ("anomaly", 2): tau_at_five_percent,
    ("anomaly", 3): tau_of_equal_errors,
    ("anomaly", 9): blank_is_accepted,
    ("line_flow", 2): z_by_normal_dist,
    ("line_flow", 6): largest_weight,
    ("coupling", 1): which_matter,
    ("coupling", 3): log_det,
    ("divergence", 2): larger_of_normals,
    ("divergence", 3): kl_of_normals,
    ("gaussians", 2): place_of_one_nat,
    ("gaussians", 4): larger_of_ellipses,
    ("joint_maximum", 4): em_steps,
    ("joint_maximum", 5): shift_of_sloped_gap,
    ("joint_maximum", 7): bowl_stays,
}
