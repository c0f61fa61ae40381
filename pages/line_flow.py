"""Problem 2: a one-dimensional flow onto a simple base, learned, animated, tested and set by hand."""

import streamlit as st

from ui import choices
from ui.lessons import line_flow
from ui.lessons.lesson import show
from ui.lessons.line_flow import by_hand, journey, negative, training
from ui.lessons.line_flow.material import BASE_NAMES, DATA_SET_NAMES, shipped
from ui.words import UNITS

st.title("One-dimensional flow")
st.markdown(
    "A flow learns a rising curve $z = f(x)$ that turns complicated data $x$ into plain noise $z$. "
    "Nothing is lost on the way: **mass is conserved**, so where the curve is steep the density thins out."
)
boxes = st.columns([2, 2, 1])
data_set = choices.one_of_menu(boxes[0], "Data", list(DATA_SET_NAMES), "data", names=DATA_SET_NAMES.get)
base = choices.one_of(boxes[1], "Base of z", list(BASE_NAMES), "base", default="normal")
unit = choices.one_of(boxes[2], "Unit", list(UNITS), "unit", default="nats")
view = choices.one_of(st, "Look at", list(line_flow.VIEWS), "view", default=line_flow.LEARNING)

mine = training.trained(base)
source = "shipped"
if mine is not None:
    source = st.segmented_control(
        f"Model (mine: {training.summary()})", ["shipped", "mine"], default="mine", required=True, key="model"
    )
material = mine if source == "mine" else shipped(data_set, base)
options, components, pair = journey.Options(), 2, next(iter(negative.PAIRS))
if view == line_flow.JOURNEY:
    left, right = st.columns(2)
    options = journey.Options(
        choices.one_of(left, "Way", (journey.ONE_STAGE, journey.TWO_STAGES), "way"),
        choices.one_of(right, "Direction", (journey.TO_Z, journey.TO_X), "direction"),
    )
elif view == line_flow.BY_HAND:
    counts = range(1, by_hand.MOST_COMPONENTS + 1)
    components = choices.one_of(st, "Components K", counts, "components", default=2)
    st.caption("By hand the base is N(0, 1).")
elif view == line_flow.NEGATIVE:
    pair = choices.one_of(st, "Two components", list(negative.PAIRS), "pair", default=pair)
    st.caption(
        "Whatever their signs, weights that sum to 1 keep ∫ F′ = 1. The map breaks where F falls; "
        "a narrow component taken out of the middle of a wide one leaves it whole."
    )

request = line_flow.Request(material, unit, options, components, pair)
show(
    line_flow.VIEWS[view],
    lambda _values: request,
    "flow",
    key=f"flow-{source}-{data_set}-{view}-{components}-{pair}",
)
with st.expander("Train it yourself", expanded=training.running()):
    training.panel(data_set)

st.subheader("What the pictures mean")
st.markdown(
    r"""
The curve is the distribution function of a Gaussian mixture, followed by the quantile of the base:
$u = F(x) = \sum_k w_k\,\Phi\big((x - \mu_k)/\sigma_k\big)$ and $z = \Phi^{-1}(u)$. By the change of variables

$$\log p(x) = \log \varphi(z) + \log \frac{dz}{dx},$$

$$p_t(x_t) = \frac{p(x)}{(1 - t) + t f'(x)} \quad\text{for}\quad x_t = (1 - t)\,x + t f(x).$$

The time $t$ shows the map; it is no model's time. Training makes the mean of $-\log p(x)$ small, and since
the two terms add up to the mixture's own density, **the flow is the mixture**, whatever the base.
"""
)
