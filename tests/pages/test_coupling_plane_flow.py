"""Flows in the plane on the coupling page, without a browser: every table it sends, against hw9core."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.layers import ComposedTransform, jacobian
from hw9core.coupling.plane_sets import PLANE_SETS, grid_points
from hw9core.coupling.stack import coupling_layers, points_back, points_by_layer, snapshot_flow
from hw9core.store import checkpoints
from tests.pages.scene import component_data, decoded, open_page, read, scene
from ui.lessons.coupling import plane
from ui.lessons.coupling.plane import layers, learning, points, square
from ui.lessons.coupling.plane.material import shipped

NAMES = {"moons": "two moons", "rings": "rings", "checkerboard": "checkerboard", "spiral": "spiral"}
PART = {"part": "Two dimensions"}
LEARNING = {**PART, "view": "learning"}
SAMPLING = {**PART, "direction": "z → x, sampling"}


@pytest.fixture(params=list(NAMES))
def data_set(request) -> str:
    return request.param


def arrays_of(data_set: str):
    return checkpoints.require(CouplingConfig(data_set)).arrays


def layers_of(data_set: str, snapshot: int = -1):
    return coupling_layers(CouplingConfig(data_set), arrays_of(data_set)["parameters"][snapshot])


def test_points_and_grid_go_through_the_layers(data_set):
    _, sent = scene(open_page("coupling", **PART, data=NAMES[data_set]))
    _, test = plane_samples(CouplingConfig(data_set))
    expected = points_by_layer(layers_of(data_set), test[:300])
    np.testing.assert_allclose(sent["points"], expected, rtol=1e-6, atol=1e-6)
    grid = sent["lines"]
    carried = points_by_layer(layers_of(data_set), grid[0])
    np.testing.assert_allclose(grid, carried, rtol=1e-4, atol=1e-4)
    ticks = grid[0].reshape(-1, 2)
    assert np.abs(ticks).max() <= 3
    for line in grid[0]:
        across = np.ptp(line, axis=0).min()
        assert across == 0 and line.min(axis=0) == pytest.approx(np.round(2 * line.min(axis=0)) / 2)


def test_sampling_goes_back_through_the_layers(data_set):
    spec, sent = scene(open_page("coupling", **SAMPLING, data=NAMES[data_set]))
    start = sent["points"][0].astype(np.float64)
    assert start == pytest.approx(np.random.default_rng(0).standard_normal((300, 2)), abs=1e-6)
    np.testing.assert_allclose(sent["points"], points_back(layers_of(data_set), start), rtol=1e-3, atol=1e-3)
    assert [control["name"] for control in spec["controls"]] == ["layer"], "there is no cell"
    assert not any(mark["kind"] in ("handle", "live-path") for mark in spec["marks"])


def test_the_cell_is_carried_by_the_weights_of_the_checkpoint(data_set):
    spec, sent = scene(open_page("coupling", **PART, data=NAMES[data_set]))
    config = CouplingConfig(data_set)
    assert sent["weights"].dtype == np.float32
    assert sent["weights"] == pytest.approx(arrays_of(data_set)["parameters"][-1].astype(np.float64), abs=0)
    assert sent["sizes"].tolist() == [1, config.hidden_size, config.hidden_size, 1]
    assert sent["copied"].tolist() == [0, 1] * (config.layers // 2)
    carried = next(value for value in spec["values"] if value["kernel"] == "carriedLogArea")
    assert carried["arguments"][-1] == 2.0


def test_the_whole_cell_is_seen_wherever_it_is(data_set):
    spec, _ = scene(open_page("coupling", **PART, data=NAMES[data_set]))
    bounds = {control["name"]: (control["minimum"], control["maximum"]) for control in spec["controls"]}
    layout = spec["figures"]["start"]["plotly"]["layout"]
    for axis in "xy":
        low, high = layout[f"{axis}axis"]["range"]
        assert low <= bounds[f"cell_{axis}"][0] - bounds["side"][1] / 2
        assert high >= bounds[f"cell_{axis}"][1] + bounds["side"][1] / 2


@pytest.mark.parametrize("depth", [1, 4, 8])
def test_the_ratio_of_areas_tends_to_the_determinant(data_set, depth):
    """What the page claims of a small cell: its image by the layers, its area, NumPy's determinant, Σ s."""
    transform = ComposedTransform(layers_of(data_set)[:depth])
    centre = np.array([slider.default for slider in square.centre(shipped(data_set))])
    expected = np.linalg.det(jacobian(transform, centre))
    assert np.exp(transform.call_and_ladj(centre)[1]) == pytest.approx(expected, rel=1e-12)
    gaps = []
    for side in (0.02, 0.002, 0.0002):
        corners = centre + side / 2 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
        x, y = transform.call_and_ladj(corners)[0].T
        area = 0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))
        gaps.append(abs(area / side**2 / expected - 1))
    assert gaps[-1] < 1e-4 and gaps[-1] <= gaps[0] / 20 + 1e-6


