"""Start page: every lesson as a small moving drawing that opens it."""

import streamlit as st

from ui import state
from ui.home import tiles

with st.container(key="head"):
    st.title("Deep generative models, live", anchor=False)
opened = tiles.show()
if opened is not None:
    lesson, address = opened
    state.go(lesson.page(), address)
