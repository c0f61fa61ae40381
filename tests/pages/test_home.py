"""The start page: a tile for every lesson, with numbers that are the core's for each of its states."""

import math

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix
from streamlit.testing.v1 import AppTest

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.coupling.config import CouplingConfig
from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints
from tests.pages.scene import NAVIGATION, component_data, scene
from ui.catalogue import LESSONS
from ui.home.miniature import HEIGHT, MARGIN, WIDTH, Axis, Miniature, Number
from ui.home.packing import Tile, in_drawing, payload
from ui.home.tiles import _opened, tiles
from ui.lessons.anomaly.material import HOMEWORK, material
from ui.lessons.coupling.plane.material import shipped as shipped_plane
from ui.lessons.divergence.jensen import RATIOS, WEIGHTS
from ui.lessons.gaussians.plane import P, Q
from ui.lessons.line_flow.material import shipped


def open_home() -> AppTest:
    return AppTest.from_file(NAVIGATION, default_timeout=60).run()


@pytest.fixture(scope="module")
def miniatures() -> dict[str, Miniature]:
    return {lesson.word: lesson.miniature() for lesson in LESSONS}


def tables(miniature: Miniature) -> dict[str, np.ndarray]:
    return {number.name: number.table for number in miniature.numbers}


def test_home_shows_a_tile_for_every_lesson_in_one_small_file():
    app = open_home()
    assert not app.exception
    assert app.title[0].value == "Deep generative models, live"
    spec, arrays = scene(app)
    assert [tile["title"] for tile in spec["tiles"]] == [lesson.title for lesson in LESSONS]
    assert all(tile["sentence"].count(".") + tile["sentence"].count("?") == 1 for tile in spec["tiles"])
    assert sum(array.nbytes for array in arrays.values()) < 500_000


def test_without_checkpoints_a_tile_says_so_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path))
    app = open_home()
    assert not app.exception
    spec, _ = scene(app)
    refusals = {tile["word"]: tile["refusal"] for tile in spec["tiles"]}
    for config in (AutoencoderConfig(), FlowConfig("three"), CouplingConfig("moons")):
        assert not checkpoints.find(config)
    needed = {word for word, refusal in refusals.items() if refusal}
    assert needed == {"anomaly", "line_flow", "coupling"}
    assert not any(str(tmp_path) in refusal for refusal in refusals.values())


def test_the_rates_are_those_of_a_count_at_every_threshold(miniatures):
    shown, found = miniatures["anomaly"], tables(miniatures["anomaly"])
    scores = np.concatenate([material().test, material().anomaly])
    truth = np.repeat([0, 1], [material().test.size, material().anomaly.size])
    for i in range(0, found["tau"].size, 8):
        told = float(shown.opened_at(i)["tau"])
        assert told == found["tau"][i]
        (tn, fp), (fn, tp) = confusion_matrix(truth, scores > told)
        assert (found["type_1_error"][i], found["type_2_error"][i]) == (fp / (fp + tn), fn / (fn + tp))


def test_the_homeworks_numbers_stand_beside_this_models(miniatures):
    homework, here = miniatures["anomaly"].beside.values()
    assert homework == (HOMEWORK.threshold, HOMEWORK.type_1_error, HOMEWORK.type_2_error)
    metrics = checkpoints.require(AutoencoderConfig()).metadata["metrics"]
    stored = [metrics[name] for name in ("threshold", "type_1_error", "type_2_error")]
    assert here == pytest.approx(stored, rel=1e-6)


def test_the_first_slice_keeps_an_eighth_of_the_mass(miniatures):
    found = tables(miniatures["line_flow"])
    np.testing.assert_allclose(found["area_0"], 1 / 8, atol=2e-5)
    assert found["t"].tolist() == [round(k / 100, 10) for k in range(101)]


def test_slices_end_at_the_quantiles_of_the_normal_distribution(miniatures):
    from scipy.stats import norm

    z = [shape.points[-1] for shape in miniatures["line_flow"].drawn[:8]]
    edges = [points[-1, 0] for points in z[:-1]]
    np.testing.assert_allclose(edges, norm.ppf(np.arange(1, 8) / 8), atol=1e-9)
    heights = np.concatenate([points[1:-1, 1] for points in z])
    places = np.concatenate([points[1:-1, 0] for points in z])
    np.testing.assert_allclose(heights, norm.pdf(places), rtol=1e-9)
    x = shipped("three", "normal").final.inverse(norm.ppf(0.5))
    assert miniatures["line_flow"].drawn[4].points[0, 0, 0] == pytest.approx(float(x), abs=1e-9)


