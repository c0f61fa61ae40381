"""The script that Streamlit runs for every visitor: page settings and navigation."""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parent.parent / "pages"

st.set_page_config(page_title="Deep generative models, live", page_icon=":material/tune:", layout="wide")
page = st.navigation(
    [
        st.Page(PAGES / "home.py", title="Lessons", icon=":material/home:", default=True),
        st.Page(
            PAGES / "threshold.py",
            title="Anomaly threshold",
            icon=":material/vertical_align_center:",
            url_path="threshold",
        ),
    ]
)
page.run()
