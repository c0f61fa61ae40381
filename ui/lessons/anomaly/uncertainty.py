"""How sure the numbers are: intervals, QQ plot, bootstrap of τ, other random starts, smaller test sets."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from hw9core.anomaly.decisions.error_rates import error_rates, power_at
from hw9core.anomaly.decisions.resampling import (
    bootstrap_threshold,
    normal_quantile_points,
    subsample_error_rates,
    tail_share,
)
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.figures import anomaly_uncertainty as figures
from hw9core.figures.anomaly_scores import SHARES, AxisScale
from hw9core.figures.theme import ANOMALY
from hw9core.numerics.intervals import clopper_pearson
from hw9core.store.checkpoints import Checkpoint
from ui import choices
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import Decision, decision, written_threshold
from ui.lessons.anomaly.material import HOMEWORK, Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.kernels import at
from ui.live.live import live
from ui.live.marks import Point
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named

REPEATS = 2_000
SIZES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)


@published()
def scene(material: Material, scale: AxisScale, seeds: Checkpoint) -> Scene:
    """Exact intervals that follow τ, beside what does not: QQ plot, bootstrap, and the rates of ``seeds``.

    These belong to the homework's autoencoder and are shown with no other detector.
    """
    now = decision(material, scale)
    quantiles, bootstrap = _quantiles(material), _bootstrap(material)
    if not material.choice.is_homeworks:
        return base.scene(now, beside=(bootstrap, _intervals(now))) + Scene(((Cell((quantiles,)),),))
    stage = base.scene(now, beside=(_starts(now, seeds), _intervals(now)))
    return stage + Scene(((Cell((quantiles,)), Cell((bootstrap,)), Cell((_band(now, seeds),))),))


def _quantiles(material: Material) -> Figure:
    figure = figures.qq_figure(normal_quantile_points(material.validation))
    words = "Quantiles of the validation scores against those of a normal distribution"
    return Figure("qq", figure, 330, words)


def _bootstrap(material: Material) -> Figure:
    figure = figures.bootstrap_figure(bootstrap_threshold(material.validation))
    return Figure("bootstrap", figure, 330, "Thresholds of resampled validation sets")


def _starts(now: Decision, seeds: Checkpoint) -> Figure:
    figure = figures.seeds_figure(seeds.arrays["type_1_error"], seeds.arrays["type_2_error"], HOMEWORK)
    words = "Both error rates of the homework's recipe, a dot for each seed"
    return Figure(
        "seeds", figure, 330, words, (Point(now.type_1_error, now.type_2_error, ANOMALY, "τ here"),)
    )


def _band(now: Decision, seeds: Checkpoint) -> Figure:
    words = "Range of the ROC curves of the homework's recipe over all seeds"
    return Figure(
        "band", roc_band(seeds), 330, words, (Point(now.type_1_error, now.power, ANOMALY, "τ here"),)
    )


def roc_band(seeds: Checkpoint) -> go.Figure:
    """The band of ROC curves over the shipped seeds."""
    tests, anomalies = seeds.arrays["scores/test"], seeds.arrays["scores/anomaly"]
    powers = [power_at(SHARES, *pair) for pair in zip(tests, anomalies, strict=True)]
    return figures.roc_band_figure(SHARES, np.stack(powers))


def say_seeds(seeds: Checkpoint) -> None:
    """Which seeds the last two figures show, and what a seed decides."""
    numbers, shipped = seeds.arrays["seed"], AutoencoderConfig().seed
    st.markdown(
        f"The last two figures show {numbers.size} seeds, {numbers[0]} to {numbers[-1]}; {shipped} is the "
        "shipped model's. A seed decides the split into training and validation images, the initial weights "
        "and the order of the images."
    )


def show_subsamples(material: Material, tau: float) -> None:
    """Why 3 sd give more than 0.135 %, and how the rates at τ shake on test sets of a chosen size."""
    share = tail_share(material.validation)
    st.markdown(
        f"If scores were normal, {share.normal:.3%} of them would lie above mean + 3 sd. "
        f"**{share.scores:.2%}** of the validation scores do: they are skewed to the right, "
        "so their upper quantiles leave the dashed line of the first plot."
    )
    size = choices.one_of_scale(st, "Images in a test set", SIZES, "size", default=1_000)
    live("sampled", _subsamples(material, tau, size))
    written = written_threshold(material, tau).replace("-", "−")
    st.caption(
        f"{REPEATS:,} test sets of {size:,} images each, drawn from the scores above at τ = {written}. "
        "Dashed: the rates on all images."
    )


@published(64)
def _subsamples(material: Material, tau: float, n: int) -> Scene:
    rates = error_rates(tau, material.test, material.anomaly)
    sampled = subsample_error_rates(tau, material.test, material.anomaly, n, repeats=REPEATS)
    figure = figures.subsample_figure(sampled, (rates.type_1_error, rates.type_2_error), n)
    words = f"Error rates estimated on {n:,} images, {REPEATS:,} times"
    return Scene(((Cell((Figure("sampled", figure, 300, words),)),),))


def _intervals(now: Decision) -> ReadoutGroup:
    readouts = (
        *_interval("alpha", "α", "type_1", now.false_positives, now.test.array.size),
        *_interval("beta", "β", "type_2", now.false_negatives, now.anomaly.array.size),
    )
    return ReadoutGroup("intervals", "95 % intervals at this τ (exact, Clopper–Pearson)", readouts, columns=2)


def _interval(rate: str, symbol: str, tone: str, count: Value, n: int) -> tuple[Readout, Readout]:
    """Both ends of a rate's interval, read where the count of its errors stands."""
    interval = clopper_pearson(np.arange(n + 1), n)
    ends = {"low": ("at least", interval.low), "high": ("at most", interval.high)}
    return tuple(
        Readout(
            named(f"{rate}_{end}", at(Data(f"{rate}_{end}_by_count", np.asarray(by_count)), count)),
            f"{symbol} is {word}",
            ".4f",
            tone=tone,
        )
        for end, (word, by_count) in ends.items()
    )
