"""Figures of problem 4: Jensen's curve, densities and integrand, running means, additivity."""

import numpy as np
import plotly.graph_objects as go

from hw9core.arrays import FloatArray
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION, REFERENCE, SERIES, TRUTH, framed, translucent

GAP = REFERENCE
NEUTRAL = "#8A929C"
HATCHES = ("", "/", "x", "-", "|", "+")


def jensen_figure(
    ratios: FloatArray, heights: FloatArray, y_range: tuple[float, float], unit: str
) -> go.Figure:
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


def densities_figure(x_range: tuple[float, float], highest: float) -> go.Figure:
    """The frame for both densities, which move."""
    figure = go.Figure()
    _legend_line(figure, "p", IN_DISTRIBUTION)
    _legend_line(figure, "q", ANOMALY, "dash")
    framed(figure, x_title="x", y_title="density")
    figure.update_xaxes(range=list(x_range))
    figure.update_yaxes(range=[0, highest])
    return figure


def integrand_figure(x_range: tuple[float, float], reach: float, title: str, unit: str) -> go.Figure:
    """The frame for an integrand whose areas above and below 0 move."""
    figure = go.Figure()
    _legend_line(figure, "above 0", TRUTH)
    _legend_line(figure, "below 0, hatched", GAP)
    framed(figure, x_title="x", y_title=f"{title} ({unit} per unit of x)")
    figure.update_xaxes(range=list(x_range))
    figure.update_yaxes(range=[-reach, reach], zeroline=True)
    return figure


def running_mean_figure(
    n: FloatArray, mean: FloatArray, error: FloatArray, exact: float, unit: str
) -> go.Figure:
    """The mean of log p/q after n draws, (m,), with its 95 % interval, and the value by quadrature."""
    figure = go.Figure()
    figure.add_scatter(
        x=np.concatenate([n, n[::-1]]),
        y=np.concatenate([mean + 1.96 * error, (mean - 1.96 * error)[::-1]]),
        name="± 1.96 standard errors",
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=translucent(IN_DISTRIBUTION, 0.2),
        hoverinfo="skip",
    )
    figure.add_scatter(x=n, y=mean, name="running mean", mode="lines", line={"color": IN_DISTRIBUTION})
    if np.isfinite(exact):
        line = {"color": TRUTH, "dash": "dash"}
        figure.add_scatter(x=n[[0, -1]], y=[exact, exact], name="quadrature", mode="lines", line=line)
    framed(figure, x_title="draws from p", y_title=f"mean of log p/q ({unit})")
    figure.update_xaxes(type="log")
    late = n >= 10
    if late.any():
        spread = max(3 * float(error[late].max()), 0.02)  # p = q has no spread at all
        shown = [value for value in (*mean[late], exact) if np.isfinite(value)]
        figure.update_yaxes(range=[min(shown) - spread / 3, max(shown) + spread / 3])
    return figure


def additivity_figure(
    names: tuple[str, ...],
    parts: FloatArray,
    joint: FloatArray,
    total: FloatArray,
    with_total: bool,
    unit: str,
) -> go.Figure:
    """Stacked D(p_i‖q_i), (d,); joint values and p's total correlation, (rows,), set the axis.

    Beside it stand, as boxes that move, the joint value at 1, the gap at 2, the total correlation at 3.
    """
    figure = go.Figure()
    below = 0.0
    for i, (name, part) in enumerate(zip(names, parts, strict=True)):
        figure.add_bar(
            x=[0],
            y=[part],
            base=[below],
            width=0.45,
            marker={
                "color": SERIES[i % len(SERIES)],
                "pattern": {"shape": HATCHES[i]},
                "line": {"width": 1, "color": NEUTRAL},
            },
            hovertemplate=f"coordinate {i + 1}, {name}: %{{y:.4f}} {unit}<extra></extra>",
        )
        below += float(part)
    framed(figure, x_title="", y_title=f"divergence ({unit})")
    labels = ["Σ D(pᵢ‖qᵢ)", "joint D(p‖q)", "joint − Σ", "−½ log det R"][: 4 if with_total else 3]
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(range=[-0.5, len(labels) - 0.5], tickvals=[*range(len(labels))], ticktext=labels)
    _number_parts(figure, parts)
    ends = np.concatenate([[below, 0.05], joint, joint - below, total * with_total])
    low, high = min(0.0, float(ends.min())), float(ends.max())
    figure.update_yaxes(
        range=[low - 0.05 * (high - low) * (low < 0), high + 0.08 * (high - low)], zeroline=True
    )
    return figure


def _number_parts(figure: go.Figure, parts: FloatArray) -> None:
    """The coordinates' numbers beside their parts, where there is room for them."""
    tops = np.cumsum(parts)
    for i, (part, top) in enumerate(zip(parts, tops, strict=True)):
        if part > 0.06 * tops[-1]:
            figure.add_annotation(x=0.25, y=top - part / 2, text=f"{i + 1}", xanchor="left", showarrow=False)
