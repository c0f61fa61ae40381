"""The numbers that the story of the threshold says, computed by the core at the state on screen."""

import numpy as np

from hw9core.anomaly.decisions.curves import equal_error_crossing, type_2_at_type_1
from hw9core.anomaly.decisions.error_rates import ErrorRates, error_rates
from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.images.mnist import PIXELS
from hw9core.numerics.intervals import clopper_pearson
from ui.lessons.anomaly import likelihood
from ui.lessons.anomaly.material import (
    AUTOENCODER,
    DIGITS,
    HIRAGANA,
    Choice,
    Material,
    likelihood_lesson,
    material,
    seeds,
    simple_images,
)
from ui.shared import shared
from ui.story.step import Numbers, Values

ASKED_BETA, WANTED_BETA = 0.05, 0.01
_BLANK = 0.0  # the grey level
FLAGGED, ACCEPTED = range(2)


def rates(values: Values) -> ErrorRates:
    """Both error rates of the homework's autoencoder at the committed τ."""
    shown = material()
    return error_rates(values["tau"], shown.test, shown.anomaly)


def homeworks_tau() -> Values:
    """The threshold of the homework's rule."""
    return {"tau": material().threshold}


def said(values: Values) -> Numbers:
    shown, now = material(), rates(values)
    return {
        "tau": now.threshold,
        "alpha": now.type_1_error,
        "beta": now.type_2_error,
        "flagged": now.false_positives,
        "missed": now.false_negatives,
        "digits": shown.test.size,
        "characters": shown.anomaly.size,
        "asked": ASKED_BETA,
        "wanted": WANTED_BETA,
    }


def of_copies(values: Values) -> Numbers:
    return said(values) | {"code": AutoencoderConfig().code_size, "pixels": PIXELS}


def of_rules(values: Values) -> Numbers:
    shown = material()
    return said(values) | {"rule": shown.threshold, "validation": shown.validation.size}


def of_curves(values: Values) -> Numbers:
    shown = material()
    return said(values) | {"auroc": shown.auroc, "equal": _equal_error_rate(shown)}


@shared(entries=2)
def _equal_error_rate(shown: Material) -> float:
    return equal_error_crossing(shown.test, shown.anomaly).equal_error_rate


def of_classes(values: Values) -> Numbers:
    shown, tau = material(), values["tau"]
    character, beta = _worst(shown.anomaly <= tau, shown.anomaly_classes, HIRAGANA)
    digit, alpha = _worst(shown.test > tau, shown.test_classes, DIGITS)
    return said(values) | {"character": character, "of_it": beta, "digit": digit, "of_digit": alpha}


def _worst(wrong: np.ndarray, classes: np.ndarray, names: tuple[str, ...]) -> tuple[str, float]:
    """The class with the largest share of errors, and that share."""
    shares = [float(wrong[classes == i].mean()) for i in range(len(names))]
    worst = int(np.argmax(shares))
    return names[worst], shares[worst]


def of_chance(values: Values) -> Numbers:
    now, size = rates(values), material().anomaly.size
    interval = clopper_pearson(now.false_negatives, size)
    of_seeds = seeds().arrays
    return said(values) | {
        "low": float(interval.low),
        "high": float(interval.high),
        "starts": of_seeds["seed"].size,
        "least": float(of_seeds["type_2_error"].min()),
        "most": float(of_seeds["type_2_error"].max()),
    }


def of_detectors(values: Values) -> Numbers:
    code, report = AutoencoderConfig().code_size, likelihood_lesson()
    chosen = {
        "autoencoder": Choice(AUTOENCODER),
        "pca": Choice("pca", code),
        "combined": Choice("combined"),
    }
    beta = {name: _beta_at_one_alpha(choice) for name, choice in chosen.items()}
    scaled = "a share that is not kept here"
    if report is not None:
        scaled = f"{report['combined']['kmnist_missed_in_mnist_form']:.0%}"
    return beta | {"alpha": COMPARISON_TYPE_1_ERROR, "code": code, "scaled": scaled}


def _beta_at_one_alpha(choice: Choice) -> float:
    return _beta_of(material(choice))


@shared(entries=8)
def _beta_of(shown: Material) -> float:
    return type_2_at_type_1(shown.test, shown.anomaly, COMPARISON_TYPE_1_ERROR).rates.type_2_error


def grey_score(values: Values) -> float:
    """−log p of the image of the committed grey level, in nats."""
    return float(simple_images().grey_scores[round(values["grey"])])


def of_likelihood(values: Values) -> Numbers:
    shown, score = material(Choice(LIKELIHOOD)), grey_score(values)
    facts = likelihood.facts(shown, simple_images())
    return facts | {
        "below_blank": facts["less_likely"],
        "grey": round(values["grey"]),
        "score": score,
        "less_likely": int(np.count_nonzero(shown.test > score)),
    }


def flow_start() -> Values:
    """A blank image, and the flow's own mean + 3 sd."""
    return {"grey": _BLANK, "tau": material(Choice(LIKELIHOOD)).threshold}


def blank_verdict(values: Values) -> float:
    """Whether the flow calls a blank image an anomaly at the committed τ."""
    return FLAGGED if simple_images().grey_scores[0] > values["tau"] else ACCEPTED


def first_flagged() -> Values:
    """The darkest grey image that is flagged at mean + 3 sd."""
    shown = material(Choice(LIKELIHOOD))
    return {"grey": float(likelihood.facts(shown, simple_images())["first_flagged"])}
