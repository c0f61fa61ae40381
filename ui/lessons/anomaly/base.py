"""The part of the threshold lesson that is always there: histograms, τ, rates and counts."""

import numpy as np

from hw9core.anomaly.decisions.error_rates import ScoreSets
from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Preset, Slider
from ui.live.marks import Area, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value


def possible_scale(material: Material, wanted: figures.AxisScale) -> figures.AxisScale:
    """A logarithmic axis only for scores that are all positive."""
    lowest = min(s[0] for s in (material.scores.validation, material.scores.test, material.scores.anomaly))
    return wanted if lowest > 0 else "linear"


def scene(material: Material, scale: figures.AxisScale) -> Scene:
    """Histograms with the draggable threshold, beside the rates and the four counts."""
    histogram = figures.score_histogram(material.scores, scale)
    test_x, test_y = figures.staircase(histogram.edges, histogram.test)
    anomaly_x, anomaly_y = figures.staircase(histogram.edges, histogram.anomaly)
    plot = Figure(
        figures.histogram_figure(histogram, material.score_name, material.reference),
        430,
        "Histograms of the scores of MNIST validation, MNIST test and KMNIST test images",
    )
    return Scene(
        figures={"scores": plot},
        controls=(_slider(material, histogram),),
        values=_values(material.scores),
        blocks=_readouts(material.scores),
        marks=(
            Area("scores", "test_x", "test_y", "tau", "right", IN_DISTRIBUTION, "type I error"),
            Area("scores", "anomaly_x", "anomaly_y", "tau", "left", ANOMALY, "type II error"),
            VerticalLine("scores", "tau", f"τ = {{tau:.{digits(material)}f}}", drag=True),
        ),
        rows=(
            (
                Cell(("figure:scores", "control:tau"), 2.2),
                Cell(("readouts:rates", "readouts:counts")),
            ),
        ),
        arrays={
            # Scores were computed in float32: the browser widens them to the same float64 that NumPy sees.
            "test": material.scores.test.astype("float32"),
            "anomaly": material.scores.anomaly.astype("float32"),
            "test_x": test_x,
            "test_y": test_y,
            "anomaly_x": anomaly_x,
            "anomaly_y": anomaly_y,
        },
    )


def _slider(material: Material, histogram: figures.ScoreHistogram) -> Slider:
    presets = (Preset("mean + 3 sd", material.threshold),)
    if material.reference is not None:
        presets += (Preset("homework's τ", material.reference.threshold),)
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    step = 10.0 ** np.floor(np.log10((high - low) / 1000))
    decimals = digits(material)
    return Slider(
        name="tau",
        label="Threshold τ",
        minimum=low,
        maximum=high,
        step=step,
        precision=step / 10,
        format=f".{decimals}f",
        scale=histogram.scale,
        value_text=(
            f"threshold {{tau:.{decimals}f}}: "
            "type I error {type_1_error:.2%}, type II error {type_2_error:.2%}"
        ),
        presets=presets,
    )


def digits(material: Material) -> int:
    """Decimals that tell thresholds apart on this detector's scale: 2 where scores reach 200."""
    return max(0, 4 - int(np.floor(np.log10(np.ptp(material.scores.anomaly)))))


def _values(scores: ScoreSets) -> tuple[Value, ...]:
    return (
        Value("false_positives", "countAbove", ("test", "tau")),
        Value("true_negatives", "countNotAbove", ("test", "tau")),
        Value("false_negatives", "countNotAbove", ("anomaly", "tau")),
        Value("true_positives", "countAbove", ("anomaly", "tau")),
        Value("type_1_error", "divide", ("false_positives", scores.test.size)),
        Value("type_2_error", "divide", ("false_negatives", scores.anomaly.size)),
        Value("power", "subtract", (1.0, "type_2_error")),
    )


def _readouts(scores: ScoreSets) -> tuple[ReadoutGroup, ...]:
    digits, anomalies = f"{scores.test.size:,}", f"{scores.anomaly.size:,}"
    return (
        ReadoutGroup(
            "rates",
            "",
            (
                Readout("tau", "Threshold τ", ".4f", "An image scoring above it is called an anomaly."),
                Readout(
                    "type_1_error",
                    "Type I error α",
                    ".4f",
                    f"{{false_positives:,d}} of {digits} digits would be turned away.",
                    "type_1",
                ),
                Readout(
                    "type_2_error",
                    "Type II error β",
                    ".4f",
                    f"{{false_negatives:,d}} of {anomalies} anomalies would slip through.",
                    "type_2",
                ),
            ),
        ),
        ReadoutGroup(
            "counts",
            "The four outcomes",
            (
                Readout("true_negatives", "MNIST accepted", ",d"),
                Readout("false_positives", "MNIST flagged", ",d", tone="type_1"),
                Readout("false_negatives", "KMNIST accepted", ",d", tone="type_2"),
                Readout("true_positives", "KMNIST flagged", ",d"),
            ),
            columns=2,
        ),
    )