def outside_of(spec, figure: str, points: np.ndarray) -> int:
    """How many points (n, 2) a figure's axes leave out."""
    layout = spec["figures"][figure]["plotly"]["layout"]
    low, high = np.transpose([layout[f"{axis}axis"]["range"] for axis in "xy"])
    return int(np.any((points < low) | (points > high), axis=1).sum())


def test_the_points_outside_the_window_are_counted():
    app = open_page("coupling", **PART, data="checkerboard")
    spec, sent = scene(app)
    rows = sent["points"].astype(np.float64)
    grid = layers.layer_slider(8).grid
    for passed, row in ((0, rows[0]), (4, rows[4]), (4.26, 0.74 * rows[4] + 0.26 * rows[5]), (8, rows[8])):
        assert sent["outside_table"][grid == passed].tolist() == [outside_of(spec, "stage", row)]
    (line,) = next(block["lines"] for block in spec["blocks"] if block["name"] == "stage")
    assert re.fullmatch(r"Layer \{layer:\.2f\} of 8\. Outside the window: \{\w+:d\} of 300 points\.", line)
    spec, wide = scene(open_page("coupling", **PART, data="checkerboard", window="wide"))
    assert wide["outside_table"].max() < 30 < sent["outside_table"].max()
    assert wide["outside_table"].size == sent["outside_table"].size == grid.size
    assert wide["outside_table"][::50].tolist() == [outside_of(spec, "stage", row) for row in rows]
    axes = [spec["figures"]["stage"]["plotly"]["layout"][f"{axis}axis"] for axis in "xy"]
    assert [axis["constrain"] for axis in axes] == ["domain"] * 2, "no more than these ranges is seen"


def test_a_point_keeps_the_colour_of_its_direction():
    _, sent = scene(open_page("coupling", **SAMPLING))
    x, y = sent["points"][0].T
    assert sent["groups"].dtype == np.uint8 and set(sent["groups"]) == set(range(8))
    for group in range(8):
        angles = np.degrees(np.arctan2(y, x))[sent["groups"] == group]
        assert angles.min() >= -180 + 45 * group - 1e-4 and angles.max() <= -135 + 45 * group + 1e-4


def test_learning_holds_every_layer_of_every_snapshot(data_set):
    _, sent = scene(open_page("coupling", **LEARNING, data=NAMES[data_set]))
    arrays, (_, test) = arrays_of(data_set), plane_samples(CouplingConfig(data_set))
    last, depth = len(arrays["snapshot_epochs"]) - 1, CouplingConfig(data_set).layers
    assert sent["points"].shape == ((last + 1) * (depth + 1), 240, 2)
    for snapshot in (0, 3, last):
        expected = points_by_layer(layers_of(data_set, snapshot), test[:240])
        rows = sent["points"][snapshot * (depth + 1) : (snapshot + 1) * (depth + 1)]
        np.testing.assert_allclose(rows, expected, rtol=1e-6, atol=1e-6)
    assert sent["epochs"].tolist() == arrays["snapshot_epochs"].tolist()


def test_the_points_outside_are_counted_at_every_epoch_and_layer(data_set):
    spec, sent = scene(open_page("coupling", **LEARNING, data=NAMES[data_set]))
    depth, rows = CouplingConfig(data_set).layers, sent["points"].astype(np.float64)
    table = sent["outside_table"].reshape(-1, layers.layer_slider(depth).grid.size)
    for snapshot, passed in ((0, 0), (3, 5), (len(table) - 1, depth)):
        expected = outside_of(spec, "stage", rows[snapshot * (depth + 1) + passed])
        assert table[snapshot, layers.STEPS * passed] == expected
    row = rows[3 * (depth + 1) + 5 : 3 * (depth + 1) + 7]
    middle = outside_of(spec, "stage", 0.74 * row[0] + 0.26 * row[1])
    assert table[3, round(layers.STEPS * 5.26)] == middle and table.max() > 0


