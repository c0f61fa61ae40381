"""Problem 4: the KL divergence is never negative, and it adds up over independent coordinates."""

import streamlit as st

from hw9core.divergence.families import FAMILIES
from ui import choices, ledger_panel, state
from ui.head import head
from ui.lessons import divergence
from ui.lessons.divergence import additivity, densities, jensen, ledger, texts
from ui.live.live import live
from ui.story.panel import show_story
from ui.words import UNITS

INTRODUCTION = (
    r"$D(p\|q) = E_p\!\left[\log \frac{p(X)}{q(X)}\right]$ says how much more surprised you are, on "
    r"average, by data from $p$ when you believed in $q$ than when you knew $p$. It is **never negative**, "
    "and it **adds up** over independent coordinates. See why, then break what it takes."
)
line, rare = head("Properties of the KL divergence")
story = st.container()
view = choices.view(line, divergence.VIEWS, default=divergence.JENSEN)
unit = choices.one_of(rare, "Unit", list(UNITS), "unit")


def show_jensen() -> None:
    """Atoms of the ratio, on the curve."""
    count = choices.one_of(rare, "Atoms", jensen.COUNTS, "atoms", default=jensen.DEFAULT_COUNT)
    key = f"jensen-{count}"
    for name in jensen.EXAMPLES:
        line.button(name, on_click=state.put, args=(key, jensen.example(name, count)))
    values = live("jensen", jensen.scene(count, unit), key=key)
    st.caption(texts.RENORMALISATION)
    _show_ledger("4a", ledger.of_atoms(values, count))
    st.markdown(texts.JENSEN)


def show_densities() -> None:
    """Two densities, their integrand, and the routes to its integral."""
    name = choices.one_of_menu(
        line, "p and q", list(FAMILIES), "pair", names=lambda name: FAMILIES[name].title, width=300
    )
    family, key = FAMILIES[name], f"densities-{name}"
    equal = densities.equal_values(family)
    if equal is not None:
        line.button("p = q", on_click=state.put, args=(key, equal))
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
    count = choices.one_of(rare, "Coordinates d", additivity.COUNTS, "d", default=additivity.DEFAULT_COUNT)
    correlated = choices.one_of(
        rare,
        "Correlate the coordinates of",
        additivity.CORRELATED,
        "correlated",
        default=additivity.OF_P,
    )
    options = list(additivity.COORDINATES)
    names = tuple(
        choices.one_of_menu(rare, f"pᵢ, qᵢ for i = {i + 1}", options, f"pair{i + 1}", default=options[i])
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
st.markdown(INTRODUCTION)
with story:
    show_story("divergence")
