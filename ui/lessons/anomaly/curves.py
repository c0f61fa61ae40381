"""The same scores as curves: both rates against τ, ROC, DET, and precision against recall."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from streamlit.delta_generator import DeltaGenerator

from hw9core.anomaly.decisions import curves
from hw9core.anomaly.decisions.error_rates import error_rate_curves
from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.decisions.paired_tests import auroc_estimate
from hw9core.figures import anomaly_curves
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.figures.theme import ANOMALY
from ui import choices
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import Decision, decision
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Readout, ReadoutGroup, Table, TableRow
from ui.live.kernels import at
from ui.live.marks import Point, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.shared import shared


@dataclass(frozen=True)
class Options:
    """The share of anomalies among the images that the detector will meet."""

    prevalence: float = 0.01


def options(box: DeltaGenerator) -> Options:
    """The controls of this view, in ``box``."""
    label = "Anomalies among the images met, in %"
    percent = choices.number_in(box, label, 0.001, 99.0, 100 * Options.prevalence, "prevalence")
    return Options(percent / 100)


@published()
def scene(material: Material, scale: AxisScale, chosen: Options) -> Scene:
    """Three curves with the operating point of τ on each."""
    now = decision(material, scale)
    precision = _precision(now, chosen.prevalence)
    numbers = Table("numbers", "In single numbers, with 95 % intervals", ("", "", ""))
    below = (
        Cell((_precision_recall(now, chosen, precision),)),
        Cell((_readouts(chosen, precision), numbers)),
    )
    return base.scene(now, beside=(_rates(now), _trade_off(now))) + Scene((below,))


@shared(entries=16)
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


def _rates(now: Decision) -> Figure:
    test, anomaly = now.material.scores.test, now.material.scores.anomaly
    figure = anomaly_curves.rates_figure(
        *error_rate_curves(test, anomaly),
        curves.equal_error_crossing(test, anomaly),
        now.histogram.edges,
        now.scale,
    )
    words = "Both error rates against the threshold, with their crossing"
    return Figure("rates", figure, 320, words, (VerticalLine(now.tau, "τ", drag=True),))


def _trade_off(now: Decision) -> Figure:
    test, anomaly = now.material.scores.test, now.material.scores.anomaly
    curve, ticks = curves.det_curve(test, anomaly), ndtri(anomaly_curves.DET_SHARES)
    point = Point(
        at(Data("test_deviates", _deviates(test.size)), now.false_positives),
        at(Data("anomaly_deviates", _deviates(anomaly.size)), now.false_negatives),
        ANOMALY,
        "τ here",
    )
    figure = anomaly_curves.det_figure(curve, ticks)
    return Figure("det", figure, 320, "Detection error trade-off on normal-deviate axes", (point,))


def _deviates(n: int) -> np.ndarray:
    """The normal deviate of every share that n images can have."""
    return ndtri(np.arange(n + 1) / n)


def _precision_recall(now: Decision, chosen: Options, precision: Value) -> Figure:
    scores = now.material.scores
    curve = curves.precision_recall_at_prevalence(scores.test, scores.anomaly, chosen.prevalence)
    figure = anomaly_curves.precision_recall_figure(curve, chosen.prevalence)
    point = Point(now.power, precision, ANOMALY, f"precision {precision:.3f}")
    return Figure("precision", figure, 320, "Precision against recall at the chosen prevalence", (point,))


def _precision(now: Decision, prevalence: float) -> Value:
    hits = prevalence * now.power
    return named("precision", hits / (hits + (1.0 - prevalence) * now.type_1_error))


def _readouts(chosen: Options, precision: Value) -> ReadoutGroup:
    sentence = f"Of the images flagged, this share are anomalies when {chosen.prevalence:.2%} of all are."
    return ReadoutGroup("summary", "", (Readout(precision, "Precision at τ", ".4f", sentence),))
