"""The story's panel: one line of steps and buttons, two of text, and what there is to predict or to reach.

``arrive`` runs before the page, when choices may still be set; ``show_story`` at its end, when it is known
what the controls stand at. A step that is gone to, by a button or a number, sets the page's state once; from
then on everything is the visitor's to move.
"""

from importlib import import_module

import streamlit as st

from hw9core.errors import InputError
from ui import choices, state
from ui.catalogue import LESSONS
from ui.jobs.training_panel import SHIPPED
from ui.lectern import mode
from ui.lectern.parts import foremost
from ui.quoting import as_sentence
from ui.story.step import Goal, Guess, Handle, Pick, Prediction, Step, Story, Values

KEY = "story"
EXPLORE = 0
_LIT = "outline: medium solid var(--hw9-highlight)"


def story_of(word: str) -> Story:
    """A lesson's story."""
    return import_module(f"ui.lessons.{word}.story").STORY


def arrive(slug: str) -> None:
    """Before a page: a step that the address alone names sets its state; what another lesson set is dropped.

    An address that says more than the step says the state itself, as a copied link does. What was answered
    in the session's step stands on its figure.
    """
    word = next((lesson.word for lesson in LESSONS if lesson.slug == slug), "")
    _change_lesson(word)
    if word:
        _show_answer(word)


def _change_lesson(word: str) -> None:
    before = state.last_good(state.LESSON)
    if before == word:
        return
    state.last_good(state.LESSON, word)
    if before:
        state.drop({KEY, *(key for step in story_of(before).steps for key in step.choices)})
        state.drop(story_of(before).start)
    if word and state.address() - set(mode.PARAMETERS) == {KEY}:
        _set_named_step(story_of(word), state.words(KEY))


def _show_answer(word: str) -> None:
    """On the step's figure, and on no other one of the lesson."""
    story, number = story_of(word), state.held(KEY)
    steps = dict(enumerate(story.steps, 1))
    for step in steps.values():
        state.show_answer(step.figure, None)
    step = steps.get(number) if isinstance(number, int) else None
    given = state.last_good(_answer_key(word, number))
    if step is None or step.prediction is None or given is None:
        return
    try:
        answer = step.prediction.placed(given, step.now(state.committed(step.figure)))
    except InputError:  # what is asked has no answer where the controls stand now
        return
    state.show_answer(step.figure, answer)


def _answer_key(word: str, number: object) -> str:
    return f"story-{word}-{number}"


def show_story(word: str) -> None:
    """The panel of a lesson; to be called after the page's controls were shown."""
    with st.container(key="story-panel"):
        _show(word, story_of(word))


def _show(word: str, story: Story) -> None:
    count = len(story.steps)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    number = choices.one_of(
        row,
        "Step of the story",
        range(count + 1),
        KEY,
        names=lambda n: str(n) if n else "explore",
        label_visibility="collapsed",
        on_change=lambda: _go(story, state.held(KEY)),
    )
    if number == EXPLORE:
        row.button("Start the story", key="story-next", on_click=_go, args=(story, 1))
        row.markdown(story.question)
        return
    row.button("Back", key="story-back", on_click=_go, args=(story, number - 1))
    row.button("Next", key="story-next", on_click=_go, args=(story, number + 1), disabled=number == count)
    step = story.steps[number - 1]
    row.markdown(f"**{number} of {count} · {step.title}**")
    _tell(word, number, step)


def _tell(word: str, number: int, step: Step) -> None:
    values = step.now(state.committed(step.figure))
    numbers = step.numbers(values)
    st.markdown(step.said(step.text, numbers))
    hidden: tuple[str, ...] = ()
    if step.prediction is not None:
        answered = _show_prediction(_answer_key(word, number), step, step.prediction, values, numbers)
        hidden = () if answered else step.prediction.hides
    if step.goal is not None and not hidden:  # a goal may give away what is asked
        _show_goal(step, step.goal, values, numbers)
    _dress(step, hidden)


