"""The part of the threshold lesson that is always there: histograms, τ, rates and counts."""

from hw9core.error_rates import ErrorRates, ScoreSets
from hw9core.figures import threshold as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.threshold.material import Material
from ui.live.scene import (
    Area,
    Cell,
    Figure,
    Preset,
    Readout,
    ReadoutGroup,
    Scene,
    Slider,
    Value,
    VerticalLine,
)


def scene(material: Material, scale: figures.AxisScale, reference: ErrorRates | None) -> Scene:
    """Histograms with the draggable threshold, beside the rates and the four counts."""
    histogram = figures.score_histogram(material.scores, scale)
    test_x, test_y = figures.staircase(histogram.edges, histogram.test)
    anomaly_x, anomaly_y = figures.staircase(histogram.edges, histogram.anomaly)
    plot = Figure(
        figures.histogram_figure(histogram, reference),
        430,
        "Histograms of the scores of MNIST validation, MNIST test and KMNIST test images",
    )
    return Scene(
        figures={"scores": plot},
        controls=(_slider(material, histogram, reference),),
        values=_values(material.scores),
        blocks=_readouts(material.scores),
        marks=(
            Area("scores", "test_x", "test_y", "tau", "right", IN_DISTRIBUTION, "type I error"),
            Area("scores", "anomaly_x", "anomaly_y", "tau", "left", ANOMALY, "type II error"),
            VerticalLine("scores", "tau", "τ = {tau:.2f}", drag=True),
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


def _slider(material: Material, histogram: figures.ScoreHistogram, reference: ErrorRates | None) -> Slider:
    presets = (Preset("mean + 3 sd", material.threshold),)
    if reference is not None:
        presets += (Preset("homework's τ", reference.threshold),)
    return Slider(
        name="tau",
        label="Threshold τ",
        minimum=float(histogram.edges[0]),
        maximum=float(histogram.edges[-1]),
        step=0.1,
        precision=0.01,
        scale=histogram.scale,
        value_text="threshold {tau:.2f}: type I error {type_1_error:.2%}, type II error {type_2_error:.2%}",
        presets=presets,
    )


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
