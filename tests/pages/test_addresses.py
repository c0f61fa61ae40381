"""Odd words in the address: the default and one sentence, on every page, for every choice in its address."""

import pytest
from streamlit.testing.v1 import AppTest

from hw9core.anomaly.detectors.suite import DETECTORS
from tests.pages.scene import open_page
from ui.lessons import line_flow
from ui.lessons.coupling import plane
from ui.lessons.gaussians import panels
from ui.lessons.line_flow import journey
from ui.quoting import as_code

LINK = "[Log in again](//evil.example)"
HOSTILE = ("", LINK, "inf", "nan", "9" * 400, "` $x$ :red[y] `", "a\n# b\u202e", ["zzz", ""])
# The parameters of every page, each with the rest of an address under which the page offers it.
CHOICES = [
    ("anomaly", {}, ("axis", "detector", "view")),
    ("anomaly", {"detector": DETECTORS["pca"]}, ("components",)),
    ("anomaly", {"view": "rules"}, ("alpha", "cost")),
    ("anomaly", {"view": "curves"}, ("prevalence",)),
    ("anomaly", {"view": "uncertainty"}, ("size",)),
    ("line_flow", {}, ("data", "base", "unit", "view")),
    ("line_flow", {"view": line_flow.JOURNEY}, ("way", "direction")),
    ("line_flow", {"view": line_flow.BY_HAND}, ("components",)),
    ("line_flow", {"view": line_flow.NEGATIVE}, ("pair",)),
    ("coupling", {}, ("part", "n", "seed", "leak")),
    ("coupling", {"part": "Two dimensions"}, ("view", "data", "window")),
    ("coupling", {"part": "Two dimensions", "view": plane.LAYERS}, ("direction",)),
    ("coupling", {"part": "Two dimensions", "view": plane.WRONG}, ("broken",)),
    ("divergence", {}, ("view", "unit", "atoms")),
    ("divergence", {"view": "densities"}, ("pair",)),
    ("divergence", {"view": "additivity"}, ("d", "correlated", "pair1")),
    ("gaussians", {}, ("unit", "panel")),
    ("gaussians", {"panel": panels.SOLVE}, ("solve", "wanted", "direction")),
    ("gaussians", {"panel": panels.FIT}, ("target", "apart", "diagonal")),
    ("joint_maximum", {}, ("problem", "view")),
    ("joint_maximum", {"view": "paths"}, ("method",)),
    ("joint_maximum", {"view": "break it"}, ("gap",)),
]
EVERY = [(page, rest, name) for page, rest, names in CHOICES for name in names]


def held(app: AppTest) -> dict[str, object]:
    """What every control of the page holds, by its key."""
    kinds = ("button_group", "selectbox", "select_slider", "number_input", "toggle")
    return {widget.key: widget.value for kind in kinds for widget in app.get(kind)}


@pytest.mark.parametrize(("page", "rest", "name"), EVERY)
def test_an_odd_word_gives_the_default_and_one_sentence(page, rest, name):
    untouched = held(open_page(page, **rest))
    assert name in untouched
    for word in HOSTILE:
        app = open_page(page, **rest, **{name: word})
        assert not app.exception and not app.error, word
        assert held(app) == untouched, word
        (warning,) = [shown for shown in app.warning if "in the address" in shown.value]
        first = word[0] if isinstance(word, list) else word
        assert warning.value.startswith(f"{name} in the address must be ")
        assert as_code(first) in warning.value and "\n" not in warning.value
        assert name not in app.query_params  # so that a reload leaves it
        assert not [shown for shown in app.run().warning if "in the address" in shown.value]


@pytest.mark.parametrize("word", [word for word in HOSTILE if word])
def test_odd_coordinates_give_the_default_and_one_sentence(word):
    app = open_page("coupling", omega=word)
    assert not app.exception and len(app.warning) == 1
    assert held(app)["omega"] == [2, 4]


def test_two_valid_words_are_one_too_many():
    app = open_page("divergence", view=["densities", "additivity"])
    assert held(app)["view"] == "jensen"
    assert "` densities ` and ` additivity `" in app.warning[0].value


def test_a_valid_word_is_kept_and_says_nothing():
    app = open_page("coupling", n="6", omega=["2", "6"], seed="7", leak="true")
    assert not app.warning
    chosen = {"part": "One layer", "n": 6, "omega": [2, 6], "seed": 7, "leak": True}
    assert {name: held(app)[name] for name in chosen} == chosen
    assert app.query_params == {"n": "6", "omega": ["2", "6"], "seed": "7", "leak": "true"}


def test_a_word_that_the_page_itself_has_outgrown_is_no_fault_of_the_visitor():
    app = open_page("coupling", n="6", omega=["2", "6"])
    (count,) = (box for box in app.get("button_group") if box.proto.label == "Number of coordinates n")
    count.set_value(["4"]).run()
    assert not app.exception and not app.warning
    assert held(app)["omega"] == [2]


def test_another_pages_widget_of_the_same_name_leaves_no_value_that_is_no_choice():
    app = open_page("line_flow", view=line_flow.JOURNEY, direction=journey.TO_X)
    app.switch_page("../pages/gaussians.py")
    app.query_params.clear()
    app.query_params["panel"] = panels.SOLVE
    app.run()
    assert not app.exception and not app.error
    alone = open_page("gaussians", panel=panels.SOLVE)
    assert [text.value for text in app.markdown] == [text.value for text in alone.markdown]
