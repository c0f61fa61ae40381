"""Figures of what goes wrong with flows in the plane: losses that run away, on a logarithmic scale."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from hw9core.arrays import FloatArray
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, framed


def runaway_figure(losses: Mapping[str, FloatArray]) -> go.Figure:
    """Positive losses (epochs + 1,) of two trainings by name; a curve has a gap where one is not finite."""
    figure = go.Figure()
    for (name, loss), color, dash in zip(
        losses.items(), (ANOMALY, IN_DISTRIBUTION), ("solid", "dash"), strict=True
    ):
        figure.add_scatter(
            x=np.arange(loss.size),
            y=np.where(np.isfinite(loss), loss, np.nan),
            name=name,
            mode="lines",
            line={"color": color, "dash": dash},
            hovertemplate="epoch %{x}: %{y:.4g} nats<extra></extra>",
        )
    framed(figure, x_title="epoch", y_title="test loss, mean −log p(x) (nats), powers of ten")
    figure.update_yaxes(type="log", exponentformat="power", dtick=2)
    return figure
