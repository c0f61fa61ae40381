"""A walk through every story by its buttons, and what the panel says and sets on the way."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from hw9core.coupling.config import FEW_LAYERS
from tests.pages.scene import open_page
from tests.pages.test_coupling_plane_training import trained
from ui.catalogue import LESSONS
from ui.lessons.coupling.plane.material import of_config
from ui.story.glossary import TERMS
from ui.story.panel import KEY, story_of
from ui.story.step import Handle

WORDS = [lesson.word for lesson in LESSONS]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception and not app.error
    return app


def text_of(app: AppTest) -> str:
    return "\n".join(shown.value for shown in app.markdown)


def values_of(app: AppTest) -> dict[str, float]:
    protos = [component.proto for component in app.get("bidi_component")]
    sent = [json.loads(proto.mixed.json or proto.json) for proto in protos]
    return {name: value for data in sent for name, value in data["values"].items()}


def styles(app: AppTest) -> str:
    return "".join(shown.proto.body for shown in app.get("html"))


def buttons(app: AppTest) -> set[str]:
    return {button.key for button in app.button}


@pytest.mark.parametrize("word", WORDS)
def test_a_walk_by_its_buttons(word):
    story, app = story_of(word), open_page(word)
    assert story.question in text_of(app) and "story" not in app.query_params
    count = len(story.steps)
    for n, step in enumerate(story.steps, start=1):
        press(app, "story-next")
        assert f"**{n} of {count} · {step.title}**" in text_of(app)
        assert app.query_params["story"] == str(n)
        values = values_of(app)
        assert {name: values[name] for name in step.values()} == dict(step.values())
        if step.prediction:
            _answer(app, step)
        if step.goal:
            _reach(app, step)
    assert app.button(key="story-next").disabled
    for n in range(count - 1, -1, -1):
        press(app, "story-back")
        assert (f"**{n} of {count} ·" if n else story.question) in text_of(app)
    assert "story-back" not in buttons(app)


def _answer(app: AppTest, step) -> None:
    hidden = step.prediction.hides
    assert ("visibility: hidden" in styles(app)) == bool(hidden)
    press(app, "story-answer")
    assert "visibility: hidden" not in styles(app)
    verdict = step.prediction.verdict(_given(app, step), step.now(values_of(app)))
    assert verdict in text_of(app)
    if isinstance(step.prediction.answer, Handle):
        press(app, "story-truth")
        control = step.prediction.answer.control
        assert values_of(app)[control] == step.prediction.truth(step.now({}))


def _given(app: AppTest, step) -> float:
    """What stood to be answered: the handle's place, or the first option, or the slider's start."""
    answer = step.prediction.answer
    if isinstance(answer, Handle):
        return step.values()[answer.control]
    return getattr(answer, "start", 0)


def _reach(app: AppTest, step) -> None:
    assert ":material/check_circle:" not in text_of(app)
    press(app, "story-example")
    values = values_of(app)
    assert {name: values[name] for name in step.goal.example()} == dict(step.goal.example())
    numbers = step.numbers(step.now(values))
    assert f":material/check_circle: {step.said(step.goal.done, numbers)}" in text_of(app)
    assert "story-example" not in buttons(app)


def _steps(app: AppTest):
    return next(group for group in app.get("button_group") if group.key == KEY)


def test_a_step_is_gone_to_by_its_number_and_left_for_free_exploring():
    app = open_page("anomaly")
    _steps(app).set_value(2).run()
    assert "2 of 9" in text_of(app) and values_of(app)["tau"] == 60.0
    _steps(app).set_value(0).run()
    assert story_of("anomaly").question in text_of(app)
    assert values_of(app)["tau"] == 60.0  # what was set stays
    assert "outline" not in styles(app)


def test_an_address_with_the_step_alone_sets_its_state_once():
    app = open_page("anomaly", story="2")
    assert values_of(app)["tau"] == 60.0
    app.session_state["threshold-autoencoder"] = {"state": {"values": {"tau": 33.0}, "serial": 9}}
    app.run()
    assert values_of(app)["tau"] == 33.0


def test_an_address_that_says_more_is_the_state_itself():
    app = open_page("anomaly", story="2", tau="31.5")
    assert "2 of 9" in text_of(app) and values_of(app)["tau"] == 31.5


@pytest.mark.parametrize("word", ["", "-1", "99", "zwei", "2.0"])
def test_an_odd_step_is_free_exploring_with_one_sentence(word):
    app = open_page("divergence", story=word)
    assert not app.exception and len(app.warning) == 1
    assert app.warning[0].value.startswith("story in the address must be ")
    assert story_of("divergence").question in text_of(app)


def test_another_lesson_begins_anew():
    app = open_page("joint_maximum", story="4")
    assert "4 of 7" in text_of(app)
    app.switch_page("../pages/line_flow.py")
    app.query_params.clear()
    app.run()
    assert not app.exception and not app.warning
    assert story_of("line_flow").question in text_of(app)
    assert "view" not in app.query_params


def test_an_answer_is_remembered_for_the_session():
    app = press(open_page("divergence", story="3"), "story-answer")
    assert "**it is 0.44**" in text_of(app)
    assert "**it is 0.44**" in text_of(press(press(app, "story-next"), "story-back"))
    assert "visibility: hidden" not in styles(app)


def test_numbers_in_the_text_follow_the_controls():
    app = press(open_page("gaussians"), "story-next")
    assert "D(p‖q) = 1.3973 nats" in text_of(app)
    state = {"values": values_of(app) | {"p_x": 0.0, "q_x": 0.0}, "serial": 50}
    app.session_state["gaussian-kl"] = {"state": state}
    app.run()
    assert "1.3973 nats" not in text_of(app)


def test_a_question_without_an_answer_where_the_controls_stand_is_one_sentence():
    app = press(open_page("gaussians", story="2"), "story-answer")
    state = {"values": values_of(app) | {"p_second": 400.0}, "serial": 50}
    app.session_state["gaussian-kl"] = {"state": state}
    app.run()
    assert not app.exception and not app.error
    assert [shown.value for shown in app.caption if "No mean along this direction" in shown.value]


def test_the_glossary_shows_every_term_with_its_link():
    app = open_page("glossary")
    links = [link.proto for link in app.get("page_link")]
    assert [link.query_string for link in links] == [f"story={term.step}" for term in TERMS]
    assert all(f"**{term.name}**: {term.meaning}" in text_of(app) for term in TERMS)


def test_a_step_shows_the_shipped_model_whose_numbers_it_says(monkeypatch):
    trained(monkeypatch, of_config(FEW_LAYERS[1]))
    app = open_page("coupling", part="Two dimensions", plane_model="mine")
    assert app.session_state["plane_model"] == "mine"
    _steps(app).set_value(5).run()
    assert not app.exception and app.session_state["plane_model"] == "shipped"
    step = story_of("coupling").steps[4]
    assert {name: values_of(app)[name] for name in step.values()} == dict(step.values())


def test_a_step_says_nothing_of_models_where_there_is_but_one():
    assert "plane_model" not in press(open_page("coupling"), "story-next").session_state
