"""The stage of the threshold lesson: histograms with τ, the rates, and beside them what a view follows."""

from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.anomaly.decision import Decision
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.marks import Area, Mark, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Shown
from ui.live.values import Data


def scene(
    now: Decision,
    marks: tuple[Mark, ...] = (),
    *,
    below: tuple[Shown, ...] = (),
    beside: tuple[Shown, ...] = (),
    numbers: tuple[ReadoutGroup, ...] = (),
) -> Scene:
    """Histograms with the draggable threshold and a view's own marks; the rates beside them.

    A view may add what follows τ: ``below`` the threshold's slider, ``beside`` the histograms, and
    ``numbers`` above the rates. Where it adds nothing beside them the four counts stand there.
    """
    spoken = now.tau.spoken(
        f"threshold {now.tau:.{now.decimals}f}: "
        f"type I error {now.type_1_error:.2%}, type II error {now.type_2_error:.2%}"
    )
    plot = (_histograms(now, marks), spoken, *below)
    if not beside:
        return Scene(((Cell(plot, 2.2), Cell((*numbers, _rates(now), _counts(now)))),))
    return Scene(((Cell(plot, 1.5), Cell(beside, 1.4), Cell((*numbers, _rates(now)), 0.8)),))


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
