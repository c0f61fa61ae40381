"""How sure the numbers are: intervals, QQ plot, bootstrap of τ, other random starts, smaller test sets."""

from functools import lru_cache

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
from hw9core.figures import anomaly_uncertainty as figures
from hw9core.figures.anomaly_scores import SHARES
from hw9core.figures.theme import ANOMALY
from hw9core.numerics.intervals import clopper_pearson
from hw9core.store.checkpoints import Checkpoint
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.live import live
from ui.live.marks import Point
from ui.live.payloads import Payload
from ui.live.scene import Cell, Figure, Scene, Value

SIZES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def scene(material: Material, seeds: Checkpoint) -> Scene:
    """Exact intervals that follow τ, beside what does not: QQ plot, bootstrap, random starts."""
    bootstrap = bootstrap_threshold(material.validation)
    return _intervals(material) + Scene(
        figures={
            "qq": Figure(
                figures.qq_figure(normal_quantile_points(material.validation)),
                330,
                "Quantiles of the validation scores against those of a normal distribution",
            ),
            "bootstrap": Figure(
                figures.bootstrap_figure(bootstrap), 330, "Thresholds of resampled validation sets"
            ),
            "seeds": Figure(
                figures.seeds_figure(seeds.arrays["type_1_error"], seeds.arrays["type_2_error"]),
                330,
                "Both error rates of models trained from other random starts",
            ),
            "band": Figure(
                roc_band(seeds), 330, "Range of the ROC curves of models trained from other random starts"
            ),
        },
        marks=(
            Point("seeds", "type_1_error", "type_2_error", ANOMALY, "τ here"),
            Point("band", "type_1_error", "power", ANOMALY, "τ here"),
        ),
        rows=(
            (Cell(("readouts:intervals",)),),
            (Cell(("figure:qq",)), Cell(("figure:bootstrap",))),
            (Cell(("figure:seeds",)), Cell(("figure:band",))),
        ),
    )


def roc_band(seeds: Checkpoint) -> go.Figure:
    """The band of ROC curves over the shipped random starts."""
    tests, anomalies = seeds.arrays["scores/test"], seeds.arrays["scores/anomaly"]
    powers = [power_at(SHARES, *pair) for pair in zip(tests, anomalies, strict=True)]
    return figures.roc_band_figure(SHARES, np.stack(powers))


def show_subsamples(material: Material, tau: float) -> None:
    """Why 3 sd give more than 0.135 %, and how the rates at τ shake on test sets of a chosen size."""
    share = tail_share(material.validation)
    st.markdown(
        f"If scores were normal, {share.normal:.3%} of them would lie above mean + 3 sd. "
        f"**{share.scores:.2%}** of the validation scores do: they are skewed to the right, "
        "so their upper quantiles leave the dashed line of the first plot."
    )
    size = st.select_slider("Images in a test set", SIZES, 1_000, key="size", bind="query-params")
    live("sampled", _subsamples(material, tau, size), ())
    st.caption(
        f"Two thousand test sets of {size:,} images each, drawn from the scores above at τ = {tau:.4f}. "
        "Dashed: the rates on all images."
    )


@lru_cache(maxsize=64)
def _subsamples(material: Material, tau: float, n: int) -> Payload:
    rates = error_rates(tau, material.test, material.anomaly)
    sampled = subsample_error_rates(tau, material.test, material.anomaly, n, repeats=2000)
    figure = figures.subsample_figure(sampled, (rates.type_1_error, rates.type_2_error), n)
    described = Figure(figure, 300, f"Error rates estimated on {n} images, two thousand times")
    return Payload.of(Scene(figures={"sampled": described}, rows=((Cell(("figure:sampled",)),),)).payload())


def _intervals(material: Material) -> Scene:
    arrays, values = {}, []
    for rate, count, n in (
        ("alpha", "false_positives", material.test.size),
        ("beta", "false_negatives", material.anomaly.size),
    ):
        interval = clopper_pearson(np.arange(n + 1), n)
        for end in ("low", "high"):
            arrays[f"{rate}_{end}_by_count"] = np.asarray(getattr(interval, end))
            values.append(Value(f"{rate}_{end}", "at", (f"{rate}_{end}_by_count", count)))
    readouts = (
        _interval_readout("alpha_low", "type_1", "α", "at least"),
        _interval_readout("alpha_high", "type_1", "α", "at most"),
        _interval_readout("beta_low", "type_2", "β", "at least"),
        _interval_readout("beta_high", "type_2", "β", "at most"),
    )
    title = "95 % intervals at this τ (exact, Clopper–Pearson)"
    return Scene(
        values=tuple(values), blocks=(ReadoutGroup("intervals", title, readouts, columns=4),), arrays=arrays
    )


def _interval_readout(name: str, tone: str, rate: str, word: str) -> Readout:
    return Readout(name, f"{rate} is {word}", ".4f", tone=tone)
