"""Problem 2: a one-dimensional flow onto a simple base, learned, animated, tested and set by hand."""

import streamlit as st

from ui import choices, ledger_panel
from ui.head import head
from ui.jobs.aside import failures_said
from ui.jobs.training_panel import MINE, model
from ui.lessons import line_flow
from ui.lessons.lesson import show
from ui.lessons.line_flow import by_hand, journey, ledger, negative, training
from ui.lessons.line_flow.material import BASE_NAMES, DATA_SET_NAMES, shipped
from ui.lessons.line_flow.texts import explanation
from ui.story.panel import show_story
from ui.words import UNITS

line, rare = head("One-dimensional flow")
story = st.container()
view = choices.view(line, list(line_flow.VIEWS), default=line_flow.JOURNEY)
data_set = choices.one_of_menu(
    line, "Data", list(DATA_SET_NAMES), "data", names=DATA_SET_NAMES.get, width=240
)
base = choices.one_of(rare, "Base of z", list(BASE_NAMES), "base", default="normal")
unit = choices.one_of(rare, "Unit", list(UNITS), "unit", default="nats")
stage, below = st.container(), st.container()

mine = training.trained(base)
source = model(below, None if mine is None else training.summary(), "model")
material = mine if source == MINE else shipped(data_set, base)
options, components, pair = journey.Options(), 2, next(iter(negative.PAIRS))
if view == line_flow.JOURNEY:
    options = journey.Options(
        choices.one_of(rare, "Way", (journey.ONE_STAGE, journey.TWO_STAGES), "way"),
        choices.one_of(rare, "Direction", (journey.TO_Z, journey.TO_X), "direction"),
    )
elif view == line_flow.BY_HAND:
    counts = range(1, by_hand.MOST_COMPONENTS + 1)
    components = choices.one_of(rare, "Components K", counts, "components", default=2)
    below.caption("By hand the base is N(0, 1).")
elif view == line_flow.NEGATIVE:
    pair = choices.one_of(rare, "Two components", list(negative.PAIRS), "pair", default=pair)
    below.caption(
        "Whatever their signs, weights that sum to 1 keep ∫ F′ = 1. The map breaks where F falls; "
        "a narrow component taken out of the middle of a wide one leaves it whole. "
        "Neither the data nor the base chosen above matters here."
    )

request = line_flow.Request(material, unit, options, components, pair)
drawn = training.view(view) if source == MINE else line_flow.VIEWS[view]
key = f"flow-{source}-{data_set}-{view}-{components}-{pair}"
with failures_said():
    with stage:
        values = show(drawn, lambda _values: request, "flow", key=key)
    if view == line_flow.JOURNEY:
        if base != "normal":
            st.caption("The ledger writes the homework's flow down, onto N(0, 1), at the same x and t.")
        ledger_panel.show("2", ledger.state(material, values))
with st.expander("Train it yourself", expanded=training.to_be_seen()):
    training.panel(data_set)

st.subheader("What the pictures mean")
st.markdown(
    "A flow learns a rising curve $z = f(x)$ that turns complicated data $x$ into plain noise $z$. "
    "Nothing is lost on the way: **mass is conserved**, so where the curve is steep the density thins out."
)
st.markdown(explanation("normal" if view in line_flow.ONTO_NORMAL else base))
with story:
    show_story("line_flow")
