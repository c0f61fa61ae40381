"""Problem 4: the KL divergence is never negative, and it adds up over independent coordinates."""

import streamlit as st

from hw9core.divergence.families import FAMILIES
from ui import choices, ledger_panel, state
from ui.lessons import divergence
from ui.lessons.divergence import additivity, densities, jensen, ledger, texts
from ui.live.live import live
from ui.story.panel import show_story
from ui.words import UNITS

st.title("Properties of the KL divergence")
story = st.container()
st.markdown(
    r"$D(p\|q) = E_p\!\left[\log \frac{p(X)}{q(X)}\right]$ says how much more surprised you are, on "
    r"average, by data from $p$ when you believed in $q$ than when you knew $p$. It is **never negative**, "
    "and it **adds up** over independent coordinates. See why, then break what it takes."
)
left, right = st.columns([3, 1])
view = choices.one_of(left, "Look at", divergence.VIEWS, "view", default=divergence.JENSEN)
unit = choices.one_of(right, "Unit", list(UNITS), "unit")


def show_jensen() -> None:
    """Atoms of the ratio, on the curve."""
    count = choices.one_of(st, "Atoms", jensen.COUNTS, "atoms", default=jensen.DEFAULT_COUNT)
    key = f"jensen-{count}"
    for column, name in zip(st.columns(len(jensen.EXAMPLES)), jensen.EXAMPLES, strict=True):
        column.button(
            name, on_click=state.put, args=(key, jensen.example(name, count)), use_container_width=True
        )
    values = live("jensen", jensen.scene(count, unit), key=key)
    st.caption(texts.RENORMALISATION)
    _show_ledger("4a", ledger.of_atoms(values, count))
    st.markdown(texts.JENSEN)


def show_densities() -> None:
    """Two densities, their integrand, and the routes to its integral."""
    name = choices.one_of_menu(st, "p and q", list(FAMILIES), "pair", names=lambda name: FAMILIES[name].title)
    family, key = FAMILIES[name], f"densities-{name}"
    equal = densities.equal_values(family)
    if equal is not None:
        st.button("p = q", on_click=state.put, args=(key, equal))
    values = live(
        "densities",
        lambda values: densities.scene(name, tuple(values.values()), unit),
        densities.sliders(name),
        key=key,
    )
    _show_ledger("4a", ledger.of_densities(name, values))
    st.markdown(texts.DENSITIES)


def show_additivity() -> None:
    """Coordinates, each with its own pair, and a correlation that breaks what additivity takes."""
    left, right = st.columns([2, 1])
    count = choices.one_of(left, "Coordinates d", additivity.COUNTS, "d", default=additivity.DEFAULT_COUNT)
    correlated = choices.one_of(
        right,
        "Correlate the coordinates of",
        additivity.CORRELATED,
        "correlated",
        default=additivity.OF_P,
    )
    columns = st.columns(min(count, 3))
    options = list(additivity.COORDINATES)
    names = tuple(
        choices.one_of_menu(
            columns[i % 3], f"pᵢ, qᵢ for i = {i + 1}", options, f"pair{i + 1}", default=options[i]
        )
        for i in range(count)
    )

    def at(values: dict[str, float]) -> additivity.Request:
        """The coordinates with the committed correlation."""
        return additivity.Request(names, correlated, values.get("rho", 0.0), unit)

    values = live(
        "additivity",
        lambda values: additivity.scene(at(values)),
        additivity.controls(count),
        key=f"additivity-{count}",
    )
    _show_ledger("4b", ledger.of_coordinates(at(values)))
    st.markdown(texts.ADDITIVITY)


def _show_ledger(problem: str, at: object) -> None:
    if at is not None:
        ledger_panel.show(problem, at)


SHOW = {
    divergence.JENSEN: show_jensen,
    divergence.DENSITIES: show_densities,
    divergence.ADDITIVITY: show_additivity,
}
SHOW[view]()
with story:
    show_story("divergence")
