"""Problem 4: the KL divergence is never negative, and it adds up over independent coordinates."""

import streamlit as st

from hw9core.density_pairs import FAMILIES
from ui import state
from ui.lessons import kl
from ui.lessons.kl import densities, jensen, texts
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
    st.caption(texts.RENORMALISATION)
    st.markdown(texts.JENSEN)


def show_densities() -> None:
    """Two densities, their integrand, and the routes to its integral."""
    name = st.selectbox(
        "p and q", list(FAMILIES), format_func=lambda n: FAMILIES[n].title, key="pair", bind="query-params"
    )
    family, key = FAMILIES[name], f"densities-{name}"
    equal = densities.equal_values(family)
    if equal is not None:
        st.button("p = q", on_click=state.commit, args=(key, equal))
    live(
        "densities",
        lambda values: kl.densities_payload(kl.Densities(name, tuple(values.values()), unit)),
        densities.fields(family),
        key=key,
    )
    st.markdown(texts.DENSITIES)


{kl.JENSEN: show_jensen, kl.DENSITIES: show_densities}[view]()
