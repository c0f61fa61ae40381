"""One palette and one frame for every figure (Okabe-Ito colours, safe for colour-blind readers).

Text, grid and background colours are left out on purpose: the page adds those of its light or dark theme.
"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

IN_DISTRIBUTION = "#0072B2"  # blue: the data the model knows, p, type I error
ANOMALY = "#D55E00"  # vermilion: anomalies, q, type II error
TRUTH = "#009E73"  # bluish green: the truth, the base density N(0, 1)
REFERENCE = "#CC79A7"  # reddish purple: values reported elsewhere, for comparison
HIGHLIGHT = "#E69F00"  # orange: the one thing pointed at
# What stands beside the figures reads the same colours, as the CSS variables --hw9-<name>.
PALETTE = {
    "in-distribution": IN_DISTRIBUTION,
    "anomaly": ANOMALY,
    "truth": TRUTH,
    "reference": REFERENCE,
    "highlight": HIGHLIGHT,
}
# Okabe-Ito in the order of first use, for curves that are told apart by name (and by dash) only.
SERIES = (IN_DISTRIBUTION, ANOMALY, TRUTH, REFERENCE, "#56B4E9", HIGHLIGHT, "#8C6D1F")


TYPE = 13  # pixels: all words of a figure have the size of a caption
MOST_TICKS = 5  # of an axis: a book's figure has few


def framed(figure: go.Figure, *, x_title: str, y_title: str) -> go.Figure:
    """Give a figure the common margins, axis titles and legend; returns the same figure."""
    axis = {
        "zeroline": False,
        "showline": True,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "gridwidth": 0.5,
        "nticks": MOST_TICKS,
    }
    figure.update_layout(
        template=None,
        margin={"l": 56, "r": 16, "t": 36, "b": 44},
        font={"size": TYPE},
        dragmode=False,
        hovermode="closest",
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        xaxis={**axis, "title": {"text": x_title, "font": {"size": TYPE}, "standoff": 8}},
        yaxis={**axis, "title": {"text": y_title, "font": {"size": TYPE}, "standoff": 8}},
    )
    return figure


def thinned(size: int, at_most: int = 1500) -> NDArray[np.intp]:
    """Indices of at most ``at_most`` points of a curve of ``size`` points, evenly, both ends included."""
    return np.unique(np.linspace(0, size - 1, min(size, at_most)).astype(np.intp))


def translucent(color: str, opacity: float) -> str:
    """A colour given as #RRGGBB, in CSS notation with an opacity from 0 to 1."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
