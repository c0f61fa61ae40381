"""The coupling page without a browser: every number that it sends against torch's autograd."""

import re

import numpy as np
import pytest
import torch

from hw9core.coupling.jacobian import block_form, block_order, shows_order_erratum
from hw9core.coupling.layers import jacobian, proper_masks, random_coupling, random_leak
from tests.core.coupling.oracles import Path, dependency
from tests.pages.scene import component_data, open_page, scene
from ui.lessons.coupling import one_layer
from ui.lessons.coupling.one_layer import explorer


def torch_layer(dim, mask, seed, leaky):
    """The page's layer once more, for one point, from the same weights."""
    layer = random_coupling(dim, mask, seed)
    leak = random_leak(layer, 1.0, seed).leak
    rest = [i for i in range(dim) if i not in mask]

    def network(layers, x):
        for weight, bias in layers[:-1]:
            x = torch.tanh(torch.tensor(weight) @ x + torch.tensor(bias))
        return torch.tensor(layers[-1][0]) @ x + torch.tensor(layers[-1][1])

    def scale(x):
        free = network(layer.s_theta.layers, x[list(mask)])
        free = free + network(leak.layers, x[rest]) if leaky else free
        return layer.bound * torch.tanh(free / layer.bound)

    def transform(x):
        moved = torch.exp(scale(x)) * x[rest] + network(layer.t_theta.layers, x[list(mask)])
        z = list(x)
        for i, value in zip(rest, moved, strict=True):
            z[i] = value
        return torch.stack(z)

    return transform, scale


def omega(mask):
    return [str(i + 1) for i in mask]


@pytest.mark.parametrize("leaky", [False, True])
@pytest.mark.parametrize(
    ("dim", "mask"), [(2, (0,)), (3, (0, 2)), (4, (1, 3)), (5, (4,)), (8, (0, 2, 3, 7)), (8, (5,))]
)
def test_every_number_equals_autograd(dim, mask, leaky):
    query = {"n": str(dim), "omega": omega(mask), "seed": "3", "x1": "-0.8537"}
    _, arrays = scene(open_page("coupling", **query | ({"leak": "true"} if leaky else {})))
    transform, scale = torch_layer(dim, mask, 3, leaky)
    grid, base = arrays["grid"], arrays["base"]
    assert base[0] == -0.8537, "a number off the sliders' positions is taken exactly"
    generator = np.random.default_rng(dim)
    for _ in range(12):
        j, k = int(generator.integers(dim)), int(generator.integers(grid.size + 1))
        x = base.copy()
        x[j] = grid[k] if k < grid.size else base[j]
        at = j * (grid.size + 1) + k
        x = torch.tensor(x)
        oracle = torch.autograd.functional.jacobian(transform, x).numpy()
        sent = arrays["jacobian"][:, at].reshape(dim, dim)
        np.testing.assert_allclose(sent, oracle, rtol=1e-12, atol=1e-13)
        whole = np.linalg.slogdet(oracle)[1]
        assert arrays["slogdet_table"][at] == pytest.approx(whole, abs=1e-12)
        assert arrays["sum_s_table"][at] == pytest.approx(scale(x).sum().item(), abs=1e-13)
        assert arrays["diagonal_table"][at] == pytest.approx(np.log(np.abs(np.diag(oracle))).sum(), abs=1e-12)
        z = transform(x).numpy()
        assert [arrays[f"z{i + 1}_table"][at] for i in range(dim)] == pytest.approx(z, abs=1e-13)
        if leaky:
            ds = torch.autograd.functional.jacobian(scale, x).numpy()
            rest = [i for i in range(dim) if i not in mask]
            gap = np.linalg.slogdet(np.eye(len(rest)) + x.numpy()[rest, None] * ds[:, rest])[1]
            assert arrays["gap_table"][at] == pytest.approx(gap, abs=1e-12)
            assert arrays["missing_table"][at] == pytest.approx(gap, abs=1e-11)
        else:
            assert arrays["sum_s_table"][at] == pytest.approx(whole, abs=1e-12)


