"""Every step of every story: the page takes its state, its goal can be reached, its answer is true."""

import json
import math
import re

import pytest

from tests.pages.scene import open_page, published
from tests.ui.story_oracles import ORACLES
from ui.catalogue import LESSONS
from ui.story.glossary import TERMS
from ui.story.panel import story_of
from ui.story.step import Guess, Handle, Mistake, Pick, Prediction

STORIES = {lesson.word: story_of(lesson.word) for lesson in LESSONS}
STEPS = [(word, n) for word, story in STORIES.items() for n in range(1, len(story.steps) + 1)]
ASKED = [(word, n) for word, n in STEPS if STORIES[word].steps[n - 1].prediction]
AIMED = [(word, n) for word, n in STEPS if STORIES[word].steps[n - 1].goal]
LONGEST = 470  # characters of a text: two to three lines of an ordinary window


def step_of(word: str, n: int):
    return STORIES[word].steps[n - 1]


def sent(app) -> list[dict]:
    """What every live component of a page was sent, the stage first."""
    protos = (component.proto for component in app.get("bidi_component"))
    return [json.loads(proto.mixed.json or proto.json) for proto in protos]


def held(app) -> dict[str, object]:
    kinds = ("button_group", "selectbox", "select_slider", "number_input", "toggle")
    return {widget.key: widget.value for kind in kinds for widget in app.get(kind)}


def shown_values(app) -> dict[str, float]:
    return {name: value for data in sent(app) for name, value in data["values"].items()}


def places(app) -> set[str]:
    """The names of all that a step may light or blank."""
    found = set()
    for data in sent(app):
        spec, _ = published(data["scene"])
        found |= {f"figure-{name}" for name in spec["figures"]}
        found |= {f"control-{control['name']}" for control in spec["controls"]}
        for block in spec["blocks"]:
            found.add(f"{block['kind']}-{block['name']}")
            found |= {f"readout-{readout['name']}" for readout in block.get("readouts", ())}
    return found


@pytest.mark.parametrize(("word", "n"), STEPS)
def test_every_step_is_a_state_that_its_page_takes(word, n):
    step, app = step_of(word, n), open_page(word, story=str(n))
    assert not app.exception and not app.error
    said = [shown.value for shown in (*app.warning, *app.info)]
    assert not [text for text in said if re.search("address|outside|between two positions", text)]
    values = shown_values(app)
    assert {name: values[name] for name in step.values()} == dict(step.values())
    choices, controls = STORIES[word].choices(n), held(app)
    assert {key: controls[key] for key in step.choices} == dict(step.choices)
    assert all(controls[key] == choice for key, choice in choices.items() if key in controls)
    asked = step.prediction
    assert {step.look} | set(asked.hides if asked else ()) <= places(app) | {""}


@pytest.mark.parametrize(("word", "n"), STEPS)
def test_texts_are_short_and_filled(word, n):
    step = step_of(word, n)
    values = step.now({})
    numbers = step.numbers(values)
    texts = [step.text]
    if step.goal:
        texts += [step.goal.task, step.goal.done]
    if step.prediction:
        texts += [step.prediction.prompt, step.prediction.because]
    for text in texts:
        said = step.said(text, numbers)
        assert 0 < len(said) <= LONGEST and "nan" not in said.split()
        assert not re.search(r"(?<!\w)-\d", said)  # a true minus sign


def test_every_story_has_its_steps_and_its_questions():
    for word, story in STORIES.items():
        assert 5 <= len(story.steps) <= 9, word
        assert sum(step.prediction is not None for step in story.steps) >= 2, word
        assert len({step.title for step in story.steps}) == len(story.steps)


@pytest.mark.parametrize(("word", "n"), AIMED)
def test_every_goal_can_be_reached_and_is_not_reached_before(word, n):
    step = step_of(word, n)
    example = step.goal.example()
    assert set(example) <= set(step.values())
    assert not step.goal.reached(step.now({}))
    assert step.goal.reached(step.now({**step.values(), **example}))


@pytest.mark.parametrize(("word", "n"), ASKED)
def test_every_truth_equals_its_oracle(word, n):
    step = step_of(word, n)
    values = step.now({})
    truth, oracle = step.prediction.truth(values), ORACLES[word, n](values)
    assert truth == pytest.approx(oracle, rel=1e-6, abs=1e-6)


def test_no_oracle_is_left_over():
    assert sorted(ORACLES) == sorted(ASKED)


@pytest.mark.parametrize(("word", "n"), ASKED)
def test_a_known_mistake_is_not_taken_for_the_truth_and_is_said(word, n):
    step = step_of(word, n)
    asked, values = step.prediction, step.now({})
    truth = asked.truth(values)
    assert asked.verdict(truth, values).startswith("**Right**")
    for mistake in asked.mistakes:
        answer = mistake.answer(values)
        assert math.isfinite(answer) and abs(answer - truth) > asked.tolerance
        assert mistake.words in asked.verdict(answer, values)


@pytest.mark.parametrize(("word", "n"), ASKED)
def test_a_question_can_be_answered_right_with_its_control(word, n):
    step = step_of(word, n)
    asked, values = step.prediction, step.now({})
    truth = asked.truth(values)
    if isinstance(asked.answer, Handle):
        assert asked.answer.control in values
        assert abs(values[asked.answer.control] - truth) > asked.tolerance  # it does not begin there
    elif isinstance(asked.answer, Guess):
        nearest = asked.answer.low + round((truth - asked.answer.low) / asked.answer.step) * asked.answer.step
        assert asked.answer.low <= nearest <= asked.answer.high
        assert abs(nearest - truth) <= asked.tolerance < abs(asked.answer.start - truth)
    else:
        assert truth in range(len(asked.answer.options))


def test_the_verdict_says_how_far_and_to_which_side():
    mistake = Mistake(lambda _: 5.0, "That is the other one.")
    asked = Prediction(
        prompt="", answer=Handle("x"), truth=lambda _: 2.0, because="", tolerance=0.1, mistakes=(mistake,)
    )
    assert asked.verdict(2.05, {}) == "**Right**: you said 2.05, and it is 2.00."
    assert asked.verdict(3.5, {}) == "You said 3.50, which is 1.50 too high: **it is 2.00**."
    assert asked.verdict(-1.0, {}) == "You said −1.00, which is 3.00 too low: **it is 2.00**."
    assert asked.verdict(4.95, {}).endswith("**it is 2.00**. That is the other one.")
    picked = Prediction(prompt="", answer=Pick("", ("a", "b")), truth=lambda _: 1.0, because="")
    assert picked.verdict(1, {}) == "**Right**: b." and picked.verdict(0, {}) == "**No**: b."


def test_every_term_names_a_step():
    assert [term.name.lower() for term in TERMS] == sorted(term.name.lower() for term in TERMS)
    for term in TERMS:
        assert 1 <= term.step <= len(STORIES[term.lesson].steps), term.name
