"""Figures of problem 2: samples, learned density, the map, losses, latent histogram, and their frames."""

import numpy as np
import plotly.graph_objects as go

from hw9core.arrays import FloatArray
from hw9core.figures.anomaly_scores import staircase
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, SERIES, TRUTH, framed


def density_histogram(values: FloatArray, edges: FloatArray) -> FloatArray:
    """Share of ``values`` (n,) per unit length in each bin (b,); what lies outside is counted in n."""
    return np.histogram(values, edges)[0] / (values.size * np.diff(edges))


def samples_figure(train: FloatArray, test: FloatArray, edges: FloatArray) -> go.Figure:
    """Figure 2a: both histograms, and how many samples lie beyond the edges."""
    figure = go.Figure()
    both = np.concatenate([train, test])
    beyond = np.count_nonzero((both < edges[0]) | (both > edges[-1]))
    x_title = f"x ({beyond:,} of {both.size:,} samples lie beyond)" if beyond else "x"
    for name, values, color, dash in (
        (f"training set, {train.size:,} samples", train, IN_DISTRIBUTION, "solid"),
        (f"test set, {test.size:,} samples", test, ANOMALY, "dash"),
    ):
        x, y = staircase(edges, density_histogram(values, edges))
        figure.add_scatter(x=x, y=y, name=name, mode="lines", line={"color": color, "dash": dash})
    return _from_zero(framed(figure, x_title=x_title, y_title="samples per unit of x, as a share"))


def density_figure(
    train: FloatArray, edges: FloatArray, x: FloatArray, truth: FloatArray | None, highest: float, model: str
) -> go.Figure:
    """Figure 2b, left: the training histogram and the true density, under the model's, which moves."""
    figure = go.Figure()
    outline = staircase(edges, density_histogram(train, edges))
    figure.add_scatter(
        x=outline[0],
        y=outline[1],
        name="training histogram",
        mode="lines",
        line={"color": "#8A929C", "width": 1},
        fill="tozeroy",
        fillcolor="rgba(138,146,156,0.2)",
    )
    _legend_only(figure, model, IN_DISTRIBUTION)
    if truth is not None:
        figure.add_scatter(
            x=x, y=truth, name="true density", mode="lines", line={"color": TRUTH, "dash": "dash"}
        )
    framed(figure, x_title="x", y_title="density p(x)")
    figure.update_yaxes(range=[0, highest])
    figure.update_xaxes(range=[edges[0], edges[-1]])
    return figure


def map_figure(x_range: tuple[float, float], z_range: tuple[float, float]) -> go.Figure:
    """Figure 2b, right: the frame for z as a function of x."""
    figure = go.Figure()
    _legend_only(figure, "z = f(x)", IN_DISTRIBUTION)
    framed(figure, x_title="x", y_title="z = f(x)")
    figure.update_xaxes(range=list(x_range))
    figure.update_yaxes(range=list(z_range))
    return figure


def losses_figure(train: FloatArray, test: FloatArray, entropy: float | None, unit: str) -> go.Figure:
    """Figure 2c, left: mean negative log-likelihood per epoch, and the entropy, the least expected one."""
    figure = go.Figure()
    epochs = np.arange(train.size)
    for name, loss, color, dash in (
        ("training loss", train, IN_DISTRIBUTION, "solid"),
        ("test loss", test, ANOMALY, "dash"),
    ):
        figure.add_scatter(x=epochs, y=loss, name=name, mode="lines", line={"color": color, "dash": dash})
    if entropy is not None:
        figure.add_hline(y=entropy, line={"color": TRUTH, "dash": "dot"})
        _legend_only(figure, "entropy of the data", TRUTH, "dot")
    return framed(figure, x_title="epoch", y_title=f"mean −log p(x) ({unit})")


def latent_figure(z: FloatArray, base: FloatArray, base_name: str, highest: float) -> go.Figure:
    """Figure 2c, right: the base density, under the histogram of z that moves; z and base (m,)."""
    figure = go.Figure()
    _legend_only(figure, "histogram of z = f(x)", IN_DISTRIBUTION)
    figure.add_scatter(x=z, y=base, name=base_name, mode="lines", line={"color": TRUTH, "dash": "dash"})
    framed(figure, x_title="z", y_title="samples per unit of z, as a share")
    figure.update_xaxes(range=[z[0], z[-1]])
    figure.update_yaxes(range=[0, highest])
    return figure


def stage_figure(x_range: tuple[float, float], highest: float) -> go.Figure:
    """The frame for mass on its way from x to z; the strip below zero is for single samples."""
    figure = go.Figure()
    framed(figure, x_title="position (x at the start, z at the end)", y_title="density p_t")
    figure.update_xaxes(range=list(x_range))
    figure.update_yaxes(range=[-0.14 * highest, highest], zeroline=True)
    return figure


def qq_figure(base: FloatArray, z: FloatArray, base_name: str) -> go.Figure:
    """Quantiles of z against those of the base, both (m,), and the diagonal."""
    figure = go.Figure()
    ends = base[[0, -1]]
    figure.add_scatter(x=ends, y=ends, name="equal", mode="lines", line={"color": TRUTH, "dash": "dash"})
    figure.add_scatter(
        x=base,
        y=z,
        name="z of the test set",
        mode="markers",
        marker={"color": IN_DISTRIBUTION, "size": 5},
        hovertemplate="base %{x:.3f}, z %{y:.3f}<extra></extra>",
    )
    return framed(figure, x_title=f"quantile of {base_name}", y_title="quantile of z")


def slope_figure(x_range: tuple[float, float], highest: float) -> go.Figure:
    """The frame for the slope of the map over x."""
    figure = go.Figure()
    framed(figure, x_title="x", y_title="slope f′(x) = dz/dx")
    figure.update_xaxes(range=list(x_range))
    figure.update_yaxes(range=[0, highest])
    return figure


def signed_cdf_figure(x: FloatArray, heights: FloatArray) -> go.Figure:
    """The frame for F of weights of any sign over x (m,), heights (rows, m); F belongs between the lines."""
    figure = go.Figure()
    for level in (0.0, 1.0):
        figure.add_hline(y=level, line={"color": TRUTH, "dash": "dash"})
    _legend_only(figure, "0 and 1, between which u = F(x) must stay", TRUTH, "dash")
    framed(figure, x_title="x", y_title="F(x)")
    return _reaching(figure, x, heights)


def signed_slope_figure(x: FloatArray, slopes: FloatArray) -> go.Figure:
    """The frame for F′ of weights of any sign over x (m,), slopes (rows, m)."""
    figure = framed(go.Figure(), x_title="x", y_title="F′(x)")
    figure.update_yaxes(zeroline=True)
    return _reaching(figure, x, slopes)


def slice_colors(count: int) -> tuple[str, ...]:
    """A colour for each of ``count`` slices; neighbours differ."""
    return tuple(SERIES[i % len(SERIES)] for i in range(count))


def _legend_only(figure: go.Figure, name: str, color: str, dash: str = "solid") -> None:
    figure.add_scatter(x=[None], y=[None], name=name, mode="lines", line={"color": color, "dash": dash})


def _from_zero(figure: go.Figure) -> go.Figure:
    figure.update_yaxes(rangemode="tozero")
    return figure


def _reaching(figure: go.Figure, x: FloatArray, rows: FloatArray) -> go.Figure:
    """Axes that hold every row, so that nothing jumps while the row changes."""
    low, high = float(rows.min()), float(rows.max())
    margin = 0.06 * (high - low)
    figure.update_xaxes(range=[x[0], x[-1]])
    figure.update_yaxes(range=[low - margin, high + margin])
    return figure
