"""The same scores as curves: both rates against τ, ROC, DET, and precision against recall."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st
from scipy.special import ndtri

from hw9core.anomaly.decisions import curves
from hw9core.anomaly.decisions.error_rates import error_rate_curves
from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.decisions.paired_tests import auroc_estimate
from hw9core.figures import anomaly_curves, anomaly_scores
from hw9core.figures.theme import ANOMALY
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Readout, ReadoutGroup, Table, TableRow
from ui.live.marks import Point, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value


@dataclass(frozen=True)
class Options:
    """The share of anomalies among the images that the detector will meet."""

    prevalence: float


def options() -> Options:
    """The controls of this view."""
    percent = st.number_input(
        "Anomalies among the images met, in %",
        min_value=0.001,
        max_value=99.0,
        value=1.0,
        key="prevalence",
        bind="query-params",
    )
    return Options(percent / 100)


def scene(material: Material, scale: anomaly_scores.AxisScale, chosen: Options) -> Scene:
    """Three curves with the operating point of τ on each."""
    scores = material.scores
    histogram = anomaly_scores.score_histogram(scores, scale)
    return Scene(
        figures={
            "rates": Figure(
                anomaly_curves.rates_figure(
                    *error_rate_curves(scores.test, scores.anomaly),
                    curves.equal_error_crossing(scores.test, scores.anomaly),
                    histogram.edges,
                    scale,
                ),
                320,
                "Both error rates against the threshold, with their crossing",
            ),
            "det": Figure(
                anomaly_curves.det_figure(
                    curves.det_curve(scores.test, scores.anomaly), ndtri(anomaly_curves.DET_SHARES)
                ),
                320,
                "Detection error trade-off on normal-deviate axes",
            ),
            "precision": Figure(
                anomaly_curves.precision_recall_figure(
                    curves.precision_recall_at_prevalence(scores.test, scores.anomaly, chosen.prevalence),
                    chosen.prevalence,
                ),
                320,
                "Precision against recall at the chosen prevalence",
            ),
        },
        values=_values(scores.test.size, scores.anomaly.size, chosen.prevalence),
        blocks=(_readouts(chosen), Table("numbers", "In single numbers, with 95 % intervals", ("", "", ""))),
        marks=(
            VerticalLine("rates", "tau", "τ", drag=True),
            Point("det", "alpha_deviate", "beta_deviate", ANOMALY, "τ here"),
            Point("precision", "power", "precision", ANOMALY, "precision {precision:.3f}"),
        ),
        rows=(
            (Cell(("figure:rates",)), Cell(("figure:det",))),
            (Cell(("figure:precision",)), Cell(("readouts:summary", "table:numbers"))),
        ),
        arrays={
            "test_deviates": ndtri(np.arange(scores.test.size + 1) / scores.test.size),
            "anomaly_deviates": ndtri(np.arange(scores.anomaly.size + 1) / scores.anomaly.size),
        },
    )


@lru_cache(maxsize=16)
def tables(material: Material) -> dict[str, tuple[TableRow, ...]]:
    """The curves in single numbers: area, equal error rate, β at the α of comparison."""
    area = auroc_estimate(material.test, material.anomaly)
    equal = curves.type_2_at_type_1(material.test, material.anomaly, COMPARISON_TYPE_1_ERROR)
    crossing = curves.equal_error_crossing(material.test, material.anomaly)
    rows = (
        ("area under the ROC curve", area.auroc, area.interval),
        (f"β at α = {COMPARISON_TYPE_1_ERROR:.1%}", equal.rates.type_2_error, equal.type_2_interval),
    )
    cells = [(name, f"{value:.5f}", f"{i.low:.5f} to {i.high:.5f}") for name, value, i in rows]
    cells.append(("equal error rate", f"{crossing.equal_error_rate:.5f}", "–"))
    return {"numbers": tuple(TableRow(row) for row in cells)}


def _values(n_test: int, n_anomaly: int, prevalence: float) -> tuple[Value, ...]:
    return (
        Value("alpha_deviate", "at", ("test_deviates", "false_positives")),
        Value("beta_deviate", "at", ("anomaly_deviates", "false_negatives")),
        Value("hits", "multiply", (prevalence, "power")),
        Value("false_flags", "multiply", (1.0 - prevalence, "type_1_error")),
        Value("flags", "add", ("hits", "false_flags")),
        Value("precision", "divide", ("hits", "flags")),
    )


def _readouts(chosen: Options) -> ReadoutGroup:
    return ReadoutGroup(
        "summary",
        "",
        (
            Readout(
                "precision",
                "Precision at τ",
                ".4f",
                f"Of the images flagged, this share are anomalies when {chosen.prevalence:.2%} of all are.",
            ),
        ),
    )
