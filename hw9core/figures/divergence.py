"""Figures of problem 4: Jensen's curve, densities and integrand, running means, additivity."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, REFERENCE, TRUTH, framed

Float = NDArray[np.float64]
GAP = REFERENCE


def jensen_figure(ratios: Float, heights: Float, y_range: tuple[float, float], unit: str) -> go.Figure:
    """The convex curve −log r over the ratio r = q/p; ``heights`` (m,) in ``unit``."""
    figure = go.Figure()
    figure.add_scatter(
        x=ratios, y=heights, name="−log r", mode="lines", line={"color": TRUTH, "width": 2}, hoverinfo="skip"
    )
    _legend_dot(figure, "atoms, area ∝ pᵢ", IN_DISTRIBUTION, "circle")
    _legend_dot(figure, "their centre of mass", ANOMALY, "circle")
    _legend_line(figure, "gap = D(p‖q)", GAP)
    framed(figure, x_title="ratio r = q/p", y_title=f"−log r ({unit})")
    figure.update_xaxes(range=[0, float(ratios[-1])])
    figure.update_yaxes(range=list(y_range), zeroline=True)
    return figure


def _legend_dot(figure: go.Figure, name: str, color: str, symbol: str) -> None:
    marker = {"color": color, "symbol": symbol, "size": 10}
    figure.add_scatter(x=[None], y=[None], name=name, mode="markers", marker=marker)


def _legend_line(figure: go.Figure, name: str, color: str, dash: str = "solid") -> None:
    figure.add_scatter(x=[None], y=[None], name=name, mode="lines", line={"color": color, "dash": dash})
