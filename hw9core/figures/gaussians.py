"""Figures of two plane Gaussians: the stage, the whitened plane, the field log p/q, descents (problem 5)."""

import numpy as np
import plotly.graph_objects as go

from hw9core.arrays import FloatArray
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, REFERENCE, TRUTH, framed, translucent

X_RANGE, Y_RANGE = (-5.0, 5.0), (-4.0, 4.0)
FIELD_LIMIT = 10.0  # nats: where the colours of log p/q saturate


def plane_figure(x_title: str, y_title: str, half_width: float = X_RANGE[1]) -> go.Figure:
    """An empty plane about the origin with equal units on both axes: an angle looks like what it is."""
    figure = framed(go.Figure(), x_title=x_title, y_title=y_title)
    figure.add_scatter(x=[None], y=[None], showlegend=False)
    figure.update_xaxes(range=[-half_width, half_width], zeroline=False)
    half_height = half_width * Y_RANGE[1] / X_RANGE[1]
    figure.update_yaxes(range=[-half_height, half_height], scaleanchor="x", scaleratio=1)
    return figure


def legend_of_pair(figure: go.Figure, p: str = "p", q: str = "q") -> go.Figure:
    """The names and colours of what is drawn over the figure; returns the same figure."""
    add_legend(figure, p, IN_DISTRIBUTION)
    return add_legend(figure, q, ANOMALY, "dash")


def _fixed_range(figure: go.Figure) -> None:
    """Where space is left the plot becomes narrower, instead of showing more than its colours cover."""
    figure.update_xaxes(constrain="domain")
    figure.update_yaxes(constrain="domain")


def add_legend(figure: go.Figure, name: str, color: str, dash: str = "solid") -> go.Figure:
    """The legend's entry of a line that is drawn over the figure; returns the same figure."""
    figure.add_scatter(x=[None], y=[None], name=name, mode="lines", line={"color": color, "dash": dash})
    return figure


def field_figure(
    x: FloatArray,
    y: FloatArray,
    log_ratio: FloatArray,
    samples: tuple[FloatArray, FloatArray],
    unit: str,
    nats: float,
) -> go.Figure:
    """log p/q over the plane, its contours, and samples of both.

    x (m,), y (n,), log_ratio (n, m) in nats, samples (k, 2) of p and of q; ``nats`` is what one nat is in
    ``unit``. Colours saturate at ±10 nats; contours stand at −5, 0 and 5 nats.
    """
    figure = plane_figure("x₁, first coordinate", "x₂, second coordinate")
    _fixed_range(figure)
    values = (nats * np.clip(log_ratio, -FIELD_LIMIT, FIELD_LIMIT)).astype(np.float32)
    limit = nats * FIELD_LIMIT
    grid = {"x": x.astype(np.float32), "y": y.astype(np.float32), "z": values}
    figure.add_heatmap(
        **grid,
        zmin=-limit,
        zmax=limit,
        colorscale=[
            [0, translucent(ANOMALY, 0.75)],
            [0.5, "rgba(150,150,150,0)"],
            [1, translucent(IN_DISTRIBUTION, 0.75)],
        ],
        colorbar={"title": {"text": f"log p/q<br>({unit})"}, "thickness": 12},
        hovertemplate="(%{x:.2f}, %{y:.2f}): %{z:.2f}<extra></extra>",
    )
    figure.add_contour(
        **grid,
        contours={"start": -limit / 2, "end": limit / 2, "size": limit / 2, "coloring": "none"},
        line={"width": 1.5, "color": "#808080"},
        showscale=False,
        hoverinfo="skip",
        name=f"log p/q = −{FIELD_LIMIT / 2:g}, 0, {FIELD_LIMIT / 2:g} nats",
    )
    for points, name, color, symbol in (
        (samples[0], "samples of p", IN_DISTRIBUTION, "circle"),
        (samples[1], "samples of q", ANOMALY, "x"),
    ):
        figure.add_scatter(
            x=points[:, 0].astype(np.float32),
            y=points[:, 1].astype(np.float32),
            name=name,
            mode="markers",
            # A white rim: over a saturated field the colour of a sample is the colour of its ground.
            marker={"color": color, "symbol": symbol, "size": 5, "line": {"color": "#FFFFFF", "width": 1}},
            hoverinfo="skip",
        )
    return figure


def density_figure(x: FloatArray, y: FloatArray, density: FloatArray) -> go.Figure:
    """A density (n, m) over the plane as blue shades; x (m,), y (n,)."""
    figure = plane_figure("x₁, first coordinate", "x₂, second coordinate")
    _fixed_range(figure)
    figure.add_heatmap(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        z=density.astype(np.float32),
        colorscale=[[0, translucent(IN_DISTRIBUTION, 0)], [1, translucent(IN_DISTRIBUTION, 0.8)]],
        showscale=False,
        hovertemplate="(%{x:.2f}, %{y:.2f}): density %{z:.4f}<extra></extra>",
    )
    return figure


def descent_figure(losses: FloatArray, names: list[str], unit: str) -> go.Figure:
    """Divergences (2, steps) over the steps of gradient descent."""
    figure = go.Figure()
    steps = np.arange(losses.shape[1])
    for name, loss, color, dash in zip(names, losses, (ANOMALY, REFERENCE), ("solid", "dash"), strict=True):
        figure.add_scatter(x=steps, y=loss, name=name, mode="lines", line={"color": color, "dash": dash})
    framed(figure, x_title="step of the descent", y_title=f"divergence ({unit})")
    figure.update_xaxes(range=[0, steps[-1]])
    figure.update_yaxes(rangemode="tozero")
    return figure


def singular_figure(epsilon: FloatArray, curves: dict[str, FloatArray], unit: str) -> go.Figure:
    """Divergences (m,) by name as one variance ``epsilon`` (m,) goes to 0, on two logarithmic axes."""
    figure = go.Figure()
    styles = zip((ANOMALY, IN_DISTRIBUTION, TRUTH), ("solid", "dash", "dot"), strict=True)
    for (name, values), (color, dash) in zip(curves.items(), styles, strict=True):
        figure.add_scatter(x=epsilon, y=values, name=name, mode="lines", line={"color": color, "dash": dash})
    framed(figure, x_title="ε, the variance in the second direction", y_title=f"D(p‖q) ({unit})")
    figure.update_xaxes(type="log", range=list(np.log10(epsilon[[0, -1]])), exponentformat="power")
    figure.update_yaxes(type="log", exponentformat="power")
    return figure
