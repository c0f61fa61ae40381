"""The visitor's own f and h: two formulas, of which the last good ones stay when one cannot be computed."""

import streamlit as st

from hw9core.errors import InputError
from hw9core.joint_maximum.formulas import MAXIMUM_CHARACTERS
from hw9core.joint_maximum.problems import HIGH, LOW
from ui import choices, state
from ui.lessons.joint_maximum.material import OWN_EXAMPLE, Material, typed
from ui.quoting import as_sentence

_KEY = "joint-own"


def material() -> Material:
    """Two text fields, and the problem that they make."""
    boxes = st.columns(2)
    texts = tuple(
        choices.text_in(box, label, example, key, longest=MAXIMUM_CHARACTERS)
        for box, label, example, key in zip(boxes, ("f(θ)", "h(θ, φ)"), OWN_EXAMPLE, ("f", "h"), strict=True)
    )
    st.caption(
        "Write theta or θ, phi or φ, numbers, + − * / **, pi, e and exp, log, sqrt, sin, cos, tan, sinh, "
        f"cosh, tanh, abs. Both must be finite for θ and φ from −{-LOW:g} to {HIGH:g}."
    )
    try:
        made = typed(*texts)
    except InputError as error:
        texts = state.last_good(_KEY) or OWN_EXAMPLE
        made = typed(*texts)
        st.warning(f"{as_sentence(error)} Showing f = `{texts[0]}` and h = `{texts[1]}` instead.")
    state.last_good(_KEY, texts)
    return made