def test_the_default_is_the_homeworks_case_where_erratum_1_shows():
    app = open_page("coupling")
    spec, arrays = scene(app)
    # The first one moves entries of the matrix: x₂ is in Ω.
    assert [control["name"] for control in spec["controls"]] == ["x2", "x4", "x1", "x3"]
    matrix = block(spec, "matrix", "jacobian")
    assert matrix["notes"] == ["∉ Ω", "∈ Ω", "∉ Ω", "∈ Ω"]
    assert arrays["order_gap_table"][-1] > 0.1
    assert arrays["grid"].tolist() == [round(-2 + 0.05 * k, 2) for k in range(81)]
    assert dict(app.query_params) == {}


@pytest.mark.parametrize(("dim", "mask"), [(3, (1,)), (3, (0,)), (4, (1, 3)), (4, (0, 2)), (6, (1, 4, 5))])
def test_both_matrices_of_erratum_1_are_the_cores(dim, mask):
    spec, arrays = scene(open_page("coupling", n=str(dim), omega=omega(mask)))
    whole = arrays["jacobian"][:, -1].reshape(dim, dim)
    form = block_form(mask, jacobian(random_coupling(dim, mask), arrays["base"]))
    for name, expected in (("as_handed_in", form.as_handed_in), ("corrected", form.corrected)):
        picks = block(spec, "matrix", name)["orders"][0]["picks"]
        np.testing.assert_allclose(whole[np.ix_(picks, picks)], expected, atol=1e-14)
    assert arrays["order_gap_table"][-1] == pytest.approx(form.order_gap, abs=1e-14)
    sentence = block(spec, "readouts", "order_gap")["readouts"][0]["sentence"]
    assert ("hides the fault" in sentence) == (not shows_order_erratum(mask, dim)) == (form.order_gap < 1e-12)


@pytest.mark.parametrize("mask", [(0,), (1, 3), (0, 1, 2)])
def test_block_order_shows_the_triangle(mask):
    spec, arrays = scene(open_page("coupling", omega=omega(mask)))
    order = block(spec, "matrix", "jacobian")["orders"][1]
    assert tuple(order["picks"]) == tuple(order["headings"]) == block_order(mask, 4)
    whole = arrays["jacobian"].reshape(4, 4, -1)
    blocks = whole[np.ix_(order["picks"], order["picks"])]
    above = np.triu_indices(4, 1)
    assert not blocks[above].any(), "zero above the diagonal at every position of every slider"
    assert np.all(blocks[order["split"] :, : order["split"], -1] != 0)


@pytest.mark.parametrize("mask", proper_masks(3))
def test_the_words_of_a_path_agree_with_the_core(mask):
    layer, x = random_coupling(3, mask), np.array([0.3, -0.7, 1.1])
    words = {
        Path.NONE: "does not reach",
        Path.IDENTITY: "The entry is 1",
        Path.DIRECT: "directly",
        Path.NETWORKS: "by way of the shift",
    }
    for i, j in np.ndindex(3, 3):
        assert words[dependency(layer, x, i, j).path] in explorer.path(i, j, mask, 3, False)
        broken = explorer.path(i, j, mask, 3, True)
        assert ("now sees" in broken) == (i not in mask and j not in mask)


@pytest.mark.parametrize(
    ("chosen", "words"), [([], "Ω is empty: s and t would have no input"), ([1, 2, 3, 4], "every coordinate")]
)
def test_a_degenerate_omega_gets_one_sentence_and_the_last_good_one_stays(chosen, words):
    app = open_page("coupling", omega=["1", "3"])
    before = component_data(app)["scene"]
    app.session_state["omega"] = chosen
    app.run()
    assert len(app.warning) == 1 and words in app.warning[0].value and "Ω = {1, 3}" in app.warning[0].value
    assert component_data(app)["scene"] == before
    app.session_state["omega"] = [2]
    app.run()
    assert not app.warning and component_data(app)["scene"] != before


