"""The joint maximisation page without a browser: its numbers against the core and closed forms."""

import time

import numpy as np
import pytest

from hw9core.joint_maximum.maximum import landscape, maximisers_of_f
from hw9core.joint_maximum.paths import STEPS, coordinate_ascent, gradient_ascent, iterated_ascent
from hw9core.joint_maximum.problems import PROBLEMS
from tests.pages.scene import component_data, open_page, scene
from ui.lessons import joint_maximum as lesson
from ui.lessons.joint_maximum import gap
from ui.lessons.joint_maximum.material import OWN, TITLES, shipped
from ui.lessons.joint_maximum.names import METHODS

SETS = {
    "quadratic": "{1.00000}",
    "two": "{−1.50000, 1.50000}",
    "several": "{1.00000}",
    "approached": "{3.00000}",
    "mixture": "{1.16224}",
    "latent": "{1.20000}",
    "open": "{1.00000}",
}


def opened(problem="quadratic", view=lesson.LANDSCAPE, **query):
    return open_page("joint_maximum", problem=TITLES[problem], view=view, **query)


def cells(app, table):
    return [row["cells"] for row in component_data(app)["tables"][table]]


@pytest.mark.parametrize("problem", list(PROBLEMS))
def test_the_landscape_holds_the_problem_to_the_last_bit(problem):
    app = opened(problem)
    _, arrays = scene(app)
    land = landscape(PROBLEMS[problem])
    np.testing.assert_array_equal(arrays["f_table"], land.f)
    np.testing.assert_array_equal(arrays["h_table"], land.h.ravel())
    np.testing.assert_array_equal(land.theta, [round(-3 + 0.05 * k, 2) for k in range(121)])


@pytest.mark.parametrize("problem", list(PROBLEMS))
def test_the_printed_sets_agree_or_the_page_says_why_not(problem):
    app = opened(problem)
    value, theta, _ = cells(app, "sets")
    assert theta[1] == theta[2] == SETS[problem]
    notes = " ".join(w.value for w in app.warning) + " ".join(e.value for e in app.error)
    assert ("empty" in notes) == (problem in ("approached", "open"))
    if problem != "open":
        assert theta[3] == "equal" and value[1] == value[2] and "assumption holds" in app.success[0].value
    else:
        assert "assumption fails" in app.error[0].value and float(value[3].replace("−", "-")) > 0.04


@pytest.mark.parametrize("problem", list(PROBLEMS))
def test_the_lemma_is_exact(problem):
    lines = cells(opened(problem), "lemma")
    assert [line[4] for line in lines[:3]] == ["0", "0", "0"]
    assert all(line[2] == line[3] for line in lines[:3])


def test_all_minimisers_are_marked_on_both_axes():
    spec, _ = scene(opened("several"))
    up, right = spec["figures"]["heat"]["plotly"]["data"][2:4]
    assert up["x"] == pytest.approx([1.0], abs=1e-6) and up["y"] == [-3.0]
    assert right["y"] == pytest.approx([-0.5, 1.5], abs=1e-6) and right["x"] == [-3.0, -3.0]


@pytest.mark.parametrize("problem", ["two", "mixture", "latent"])
def test_paths_start_at_the_point_and_hold_the_cores_values(problem):
    app = opened(problem, lesson.PATHS, theta="0.55", phi="-1.2")
    _, arrays = scene(app)
    for key, way in zip(METHODS, (coordinate_ascent, gradient_ascent, iterated_ascent), strict=True):
        path = way(PROBLEMS[problem], 0.55, -1.2)
        assert (path.theta[0], path.phi[0]) == (0.55, -1.2)
        np.testing.assert_array_equal(arrays[f"theta_{key}_table"], path.theta)
        np.testing.assert_array_equal(arrays[f"g_{key}_table"], path.g)
        assert arrays[f"rise_{key}_table"].min() >= -1e-12
        drawn = arrays[f"{key}_x"]
        assert drawn.shape == (STEPS + 1, STEPS + 1)
        np.testing.assert_array_equal(drawn[-1], np.float32(path.theta))
        np.testing.assert_array_equal(drawn[3, 3:], np.float32(np.full(STEPS - 2, path.theta[3])))


def test_the_table_lists_each_step_of_the_chosen_method():
    for key, name in METHODS.items():
        app = opened("mixture", lesson.PATHS, method=name)
        rows = component_data(app)["tables"]["steps"]
        path = {"coordinate": coordinate_ascent, "gradient": gradient_ascent, "iterated": iterated_ascent}[
            key
        ](PROBLEMS["mixture"], -2.0, 1.5)
        assert [row["value"] for row in rows] == list(range(len(rows))) and len(rows) > 5
        for k, row in enumerate(rows):
            number = [float(cell.replace("−", "-")) for cell in row["cells"][1:6]]
            assert number == pytest.approx(
                [path.theta[k], path.phi[k], path.f[k], path.h[k], path.g[k]], abs=1e-6
            )


