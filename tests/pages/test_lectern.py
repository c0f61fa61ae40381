"""Lecture mode on pages without a browser: what the address says, and what it says wrongly."""

import json

import pytest

from tests.pages.scene import component_data, open_page
from ui.catalogue import LESSONS
from ui.lectern.mode import PARAMETERS
from ui.lectern.parts import PARTS, hiding
from ui.quoting import as_code

HOSTILE = ("", "0", "2", "true", "<script>", "`1`", "1" * 300, ["1", "1"])


def styles(app) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def is_on(app) -> bool:
    return any(button.key == "lecture-end" for button in app.button)


def said(app) -> dict[str, str]:
    """What the address says of the lecture."""
    words = {name: app.query_params[name] for name in PARAMETERS if name in app.query_params}
    return {name: word if isinstance(word, str) else ",".join(word) for name, word in words.items()}


def press(app, key: str):
    next(button for button in app.button if button.key == key).click().run()
    assert not app.exception
    return app


def live_scene(app) -> str:
    """The address of what the live component shows; the clicker's component has no data."""
    protos = (component.proto for component in app.get("bidi_component"))
    sent = [json.loads(proto.mixed.json or proto.json or "null") for proto in protos]
    return next(data["scene"] for data in sent if data)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.word)
def test_a_lecture_changes_no_scene(lesson):
    ordinary, app = open_page(lesson.word, story="1"), open_page(lesson.word, story="1", lecture="1")
    assert is_on(app) and not is_on(ordinary) and not app.warning
    assert "--hw9-least-type" in styles(app) and "--hw9-least-type" not in styles(ordinary)
    assert live_scene(app) == component_data(ordinary)["scene"]
    assert said(app) == {"lecture": "1"}


@pytest.mark.parametrize("word", HOSTILE)
def test_an_odd_lecture_is_said_in_one_sentence_and_none_is_on(word):
    app = open_page("gaussians", lecture=word)
    (warning,) = app.warning
    first = word[0] if isinstance(word, list) else word
    assert warning.value.startswith("lecture in the address must be 1, not ")
    assert as_code(first) in warning.value and "\n" not in warning.value
    assert not is_on(app) and "lecture" not in app.query_params
    assert not app.run().warning


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_be_hidden_with_or_without_a_lecture(part):
    assert hiding([part]) in styles(open_page("anomaly", hide=part))
    assert hiding([part]) in styles(open_page("anomaly", hide=part, lecture="1"))


def test_several_parts_are_hidden_in_any_order_and_spelling_of_the_list():
    expected = hiding(["readouts", "rules"])
    for words in ("readouts,rules", "rules, readouts", ["rules", "readouts"], "rules,readouts,rules"):
        app = open_page("anomaly", hide=words)
        assert expected in styles(app) and not app.warning, words


@pytest.mark.parametrize("word", ["sliders", "", "Readouts", "<b>", "*" * 300])
def test_an_unknown_part_is_said_in_one_sentence_and_the_known_ones_stay_hidden(word):
    app = open_page("anomaly", hide=f"rules,{word}")
    (warning,) = app.warning
    assert warning.value == (
        f"hide in the address must be some of {', '.join(PARTS)}, not {as_code(word)}; hiding rules."
    )
    assert hiding(["rules"]) in styles(app) and said(app) == {"hide": "rules"}
    assert not app.run().warning and hiding(["rules"]) in styles(app)
    alone = open_page("anomaly", hide=word)
    assert alone.warning[0].value.endswith("; hiding nothing.") and "hide" not in alone.query_params


def test_a_lecture_and_what_it_hides_go_on_from_page_to_page_until_it_ends():
    app = open_page("divergence", lecture="1", hide="readouts")
    app.switch_page("../pages/gaussians.py")
    app.query_params.clear()  # as Streamlit's navigation does
    app.run()
    assert not app.exception and is_on(app) and hiding(["readouts"]) in styles(app)
    assert said(app) == {"lecture": "1", "hide": "readouts"}
    press(app, "story-next")
    assert is_on(app) and said(app)["lecture"] == "1"
    press(app, "lecture-end")
    assert not is_on(app) and "lecture" not in app.query_params
    app.switch_page("../pages/divergence.py").run()
    assert not is_on(app)
    press(app, "lecture-begin")
    assert is_on(app) and said(app)["lecture"] == "1"


def test_the_address_without_a_lecture_ends_it():
    app = open_page("gaussians", lecture="1")
    del app.query_params["lecture"]  # as the browser's Back button does
    assert not is_on(app.run())


def test_a_step_that_is_named_with_a_lecture_sets_its_state():
    named = open_page("anomaly", story="2", lecture="1", hide="legends")
    assert live_scene(named) == component_data(open_page("anomaly", story="2"))["scene"]


def test_pages_without_a_story_have_the_way_out_too():
    for page in ("home", "glossary"):
        app = open_page(page, lecture="1")
        assert is_on(app) and not app.warning