def test_the_heat_map_is_the_density_of_the_flow(data_set):
    spec, sent = scene(open_page("coupling", **LEARNING, data=NAMES[data_set]))
    highest = spec["figures"]["density"]["plotly"]["data"][-1]["marker"]["cmax"]
    levels = sent["levels"].astype(np.float64)
    density = levels / (255 * 0.9) * highest
    grid, area = grid_points(points.FRAME, levels.shape[1])
    for snapshot in (0, 5, len(levels) - 1):
        flow = snapshot_flow(CouplingConfig(data_set), arrays_of(data_set), snapshot)
        expected = np.minimum(np.exp(flow.log_prob(grid)), highest)
        assert np.abs(density[snapshot] - expected).max() <= 0.6 * highest / (255 * 0.9)
    assert density[-1].sum() * area == pytest.approx(1.0, abs=0.05)


def test_the_true_density_stands_beside_it_in_the_same_colours(data_set):
    spec, _ = scene(open_page("coupling", **LEARNING, data=NAMES[data_set]))
    heat = next(trace for trace in spec["figures"]["truth"]["plotly"]["data"] if trace["type"] == "heatmap")
    model = spec["figures"]["density"]["plotly"]["data"][-1]["marker"]
    assert (heat["zmax"], heat["zmin"]) == (model["cmax"], model["cmin"])
    assert heat["colorscale"] == model["colorscale"]
    x, y = decoded(heat["x"]), decoded(heat["y"])
    density = decoded(heat["z"]).reshape(y.size, x.size)
    expected = np.exp(PLANE_SETS[data_set].log_prob(np.stack(np.meshgrid(x, y), axis=-1)))
    assert density == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert density.sum() * (x[1] - x[0]) ** 2 == pytest.approx(1.0, abs=1e-3)


def test_the_scale_says_that_its_last_colour_is_also_that_of_higher_densities(data_set):
    spec, _ = scene(open_page("coupling", **LEARNING, data=NAMES[data_set]))
    model = spec["figures"]["density"]["plotly"]["data"][-1]["marker"]
    heat = next(trace for trace in spec["figures"]["truth"]["plotly"]["data"] if trace["type"] == "heatmap")
    for bar in (model["colorbar"], heat["colorbar"]):
        assert bar["tickvals"] == [0, model["cmax"] / 2, model["cmax"]]
        assert bar["ticktext"] == ["0", f"{model['cmax'] / 2:g}", f"≥ {model['cmax']:g}"]
    assert float(f"{model['cmax']:.2g}") == model["cmax"], "what is written is what is meant"


def test_losses_are_those_of_the_checkpoint(data_set):
    spec, sent = scene(open_page("coupling", **LEARNING, data=NAMES[data_set]))
    arrays = arrays_of(data_set)
    epochs = arrays["snapshot_epochs"]
    for name in ("train_loss", "test_loss"):
        assert sent[f"{name}_table"] == pytest.approx(arrays[name][epochs], abs=0)
    _, test_samples = plane_samples(CouplingConfig(data_set))
    log_p = PLANE_SETS[data_set].log_prob(test_samples)
    for snapshot in (0, 5, -1):
        log_q = snapshot_flow(CouplingConfig(data_set), arrays, snapshot).log_prob(test_samples)
        # The losses are those of the weights before they were rounded to half precision.
        assert sent["divergence_table"][snapshot] == pytest.approx(np.mean(log_p - log_q), abs=5e-3)
    (group,) = (block for block in spec["blocks"] if (block["kind"], block["name"]) == ("readouts", "losses"))
    sentence = next(item["sentence"] for item in group["readouts"] if item["name"] == "divergence")
    stored = checkpoints.require(CouplingConfig(data_set)).metadata["metrics"]
    assert f"in the end ± {stored['kl_true_model_se']:.4f}." in sentence
    assert f"entropy is {stored['true_entropy']:.4f} nats" in sentence
    train, test = spec["figures"]["losses"]["plotly"]["data"][:2]
    assert decoded(train["y"]) == pytest.approx(arrays["train_loss"], rel=1e-6)
    assert decoded(test["y"]) == pytest.approx(arrays["test_loss"], rel=1e-6)
    places = decoded(test["x"])
    assert places[epochs] == pytest.approx(np.arange(epochs.size), abs=1e-6), "the line stands on its epoch"
    assert np.all(np.diff(places) > 0)


def test_scenes_are_small_and_shared():
    for view, direction in (("layer by layer", "x → z"), ("layer by layer", layers.TO_X), ("learning", "")):
        request = plane.Request(shipped("moons"), layers.Options(direction or layers.TO_Z))
        assert plane.VIEWS[view].scene(request).nbytes < 400_000
    first, second = (component_data(open_page("coupling", **LEARNING))["scene"] for _ in range(2))
    assert first == second
    assert max(shared.cache_info().maxsize for shared in (layers.scene, learning.scene)) <= 128