def test_the_factor_is_that_of_a_small_square_on_its_way(miniatures):
    """Central differences through the layers themselves, a part of the last one on the straight way."""
    from ui.lessons.coupling.plane.square import centre

    shown, plane = miniatures["coupling"], shipped_plane("moons")
    middle = np.array([control.default for control in centre(plane)])

    def carried(x: np.ndarray, row: float) -> np.ndarray:
        for k, layer in enumerate(plane.layers()):
            share = min(max(row - k, 0.0), 1.0)
            x = (1 - share) * x + share * layer.call_and_ladj(x)[0]
        return x

    step = 1e-5
    for i in range(0, shown.across.values.size, 7):
        row = shown.across.values[i]
        columns = [
            (carried(middle + step * e, row) - carried(middle - step * e, row)) / (2 * step)
            for e in np.eye(2)
        ]
        assert tables(shown)["factor"][i] == pytest.approx(abs(np.linalg.det(np.array(columns))), rel=1e-6)


def test_the_gap_is_the_divergence_of_two_atoms(miniatures):
    found = tables(miniatures["divergence"])
    weights = np.array([slider.default for slider in WEIGHTS[:2]])
    p = weights / weights.sum()
    for ratio, divergence in zip(found["r2"], found["kl"], strict=True):
        q = p * [RATIOS[0].default, ratio]
        q /= q.sum()
        assert divergence == pytest.approx(float(np.sum(p * np.log(p / q))), abs=1e-12)


def test_divergences_of_gaussians_are_those_of_torch(miniatures):
    import torch
    from torch.distributions import MultivariateNormal, kl_divergence

    def normal(x: float, y: float, first: float, second: float, angle: float) -> MultivariateNormal:
        turn = math.radians(angle)
        axes = torch.tensor(
            [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]], dtype=torch.float64
        )
        variances = torch.diag(torch.tensor([first**2, second**2], dtype=torch.float64))
        return MultivariateNormal(torch.tensor([x, y], dtype=torch.float64), axes @ variances @ axes.T)

    shown, found = miniatures["gaussians"], tables(miniatures["gaussians"])
    q = normal(*(control.default for control in Q))
    for i, j in ((0, 0), (3, 11), (20, 7), (40, 14)):
        told = shown.opened_at(i, j)
        p = normal(float(told["p_x"]), float(told["p_y"]), *(control.default for control in P[2:]))
        assert found["kl_pq"][i, j] == pytest.approx(float(kl_divergence(p, q)), rel=1e-10)
        assert found["kl_qp"][i, j] == pytest.approx(float(kl_divergence(q, p)), rel=1e-10)


def test_the_landscape_is_the_quadratic_in_closed_form(miniatures):
    shown, found = miniatures["joint_maximum"], tables(miniatures["joint_maximum"])
    theta, phi = np.meshgrid(shown.across.values, shown.up.values, indexing="ij")
    np.testing.assert_allclose(found["h"], (phi - theta / 2) ** 2, atol=1e-12)
    np.testing.assert_allclose(found["g"], -0.5 * (theta - 1) ** 2 - found["h"], atol=1e-12)
    for shape in shown.drawn[:7]:  # the level lines
        theta, phi = shape.points.T
        heights = -0.5 * (theta - 1) ** 2 - (phi - theta / 2) ** 2
        assert np.ptp(heights) < 1e-12


def test_a_windows_corners_are_the_drawings_without_its_margin():
    corners = in_drawing(np.array([[-1.0, 2.0], [3.0, 5.0]]), ((-1.0, 3.0), (2.0, 5.0)))
    assert corners.tolist() == [[MARGIN, HEIGHT - MARGIN], [WIDTH - MARGIN, MARGIN]]


def test_a_table_that_is_not_over_the_states_is_refused():
    axis = Axis("t", np.arange(3.0))
    small = Miniature(((0, 1), (0, 1)), axis, (), (Number("t", "t", np.arange(4.0), ".1f"),))
    with pytest.raises(ValueError, match=r"\(4,\).*\(3,\)"):
        payload((Tile("word", "slug", "Title", "Sentence.", small),))


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        (["joint_maximum", 0, 60], {"theta": "-3", "phi": "3"}),
        (["joint_maximum", 0, 61], {}),
        (["joint_maximum", -1, 0], {}),
        (["line_flow", 40, 0], {"data": "three Gaussians", "t": "0.4"}),
        (["line_flow", 40, 1], {}),
    ],
)
def test_a_click_opens_the_lesson_in_the_state_that_was_sent(sent, address):
    lesson, said = _opened(sent, tiles())
    assert (lesson.word, said) == (sent[0], address)


@pytest.mark.parametrize(
    "sent", [None, "flow", [], ["nowhere", 0, 0], ["line_flow", 0], ["line_flow", 0.5, 0]]
)
def test_what_is_no_state_of_a_tile_opens_nothing(sent):
    assert _opened(sent, tiles()) is None


def test_the_page_goes_where_a_click_says():
    app = open_home()
    app.session_state["home"] = {"opened": ["line_flow", 40, 0]}
    app.run()
    assert not app.exception
    assert component_data(app)["name"] == "flow" and component_data(app)["values"]["t"] == 0.4
