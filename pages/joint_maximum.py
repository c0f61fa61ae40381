"""Problem 6: maximising g = f − h over both arguments maximises f, as the ELBO does the likelihood."""

import streamlit as st

from hw9core.joint_maximum.bias import broken_assumption
from ui import choices, ledger_panel
from ui.head import head
from ui.lessons import joint_maximum as lesson
from ui.lessons.joint_maximum import gap, ledger, own
from ui.lessons.joint_maximum.material import OWN, TITLES, shipped
from ui.lessons.joint_maximum.names import METHODS
from ui.lessons.lesson import show
from ui.story.panel import show_story

INTRODUCTION = (
    r"Take $g(\theta, \varphi) = f(\theta) - h(\theta, \varphi)$, where the gap $h \ge 0$ closes for some "
    r"$\varphi$ at every $\theta$. **Drag the point**: on the ridge $g$ touches $f$, so the highest point of "
    r"$g$ stands at the maximiser of $f$. With $f$ the log-likelihood, $g$ is the ELBO."
)
line, rare = head("Joint maximisation")
story = st.container()
view = choices.view(line, list(lesson.VIEWS), default=lesson.LANDSCAPE)
key = choices.one_of_menu(line, "Problem", list(TITLES), "problem", names=TITLES.get, width=330)

if key == OWN:
    material = own.material()
else:
    material = shipped(key)

method, kind = "coordinate", gap.SLOPED
if view == lesson.PATHS:
    method = choices.one_of(
        rare, "Steps listed in the table", list(METHODS), "method", default=method, names=METHODS.get
    )
elif view == lesson.BREAK:
    kind = choices.one_of(rare, "Add to h a gap that no φ closes", gap.KINDS, "gap", default=kind)


def request(values: dict[str, float]) -> lesson.Request:
    """The view as it stands; only the paths depend on the point."""
    if view == lesson.PATHS:
        return lesson.Request(material, (values["theta"], values["phi"]), method)
    return lesson.Request(material, kind=kind)


if view == lesson.BREAK and not gap.breakable(material):
    st.info("This f has no single maximiser inside the square that could move: choose another problem.")
else:
    if view == lesson.BREAK and len(material.of_f.theta) > 1:
        st.caption("f has several maximisers: a slope favours one of them, so θ̂ may jump to another.")
    suffix = "bowl" if kind == gap.BOWL else view
    values = show(lesson.VIEWS[view], request, "joint", key=f"joint-{key}-{suffix}")
    if view == lesson.LANDSCAPE:
        ledger_panel.show("6", ledger.state(material, values))

verdict = material.verdict
if view == lesson.BREAK:
    st.warning(broken_assumption(material.ridge.least))
else:
    (st.success if verdict.assumption else st.info if verdict.claim else st.error)(verdict.sentence)
if material.problem.warning:
    st.warning(material.problem.warning)
if key != OWN:
    boxes = st.columns([2, 3])
    boxes[0].markdown(rf"$f(\theta) = {material.problem.formula_f}$")
    boxes[1].markdown(rf"$h(\theta, \varphi) = {material.problem.formula_h}$")
st.markdown(INTRODUCTION)
st.subheader("Why it is so")
st.markdown(
    r"""
A maximum over a pair is an iterated maximum: an iterated maximum is the value at one pair, so it is
no larger; and $g(\theta, \varphi) \le \max_\varphi g(\theta, \varphi)$ for every pair, so it is
no smaller. Hence

$$
\begin{aligned}
\max_{\theta, \varphi} g &= \max_\theta \big( f(\theta) - \min_\varphi h(\theta, \varphi) \big) \\
&= \max_\theta f, \\
\operatorname{argmax} f &= \{\theta : (\theta, \varphi) \in \operatorname{argmax} g \\
&\qquad\; \text{for some } \varphi\}.
\end{aligned}
$$

**Erratum 6.** The homework wrote $f(\theta, \varphi)$ for $f(\theta)$, dropped "for some $\varphi$", and used
$\varphi^*$ for one point and for the function $\varphi^*(\theta)$. What the claim needs: $\min_\varphi h$
attained and 0 at the maximisers of $f$; elsewhere $h \ge 0$ is enough.

**When it fails.** If no $\varphi$ closes the gap, $\max_\varphi g = f - c$, and the maximiser moves by
$c'(\theta^*) / f''(\theta^*)$ to first order: the bias of variational estimates.
"""
)
with story:
    show_story("joint_maximum")
