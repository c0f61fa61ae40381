"""τ and what follows from it in every frame: which images are flagged, how many, and at what rates."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hw9core.anomaly.decisions.threshold_text import threshold_text
from hw9core.figures.anomaly_scores import AxisScale, ScoreHistogram, score_histogram
from ui.lessons.anomaly.material import Choice, Material
from ui.live.controls import Preset, Slider
from ui.live.kernels import count_above, count_not_above
from ui.live.values import Data, Value, named


@dataclass(frozen=True, eq=False)
class Decision:
    """The test "flag x when s(x) > τ" on one detector's scores; one scene has one, handed to its parts."""

    material: Material
    scale: AxisScale

    @cached_property
    def histogram(self) -> ScoreHistogram:
        return score_histogram(self.material.scores, self.scale)

    @cached_property
    def tau(self) -> Slider:
        """The threshold, over the scores in the histogram; any other number may be typed."""
        low, high = float(self.histogram.edges[0]), float(self.histogram.edges[-1])
        step = 10.0 ** np.floor(np.log10((high - low) / 1000))
        presets = (Preset("mean + 3 sd", self.material.threshold),)
        if self.material.reference is not None:
            presets += (Preset("homework's τ", self.material.reference.threshold),)
        return Slider(
            "tau",
            "Threshold τ",
            default=self.material.threshold,
            low=low,
            high=high,
            step=step,
            precision=step / 10,
            format=f".{self.decimals}-{self.decimals + 4}f",
            scale=self.scale,
            presets=presets,
            wider=(-1e9, 1e9),
            parameter=_parameter(self.material.choice),
        )

    @property
    def decimals(self) -> int:
        """Decimals that tell thresholds apart on this detector's scale: 2 where scores reach 200."""
        return max(0, 4 - int(np.floor(np.log10(np.ptp(self.material.scores.anomaly)))))

    @property
    def exact(self) -> str:
        """The format of τ beside counts, which must be true of it: as many digits as float32 scores have."""
        return f".4-{self.decimals + 4}f"

    # Scores were computed in float32: the browser widens them to the same float64 that NumPy sees.
    @cached_property
    def test(self) -> Data:
        """Ascending scores of the digits."""
        return Data("test", self.material.scores.test.astype(np.float32))

    @cached_property
    def anomaly(self) -> Data:
        """Ascending scores of the anomalies."""
        return Data("anomaly", self.material.scores.anomaly.astype(np.float32))

    @cached_property
    def false_positives(self) -> Value:
        return named("false_positives", count_above(self.test, self.tau))

    @cached_property
    def true_negatives(self) -> Value:
        return named("true_negatives", count_not_above(self.test, self.tau))

    @cached_property
    def false_negatives(self) -> Value:
        return named("false_negatives", count_not_above(self.anomaly, self.tau))

    @cached_property
    def true_positives(self) -> Value:
        return named("true_positives", count_above(self.anomaly, self.tau))

    @cached_property
    def type_1_error(self) -> Value:
        return named("type_1_error", self.false_positives / self.test.array.size)

    @cached_property
    def type_2_error(self) -> Value:
        return named("type_2_error", self.false_negatives / self.anomaly.array.size)

    @cached_property
    def power(self) -> Value:
        return 1.0 - self.type_2_error


def decision(material: Material, wanted: AxisScale) -> Decision:
    """The decision over the wanted score axis, or over a linear one where a logarithmic one is impossible."""
    return Decision(material, possible_scale(material, wanted))


def possible_scale(material: Material, wanted: AxisScale) -> AxisScale:
    """A logarithmic axis only for scores that are all positive."""
    lowest = min(s[0] for s in (material.scores.validation, material.scores.test, material.scores.anomaly))
    return wanted if lowest > 0 else "linear"


def written_threshold(material: Material, tau: float) -> str:
    """τ with four decimals, or with more digits where it takes them to flag the same images."""
    scores = (material.validation, material.test, material.anomaly)
    usual = f"{tau:.4f}"
    same = all(np.array_equal(one > tau, one > float(usual)) for one in scores)
    return usual if same else threshold_text(tau, *scores)


def _parameter(choice: Choice) -> str:
    """The name of τ in the address: each detector keeps its own."""
    return "tau" if choice.is_homeworks else f"tau_{choice.key}"