def test_the_address_tells_the_state_and_a_commit_is_written_to_it():
    app = open_page("coupling", **PART, data="rings", layer="2.5", cell_x="-1.2", side="0.05")
    values = component_data(app)["values"]
    assert (values["layer"], values["cell_x"], values["side"]) == (2.5, -1.2, 0.05)
    key = "plane-rings-layer by layer-x → z"
    committed = {**values, "layer": 3.0, "cell_y": 0.25}
    app.session_state[key] = {"state": {"values": committed, "serial": 5}}
    app.run()
    assert (app.query_params["layer"], app.query_params["cell_y"]) == ("3", "0.25")
    assert component_data(app)["serial"] == 5
    again = component_data(open_page("coupling", **dict(app.query_params)))["values"]
    assert again == committed


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"layer": "2.513"}, 2.52),
        ({"layer": "3.3333", "direction": "z → x, sampling"}, 3.34),
        ({"layer": "2.513", "view": "learning"}, 2.52),
        ({"snapshot": "3.4", "view": "learning"}, 3.0),
        ({"noises": "2.6", "view": "what can go wrong"}, 2.5),
        ({"layer": "0.009", "view": "what can go wrong", "broken": "no permutations"}, 0.0),
        ({"epoch": "6.7", "view": "what can go wrong", "broken": "s without a bound"}, 7.0),
    ],
)
def test_a_number_between_two_positions_is_moved_to_the_nearest_and_the_page_says_so(query, shown):
    app = open_page("coupling", **PART, **query)
    name, typed = next(iter(query.items()))
    sentence = f"{name} = {float(typed):g} in the address lies between two positions: showing {shown:g}."
    assert sentence in app.info[0].value
    spec, _ = scene(app)
    control = next(c for c in spec["controls"] if c["name"] in (name, f"at_{name}"))
    assert component_data(app)["values"][control["name"]] == shown
    assert float(app.query_params[name]) == shown


def test_a_new_part_is_in_the_address_only_when_it_is_chosen():
    app = open_page("coupling", **PART)
    assert dict(app.query_params) == {"part": "Two dimensions"}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"layer": "9"}, "layer in the address must be a number from 0 to 8, not ` 9 `"),
        ({"cell_x": "abc"}, "cell_x in the address must be a number from -3 to 3, not ` abc `"),
        ({"side": "0"}, "side in the address must be a number from 0.01 to 0.6, not ` 0 `"),
        ({"view": "learning", "snapshot": "-1"}, "snapshot in the address must be a number from 0 to 14"),
        ({"view": "learning", "snapshot": "nan"}, "snapshot in the address must be a number from 0 to 14"),
    ],
)
def test_a_wrong_value_in_the_address_is_named(query, reason):
    app = open_page("coupling", **PART, **query)
    assert reason in app.warning[0].value and len(app.get("bidi_component")) == 1


@pytest.mark.parametrize("query", [{"data": "cats"}, {"view": "x"}, {"direction": "up"}, {"part": "3"}])
def test_other_nonsense_in_the_address_leaves_a_page_that_stands(query):
    app = open_page("coupling", **{**PART, **query})
    assert len(app.get("bidi_component")) == 1


def test_without_a_checkpoint_there_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path))
    app = open_page("coupling", **PART)
    assert len(app.error) == 1 and "Traceback" not in app.error[0].value
    assert not app.get("bidi_component")
    assert len(open_page("coupling").get("bidi_component")) == 1, "the other part needs none"


def test_points_of_unknown_origin_are_shown_instead_of_a_density():
    known = shipped("moons")
    own = replace(known, data=None, train=2 * known.train, test=2 * known.test)
    spec, sent = read(learning.scene.__wrapped__(own).payload())
    truth = spec["figures"]["truth"]["plotly"]
    kinds = [trace["type"] for trace in truth["data"]]
    assert "heatmap" not in kinds and "divergence_table" not in sent
    assert decoded(truth["data"][-1]["x"]).size == 2000
    assert truth["layout"]["xaxis"]["range"] == [-6.0, 6.0]
    assert [slider.bounds for slider in square.centre(own)] == [(-6.0, 6.0)] * 2


def test_a_training_that_went_astray_still_makes_a_scene():
    known = shipped("moons")
    parameters = known.arrays["parameters"].astype(np.float32)
    parameters[-1] = np.nan
    parameters[-2] *= 1e20
    astray = replace(known, arrays={**known.arrays, "parameters": parameters})
    with np.errstate(all="ignore"):
        scenes = [learning.scene.__wrapped__(astray, close) for close in (True, False)]
        scenes += [layers.scene.__wrapped__(astray, layers.Options(way)) for way in layers.DIRECTIONS]
    for made in scenes:
        _, sent = read(made.payload())
        assert np.isfinite(sent["points"]).all()
