"""Figures of problem 6: heat map and surface of g with its ridge, the profile, paths, the gap."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from hw9core.arrays import FloatArray
from hw9core.figures.theme import ANOMALY, HIGHLIGHT, IN_DISTRIBUTION, REFERENCE, TRUTH, framed

# One hue from dark to light: the colours of the paths stay apart from it.
_SCALE = [[0.0, "#33475B"], [0.6, "#9DB2C6"], [1.0, "#F4F7FA"]]
_SIDES = {"l": 64, "r": 84}  # the same beside the heat map and the profile: their θ axes line up
METHOD_COLORS = {"coordinate": ANOMALY, "gradient": REFERENCE, "iterated": IN_DISTRIBUTION}


def heat_figure(
    axis: FloatArray,
    g: FloatArray,
    ridge: tuple[FloatArray, FloatArray],
    sets: tuple[Sequence[float], Sequence[float]],
) -> go.Figure:
    """g (n, n) over θ across and φ up, its ridge, and triangles on both axes at the maximisers."""
    figure = go.Figure()
    figure.add_heatmap(
        x=axis,
        y=axis,
        z=np.float32(g.T),
        zmin=float(np.quantile(g, 0.25)),
        zmax=float(g.max()),
        colorscale=_SCALE,
        colorbar={"title": {"text": "g"}, "thickness": 12, "x": 1.01},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=ridge[0],
        y=ridge[1],
        name="ridge φ*(θ)",
        mode="markers",
        marker={"color": "white", "size": 5, "line": {"color": "#333333", "width": 1}},
        hoverinfo="skip",
    )
    triangle = {"color": ANOMALY, "size": 14, "line": {"color": "white", "width": 1}}
    low = float(axis[0])
    figure.add_scatter(
        x=list(sets[0]),
        y=[low] * len(sets[0]),
        name="θ and φ of argmax g",
        mode="markers",
        marker={**triangle, "symbol": "triangle-up"},
        cliponaxis=False,
        hovertemplate="θ = %{x:.4f}<extra></extra>",
    )
    figure.add_scatter(
        x=[low] * len(sets[1]),
        y=list(sets[1]),
        showlegend=False,
        mode="markers",
        marker={**triangle, "symbol": "triangle-right"},
        cliponaxis=False,
        hovertemplate="φ = %{y:.4f}<extra></extra>",
    )
    return _square(framed(figure, x_title="θ", y_title="φ"), axis)


def profile_figure(axis: FloatArray, f: FloatArray, profile: FloatArray) -> go.Figure:
    """f and, on top of it, the profile max_φ g, both (n,) over θ."""
    figure = go.Figure()
    figure.add_scatter(x=axis, y=f, name="f(θ)", mode="lines", line={"color": IN_DISTRIBUTION, "width": 5})
    figure.add_scatter(
        x=axis, y=profile, name="max over φ of g", mode="lines", line={"color": HIGHLIGHT, "dash": "dot"}
    )
    for name, color in (("f at the point", IN_DISTRIBUTION), ("g at the point", ANOMALY)):
        figure.add_scatter(x=[None], y=[None], name=name, mode="markers", marker={"color": color, "size": 11})
    framed(figure, x_title="θ", y_title="value")
    figure.update_layout(margin=_SIDES)
    figure.update_xaxes(range=[axis[0], axis[-1]])
    figure.update_yaxes(range=value_range(f))
    return figure


def value_range(f: FloatArray) -> list[float]:
    """From a little below what matters of f to a little above its maximum."""
    top = float(f.max())
    low = max(float(f.min()), top - 4.0 * (top - float(np.median(f))) - 1e-3)
    margin = 0.15 * (top - low) or 1.0
    return [low - margin, top + margin]


def surface_figure(
    axis: FloatArray, g: FloatArray, ridge: tuple[FloatArray, FloatArray, FloatArray]
) -> go.Figure:
    """g (n, n) as a surface, cut off below its lower quarter, with the ridge (θ, φ, g) on it."""
    floor = float(np.quantile(g, 0.25))
    figure = go.Figure()
    seen, lift = ridge[2] >= floor, 0.01 * (float(g.max()) - floor)
    figure.add_surface(
        x=axis,
        y=axis,
        z=np.float32(np.maximum(g.T, floor)),
        colorscale=_SCALE,
        colorbar={"title": {"text": "g"}, "thickness": 12, "x": 0.98},
        hovertemplate="θ = %{x:.2f}, φ = %{y:.2f}, g = %{z:.4f}<extra></extra>",
    )
    figure.add_scatter3d(
        x=ridge[0][seen],
        y=ridge[1][seen],
        z=ridge[2][seen] + lift,
        mode="markers",
        marker={"color": ANOMALY, "size": 3},
        name="ridge (θ, φ*(θ))",
        hoverinfo="skip",
    )
    framed(figure, x_title="", y_title="")
    titles = {f"{name}axis": {"title": {"text": text}} for name, text in zip("xyz", "θφg", strict=True)}
    camera = {"eye": {"x": -1.65, "y": -1.85, "z": 1.0}, "center": {"x": 0, "y": 0, "z": -0.15}}
    figure.update_layout(
        scene={**titles, "dragmode": "orbit", "camera": camera, "aspectmode": "cube"},
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
    )
    return figure


def values_figure(
    steps: FloatArray, paths: dict[str, FloatArray], names: dict[str, str], top: float
) -> go.Figure:
    """g after every step, for each way up, beside max f; ``paths`` and ``names`` by key."""
    figure = go.Figure()
    for (key, values), dash in zip(paths.items(), ("solid", "dash", "dot"), strict=True):
        line = {"color": METHOD_COLORS[key], "dash": dash, "shape": "hv"}
        figure.add_scatter(x=steps, y=values, name=names[key], mode="lines", line=line)
    figure.add_scatter(
        x=steps[[0, -1]], y=[top, top], name="max f", mode="lines", line={"color": TRUTH, "dash": "longdash"}
    )
    framed(figure, x_title="step", y_title="g(θ, φ)")
    figure.update_xaxes(range=[steps[0], steps[-1]])
    values = np.concatenate([*paths.values(), [top]])
    start = float(np.median([path[1] for path in paths.values()]))
    low = min(start, float(min(path[3] for path in paths.values())))
    margin = 0.08 * (top - low) or 0.1
    figure.update_yaxes(range=[max(low, float(values.min())) - margin, top + margin])
    return figure


def gap_figure(axis: FloatArray, f: FloatArray, star: float, deepest: float) -> go.Figure:
    """f with its maximiser θ*, as the frame for f − c, which moves; ``deepest`` is the largest c at θ*."""
    figure = go.Figure()
    figure.add_scatter(x=axis, y=f, name="f(θ)", mode="lines", line={"color": IN_DISTRIBUTION, "width": 3})
    figure.add_scatter(x=[None], y=[None], name="f − c", mode="lines", line={"color": ANOMALY})
    for name, color in (("θ*, maximiser of f", IN_DISTRIBUTION), ("θ̂, maximiser of f − c", ANOMALY)):
        marker = {"color": color, "symbol": "line-ns-open", "size": 9, "line": {"width": 3}}
        figure.add_scatter(x=[None], y=[None], name=name, mode="markers", marker=marker)
    framed(figure, x_title="θ", y_title="value")
    low, high = value_range(f)
    figure.update_xaxes(range=[axis[0], axis[-1]])
    figure.update_yaxes(range=[low - deepest, high])
    return figure


def c_figure(axis: FloatArray) -> go.Figure:
    """The frame for the gap c over θ."""
    figure = go.Figure()
    figure.add_scatter(x=[None], y=[None], showlegend=False)
    framed(figure, x_title="θ", y_title="c(θ)")
    figure.update_xaxes(range=[axis[0], axis[-1]])
    figure.update_yaxes(range=[0, 4.2])
    return figure


def _square(figure: go.Figure, axis: FloatArray) -> go.Figure:
    figure.update_layout(margin=_SIDES)
    figure.update_xaxes(range=[axis[0], axis[-1]])
    figure.update_yaxes(range=[axis[0], axis[-1]])
    return figure
