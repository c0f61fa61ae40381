"""Problem 2: a one-dimensional flow onto a simple base, learned, animated, tested and set by hand."""

import streamlit as st

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
data_set = boxes[0].selectbox(
    "Data", list(DATA_SET_NAMES), format_func=DATA_SET_NAMES.get, key="data", bind="query-params"
)
base = boxes[1].segmented_control(
    "Base of z", list(BASE_NAMES), default="normal", required=True, key="base", bind="query-params"
)
unit = boxes[2].segmented_control(
    "Unit", list(UNITS), default="nats", required=True, key="unit", bind="query-params"
)
view = st.segmented_control(
    "Look at",
    list(line_flow.VIEWS),
    default=line_flow.LEARNING,
    required=True,
    key="view",
    bind="query-params",
)

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
        left.segmented_control(
            "Way",
            [journey.ONE_STAGE, journey.TWO_STAGES],
            default=journey.ONE_STAGE,
            required=True,
            key="way",
            bind="query-params",
        ),
        right.segmented_control(
            "Direction",
            [journey.TO_Z, journey.TO_X],
            default=journey.TO_Z,
            required=True,
            key="direction",
            bind="query-params",
        ),
    )
elif view == line_flow.BY_HAND:
    components = st.segmented_control(
        "Components K",
        list(range(1, by_hand.MOST_COMPONENTS + 1)),
        default=2,
        required=True,
        key="components",
        bind="query-params",
    )
    st.caption("By hand the base is N(0, 1).")
elif view == line_flow.NEGATIVE:
    pair = st.segmented_control(
        "Two components", list(negative.PAIRS), default=pair, required=True, key="pair", bind="query-params"
    )
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
