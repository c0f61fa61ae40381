"""The threshold lesson's scene: what problem 1's checkpoint becomes on the page."""

from functools import lru_cache
from pathlib import Path

from hw9core import checkpoints
from hw9core.config import AutoencoderConfig
from hw9core.error_rates import ErrorRates, ScoreSets, auroc, mean_plus_k_sd
from hw9core.figures import threshold as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.live.payloads import Payload
from ui.live.scene import (
    Area,
    Cell,
    Figure,
    Point,
    Preset,
    Readout,
    ReadoutGroup,
    Scene,
    Slider,
    Value,
    VerticalLine,
)
from ui.state import Field

# As reported in the homework (problem 1); the counts follow from its rates on 10,000 images each.
HOMEWORK = ErrorRates(
    threshold=23.6706,
    type_1_error=0.009,
    type_2_error=0.0286,
    false_positives=90,
    true_negatives=9910,
    false_negatives=286,
    true_positives=9714,
)


def fields() -> tuple[Field, ...]:
    """The page's state: τ, which starts at this checkpoint's mean + 3 standard deviations."""
    return _lesson(*_newest()).fields


def payload(scale: figures.AxisScale) -> Payload:
    """The scene for one kind of axis, built once for all sessions. Raises CheckpointError."""
    return _payload(scale, *_newest())


def scene(scale: figures.AxisScale) -> Scene:
    """The same scene as data. Raises CheckpointError."""
    return _scene(_lesson(*_newest()), scale)


class _Lesson:
    """What is read from one checkpoint, once."""

    def __init__(self, path: Path) -> None:
        arrays = checkpoints.require(AutoencoderConfig(), path.parent).arrays
        self.scores = ScoreSets.from_scores(
            *(arrays[f"scores/{name}"][-1] for name in ("validation", "test", "anomaly"))
        )
        self.training_loss = arrays["training_loss"]
        self.epochs = len(arrays["scores/validation"])
        self.threshold = mean_plus_k_sd(self.scores.validation)
        self.auroc = auroc(self.scores.test, self.scores.anomaly)
        self.fields = (Field("tau", self.threshold, -1e6, 1e6),)


def _newest() -> tuple[Path, int]:
    """Where the default model lies and when it was written, so that a new training shows at once."""
    path = checkpoints.checkpoint_path(AutoencoderConfig())
    return path, path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=2)
def _lesson(path: Path, _changed: int) -> _Lesson:
    return _Lesson(path)


@lru_cache(maxsize=4)
def _payload(scale: figures.AxisScale, path: Path, changed: int) -> Payload:
    return Payload.of(_scene(_lesson(path, changed), scale).payload())


def _scene(lesson: _Lesson, scale: figures.AxisScale) -> Scene:
    histogram = figures.score_histogram(lesson.scores, scale)
    test_x, test_y = figures.staircase(histogram.edges, histogram.test)
    anomaly_x, anomaly_y = figures.staircase(histogram.edges, histogram.anomaly)
    return Scene(
        figures=_figures(lesson, histogram),
        controls=(_slider(lesson, histogram),),
        values=_values(lesson.scores),
        blocks=_readouts(lesson.scores),
        marks=(
            Area("scores", "test_x", "test_y", "tau", "right", IN_DISTRIBUTION, "type I error"),
            Area("scores", "anomaly_x", "anomaly_y", "tau", "left", ANOMALY, "type II error"),
            VerticalLine("scores", "tau", "τ = {tau:.2f}", drag=True),
            Point("roc", "type_1_error", "power", ANOMALY, "α {type_1_error:.4f}, β {type_2_error:.4f}"),
        ),
        rows=(
            (
                Cell(("figure:scores", "control:tau"), 2.2),
                Cell(("readouts:rates", "readouts:counts")),
            ),
            (Cell(("figure:roc",)), Cell(("figure:loss",))),
        ),
        arrays={
            # Scores were computed in float32: the browser widens them to the same float64 that NumPy sees.
            "test": lesson.scores.test.astype("float32"),
            "anomaly": lesson.scores.anomaly.astype("float32"),
            "test_x": test_x,
            "test_y": test_y,
            "anomaly_x": anomaly_x,
            "anomaly_y": anomaly_y,
        },
    )


def _figures(lesson: _Lesson, histogram: figures.ScoreHistogram) -> dict[str, Figure]:
    per_epoch = lesson.training_loss.size // lesson.epochs
    return {
        "scores": Figure(
            figures.histogram_figure(histogram, HOMEWORK),
            430,
            "Histograms of the reconstruction error of MNIST validation, MNIST test and KMNIST test images",
        ),
        "roc": Figure(
            figures.roc_figure(lesson.scores, lesson.auroc, histogram.scale, HOMEWORK),
            340,
            "ROC curve with the operating point of the current threshold",
        ),
        "loss": Figure(
            figures.loss_figure(lesson.training_loss, per_epoch), 340, "Training loss of every iteration"
        ),
    }


def _slider(lesson: _Lesson, histogram: figures.ScoreHistogram) -> Slider:
    return Slider(
        name="tau",
        label="Threshold τ",
        minimum=float(histogram.edges[0]),
        maximum=float(histogram.edges[-1]),
        step=0.1,
        precision=0.01,
        scale=histogram.scale,
        value_text="threshold {tau:.2f}: type I error {type_1_error:.2%}, type II error {type_2_error:.2%}",
        presets=(
            Preset("mean + 3 sd", lesson.threshold),
            Preset("homework's τ", HOMEWORK.threshold),
        ),
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
