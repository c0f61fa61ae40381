"""Figures of problem 1's uncertainty: QQ plot, bootstrap of τ, subsampled rates, training seeds."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.anomaly.decisions.error_rates import ErrorRates
from hw9core.anomaly.decisions.resampling import QuantilePoints, SubsampledRates, ThresholdBootstrap
from hw9core.figures.anomaly_scores import REFERENCE_POINT, roc_axes
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, REFERENCE, TRUTH, framed, translucent


def qq_figure(points: QuantilePoints) -> go.Figure:
    """Standardised validation scores against normal quantiles, and the line a normal would follow."""
    figure = go.Figure()
    ends = points.normal[[0, -1]]
    figure.add_scatter(
        x=ends, y=ends, name="if scores were normal", mode="lines", line={"color": TRUTH, "dash": "dash"}
    )
    figure.add_scatter(
        x=points.normal.astype(np.float32),
        y=points.z_scores.astype(np.float32),
        name="validation scores",
        mode="markers",
        marker={"color": IN_DISTRIBUTION, "size": 5},
        hovertemplate="normal %{x:.2f} sd, scores %{y:.2f} sd<extra></extra>",
    )
    figure.add_hline(
        y=3,
        line={"color": REFERENCE, "dash": "dot"},
        annotation_text="τ = mean + 3 sd",
        annotation_position="top left",
    )
    return framed(figure, x_title="quantile of N(0, 1)", y_title="score (standard deviations)")


def bootstrap_figure(bootstrap: ThresholdBootstrap) -> go.Figure:
    """Histogram of τ over resampled validation sets, with its percentile interval."""
    counts, edges = np.histogram(bootstrap.replicates, bins=40)
    figure = go.Figure()
    figure.add_bar(
        x=0.5 * (edges[1:] + edges[:-1]),
        y=counts,
        width=np.diff(edges),
        name="τ of a resampled validation set",
        marker={"color": IN_DISTRIBUTION, "opacity": 0.6},
        hovertemplate="τ near %{x:.2f}: %{y} times<extra></extra>",
    )
    low, high = bootstrap.interval.low, bootstrap.interval.high
    figure.add_vrect(x0=low, x1=high, fillcolor=TRUTH, opacity=0.15, line_width=0)
    return framed(
        figure,
        x_title=f"τ = mean + 3 sd; 95 % of them between {low:.2f} and {high:.2f}",
        y_title=f"of {bootstrap.replicates.size:,} resampled sets",
    )


def subsample_figure(rates: SubsampledRates, truth: tuple[float, float], n: int) -> go.Figure:
    """How α and β estimated on ``n`` images scatter around the rates of all images."""
    figure = go.Figure()
    for name, values, color in (
        ("type I error α", rates.type_1, IN_DISTRIBUTION),
        ("type II error β", rates.type_2, ANOMALY),
    ):
        levels, counts = np.unique(values, return_counts=True)
        figure.add_bar(
            x=levels,
            y=counts / values.size,
            name=name,
            marker={"color": color, "opacity": 0.6},
            hovertemplate="%{x:.4f}: %{y:.1%} of the samples<extra>%{fullData.name}</extra>",
        )
    for value, color in zip(truth, (IN_DISTRIBUTION, ANOMALY), strict=True):
        figure.add_vline(x=value, line={"color": color, "dash": "dash"})
    figure.update_layout(barmode="overlay")
    return framed(figure, x_title=f"rate estimated on {n:,} images of each set", y_title="share of samples")


def seeds_figure(type_1: NDArray[np.float64], type_2: NDArray[np.float64], homework: ErrorRates) -> go.Figure:
    """α and β of models that differ in their random start alone, each at its own mean + 3 sd, and of the
    homework's model."""
    figure = go.Figure()
    figure.add_scatter(
        x=type_1,
        y=type_2,
        name=f"{type_1.size} random starts",
        mode="markers",
        marker={"color": IN_DISTRIBUTION, "size": 9},
        hovertemplate="α %{x:.4f}, β %{y:.4f}<extra></extra>",
    )
    figure.add_scatter(
        x=[homework.type_1_error],
        y=[homework.type_2_error],
        name="homework",
        mode="markers",
        marker=REFERENCE_POINT,
        hovertemplate="homework: α %{x:.4g}, β %{y:.4g}<extra></extra>",
    )
    framed(figure, x_title="type I error α", y_title="type II error β")
    figure.update_xaxes(range=[0, 2 * float(type_1.max())])
    figure.update_yaxes(range=[0, 1.6 * float(type_2.max())])
    return figure


def roc_band_figure(shares: NDArray[np.float64], powers: NDArray[np.float64]) -> go.Figure:
    """ROC curves of random starts as a band: at each α of ``shares`` (m,) the range of ``powers`` (n, m)."""
    figure = go.Figure()
    low, high = powers.min(axis=0), powers.max(axis=0)
    figure.add_scatter(x=shares, y=low, mode="lines", line={"width": 0}, showlegend=False, hoverinfo="skip")
    figure.add_scatter(
        x=shares,
        y=high,
        name=f"range of {len(powers)} random starts",
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        fillcolor=translucent(IN_DISTRIBUTION, 0.35),
        customdata=low,
        hovertemplate="α %{x:.4f}: power %{customdata:.4f} to %{y:.4f}<extra></extra>",
    )
    return roc_axes(figure, "log")
