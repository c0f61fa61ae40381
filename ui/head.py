"""The head of a lesson: one line with its title, the choice of a view, and behind a button what is rare."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.lectern.panel import offer


def head(title: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """The line itself, for the view and what is chosen often, and the box behind "Options" at its end.

    The line has one height in all views of a lesson, so that the stage below it stays where it is.
    """
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", key="head")
    line.title(title, width="content", anchor=False)
    chosen = line.container(horizontal=True, vertical_alignment="center", gap="small", width="content")
    rare = line.popover("Options")
    offer(rare)
    return chosen, rare