@pytest.mark.parametrize("problem", ["quadratic", "mixture", "latent", "several"])
def test_the_gap_moves_the_maximiser(problem):
    _, arrays = scene(opened(problem, lesson.BREAK))
    shift = arrays["shift_table"].reshape(gap.SIZE.grid.size, gap.SLOPE.grid.size)
    zero = gap.SLOPE.grid.size // 2
    assert np.abs(shift[:, zero]).max() <= 1e-6
    assert np.all(shift[:, zero + 8] < -0.01), "a rising c moves it to the left"
    np.testing.assert_allclose(
        shift[9, [zero - 1, zero + 1]], arrays["first_table"][[zero - 1, zero + 1]], rtol=0.02
    )


@pytest.mark.parametrize("problem", ["quadratic", "two", "mixture", "latent", "open"])
def test_nothing_moves_under_a_bowl(problem):
    spec, arrays = scene(opened(problem, lesson.BREAK, gap=gap.BOWL))
    assert np.abs(arrays["shift_table"]).max() <= 1e-6
    assert [control["name"] for control in spec["controls"]] == ["size"]


def test_a_maximum_on_the_edge_cannot_be_broken():
    app = opened("approached", lesson.BREAK)
    assert "no single maximiser inside" in app.info[0].value and not app.get("bidi_component")


def test_own_formulas_and_their_verdict():
    app = opened(OWN, f="-(theta - 0.5)**2", h="(phi - cos(theta))**2")
    assert cells(app, "sets")[1][1:] == ["{0.50000}", "{0.50000}", "equal"]
    assert "assumption holds" in app.success[0].value
    app = opened(OWN, f="-(theta - 0.5)**2", h="(phi - cos(theta))**2 + 0.3*exp(theta)")
    assert "assumption fails" in app.error[0].value
    assert cells(app, "sets")[1][3] == "differ"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os').system('id')", "Only these functions"),
        ("theta +", "not a formula"),
        ("log(theta)", "no real number at θ = -3"),
        ("9**9**9", "infinite or too large"),
        ("phi", "not known here"),
        ("", "empty"),
    ],
)
def test_a_bad_formula_gets_one_sentence_and_the_last_good_one_stays(text, words):
    app = opened(OWN, f="-(theta - 0.5)**2")
    before = component_data(app)["scene"]
    app.session_state["f"] = text
    app.run()
    assert not app.exception and len(app.warning) == 1 and words in app.warning[0].value
    assert component_data(app)["scene"] == before


@pytest.mark.parametrize("text", ["abc", "5"])
def test_a_wrong_point_in_the_address_is_named(text):
    app = opened(theta=text)
    assert f"theta in the address must be a number from -3 to 3, not ` {text} `" in app.warning[0].value
    assert component_data(app)["values"]["theta"] == -2.0


def test_a_point_between_two_positions_is_moved_and_the_page_says_so():
    app = opened(theta="1.234")
    assert component_data(app)["values"]["theta"] == 1.25
    assert "theta = 1.234 in the address lies between two positions: showing 1.25" in app.info[0].value
    assert app.query_params["theta"] == "1.25"
    assert not [info for info in app.run().info if "between two positions" in info.value]


@pytest.mark.parametrize("query", [{"problem": "x"}, {"view": "x"}, {"gap": "7"}, {"method": "0"}])
def test_other_nonsense_in_the_address_leaves_a_page_that_stands(query):
    app = open_page("joint_maximum", **query)
    assert len(app.get("bidi_component")) == 1


@pytest.mark.parametrize("view", lesson.VIEWS)
def test_payloads_are_small_and_shared(view):
    for key in PROBLEMS:
        if view == lesson.BREAK and not gap.breakable(shipped(key)):
            continue
        made = lesson.VIEWS[view].scene(lesson.Request(shipped(key)))
        assert made is lesson.VIEWS[view].scene(lesson.Request(shipped(key)))
        assert len(made.payload.gzipped) < 300_000


def test_a_commit_computes_new_paths_within_a_frame_or_two():
    def seconds(k):
        start = time.process_time()
        lesson.VIEWS[lesson.PATHS].scene(lesson.Request(shipped("mixture"), (-2.0 + 0.05 * k, 1.5)))
        return time.process_time() - start

    seconds(0)
    assert min(seconds(k) for k in range(1, 6)) < 0.06


def test_the_maximum_of_the_mixture_is_where_em_stands_still():
    theta = maximisers_of_f(PROBLEMS["mixture"]).theta[0]
    path = coordinate_ascent(PROBLEMS["mixture"], theta, theta)
    assert path.theta == pytest.approx(theta, abs=1e-6)
