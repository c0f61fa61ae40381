"""Figure of problem 1's likelihood: −log p of images that are one grey level all over."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, TRUTH, framed, translucent


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
    framed(figure, x_title="grey level of all 784 pixels (0 black, 255 white)", y_title="−log p(x) (nats)")
    return figure.update_yaxes(type="log", dtick=1, exponentformat="power").update_xaxes(range=[-4, 259])
