"""Gaussians of one to five dimensions from matrices in text: parsed, judged, and their divergence by term."""

from dataclasses import dataclass

from hw9core.distributions.covariance import nearest_valid_covariance
from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.errors import InputError
from hw9core.gaussians.kl import error_bound, kl_monte_carlo, kl_terms
from hw9core.gaussians.matrix_text import parse_array, write_array
from ui.words import UNITS, written

MOST_DIMENSIONS = 5
ILL_CONDITIONED = 1e6
DRAWS, SEED = 20_000, 0
KEYS = ("mu0", "sigma0", "mu1", "sigma1")
NAMES = {"mu0": "mean of p", "sigma0": "covariance of p", "mu1": "mean of q", "sigma1": "covariance of q"}
START = {
    "mu0": "[0.0, 0.5, -1.0]",
    "sigma0": "[[2.0, 0.6, 0.0],\n [0.6, 1.0, 0.3],\n [0.0, 0.3, 0.5]]",
    "mu1": "[0.5, 0.0, 0.0]",
    "sigma1": "[[1.5, 0.0, 0.2],\n [0.0, 1.0, 0.0],\n [0.2, 0.0, 1.0]]",
}


@dataclass(frozen=True)
class Judged:
    """Both Gaussians, or the sentence that says why not; ``offers``: nearest valid matrices by key."""

    pair: tuple[Gaussian, Gaussian] | None
    problem: str
    offers: dict[str, str]


def judge(texts: dict[str, str]) -> Judged:
    """Read the four texts; never raises."""
    offers: dict[str, str] = {}
    try:
        p, q = (_gaussian(texts, index, offers) for index in "01")
        if p.dimension != q.dimension:
            raise InputError(f"The two Gaussians differ in dimension: {p.dimension} and {q.dimension}.")
    except InputError as error:
        return Judged(None, str(error), offers)
    return Judged((p, q), "", {})


def _gaussian(texts: dict[str, str], index: str, offers: dict[str, str]) -> Gaussian:
    mean, covariance = (parse_array(texts[key + index], NAMES[key + index]) for key in ("mu", "sigma"))
    if mean.size > MOST_DIMENSIONS:
        raise InputError(
            f"The {NAMES['mu' + index]} has {mean.size} entries: this page takes 1 to {MOST_DIMENSIONS}."
        )
    try:
        return Gaussian(mean.ravel(), covariance.reshape(1, 1) if covariance.size == 1 else covariance)
    except InputError as error:
        if covariance.ndim == 2 and covariance.shape == (mean.size, mean.size):
            offers["sigma" + index] = write_array(nearest_valid_covariance(covariance))
        name = "p" if index == "0" else "q"
        raise InputError(f"{name}: {error}") from error


def random_texts(dimension: int, seed: int, condition_number: float) -> dict[str, str]:
    """A random pair of one dimension and condition number. Raises InputError."""
    pair = (random_gaussian(dimension, seed + k, condition_number) for k in (0, 500_000))
    texts = {}
    for index, gaussian in zip("01", pair, strict=True):
        texts |= {"mu" + index: write_array(gaussian.mean), "sigma" + index: write_array(gaussian.covariance)}
    return texts


def table(p: Gaussian, q: Gaussian, unit: str) -> str:
    """Both directions by term, as a Markdown table in ``unit``."""
    forward, reverse = kl_terms(p, q), kl_terms(q, p)
    rows = (
        ("log det ratio", forward.log_det, reverse.log_det),
        ("Mahalanobis", forward.mahalanobis, reverse.mahalanobis),
        ("trace − d", forward.trace_minus_d, reverse.trace_minus_d),
        ("**D, half their sum**", forward.kl, reverse.kl),
        ("**Jeffreys**", forward.kl + reverse.kl, forward.kl + reverse.kl),
    )
    lines = [
        f"| {name} | {written(UNITS[unit] * a, '.10g')} | {written(UNITS[unit] * b, '.10g')} |"
        for name, a, b in rows
    ]
    return f"| {unit} | D(p‖q) | D(q‖p) |\n| --- | --: | --: |\n" + "\n".join(lines)


def remarks(p: Gaussian, q: Gaussian, unit: str) -> tuple[str, ...]:
    """Monte Carlo's second opinion, and the bound on rounding where a matrix is ill-conditioned."""
    sampled = kl_monte_carlo(p, q, DRAWS, SEED)
    value, error = UNITS[unit] * sampled.value, UNITS[unit] * sampled.standard_error
    lines = [
        f"Monte Carlo, {DRAWS:,} draws of p: D(p‖q) ≈ {value:.5g} ± {error:.2g} {unit} (standard error)."
    ]
    condition = max(p.condition_number, q.condition_number)
    if condition > ILL_CONDITIONED:
        bounds = [UNITS[unit] * bound for bound in (error_bound(p, q), error_bound(q, p))]
        lines.append(
            f"Condition number {condition:.2g}: rounding may change D(p‖q) by up to {bounds[0]:.2g} and "
            f"D(q‖p) by up to {bounds[1]:.2g} {unit}."
        )
    return tuple(lines)
