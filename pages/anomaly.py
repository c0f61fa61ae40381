"""Problem 1: type I and type II error follow the threshold."""

import streamlit as st

from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from ui import choices, state
from ui.jobs.fetch_panel import offer_data
from ui.lessons import anomaly
from ui.lessons.anomaly import comparison, curves, likelihood, own, rules, texts, uncertainty
from ui.lessons.anomaly.decision import possible_scale
from ui.lessons.anomaly.material import (
    COMPONENT_COUNTS,
    OFFERED,
    Choice,
    likelihood_lesson,
    material,
    offered,
    simple_images,
)
from ui.lessons.lesson import show

st.title("Anomaly threshold")
st.markdown(
    "An autoencoder trained on MNIST redraws an image; the worse the copy, the higher the **score**. "
    "KMNIST shows characters it has never seen. **Drag τ** on the plot or with the slider: "
    "everything scoring above τ is flagged as an anomaly."
)
left, middle, right = st.columns([2, 3, 2])
scale = choices.one_of(left, "Score and α axes", ("log", "linear"), "axis")
label = choices.one_of_menu(middle, "Detector", list(OFFERED.values()), "detector")
choice = Choice(next(name for name, shown in OFFERED.items() if shown == label))
if choice.detector == "pca":
    components = choices.one_of_scale(
        right, "Principal components", COMPONENT_COUNTS, "components", default=128
    )
    choice = Choice("pca", components)
view = choices.one_of(st, "Below, look closer at", list(anomaly.VIEWS), "view", default="overview")

if (choice.detector == LIKELIHOOD or view == "detectors") and LIKELIHOOD not in offered():
    st.warning(texts.NO_FLOW)
    choice = Choice() if choice.detector == LIKELIHOOD else choice
shown = material(choice)
stage, options, readings = st.container(), None, {}
if view == "curves":
    options = curves.options()
elif view == "rules":
    options = rules.options()
    st.info(rules.wish(shown, options))
elif view == "detectors":
    st.markdown(comparison.conclusion())
elif view == "images":
    offer_data()
elif view == "your image":
    image = own.ask(state.drawing(f"threshold-{choice.detector}"), choice)
    readings = {own.OWN: image.score if image else None}
    if image:
        own.show(image)

if possible_scale(shown, scale) != scale:
    left.caption("Some of these scores are negative: linear only.")
request = anomaly.Request(scale, choice, options)
with stage:
    values = show(
        anomaly.VIEWS[view],
        lambda _: request,
        "threshold",
        key=f"threshold-{choice.detector}",
        readings=readings,
    )
if view == "overview" and choice.detector == LIKELIHOOD:
    likelihood.explain(shown, simple_images(), likelihood_lesson())
elif view == "uncertainty":
    uncertainty.show_subsamples(shown, values["tau"])

st.subheader("What the numbers mean")
st.markdown(
    r"""
There is one null hypothesis for both kinds of error, $H_0$: “$x$ comes from the MNIST distribution”.
With the score $s(x)$, for the homework's autoencoder $\lVert x - D(E(x)) \rVert^2$ summed over 784 pixels,

$$\alpha = P(s(x) > \tau \mid \text{MNIST}), \qquad \beta = P(s(x) \le \tau \mid \text{KMNIST}).$$

The homework sets $\tau$ to the mean plus three standard deviations of the 10,000 validation scores, without
looking at a single anomaly. It reports τ = 23.6706, α = 0.009 and β = 0.0286, marked in both plots for
comparison; the shipped model was trained with the same recipe from another random start.
"""
)
