"""Problem 4: the KL divergence is never negative, and it adds up over independent coordinates."""

import streamlit as st

from hw9core.divergence.families import FAMILIES
from ui import state
from ui.lessons import divergence
from ui.lessons.divergence import additivity, densities, jensen, texts
from ui.live.live import live
from ui.words import UNITS

st.title("Properties of the KL divergence")
st.markdown(
    r"$D(p\|q) = E_p\!\left[\log \frac{p(X)}{q(X)}\right]$ says how surprised you are, on average, when data "
    r"come from $p$ and you believed in $q$. It is **never negative**, and it **adds up** over independent "
    "coordinates. See why, then break what it takes."
)
left, right = st.columns([3, 1])
view = left.segmented_control(
    "Look at", divergence.VIEWS, default=divergence.JENSEN, required=True, key="view", bind="query-params"
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
            name, on_click=state.put, args=(key, jensen.example(name, count)), use_container_width=True
        )
    live("jensen", jensen.scene(count, unit), key=key)
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
        st.button("p = q", on_click=state.put, args=(key, equal))
    live(
        "densities",
        lambda values: densities.scene(name, tuple(values.values()), unit),
        densities.sliders(name),
        key=key,
    )
    st.markdown(texts.DENSITIES)


def show_additivity() -> None:
    """Coordinates, each with its own pair, and a correlation that breaks what additivity takes."""
    left, right = st.columns([2, 1])
    count = left.segmented_control(
        "Coordinates d",
        list(additivity.COUNTS),
        default=additivity.DEFAULT_COUNT,
        required=True,
        key="d",
        bind="query-params",
    )
    correlated = right.segmented_control(
        "Correlate the coordinates of",
        additivity.CORRELATED,
        default=additivity.OF_P,
        required=True,
        key="correlated",
        bind="query-params",
    )
    columns = st.columns(min(count, 3))
    options = list(additivity.COORDINATES)
    names = tuple(
        columns[i % 3].selectbox(
            f"pᵢ, qᵢ for i = {i + 1}", options, index=i, key=f"pair{i + 1}", bind="query-params"
        )
        for i in range(count)
    )
    live(
        "additivity",
        lambda values: additivity.scene(additivity.Request(names, correlated, values.get("rho", 0.0), unit)),
        additivity.controls(count),
        key=f"additivity-{count}",
    )
    st.markdown(texts.ADDITIVITY)


SHOW = {
    divergence.JENSEN: show_jensen,
    divergence.DENSITIES: show_densities,
    divergence.ADDITIVITY: show_additivity,
}
SHOW[view]()
