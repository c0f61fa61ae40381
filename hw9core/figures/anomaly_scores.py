"""Figures of problem 1: score histograms, ROC, training loss (figure 1 of the homework), grey images."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.anomaly.decisions.error_rates import ErrorRates, ScoreSets, roc_curve
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, REFERENCE, TRUTH, framed, translucent
from hw9core.images.mnist import PIXELS, WHITE
from hw9core.numerics.round_numbers import round_step

AxisScale = Literal["linear", "log"]
LOWEST_SHARE = 1e-4  # left end of a logarithmic α axis: one image in 10,000
SHARES = np.geomspace(LOWEST_SHARE, 1.0, 200)  # where several ROC curves are read off to share an x array
# The homework's operating point: larger than the moving one, which may lie on it.
REFERENCE_POINT = {"color": REFERENCE, "symbol": "star-diamond", "size": 24}


@dataclass(frozen=True, eq=False)
class ScoreHistogram:
    """Counts of the three score sets in common bins: ``edges`` (b + 1,), each count array (b,), float64.

    ``beyond`` is the number of test and anomaly images above the last edge, where single ones would
    stretch the axis until nothing else can be read.
    """

    scale: AxisScale
    edges: NDArray[np.float64]
    validation: NDArray[np.float64]
    test: NDArray[np.float64]
    anomaly: NDArray[np.float64]
    beyond: int


def score_histogram(scores: ScoreSets, scale: AxisScale) -> ScoreHistogram:
    """Count scores in about 200 bins of one round width ("linear") or in 120 of equal ratio ("log").

    The last edge is at the 99.9 % quantile of the anomalies' scores or just above. Raises ``ValueError`` for
    a logarithmic scale when a score is not positive.
    """
    sets = (scores.validation, scores.test, scores.anomaly)
    lowest, highest = min(s[0] for s in sets), float(np.quantile(scores.anomaly, 0.999))
    if scale == "linear":
        width = round_step((highest - min(lowest, 0.0)) / 200)
        edges = width * np.arange(np.floor(min(lowest, 0.0) / width), np.ceil(highest / width) + 1)
    elif lowest > 0:
        edges = np.geomspace(lowest, np.ceil(highest) if highest > 10 else highest, 121)
        edges[0] = lowest  # geomspace may miss it by one rounding
    else:
        raise ValueError("A logarithmic axis needs positive scores.")
    counts = [np.histogram(s, edges)[0].astype(np.float64) for s in sets]
    beyond = sum(int(np.count_nonzero(s > edges[-1])) for s in (scores.test, scores.anomaly))
    return ScoreHistogram(scale, edges, *counts, beyond)


def staircase(
    edges: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The outline of a histogram, standing on zero: x and y, float64, each of length 2b + 2."""
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(counts, 2), [0.0]])
    return x, y


def histogram_figure(histogram: ScoreHistogram, score_name: str, reference: ErrorRates | None) -> go.Figure:
    """The three overlaid histograms, with a reported threshold marked as reference if there is one."""
    figure = go.Figure()
    for name, counts, color, dash in (
        ("MNIST test", histogram.test, IN_DISTRIBUTION, "solid"),
        ("KMNIST test (anomalies)", histogram.anomaly, ANOMALY, "solid"),
        ("MNIST validation", histogram.validation, IN_DISTRIBUTION, "dot"),
    ):
        x, y = staircase(histogram.edges, counts)
        figure.add_scatter(
            x=x.astype(np.float32),
            y=y.astype(np.float32),
            name=name,
            mode="lines",
            line={"color": color, "width": 1.5, "dash": dash},
            fill="none" if dash == "dot" else "tozeroy",
            fillcolor=translucent(color, 0.18),
            hovertemplate="score %{x:.4g}: %{y} images<extra>%{fullData.name}</extra>",
        )
    width = f"of width {histogram.edges[1] - histogram.edges[0]:g}"
    width = width if histogram.scale == "linear" else "of equal ratio"
    framed(figure, x_title=score_name, y_title=f"images per bin {width}")
    figure.update_xaxes(**score_axis(histogram.edges, histogram.scale))
    figure.update_yaxes(rangemode="tozero")
    if reference is not None:
        _mark_reference(figure, reference.threshold)
    if histogram.beyond:
        marker = {"color": ANOMALY, "symbol": "triangle-right", "size": 10}
        name = f"{histogram.beyond} more beyond the right end"
        figure.add_scatter(x=[None], y=[None], name=name, mode="markers", marker=marker)
    return figure


def roc_figure(scores: ScoreSets, area: float, scale: AxisScale, reference: ErrorRates | None) -> go.Figure:
    """ROC curve of test against anomaly scores, with a reported operating point if there is one.

    On a logarithmic α axis the curve starts at one flagged image in 10,000; α = 0 has no place there.
    """
    false_positive_rate, power, _ = roc_curve(scores.test, scores.anomaly)
    if scale == "log":
        shown = false_positive_rate > 0
        false_positive_rate, power = false_positive_rate[shown], power[shown]
    figure = go.Figure()
    figure.add_scatter(
        x=false_positive_rate.astype(np.float32),
        y=power.astype(np.float32),
        name=f"ROC, area {area:.4f}",
        mode="lines",
        line={"color": IN_DISTRIBUTION, "width": 2},
        hovertemplate="α %{x:.4f}, power %{y:.4f}<extra></extra>",
    )
    if reference is not None:
        figure.add_scatter(
            x=[reference.type_1_error],
            y=[1 - reference.type_2_error],
            name="homework",
            mode="markers",
            marker=REFERENCE_POINT,
            hovertemplate="homework: α %{x:.4f}, power %{y:.4f}<extra></extra>",
        )
    return roc_axes(figure, scale)


