"""Start page: what the lessons are."""

import streamlit as st

from ui.catalogue import LESSONS

st.title("Deep generative models, live")
st.markdown(
    "Homework problems to take in hand. Drag a control and watch every number follow; "
    "then change an assumption and see what it was for."
)
st.subheader("Lessons")
for lesson in LESSONS:
    st.page_link(lesson.page(), label=f"**{lesson.title}**", icon=lesson.icon)
    st.markdown(lesson.summary)
