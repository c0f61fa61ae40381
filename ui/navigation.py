"""The script that Streamlit runs for every visitor: page settings and navigation."""

from pathlib import Path

import streamlit as st

from hw9core.errors import Hw9Error
from ui import choices, state
from ui.catalogue import LESSONS, PAGES
from ui.jobs.owner import owner
from ui.lectern import mode
from ui.lectern import panel as lectern
from ui.quoting import as_sentence
from ui.story import panel
from ui.turns import turns

ICON = Path(__file__).with_name("icon.svg")
STYLE = Path(__file__).with_name("page.css")

st.set_page_config("Deep generative models, live", page_icon=ICON.read_text("utf-8"), layout="wide")
st.html(STYLE)
home = st.Page(PAGES / "home.py", title="Lessons", icon=":material/home:", default=True)
glossary = st.Page(PAGES / "glossary.py", title="Glossary", icon=":material/menu_book:")
page = st.navigation([home, *(lesson.page() for lesson in LESSONS), glossary], position="top")
lecture = mode.arrive(page.url_path)
lectern.dress(*lecture)
try:
    with turns.turn(owner()):
        state.begin_run()
        panel.arrive(page.url_path)
        page.run()
        choices.settle()
except Hw9Error as error:
    st.error(as_sentence(error))
lectern.show_tools(page.url_path, *lecture)
