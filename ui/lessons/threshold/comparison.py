"""All detectors under one protocol: a table at one α, their ROC curves, paired tests."""

from functools import lru_cache

from hw9core.checkpoints import Checkpoint
from hw9core.comparison import auroc_estimate, delong_test, mcnemar_at_equal_type_1
from hw9core.curves import type_2_at_type_1
from hw9core.detector_evaluation import COMPARISON_TYPE_1_ERROR, DETECTORS
from hw9core.error_rates import error_rates, roc_curve
from hw9core.figures import detectors as figures
from ui.lessons.threshold.material import Choice, Material, material
from ui.live.scene import Cell, Figure, Scene, Table, TableRow

COLUMNS = (
    "detector",
    f"β at α = {COMPARISON_TYPE_1_ERROR:.1%}",
    "95 % interval",
    "AUROC",
    "95 % interval",
    "α at mean + 3 sd",
    "β there",
    "AUROC differs from the chosen one by",
    "McNemar p",
)
CONCLUSION = ""


def scene() -> Scene:
    """The table, and the ROC curves of all detectors over a logarithmic α axis."""
    curves = {label: _roc(name) for name, label in DETECTORS.items()}
    plot = Figure(
        figures.roc_overlay_figure(curves, COMPARISON_TYPE_1_ERROR), 460, "ROC curves of all detectors"
    )
    return Scene(
        figures={"overlay": plot},
        blocks=(Table("detectors", "Every detector, one protocol", COLUMNS),),
        rows=((Cell(("table:detectors",)),), (Cell(("figure:overlay",)),)),
    )


def tables(chosen: Material, trained: Checkpoint) -> dict[str, tuple[TableRow, ...]]:
    """The rows of the table; the paired tests compare each detector with the chosen one."""
    return {"detectors": _rows(chosen, trained)}


def _roc(name: str) -> tuple:
    shown = material(Choice(name))
    false_positive_rate, power, _ = roc_curve(shown.test, shown.anomaly)
    return false_positive_rate, power


@lru_cache(maxsize=16)
def _rows(chosen: Material, _trained: Checkpoint) -> tuple[TableRow, ...]:
    return tuple(_row(label, material(Choice(name)), chosen) for name, label in DETECTORS.items())


def _row(label: str, shown: Material, chosen: Material) -> TableRow:
    equal = type_2_at_type_1(shown.test, shown.anomaly, COMPARISON_TYPE_1_ERROR)
    area = auroc_estimate(shown.test, shown.anomaly)
    rates = error_rates(shown.threshold, shown.test, shown.anomaly)
    return TableRow(
        (
            label,
            f"{equal.rates.type_2_error:.4f}",
            _interval(equal.type_2_interval.low, equal.type_2_interval.high),
            f"{area.auroc:.5f}",
            _interval(area.interval.low, area.interval.high),
            f"{rates.type_1_error:.4f}",
            f"{rates.type_2_error:.4f}",
            *_paired(shown, chosen),
        )
    )


def _paired(shown: Material, chosen: Material) -> tuple[str, str]:
    if shown.choice.detector == chosen.choice.detector:
        return "chosen", "–"
    areas = delong_test(shown.test, shown.anomaly, chosen.test, chosen.anomaly)
    decisions = mcnemar_at_equal_type_1(
        shown.test, shown.anomaly, chosen.test, chosen.anomaly, COMPARISON_TYPE_1_ERROR
    )
    return f"{areas.difference:+.5f} (DeLong p {_p(areas.p_value)})", _p(decisions.p_value)


def _interval(low: float, high: float) -> str:
    return f"{low:.4f} to {high:.4f}"


def _p(value: float) -> str:
    return "< 1e-6" if value < 1e-6 else f"{value:.2g}"
