"""Figures of flows in the plane: what stands still under the points, grids and densities that move."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, SERIES, TRUTH, framed, translucent

Interval = tuple[float, float]
Region = tuple[Interval, Interval]

GREY = "#8A929C"  # of points for comparison; readable on light and on dark
GRID = translucent(GREY, 0.6)
SECTOR_COLORS = (SERIES[0], SERIES[5], SERIES[2], SERIES[3], SERIES[4], SERIES[1], SERIES[6], "#7F7F7F")
DENSITY_OPACITY = 0.9  # of the highest density
_CIRCLE = np.linspace(0.0, 2.0 * np.pi, 121)


def square_figure(region: Region, x_title: str, y_title: str) -> go.Figure:
    """An empty plane with equal units on both axes that shows ``region`` and no more."""
    figure = framed(go.Figure(), x_title=x_title, y_title=y_title)
    figure.add_scatter(x=[None], y=[None], showlegend=False)
    # Room for a legend in every plane, so that planes side by side are of one size.
    figure.update_layout(margin_t=48, margin_b=58)
    # The plot is as narrow as it takes. A subscript needs room below.
    figure.update_xaxes(range=list(region[0]), constrain="domain", title_standoff=6)
    figure.update_yaxes(range=list(region[1]), constrain="domain", scaleanchor="x", scaleratio=1)
    return figure


def add_lines(figure: go.Figure, lines: FloatArray) -> go.Figure:
    """Thin grey polylines (lines, m, 2); returns the same figure."""
    ends = np.pad(lines, ((0, 0), (0, 1), (0, 0)), constant_values=np.nan).reshape(-1, 2)
    return _add(figure, ends, "grid", mode="lines", line={"color": GRID, "width": 1})


def add_points(figure: go.Figure, points: FloatArray, groups: NDArray[np.uint8]) -> go.Figure:
    """Faint dots (n, 2) in the colours of their groups (n,); returns the same figure."""
    colors = [SECTOR_COLORS[group] for group in groups]
    return _add(
        figure, points, "points", mode="markers", marker={"color": colors, "size": 5, "opacity": 0.55}
    )


def add_samples(figure: go.Figure, points: FloatArray, name: str) -> go.Figure:
    """Small grey dots (n, 2) to compare with, named in the legend; returns the same figure."""
    marker = {"color": GREY, "size": 3, "opacity": 0.6}
    figure.update_layout(legend_itemsizing="constant")
    return _add(figure, points, name, mode="markers", marker=marker, showlegend=True)


def add_base(figure: go.Figure) -> go.Figure:
    """The circles that hold 39 % and 86 % of N(0, I), one and two standard deviations from the middle."""
    for radius in (1.0, 2.0):
        circle = radius * np.stack([np.cos(_CIRCLE), np.sin(_CIRCLE)], axis=-1)
        line = {"color": TRUTH, "width": 1.5, "dash": "dash"}
        _add(figure, circle, "N(0, I): 1 and 2 sd", mode="lines", line=line, showlegend=radius == 1.0)
    return figure


def density_scale() -> list[list]:
    """The colour scale of densities: from nothing to blue."""
    return [[0, translucent(IN_DISTRIBUTION, 0)], [1, translucent(IN_DISTRIBUTION, DENSITY_OPACITY)]]


def add_density(
    figure: go.Figure, axes: tuple[FloatArray, FloatArray], density: FloatArray, highest: float
) -> go.Figure:
    """A density (n, m) over the plane in shades of blue, with its scale; returns the same figure."""
    figure.add_heatmap(
        x=axes[0].astype(np.float32),
        y=axes[1].astype(np.float32),
        z=density.astype(np.float32),
        zmin=0.0,
        zmax=highest,
        zsmooth="best",
        colorscale=density_scale(),
        colorbar=_color_bar(highest),
        hovertemplate="(%{x:.2f}, %{y:.2f}): p = %{z:.4f}<extra></extra>",
    )
    return figure


def add_density_scale(figure: go.Figure, highest: float) -> go.Figure:
    """The scale alone, for a density that is drawn over the figure; returns the same figure."""
    scale = {"colorscale": density_scale(), "cmin": 0.0, "cmax": highest, "showscale": True}
    marker = {"color": [0.0], "colorbar": _color_bar(highest), **scale}
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, showlegend=False, hoverinfo="skip")
    return figure


def losses_figure(epochs: NDArray, train: FloatArray, test: FloatArray, entropy: float | None) -> go.Figure:
    """Mean negative log-likelihood of every epoch; the snapshots' ``epochs`` (m,) evenly spaced."""
    figure = go.Figure()
    every = np.arange(train.size)
    places = np.interp(every, epochs, np.arange(epochs.size))
    for name, loss, color, dash in (
        ("training loss", train, IN_DISTRIBUTION, "solid"),
        ("test loss", test, ANOMALY, "dash"),
    ):
        figure.add_scatter(
            x=places.astype(np.float32),
            y=loss.astype(np.float32),
            customdata=every,
            name=name,
            mode="lines",
            line={"color": color, "dash": dash},
            hovertemplate="epoch %{customdata}: %{y:.4f}",
        )
    if entropy is not None:
        line = {"color": TRUTH, "dash": "dot"}
        figure.add_hline(y=entropy, line=line)
        figure.add_scatter(x=[None], y=[None], name="entropy of the data", mode="lines", line=line)
    framed(figure, x_title="epoch, early ones spread out", y_title="mean −log p(x) (nats)")
    marked = np.arange(epochs.size)[::-2][::-1]  # every second one, and the last
    figure.update_xaxes(
        range=[0, epochs.size - 1], tickvals=marked.tolist(), ticktext=[str(epochs[i]) for i in marked]
    )
    return figure


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


def _add(figure: go.Figure, points: FloatArray, name: str, **style) -> go.Figure:
    x, y = np.asarray(points, dtype=np.float32).T
    style = {"showlegend": False, "hoverinfo": "skip", **style}
    figure.add_scatter(x=x, y=y, name=name, **style)
    return figure


def _color_bar(highest: float) -> dict:
    """A density's scale: its last colour is also that of all that is higher."""
    ticks = {"tickvals": [0.0, highest / 2, highest], "ticktext": ["0", f"{highest / 2:g}", f"≥ {highest:g}"]}
    return {"title": {"text": "p(x)"}, "thickness": 12, "outlinewidth": 0, **ticks}
