"""Problem 5: the Kullback–Leibler divergence between multivariate Gaussians, term by term."""

import streamlit as st

from ui import choices, ledger_panel
from ui.head import head
from ui.lessons.gaussians import ledger, panels, plane, stage
from ui.live.live import live
from ui.story.panel import show_story
from ui.words import UNITS

_, rare = head("KL between Gaussians")
story = st.container()
unit = choices.one_of(rare, "Unit", list(UNITS), "unit", default="nats")
values = live("gaussian-kl", lambda at: stage.scene(plane.numbers(at), unit), plane.CONTROLS)
st.markdown(
    "**Drag a centre, or the end of an axis**, and watch which term of the divergence pays for it: the "
    "volumes, the distance of the centres, or the shape. Blue is $p$, vermilion is $q$."
)
ledger_panel.show("5", ledger.state(values))
panel = choices.one_of(st, "Go on", panels.PANELS, "panel", default=panels.FIT)
panels.show(panel, "gaussian-kl", values, unit)

st.subheader("What the numbers mean")
st.markdown(
    r"""
With $p = N(\mu_0, \Sigma_0)$ and $q = N(\mu_1, \Sigma_1)$ in $d$ dimensions

$$
2\,D(p\,\|\,q) = \log\frac{\det\Sigma_1}{\det\Sigma_0} +
(\mu_1-\mu_0)^\top\Sigma_1^{-1}(\mu_1-\mu_0) + \operatorname{tr}(\Sigma_1^{-1}\Sigma_0) - d .
$$

The Mahalanobis term is never negative; log det and trace − d often have opposite signs, and their sum is
never negative either. **Whitening** turns and scales the plane until $q$ is the unit circle. It leaves the
divergence as it was: so it depends on nothing but what the left plot below the sliders shows.
"""
)
with story:
    show_story("gaussians")