def test_fewer_coordinates_keep_what_is_left_of_omega():
    app = open_page("coupling", omega=["2", "3"])
    app.session_state["n"] = 2
    app.run()
    spec, arrays = scene(app)
    assert not app.exception and not app.warning
    assert arrays["base"].size == 2 and block(spec, "matrix", "jacobian")["notes"] == ["∉ Ω", "∈ Ω"]
    assert any("no Ω shows erratum 1" in caption.value for caption in app.caption)


def test_the_button_leads_to_an_omega_that_shows_erratum_1():
    app = open_page("coupling", n="3", omega=["1"])
    assert scene(app)[1]["order_gap_table"].max() < 1e-12
    next(button for button in app.button if "erratum 1" in button.label).click().run()
    assert not app.exception
    assert scene(app)[1]["order_gap_table"][-1] > 1e-3


def test_a_commit_moves_the_base_and_is_written_to_the_address():
    app = open_page("coupling", x2="0.5", order="1")
    assert component_data(app)["values"] == {"x1": 1.0, "x2": 0.5, "x3": 1.4, "x4": 0.5, "order": 1.0}
    app.session_state["coupling"] = {"state": {"values": {"x1": 1.0, "x2": -1.95, "x3": 1.4}, "serial": 7}}
    app.run()
    assert scene(app)[1]["base"].tolist() == [1.0, -1.95, 1.4, 0.5]
    assert app.query_params["x2"] == "-1.95"
    assert component_data(app)["serial"] == 7


@pytest.mark.parametrize("text", ["abc", "5", "nan"])
def test_a_wrong_coordinate_in_the_address_is_named(text):
    app = open_page("coupling", x3=text)
    assert f"x3 in the address must be a number from -2 to 2, not ` {text} `" in app.warning[0].value
    assert component_data(app)["values"]["x3"] == 1.4


@pytest.mark.parametrize("query", [{"n": "9"}, {"n": "x"}, {"seed": "-1"}, {"seed": "1e9"}, {"omega": "7"}])
def test_other_nonsense_in_the_address_leaves_a_page_that_stands(query):
    app = open_page("coupling", **query)
    assert len(app.get("bidi_component")) == 1


def test_equal_states_of_two_visitors_share_one_scene():
    first, second = (component_data(open_page("coupling", x1="0.35"))["scene"] for _ in range(2))
    assert first == second
    assert one_layer.scene.cache_info().maxsize <= 128


def test_the_payload_is_small():
    sizes = [
        one_layer.scene(one_layer.Request(dim, mask, 0, leaky, (0.5,) * dim)).nbytes
        for dim, mask, leaky in ((4, (1, 3), False), (6, (0,), True), (8, (0,), True))
    ]
    assert sizes[0] < 60_000 and max(sizes) < 400_000


def test_the_formula_shows_x_to_the_digits_of_what_follows_from_it():
    spec, _ = scene(open_page("coupling", x1="0.1234"))
    moved = block(spec, "lines", "formula")["lines"][0]
    assert re.search(r"= exp\(\{s1:\.4f\}\)·\(\{x1:\.4f\}\) \{t1:\+\.4f\} = \{z1:\.4f\}$", moved)


def test_the_formula_names_every_coordinate():
    spec, _ = scene(open_page("coupling", n="5", omega=["2", "3"]))
    lines = block(spec, "lines", "formula")["lines"]
    assert [re.match(r"z(\S) = (exp|x)", line).group(1, 2) for line in lines] == [
        ("₁", "exp"),
        ("₂", "x"),
        ("₃", "x"),
        ("₄", "exp"),
        ("₅", "exp"),
    ]


def block(spec, kind, name):
    return next(item for item in spec["blocks"] if (item["kind"], item["name"]) == (kind, name))
