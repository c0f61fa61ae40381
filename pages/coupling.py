"""Problem 3: the log-determinant of a coupling layer is the sum of s; and a stack of layers as a flow."""

import streamlit as st

from hw9core.coupling.layers import require_mask
from hw9core.errors import ConfigError
from ui import choices, ledger_panel, state
from ui.head import head
from ui.lessons.coupling import one_layer
from ui.lessons.coupling.one_layer import ledger, texts
from ui.lessons.coupling.plane import page as plane_part
from ui.live.live import live
from ui.story.panel import show_story
from ui.words import braces

ONE_LAYER, PLANE = PARTS = ("One layer", "Two dimensions")


def show_layer() -> None:
    """One layer in n dimensions: its Jacobian under the fingers."""
    dim = choices.one_of(rare, "Number of coordinates n", one_layer.DIMS, "n", default=one_layer.DEFAULT_DIM)
    omega = choices.some_of(
        line,
        "Ω: click coordinates in or out",
        range(1, dim + 1),
        "omega",
        default=[i + 1 for i in one_layer.default_mask(dim)],
    )
    seed = choices.number_in(rare, "Seed of the networks s and t", 0, one_layer.MAXIMUM_SEED, 0, "seed")
    leaky = choices.switch(rare, "Break the hypothesis: let s see the transformed half $x_{Ω^c}$ too", "leak")
    mask = valid_mask(omega, dim)

    def at(values: dict[str, float]) -> one_layer.Request:
        """The layer with the committed x."""
        return one_layer.Request(dim, mask, seed, leaky, one_layer.point_of(values, dim))

    values = live("coupling", lambda values: one_layer.scene(at(values)), one_layer.controls(dim, mask))
    offer_erratum(dim, mask)
    ledger_panel.show("3", ledger.state(at(values)))
    st.subheader("What the numbers mean")
    st.markdown(texts.INTRODUCTION)
    st.markdown(texts.MEANING)


def valid_mask(omega: list[int], dim: int) -> tuple[int, ...]:
    """Ω from 0; the last good one, with a sentence, where the chosen one is empty or full."""
    try:
        mask = require_mask([i - 1 for i in omega], dim)
    except ConfigError as error:
        mask = state.last_good(f"omega-{dim}") or one_layer.default_mask(dim)
        st.warning(f"{error} Showing Ω = {braces(str(i + 1) for i in mask)} instead.")
    state.last_good(f"omega-{dim}", mask)
    return mask


def offer_erratum(dim: int, mask: tuple[int, ...]) -> None:
    """A button to the next Ω for which erratum 1 shows."""
    other = one_layer.next_mask_with_erratum(dim, mask)
    if other is None:
        st.caption(texts.NO_ERRATUM)
        return
    st.button(
        f"Another Ω that shows erratum 1: {braces(str(i + 1) for i in other)}",
        on_click=state.preset,
        args=("omega", [i + 1 for i in other]),
    )


line, rare = head("Coupling layer")
story = st.container()
part = choices.view(line, PARTS, "part")
if part == PLANE:
    plane_part.show(line, rare)
else:
    show_layer()
with story:
    show_story("coupling")
