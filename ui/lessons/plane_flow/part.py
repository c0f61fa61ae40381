"""The part of the page that shows flows in the plane: its choices, the live view, and the words under it."""

import streamlit as st

from ui.lessons import plane_flow
from ui.lessons.plane_flow import layers, texts
from ui.lessons.plane_flow.material import DATA_SET_NAMES, shipped
from ui.live.live import live

CLOSE, WIDE = "close", "wide"


def show() -> None:
    """Data set and view, the live view, what the pictures mean. Raises CheckpointError."""
    st.markdown(texts.INTRODUCTION)
    choices = st.container(horizontal=True, gap="medium")  # wraps where a column would clip
    data_set = choices.selectbox(
        "Data",
        list(DATA_SET_NAMES),
        format_func=DATA_SET_NAMES.get,
        key="data",
        bind="query-params",
        width=220,
    )
    view = _one_of(choices, "View", plane_flow.VIEWS, "view")
    direction = layers.TO_Z
    if view == plane_flow.LAYERS:
        direction = _one_of(choices, "Direction", layers.DIRECTIONS, "direction")
    window = _one_of(choices, "Window", (CLOSE, WIDE), "window")
    options = layers.Options(direction, close=window == CLOSE)
    request = plane_flow.Request(shipped(data_set), view, options)
    live(
        "plane",
        plane_flow.payload(request),
        plane_flow.fields(request),
        key=f"plane-{data_set}-{view}-{direction}",
    )
    st.subheader("What the pictures mean")
    st.markdown(texts.DENSITY)
    st.markdown(texts.LEARNING if view == plane_flow.LEARNING else texts.OF_DIRECTION[direction])
    st.caption(texts.COLOURS)


def _one_of(box, label: str, options: tuple[str, ...], key: str) -> str:
    """A choice that is kept in the address; the first option to begin with."""
    return box.segmented_control(
        label, options, default=options[0], required=True, key=key, bind="query-params", width="content"
    )
