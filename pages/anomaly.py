"""Problem 1: type I and type II error follow the threshold."""

import streamlit as st

from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from ui import choices, ledger_panel, state
from ui.head import head
from ui.jobs.fetch_panel import offer_data
from ui.lessons import anomaly
from ui.lessons.anomaly import comparison, curves, ledger, likelihood, own, rules, texts, uncertainty
from ui.lessons.anomaly.decision import possible_scale
from ui.lessons.anomaly.material import (
    AUTOENCODER,
    COMPONENT_COUNTS,
    COMPONENTS,
    OFFERED,
    Choice,
    likelihood_lesson,
    material,
    offered,
    seeds,
    simple_images,
)
from ui.lessons.lesson import show
from ui.story.panel import show_story

line, rare = head("Anomaly threshold")
story = st.container()
view = choices.view(line, list(anomaly.VIEWS), default="overview")
label = choices.one_of_menu(rare, "Detector", list(OFFERED.values()), "detector")
choice = Choice(next(name for name, shown in OFFERED.items() if shown == label))
if choice.detector == "pca":
    components = choices.one_of_scale(
        rare, "Principal components", COMPONENT_COUNTS, "components", default=COMPONENTS
    )
    choice = Choice("pca", components)
scale = choices.one_of(rare, "Score and α axes", ("log", "linear"), "axis")

if (choice.detector == LIKELIHOOD or view == "detectors") and LIKELIHOOD not in offered():
    st.warning(texts.NO_FLOW)
    choice = Choice() if choice.detector == LIKELIHOOD else choice
shown = material(choice)
stage, options, readings, drawing = st.container(), None, {}, None
if view == "curves":
    options = curves.options(rare)
elif view == "rules":
    options = rules.options(rare)
    st.info(rules.wish(shown, options))
elif view == "detectors":
    st.markdown(comparison.conclusion())
elif view == "images":
    offer_data()
elif view == "training" and not choice.is_homeworks:
    st.info(texts.NO_REPLAY)
    whose = ("detector", OFFERED[AUTOENCODER])
    st.button(f"Choose: {whose[1]}", key="replay", on_click=state.preset, args=whose)
elif view == "your image":
    drawing = state.drawing(f"threshold-{choice.key}")
    image = own.ask(drawing, choice)
    readings = {own.OWN: image.score if image else None}
    if image:
        own.show(image)

if possible_scale(shown, scale) != scale:
    rare.caption("Some of these scores are negative: linear only.")
request = anomaly.Request(scale, choice, options)
with stage:
    values = show(
        anomaly.VIEWS[view],
        lambda _: request,
        "threshold",
        key=f"threshold-{choice.key}",
        readings=readings,
        drawing=drawing,
    )
if choice.is_homeworks:
    ledger_panel.show("1", ledger.state(shown, values["tau"]))
st.markdown(texts.introduction(choice))
if view == "overview" and choice.detector == LIKELIHOOD:
    likelihood.explain(shown, simple_images(), likelihood_lesson())
elif view == "uncertainty":
    if choice.is_homeworks:
        uncertainty.say_seeds(seeds())
    uncertainty.show_subsamples(shown, values["tau"])

st.subheader("What the numbers mean")
st.markdown(texts.meaning(choice))
with story:
    show_story("anomaly")
