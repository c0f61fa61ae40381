"""All detectors under one protocol: a table at one α, their ROC curves, paired tests."""

from hw9core.anomaly.decisions.curves import type_2_at_type_1
from hw9core.anomaly.decisions.error_rates import error_rates, roc_curve
from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.decisions.paired_tests import auroc_estimate, delong_test, mcnemar_at_equal_type_1
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.figures import anomaly_curves as figures
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.numerics.intervals import Interval
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import decision
from ui.lessons.anomaly.material import Choice, Material, material, offered
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
    """What the table shows, in words, with its own numbers."""
    beta = {name: _type_2_error(material(Choice(name))) for name in offered()}
    return f"""
Compared at one α = {COMPARISON_TYPE_1_ERROR:.1%}, the only fair way, because every detector's own
mean + 3 sd lands at another α:

- **A linear method rivals the network.** PCA misses {beta["pca"]:.2%} of the anomalies, the homework's
  autoencoder {beta["autoencoder"]:.2%}, the Mahalanobis distance {beta["mahalanobis"]:.2%}.
- **The normaliser matters more than the depth.** The same autoencoder, its error divided by ‖x‖², misses
  {beta["autoencoder_normalised"]:.2%}; heavy strokes no longer count as strange.
- **Knowing what to expect helps most.** A network that learned to tell digits from outliers *made of
  digits* (never of KMNIST) misses {beta["outlier_network"]:.2%}, with the autoencoder {beta["combined"]:.2%}.
  It still misses many anomalies that are nearly digits: `python -m hw9core evaluate detectors --left-out`.
{_on_likelihood(beta[LIKELIHOOD]) if LIKELIHOOD in beta else ""}
"""


def _on_likelihood(beta: float) -> str:
    return f"""- **A likely image need not be a digit.** The coupling flow misses {beta:.2%} here, yet calls a
  blank image more likely than every digit: choose it above, and the overview."""


def compared() -> tuple[tuple[str, Material], ...]:
    """Label and scores of every detector that can be shown."""
    return tuple((label, material(Choice(name))) for name, label in offered().items())


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
    return {"detectors": _rows(chosen, compared())}


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
