"""Odd words in the address: the default and one sentence, on every page, for every choice in its address."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.joint_maximum.formulas import MAXIMUM_CHARACTERS
from tests.pages.scene import open_page
from tests.variants import seldom
from ui.choices import LONGEST_TEXT
from ui.lessons import line_flow
from ui.lessons.coupling import plane
from ui.lessons.gaussians import matrices, panels
from ui.lessons.joint_maximum.material import OWN, TITLES
from ui.lessons.line_flow import journey
from ui.quoting import as_code

LINK = "[Log in again](//evil.example)"
HOSTILE = ["", LINK, "inf", "nan", "9" * 400, "` $x$ :red[y] `", "a\n# b\u202e", ["zzz", ""]]
# The parameters of every page, each with the rest of an address under which the page offers it.
CHOICES = [
    ("anomaly", {}, ("axis", "detector", "view")),
    ("anomaly", {"detector": DETECTORS["pca"]}, ("components",)),
    ("anomaly", {"view": "rules"}, ("alpha", "cost")),
    ("anomaly", {"view": "curves"}, ("prevalence",)),
    ("anomaly", {"view": "uncertainty"}, ("size",)),
    ("line_flow", {}, ("data", "base", "unit", "view")),
    ("line_flow", {}, ("flow_components", "flow_epochs", "flow_rate", "flow_batch", "flow_seed")),
    ("line_flow", {"view": line_flow.JOURNEY}, ("way", "direction")),
    ("line_flow", {"view": line_flow.BY_HAND}, ("components",)),
    ("line_flow", {"view": line_flow.NEGATIVE}, ("pair",)),
    ("coupling", {}, ("part", "n", "seed", "leak")),
    ("coupling", {"part": "Two dimensions"}, ("view", "data", "window")),
    ("coupling", {"part": "Two dimensions", "view": plane.LAYERS}, ("direction",)),
    ("coupling", {"part": "Two dimensions"}, ("plane_layers", "plane_hidden", "plane_epochs", "plane_rate")),
    ("coupling", {"part": "Two dimensions"}, ("plane_batch", "plane_seed", "plane_permute", "plane_bounded")),
    ("coupling", {"part": "Two dimensions", "view": plane.WRONG}, ("broken",)),
    ("divergence", {}, ("view", "unit", "atoms")),
    ("divergence", {"view": "densities"}, ("pair",)),
    ("divergence", {"view": "additivity"}, ("d", "correlated", "pair1")),
    ("gaussians", {}, ("unit", "panel")),
    ("gaussians", {"panel": panels.SOLVE}, ("solve", "wanted", "direction")),
    ("gaussians", {"panel": panels.FIT}, ("target", "apart", "diagonal")),
    ("gaussians", {"panel": panels.MATRICES}, ("dimensions", "pair_seed", "condition")),
    ("joint_maximum", {}, ("problem", "view")),
    ("joint_maximum", {"view": "paths"}, ("method",)),
    ("joint_maximum", {"view": "break it"}, ("gap",)),
]
# The parameters that are text of any kind, which the page reads or says why it cannot.
TEXTS = [
    ("gaussians", {"panel": panels.MATRICES}, ("mu0", "sigma0", "mu1", "sigma1")),
    ("joint_maximum", {"problem": TITLES[OWN]}, ("f", "h")),
]
EVERY = [(page, rest, name) for page, rest, names in CHOICES for name in names]


EVERY_TEXT = [(page, rest, name) for page, rest, names in TEXTS for name in names]
KINDS = ("button_group", "selectbox", "select_slider", "number_input", "toggle", "text_area", "text_input")


def held(app: AppTest) -> dict[str, object]:
    """What every control of the page holds, by its key."""
    return {widget.key: widget.value for kind in KINDS for widget in app.get(kind)}


@pytest.mark.parametrize(("page", "rest"), [(page, rest) for page, rest, _ in (*CHOICES, *TEXTS)])
def test_every_control_stands_in_the_address(page, rest):
    app = open_page(page, **rest)
    shown = [widget for kind in (*KINDS, "checkbox", "radio", "slider") for widget in app.get(kind)]
    assert shown
    assert [widget.label for widget in shown if widget.proto.query_param_key != widget.key] == []


@pytest.mark.parametrize(("page", "rest", "name"), EVERY)
@pytest.mark.parametrize("words", seldom([HOSTILE[:2], HOSTILE[2:]]), ids=["two", "others"])
def test_an_odd_word_gives_the_default_and_one_sentence(page, rest, name, words):
    untouched = held(open_page(page, **rest))
    assert name in untouched
    for word in words:
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


@pytest.mark.parametrize(("page", "rest", "name"), EVERY_TEXT)
def test_odd_text_is_said_in_one_sentence_and_the_last_good_one_stays(page, rest, name):
    untouched = open_page(page, **rest)
    kept = {widget.key: widget.value for widget in (*untouched.text_area, *untouched.text_input)}
    for word in (word for word in HOSTILE[1:-1] if len(word) < MAXIMUM_CHARACTERS):
        app = open_page(page, **rest, **{name: word})
        assert not app.exception and not app.error, word
        (warning,) = [shown for shown in app.warning if "Showing" in shown.value]
        assert "again](" not in warning.value and "\n" not in warning.value
        assert held(app)[name] == word  # to be mended, as what is typed would be
    app = open_page(page, **rest, **{name: "1" * (LONGEST_TEXT + 1)})
    assert f"{name} in the address must be one text of at most" in app.warning[0].value
    assert {key: held(app)[key] for key in kept} == kept and name not in app.query_params


def test_a_link_carries_typed_matrices():
    texts = {"mu0": "0 1", "sigma0": "2 0\n0 1", "mu1": "[1, 1]", "sigma1": "[[1, 0], [0, 4]]"}
    app = open_page("gaussians", panel=panels.MATRICES, **texts)
    assert not app.warning
    assert {key: held(app)[key] for key in texts} == texts
    (table,) = [text.value for text in app.markdown if "D, half their sum" in text.value]
    # ½ (log(4/2) + 1 + 0 + 2 + ¼ − 2)
    assert f"{(math.log(2) + 1.25) / 2:.10g}" in table


def test_what_a_button_writes_into_a_text_stands_in_the_address():
    app = open_page("gaussians", panel=panels.MATRICES)
    next(button for button in app.button if button.label == "Random pair").click().run()
    assert held(app)["sigma0"] != matrices.START["sigma0"]
    assert {key: app.query_params[key] for key in matrices.KEYS} == {
        key: held(app)[key] for key in matrices.KEYS
    }


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
