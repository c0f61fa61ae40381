"""The words of the lessons, with links to where each can be seen."""

import streamlit as st

from ui import state
from ui.catalogue import LESSONS
from ui.story.glossary import TERMS
from ui.story.panel import KEY, story_of

st.title("Glossary")
st.markdown("Every word in one or two sentences; the link opens the step of a story where it can be seen.")
of_word = {lesson.word: lesson for lesson in LESSONS}
for term in TERMS:
    lesson, step = of_word[term.lesson], story_of(term.lesson).steps[term.step - 1]
    st.markdown(f"**{term.name}**: {term.meaning}")
    label = f"{lesson.title}, step {term.step}: {step.title}"
    state.link(lesson.page(), label, lesson.icon, {KEY: str(term.step)})