def loss_figure(training_loss: NDArray[np.float32], iterations_per_epoch: int) -> go.Figure:
    """Figure 1: the training loss (mean squared error per pixel) of every iteration, shape (iterations,)."""
    figure = go.Figure()
    figure.add_scatter(
        x=np.arange(1, training_loss.size + 1, dtype=np.int32),
        y=training_loss.astype(np.float32),
        name="training loss",
        mode="lines",
        line={"color": IN_DISTRIBUTION, "width": 1},
        hovertemplate="iteration %{x}: %{y:.5f}<extra></extra>",
    )
    framed(
        figure,
        x_title=f"iteration ({iterations_per_epoch} per epoch)",
        y_title="mean squared error per pixel",
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def grey_figure(
    grey_scores: NDArray[np.float64], test_scores: NDArray[np.float64], threshold: float
) -> go.Figure:
    """Scores (256,) over grey levels 0 to 255, the middle 95 % of the test digits' scores, and τ."""
    low, high = np.quantile(test_scores, [0.025, 0.975])
    ends = [0, len(grey_scores) - 1]
    figure = go.Figure()
    level = {"x": ends, "mode": "lines", "hoverinfo": "skip"}
    figure.add_scatter(y=[low, low], line={"width": 0}, showlegend=False, **level)
    figure.add_scatter(
        y=[high, high],
        line={"width": 0},
        fill="tonexty",
        fillcolor=translucent(IN_DISTRIBUTION, 0.25),
        name="95 % of the test digits",
        **level,
    )
    figure.add_scatter(
        y=[threshold, threshold],
        line={"color": ANOMALY, "dash": "dash", "width": 1.5},
        name="mean + 3 sd",
        **level,
    )
    figure.add_scatter(
        x=np.arange(len(grey_scores)),
        y=grey_scores,
        name="image of one grey level",
        mode="lines",
        line={"color": TRUTH, "width": 2},
        hovertemplate="grey level %{x}: %{y:,.0f} nats<extra></extra>",
    )
    level_title = f"grey level of all {PIXELS} pixels (0 black, {WHITE} white)"
    framed(figure, x_title=level_title, y_title="−log p(x) (nats)")
    return figure.update_yaxes(type="log", dtick=1, exponentformat="power").update_xaxes(range=[-4, 259])


def score_axis(edges: NDArray[np.float64], scale: AxisScale) -> dict:
    """Settings of a score axis that spans ``edges``; a logarithmic one is labelled 1, 2, 5, 10 and so on."""
    ends = edges[[0, -1]]
    if scale == "linear":
        return {"range": ends.tolist()}
    ticks = [step * 10.0**decade for decade in range(-3, 5) for step in (1, 2, 5)]
    return {"type": "log", "range": np.log10(ends).tolist(), "tickmode": "array", "tickvals": ticks}


def empty_histogram_figure(edges: NDArray[np.float64], highest: float) -> go.Figure:
    """The frame for histograms that move: a logarithmic score axis over ``edges``, counts to ``highest``."""
    figure = go.Figure()
    for name, color in (("MNIST test", IN_DISTRIBUTION), ("KMNIST test (anomalies)", ANOMALY)):
        figure.add_scatter(x=[None], y=[None], name=name, mode="lines", line={"color": color})
    framed(figure, x_title=f"score ‖x − x̂‖², summed over {PIXELS} pixels", y_title="images per bin")
    figure.update_xaxes(**score_axis(edges, "log"))
    figure.update_yaxes(range=[0, 1.05 * highest])
    return figure


def empty_roc_figure() -> go.Figure:
    """The frame, with a logarithmic α axis, for ROC curves drawn while something plays."""
    figure = go.Figure()
    figure.add_scatter(x=[None], y=[None], name="ROC", mode="lines", line={"color": IN_DISTRIBUTION})
    return roc_axes(figure, "log")


def roc_axes(figure: go.Figure, scale: AxisScale) -> go.Figure:
    """Give a figure the axes of a ROC curve; returns the same figure."""
    framed(figure, x_title="type I error α (digits flagged)", y_title="power 1 − β (anomalies flagged)")
    if scale == "log":
        shares = [LOWEST_SHARE * 10**decade for decade in range(5)]
        figure.update_xaxes(
            type="log",
            range=np.log10([LOWEST_SHARE, 1]).tolist(),
            tickmode="array",
            tickvals=shares,
            ticktext=[f"{share:g}" for share in shares],
        )
    else:
        figure.update_xaxes(range=[-0.01, 1.0])
    figure.update_yaxes(range=[0, 1.02])
    return figure


def _mark_reference(figure: go.Figure, threshold: float) -> None:
    """A line across the plot, named in the legend: words beside it would lie under those of a moving τ."""
    line = {"color": REFERENCE, "width": 2, "dash": "dash"}
    figure.add_shape(
        type="line",
        x0=threshold,
        x1=threshold,
        y0=0,
        y1=1,
        yref="y domain",
        line=line,
    )
    figure.add_scatter(x=[None], y=[None], name=f"homework: τ = {threshold:g}", mode="lines", line=line)
