"""Curves of problem 1 beside the ROC: DET, both rates against τ, precision against recall, all detectors."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.anomaly.decisions.curves import DetCurve, EqualError, PrecisionRecall
from hw9core.figures.anomaly_scores import AxisScale, roc_axes, score_axis
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, REFERENCE, SERIES, framed, thinned

# Shares that a normal-deviate axis is labelled with, and where their standard normal quantiles lie.
DET_SHARES = (0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def det_figure(curve: DetCurve, deviates: NDArray[np.float64]) -> go.Figure:
    """β against α, both on normal-deviate axes; ``deviates`` (9,) are those of DET_SHARES."""
    figure = go.Figure()
    keep = thinned(curve.type_1_deviate.size)
    figure.add_scatter(
        x=curve.type_1_deviate[keep].astype(np.float32),
        y=curve.type_2_deviate[keep].astype(np.float32),
        customdata=np.stack([curve.type_1, curve.type_2], axis=1)[keep].astype(np.float32),
        name="DET",
        mode="lines",
        line={"color": IN_DISTRIBUTION, "width": 2},
        hovertemplate="α %{customdata[0]:.4f}, β %{customdata[1]:.4f}<extra></extra>",
    )
    framed(figure, x_title="type I error α (normal deviates)", y_title="type II error β (normal deviates)")
    axis = {
        "tickmode": "array",
        "tickvals": list(deviates),
        "ticktext": [f"{100 * share:g} %" for share in DET_SHARES],
        "range": [deviates[0], deviates[-1]],
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def rates_figure(
    thresholds: NDArray[np.float64],
    type_1: NDArray[np.float64],
    type_2: NDArray[np.float64],
    crossing: EqualError,
    edges: NDArray[np.float64],
    scale: AxisScale,
) -> go.Figure:
    """α(τ) and β(τ) as steps, with their crossing; the axis spans ``edges``, as the histogram's does."""
    figure = go.Figure()
    shown = np.flatnonzero((thresholds >= edges[0]) & (thresholds <= edges[-1]))
    shown = shown[thinned(shown.size)]
    for name, rate, color in (
        ("type I error α", type_1, IN_DISTRIBUTION),
        ("type II error β", type_2, ANOMALY),
    ):
        figure.add_scatter(
            x=thresholds[shown].astype(np.float32),
            y=rate[shown].astype(np.float32),
            name=name,
            mode="lines",
            line={"color": color, "width": 2, "shape": "hv"},
            hovertemplate="τ %{x:.3f}: %{y:.4f}<extra>%{fullData.name}</extra>",
        )
    figure.add_scatter(
        x=[crossing.rates.threshold],
        y=[crossing.equal_error_rate],
        name=f"equal at {crossing.equal_error_rate:.4f}",
        mode="markers",
        marker={"color": REFERENCE, "symbol": "x", "size": 10},
        hovertemplate="equal error rate %{y:.4f} at τ %{x:.3f}<extra></extra>",
    )
    framed(figure, x_title="threshold τ", y_title="error rate (share of images)")
    figure.update_xaxes(**score_axis(edges, scale))
    figure.update_yaxes(range=[0, 1.02])
    return figure


def precision_recall_figure(curve: PrecisionRecall, prevalence: float) -> go.Figure:
    """Precision against recall when a share ``prevalence`` of all images are anomalies."""
    defined = np.flatnonzero(np.isfinite(curve.precision))
    defined = defined[thinned(defined.size)]
    figure = go.Figure()
    figure.add_scatter(
        x=curve.recall[defined].astype(np.float32),
        y=curve.precision[defined].astype(np.float32),
        name=f"{prevalence:.3%} of images are anomalies".replace(".000%", "%"),
        mode="lines",
        line={"color": IN_DISTRIBUTION, "width": 2},
        hovertemplate="recall %{x:.4f}, precision %{y:.4f}<extra></extra>",
    )
    framed(figure, x_title="recall 1 − β (anomalies flagged)", y_title="precision (anomalies among flagged)")
    figure.update_xaxes(range=[0, 1.02])
    figure.update_yaxes(range=[0, 1.02])
    return figure


def roc_overlay_figure(
    curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]], type_1_error: float
) -> go.Figure:
    """ROC curves by label, each (α, 1 − β), over a logarithmic α axis; the α of comparison is marked."""
    figure = go.Figure()
    for i, (label, (false_positive_rate, power)) in enumerate(curves.items()):
        shown = np.flatnonzero(false_positive_rate > 0)
        shown = shown[thinned(shown.size, 600)]
        figure.add_scatter(
            x=false_positive_rate[shown].astype(np.float32),
            y=power[shown].astype(np.float32),
            name=label,
            mode="lines",
            line={"color": SERIES[i % len(SERIES)], "width": 2, "dash": DASHES[i % len(DASHES)]},
            hovertemplate="α %{x:.4f}, power %{y:.4f}<extra>%{fullData.name}</extra>",
        )
    roc_axes(figure, "log")
    figure.update_yaxes(range=[0.8, 1.002])
    figure.add_vline(x=type_1_error, line={"dash": "dot", "width": 1.5, "color": "#999999"})
    return figure
