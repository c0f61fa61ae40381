"""The part of the page that shows flows in the plane: its choices, the live view, and the words under it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import choices
from ui.jobs.aside import failures_said
from ui.jobs.training_panel import MINE, model
from ui.lessons import lesson
from ui.lessons.coupling import plane, wrong
from ui.lessons.coupling.plane import layers, texts, training
from ui.lessons.coupling.plane.material import DATA_SET_NAMES, Material, shipped
from ui.lessons.coupling.plane.points import frame

CLOSE, WIDE = "close", "wide"


def show(line: DeltaGenerator, rare: DeltaGenerator) -> None:
    """A trained flow, or what can go wrong with one; choices in the page's head. Raises CheckpointError."""
    view = choices.view(line, (*plane.VIEWS, plane.WRONG))
    if view == plane.WRONG:
        _show_wrong(rare)
    else:
        _show_flow(rare, view)
    st.markdown(texts.INTRODUCTION)


def _show_flow(rare: DeltaGenerator, view: str) -> None:
    data_set = choices.one_of_menu(rare, "Data", tuple(DATA_SET_NAMES), "data", names=DATA_SET_NAMES.get)
    direction = layers.TO_Z
    if view == plane.LAYERS:
        direction = choices.one_of(rare, "Direction", layers.DIRECTIONS, "direction")
    window = choices.one_of(rare, "Window", (CLOSE, WIDE), "window")
    stage, below = st.container(), st.container()
    material, origin = _material(below, data_set)
    request = plane.Request(material, layers.Options(direction, window == CLOSE))
    drawn = training.view(view) if origin == MINE else plane.VIEWS[view]
    key = f"plane-{origin}{_ranges(material) if origin == MINE else ''}-{view}-{direction}"
    with failures_said(), stage:
        lesson.show(drawn, lambda _: request, "plane", key=key)
    with st.expander("Train it yourself", expanded=training.to_be_seen()):
        training.panel(data_set)
    st.subheader("What the pictures mean")
    st.markdown(texts.DENSITY)
    st.markdown(texts.LEARNING if view == plane.LEARNING else texts.OF_DIRECTION[direction])
    st.caption(texts.COLOURS)


def _material(box: DeltaGenerator, data_set: str) -> tuple[Material, str]:
    """The flow to show, and a name for where it comes from."""
    mine = training.trained()
    if model(box, None if mine is None else training.summary(), "plane_model") == MINE:
        return mine, MINE
    return shipped(data_set), data_set


def _ranges(material: Material) -> str:
    """What the ranges of the controls depend on: another training may have others."""
    reach = max(high for _, high in frame(material.region))
    return f" {material.depth} {len(material.epochs)} {reach:g}"


def _show_wrong(rare: DeltaGenerator) -> None:
    broken = choices.one_of(rare, "What is broken", tuple(wrong.VIEWS), "broken")
    flows = wrong.flows(broken)
    lesson.show(wrong.VIEWS[broken], lambda _: flows, "plane", key=f"plane-{broken}")
    st.subheader("What the pictures mean")
    st.markdown(wrong.text(broken, flows))
