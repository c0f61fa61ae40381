"""Problem 1: type I and type II error follow the threshold."""

import streamlit as st

from ui import state
from ui.fetch_panel import offer_data
from ui.lessons import threshold
from ui.lessons.threshold import curves, own, rules
from ui.live.live import live

st.title("Anomaly threshold")
st.markdown(
    "An autoencoder trained on MNIST redraws an image; the worse the copy, the higher the **score**. "
    "KMNIST shows characters it has never seen. **Drag τ** on the plot or with the slider: "
    "everything scoring above τ is flagged as an anomaly."
)
left, right = st.columns([1, 3])
scale = left.segmented_control(
    "Score and α axes", ["log", "linear"], default="log", required=True, key="axis", bind="query-params"
)
view = right.segmented_control(
    "Below, look closer at",
    threshold.VIEWS,
    default="overview",
    required=True,
    key="view",
    bind="query-params",
)
stage, options, tables, readings = st.container(), None, {}, {}
if view == "curves":
    options = curves.options()
if view == "rules":
    wanted = rules.options()
    tables = rules.tables(threshold.material(), wanted)
    st.info(rules.wish(threshold.material(), wanted))
if view == "images":
    offer_data()
if view == "your image":
    image = own.ask(state.drawing("threshold"))
    readings = {"own": image.score if image else None}
    if image:
        own.show(image)
with stage:
    live(
        "threshold",
        threshold.payload(scale, view, options),
        threshold.fields(view),
        readings=readings,
        tables=tables,
    )

st.subheader("What the numbers mean")
st.markdown(
    r"""
There is one null hypothesis for both kinds of error, $H_0$: “$x$ comes from the MNIST distribution”.
With the score $s(x) = \lVert x - D(E(x)) \rVert^2$, summed over 784 pixels,

$$\alpha = P(s(x) > \tau \mid \text{MNIST}), \qquad \beta = P(s(x) \le \tau \mid \text{KMNIST}).$$

The homework sets $\tau$ to the mean plus three standard deviations of the 10,000 validation scores, without
looking at a single anomaly. It reports τ = 23.6706, α = 0.009 and β = 0.0286, marked in both plots for
comparison; this model was trained with the same recipe from another random start.
"""
)
