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


def show() -> None:
    """A trained flow, or what can go wrong with one. Raises CheckpointError."""
    st.markdown(texts.INTRODUCTION)
    row = st.container(horizontal=True, gap="small")  # wraps where a column would clip
    view = choices.one_of(row, "View", (*plane.VIEWS, plane.WRONG), "view")
    if view == plane.WRONG:
        _show_wrong()
    else:
        _show_flow(row, view)


def _show_flow(row: DeltaGenerator, view: str) -> None:
    data_set = choices.one_of_menu(
        row, "Data", tuple(DATA_SET_NAMES), "data", names=DATA_SET_NAMES.get, width=180
    )
    direction = layers.TO_Z
    if view == plane.LAYERS:
        direction = choices.one_of(row, "Direction", layers.DIRECTIONS, "direction")
    window = choices.one_of(row, "Window", (CLOSE, WIDE), "window")
    material, origin = _material(data_set)
    request = plane.Request(material, layers.Options(direction, window == CLOSE))
    drawn = training.view(view) if origin == MINE else plane.VIEWS[view]
    key = f"plane-{origin}{_ranges(material) if origin == MINE else ''}-{view}-{direction}"
    with failures_said():
        lesson.show(drawn, lambda _: request, "plane", key=key)
    with st.expander("Train it yourself", expanded=training.to_be_seen()):
        training.panel(data_set)
    st.subheader("What the pictures mean")
    st.markdown(texts.DENSITY)
    st.markdown(texts.LEARNING if view == plane.LEARNING else texts.OF_DIRECTION[direction])
    st.caption(texts.COLOURS)


def _material(data_set: str) -> tuple[Material, str]:
    """The flow to show, and a name for where it comes from."""
    mine = training.trained()
    if model(None if mine is None else training.summary(), "plane_model") == MINE:
        return mine, MINE
    return shipped(data_set), data_set


def _ranges(material: Material) -> str:
    """What the ranges of the controls depend on: another training may have others."""
    reach = max(high for _, high in frame(material.region))
    return f" {material.depth} {len(material.epochs)} {reach:g}"


def _show_wrong() -> None:
    broken = choices.one_of(st, "What is broken", tuple(wrong.VIEWS), "broken")
    flows = wrong.flows(broken)
    lesson.show(wrong.VIEWS[broken], lambda _: flows, "plane", key=f"plane-{broken}")
    st.subheader("What the pictures mean")
    st.markdown(wrong.text(broken, flows))
