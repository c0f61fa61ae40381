"""Entry for ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from hw9core.errors import ConfigError
from ui import server

try:
    middleware = server.middleware()
except ConfigError as error:
    raise SystemExit(f"hw9: {error}") from None
app = st.App(
    Path(__file__).parent / "ui" / "navigation.py",
    routes=server.routes(),
    middleware=middleware,
    lifespan=server.lifespan,
    on_script_error=server.show_error,
)
