"""Entry for ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from ui import server

app = st.App(
    Path(__file__).parent / "ui" / "navigation.py",
    routes=server.routes(),
    middleware=server.middleware(),
    lifespan=server.lifespan,
    on_script_error=server.show_error,
)
