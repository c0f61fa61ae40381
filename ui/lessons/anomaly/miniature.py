"""The threshold lesson on the start page: both histograms, τ between them, and what it costs."""

import numpy as np

from hw9core.anomaly.decisions.error_rates import ErrorRates, error_rates
from hw9core.figures.anomaly_scores import ScoreHistogram, staircase
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.home.miniature import Axis, Miniature, Number, Shape, Word, still
from ui.lessons.anomaly.decision import decision
from ui.lessons.anomaly.material import HOMEWORK, Material, material
from ui.shared import shared

STATES = 97
DIGITS = 4  # of τ in the address


def miniature() -> Miniature:
    """The homework's detector over its logarithmic score axis. Raises CheckpointError."""
    return _of(material())


@shared(entries=1)
def _of(shown: Material) -> Miniature:
    now = decision(shown, "log")
    taus = _thresholds(now.histogram.edges)
    rates = [error_rates(tau, shown.scores.test, shown.scores.anomaly) for tau in taus]
    place = np.linspace(0.0, 1.0, STATES)
    return Miniature(
        window=((0.0, 1.0), (0.0, 1.0)),
        across=Axis(now.tau.address, taus, float(np.interp(shown.threshold, taus, place))),
        drawn=_drawn(now.histogram),
        numbers=(
            Number("tau", "τ", taus, ".2f"),
            Number("type_1_error", "α", np.array([rate.type_1_error for rate in rates]), ".4f"),
            Number("type_2_error", "β", np.array([rate.type_2_error for rate in rates]), ".4f"),
        ),
        beside={
            "the homework": _three(HOMEWORK),
            "this model": _three(error_rates(shown.threshold, shown.test, shown.anomaly)),
        },
    )


def _thresholds(edges: np.ndarray) -> np.ndarray:
    """Equal ratios from end to end, as they are written in an address."""
    return np.array([float(f"{tau:.{DIGITS}g}") for tau in np.geomspace(edges[0], edges[-1], STATES)])


def _drawn(histogram: ScoreHistogram) -> tuple[Shape | Word, ...]:
    """Both histograms, what lies on the wrong side of τ, each in its hatch, and τ itself."""
    log_edges = np.log(histogram.edges / histogram.edges[0])
    log_edges /= log_edges[-1]
    counts = histogram.test, histogram.anomaly
    digits, others = (still(*staircase(log_edges, count / np.max(counts))) for count in counts)
    of_digits, of_others = (np.average(log_edges[1:], weights=count) for count in counts)
    ends = np.array([[[0.0, 1.0]], [[1.0, 1.0]]])
    return (
        Shape(digits, IN_DISTRIBUTION, "area"),
        Shape(others, ANOMALY, "area"),
        Shape(digits, IN_DISTRIBUTION, "area", hatch=True, side="right"),
        Shape(others, ANOMALY, "area", hatch=True, side="left"),
        Shape(np.concatenate([ends * [1.0, 0.0], ends], axis=1)),
        Word(ends, "τ"),
        Word(np.array([[of_digits - 0.12, 0.55]]), "digits", "end"),
        Word(np.array([[of_others - 0.07, 0.85]]), "other characters", "end"),
    )


def _three(rates: ErrorRates) -> tuple[float, float, float]:
    return rates.threshold, rates.type_1_error, rates.type_2_error