def _show_goal(step: Step, goal: Goal, values: Values, numbers: dict) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    if goal.reached(values):
        row.markdown(f":material/check_circle: {step.said(goal.done, numbers)}")
        return
    row.markdown(f":material/flag: {step.said(goal.task, numbers)}")
    row.button("Show me", key="story-example", on_click=_put, args=(step.figure, goal.example()))


def _show_prediction(key: str, step: Step, asked: Prediction, values: Values, numbers: dict) -> bool:
    """The question, a way to answer, and once answered the verdict; whether it has been answered."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    row.markdown(f":material/psychology: {step.said(asked.prompt, numbers)}")
    _offer_answer(row, key, asked)
    row.button(
        "This is my answer", key="story-answer", on_click=_give, args=(key, step, asked), type="primary"
    )
    given = state.last_good(key)
    if given is None:
        return False
    try:
        st.markdown(f"{asked.verdict(given, values)} {step.said(asked.because, numbers)}")
    except InputError as error:  # what is asked has no answer where the controls stand now
        st.caption(as_sentence(error))
        return True
    if isinstance(asked.answer, Handle):
        place = {asked.answer.control: asked.truth(values)}
        row.button("Show the place", key="story-truth", on_click=_put, args=(step.figure, place))
    return True


def _offer_answer(row, key: str, asked: Prediction) -> None:
    """A way to answer, where that is no handle of the figure."""
    kind = asked.answer
    if isinstance(kind, Pick):
        places = range(len(kind.options))
        names = kind.options.__getitem__
        row.radio(kind.label, places, format_func=names, horizontal=True, key=f"{key}-answer")
    elif isinstance(kind, Guess):
        row.slider(kind.label, kind.low, kind.high, kind.start, kind.step, key=f"{key}-answer", width=260)


def _give(key: str, step: Step, asked: Prediction) -> None:
    """Answer with what stands there now, which may have been released since the button was made."""
    if isinstance(asked.answer, Handle):
        state.last_good(key, step.now(state.committed(step.figure))[asked.answer.control])
    else:
        state.last_good(key, state.held(f"{key}-answer"))


def _dress(step: Step, hidden: tuple[str, ...]) -> None:
    """Light what the step speaks of, and blank what would give its answer away."""
    rules = [f".hw9-live {_selector(step.look)} {{ {_LIT} }}"] if step.look else []
    if mode.is_on():
        rules.append(foremost(step.figure))
    for name in hidden:
        place = _selector(name)
        rules.append(f".hw9-live {place}, .hw9-tile:has({place}) .hw9-sentence {{ visibility: hidden }}")
    if rules:
        st.html(f"<style>{' '.join(rules)}</style>")


def _selector(name: str) -> str:
    """Where a readout, control, figure or block is on the page, as a selector of CSS."""
    kind, _, rest = name.partition("-")
    if kind == "figure":
        return f'[data-figure="{rest}"]'
    return f'[data-testid^="{name}-"]' if kind == "waterfall" else f'[data-testid="{name}"]'


def _go(story: Story, number: int) -> None:
    """Go to a step, or with 0 to free exploring, which leaves everything as it stands."""
    state.preset(KEY, number)
    if number != EXPLORE:
        _set_state(story, number)


def _set_named_step(story: Story, named: list[str]) -> None:
    numbers = {str(number): number for number in range(1, len(story.steps) + 1)}
    if len(named) == 1 and named[0] in numbers:
        _set_state(story, numbers[named[0]])


def _set_state(story: Story, number: int) -> None:
    step = story.steps[number - 1]
    for key, word in story.choices(number).items():
        state.preset(key, word)
    if story.model and state.held(story.model) is not None:
        state.preset(story.model, SHIPPED)  # whose numbers the steps say
    _put(step.figure, step.values())


def _put(figure: str, values: Values) -> None:
    if values:
        state.put(figure, dict(values))
