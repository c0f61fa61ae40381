"""All detectors under one protocol: a table at one α, their ROC curves, paired tests."""

from hw9core.anomaly.decisions.curves import type_2_at_type_1
from hw9core.anomaly.decisions.error_rates import error_rates, roc_curve
from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.decisions.paired_tests import auroc_estimate, delong_test, mcnemar_at_equal_type_1
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.anomaly.likelihood.simple_images import SimpleImageReport
from hw9core.figures import anomaly_curves as figures
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.images.mnist import PIXELS
from hw9core.numerics.intervals import Interval
from ui.lessons.anomaly import base, likelihood, texts
from ui.lessons.anomaly.decision import decision
from ui.lessons.anomaly.material import (
    AUTOENCODER,
    COMPONENTS,
    Choice,
    Material,
    likelihood_lesson,
    material,
    offered,
    simple_images,
)
from ui.live.blocks import Table, TableRow
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.shared import shared

COLUMNS = (
    "detector",
    f"β at α = {COMPARISON_TYPE_1_ERROR:.1%} (95 % interval)",
    "AUROC (95 % interval)",
    "α and β at mean + 3 sd",
    "AUROC minus the chosen one's (DeLong p)",
    "McNemar p",
)


def conclusion() -> str:
    """What the table shows, in words, with its own numbers and those of the stored report."""
    code, report = AutoencoderConfig().code_size, likelihood_lesson()
    choices = (*map(Choice, offered()), Choice("pca", code))
    beta = {choice.key: f"{_type_2_error(material(choice)):.2%}" for choice in choices}
    return f"""
Compared at one α = {COMPARISON_TYPE_1_ERROR:.1%}, because every detector's own mean + 3 sd lands at
another α:

- **More numbers make up for fewer layers.** PCA with {COMPONENTS} components misses {beta["pca"]} of the
  anomalies and the homework's autoencoder, with its code of {code} numbers, {beta[AUTOENCODER]}; but PCA with
  {code} components {beta[f"pca_{code}"]}. The Mahalanobis distance, on all {PIXELS} pixels, misses
  {beta["mahalanobis"]}.
- **What an error is divided by matters too.** The same autoencoder, its error divided by ‖x‖², misses
  {beta["autoencoder_normalised"]}; heavy strokes no longer count as strange.
- **Knowing what to expect helps most here.** A network that learned to tell digits from outliers *made of
  digits* (never of KMNIST) misses {beta["outlier_network"]}, with the autoencoder {beta["combined"]}.
  {_in_mnist_form(report, "combined", "both together miss")} Many anomalies that are nearly digits are still
  missed: `python -m hw9core evaluate detectors --left-out`.
{_on_likelihood(beta[LIKELIHOOD], report) if LIKELIHOOD in beta else ""}
{"" if report else texts.NO_LESSON}
"""


def _on_likelihood(beta: str, report: SimpleImageReport | None) -> str:
    facts = likelihood.facts(material(Choice(LIKELIHOOD)), simple_images())
    return f"""- **A likely image need not be a digit.** The coupling flow misses {beta} here, yet calls a
  blank image more likely than {facts["less_likely"]:,} of {facts["digits"]:,} digits: choose it above, and
  the overview. {_in_mnist_form(report, LIKELIHOOD, "it misses")}"""


def _in_mnist_form(report: SimpleImageReport | None, detector: str, misses: str) -> str:
    """How much the detector misses when KMNIST looks more like MNIST; empty where nobody measured it."""
    if report is None:
        return ""
    share = report[detector]["kmnist_missed_in_mnist_form"]
    return f"Once the characters are scaled as MNIST's digits were, {misses} {share:.0%}."


def compared(chosen: Material) -> tuple[tuple[str, Material], ...]:
    """Label and scores of every detector that can be shown; the chosen one as it is chosen."""
    return tuple(_labelled(name, label, chosen) for name, label in offered().items())


def _labelled(name: str, label: str, chosen: Material) -> tuple[str, Material]:
    shown = chosen if name == chosen.choice.detector else material(Choice(name))
    return (f"{label}, {shown.choice.components} components" if name == "pca" else label), shown


@published()
def scene(chosen: Material, scale: AxisScale, others: tuple[tuple[str, Material], ...]) -> Scene:
    """The table, and the ROC curves of all detectors over a logarithmic α axis."""
    curves = {label: roc_curve(shown.test, shown.anomaly)[:2] for label, shown in others}
    figure = figures.roc_overlay_figure(curves, COMPARISON_TYPE_1_ERROR)
    table = Table("detectors", "Every detector, one protocol", COLUMNS)
    overlay = Figure("overlay", figure, 460, "ROC curves of all detectors")
    return base.scene(decision(chosen, scale)) + Scene(((Cell((table,)),), (Cell((overlay,)),)))


def tables(chosen: Material) -> dict[str, tuple[TableRow, ...]]:
    """The rows of the table; the paired tests compare each detector with the chosen one."""
    return {"detectors": _rows(chosen, compared(chosen))}


@shared(entries=16)
def _rows(chosen: Material, others: tuple[tuple[str, Material], ...]) -> tuple[TableRow, ...]:
    return tuple(_row(label, shown, chosen) for label, shown in others)


def _row(label: str, shown: Material, chosen: Material) -> TableRow:
    equal = type_2_at_type_1(shown.test, shown.anomaly, COMPARISON_TYPE_1_ERROR)
    area = auroc_estimate(shown.test, shown.anomaly)
    rates = error_rates(shown.threshold, shown.test, shown.anomaly)
    return TableRow(
        (
            label,
            f"{equal.rates.type_2_error:.4f} ({_interval(equal.type_2_interval, 4)})",
            f"{area.auroc:.5f} ({_interval(area.interval, 5)})",
            f"{rates.type_1_error:.4f}, {rates.type_2_error:.4f}",
            *_paired(shown, chosen),
        )
    )


def _type_2_error(shown: Material) -> float:
    return type_2_at_type_1(shown.test, shown.anomaly, COMPARISON_TYPE_1_ERROR).rates.type_2_error


def _paired(shown: Material, chosen: Material) -> tuple[str, str]:
    """DeLong's and McNemar's tests; both need the scores in image order."""
    if shown.choice.detector == chosen.choice.detector:
        return "chosen", "–"
    areas = delong_test(shown.test, shown.anomaly, chosen.test, chosen.anomaly)
    decisions = mcnemar_at_equal_type_1(
        shown.test, shown.anomaly, chosen.test, chosen.anomaly, COMPARISON_TYPE_1_ERROR
    )
    return f"{areas.difference:+.5f} ({_p(areas.p_value)})", _p(decisions.p_value)


def _interval(interval: Interval, decimals: int) -> str:
    return f"{interval.low:.{decimals}f} to {interval.high:.{decimals}f}"


def _p(value: float) -> str:
    return "< 1e-6" if value < 1e-6 else f"{value:.2g}"
