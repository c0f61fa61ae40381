"""Detectors of problem 1 compared: their ROC curves in one plot."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.figures.anomaly_scores import roc_axes
from hw9core.figures.theme import SERIES, thinned

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


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
