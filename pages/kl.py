"""Problem 4: the KL divergence is never negative, and it adds up over independent coordinates."""

import streamlit as st

from ui import state
from ui.lessons import kl
from ui.lessons.kl import jensen
from ui.lessons.kl.units import UNITS
from ui.live.live import live

st.title("Properties of the KL divergence")
st.markdown(
    r"$D(p\|q) = E_p\!\left[\log \frac{p(X)}{q(X)}\right]$ says how surprised you are, on average, when data "
    r"come from $p$ and you believed in $q$. It is **never negative**, and it **adds up** over independent "
    "coordinates. See why, then break what it takes."
)
left, right = st.columns([3, 1])
view = left.segmented_control(
    "Look at", kl.VIEWS, default=kl.JENSEN, required=True, key="view", bind="query-params"
)
unit = right.segmented_control(
    "Unit", list(UNITS), default="nats", required=True, key="unit", bind="query-params"
)


def show_jensen() -> None:
    """Atoms of the ratio, on the curve."""
    count = st.segmented_control(
        "Atoms",
        list(jensen.COUNTS),
        default=jensen.DEFAULT_COUNT,
        required=True,
        key="atoms",
        bind="query-params",
    )
    key = f"jensen-{count}"
    for column, name in zip(st.columns(len(jensen.EXAMPLES)), jensen.EXAMPLES, strict=True):
        column.button(
            name, on_click=state.commit, args=(key, jensen.example(name, count)), use_container_width=True
        )
    live("jensen", kl.jensen_payload(kl.Jensen(count, unit)), jensen.fields(count), key=key)
    st.caption(
        "Drag an atom across the plot, or move the sliders. Whatever they say is renormalised: the weights "
        "$p_i$ are divided by their sum, then all ratios by $E_p[r]$, so that $q_i = p_i r_i$ sums to 1 too."
    )
    st.markdown(
        r"""
The curve $-\log r$ is convex, so the centre of mass of points on it lies above it (Jensen):
$E_p[-\log r] \ge -\log E_p[r] = -\log 1 = 0$, and the left side is $D(p\|q)$. **The gap is the divergence.**
It closes only where all atoms meet, $r = 1$ everywhere: $p = q$. An atom that $q$ misses ($r = 0$) lies
infinitely high, and so does the centre of mass: $D = +\infty$.
"""
    )


{kl.JENSEN: show_jensen}[view]()
