"""Start page: what the lessons are."""

import streamlit as st

st.title("Deep generative models, live")
st.markdown(
    "Six homework problems to take in hand. Drag a control and watch every number follow; "
    "then change an assumption and see what it was for."
)
st.subheader("Lessons")
st.page_link("pages/threshold.py", label="**Anomaly threshold**", icon=":material/vertical_align_center:")
st.markdown(
    "An autoencoder learned handwritten digits. How badly must it redraw an image before you call the image "
    "an anomaly? Drag the threshold and trade false alarms against misses."
)
