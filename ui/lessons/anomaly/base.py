"""The part of the threshold lesson that is always there: histograms, τ, rates and counts."""

from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.anomaly.decision import Decision
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.marks import Area, Mark, VerticalLine
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data


def scene(now: Decision, marks: tuple[Mark, ...] = ()) -> Scene:
    """Histograms with the draggable threshold and a view's own marks, beside the rates and the counts."""
    spoken = now.tau.spoken(
        f"threshold {now.tau:.{now.decimals}f}: "
        f"type I error {now.type_1_error:.2%}, type II error {now.type_2_error:.2%}"
    )
    return Scene(((Cell((_histograms(now, marks), spoken), 2.2), Cell((_rates(now), _counts(now)))),))


def _histograms(now: Decision, marks: tuple[Mark, ...]) -> Figure:
    histogram, tau = now.histogram, now.tau
    test_x, test_y = figures.staircase(histogram.edges, histogram.test)
    anomaly_x, anomaly_y = figures.staircase(histogram.edges, histogram.anomaly)
    false_alarms = (Data("test_x", test_x), Data("test_y", test_y))
    misses = (Data("anomaly_x", anomaly_x), Data("anomaly_y", anomaly_y))
    return Figure(
        "scores",
        figures.histogram_figure(histogram, now.material.score_name, now.material.reference),
        430,
        "Histograms of the scores of MNIST validation, MNIST test and KMNIST test images",
        (
            Area(*false_alarms, tau, "right", IN_DISTRIBUTION, "type I error"),
            Area(*misses, tau, "left", ANOMALY, "type II error"),
            VerticalLine(tau, f"τ = {tau:.{now.decimals}f}", drag=True),
            *marks,
        ),
    )


def _rates(now: Decision) -> ReadoutGroup:
    digits, anomalies = f"{now.test.array.size:,}", f"{now.anomaly.array.size:,}"
    turned_away = f"{now.false_positives:,d} of {digits} digits would be turned away."
    slip_through = f"{now.false_negatives:,d} of {anomalies} anomalies would slip through."
    return ReadoutGroup(
        "rates",
        "",
        (
            Readout(now.tau, "Threshold τ", now.exact, "An image scoring above it is called an anomaly."),
            Readout(now.type_1_error, "Type I error α", ".4f", turned_away, "type_1"),
            Readout(now.type_2_error, "Type II error β", ".4f", slip_through, "type_2"),
        ),
    )


def _counts(now: Decision) -> ReadoutGroup:
    return ReadoutGroup(
        "counts",
        "The four outcomes",
        (
            Readout(now.true_negatives, "MNIST accepted", ",d"),
            Readout(now.false_positives, "MNIST flagged", ",d", tone="type_1"),
            Readout(now.false_negatives, "KMNIST accepted", ",d", tone="type_2"),
            Readout(now.true_positives, "KMNIST flagged", ",d"),
        ),
        columns=2,
    )
