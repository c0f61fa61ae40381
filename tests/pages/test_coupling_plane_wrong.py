"""What can go wrong with flows in the plane: every number of the three breaks, by independent routes."""

from functools import lru_cache

import numpy as np
import pytest

from hw9core.coupling.config import (
    BOUNDED_TWIN,
    FEW_LAYERS,
    UNBOUNDED,
    WITHOUT_PERMUTATIONS,
    CouplingConfig,
    plane_samples,
)
from hw9core.coupling.metrics import MASS_CELLS, least_loss_without_permutations
from hw9core.coupling.plane_sets import PLANE_SETS, grid_points
from hw9core.coupling.stack import coupling_layers, points_by_layer, snapshot_flow
from hw9core.errors import CheckpointError
from hw9core.store import checkpoints
from tests.pages.scene import decoded, open_page, scene
from ui.lessons.coupling import wrong
from ui.lessons.coupling.wrong import too_few_layers

MOONS = CouplingConfig("moons")
WRONG = {"part": "Two dimensions", "view": "what can go wrong"}
DRAWS = 60_000


@lru_cache(maxsize=3)
def opened(broken: str):
    """The words of the page, and the scene's spec and arrays."""
    app = open_page("coupling", **WRONG, broken=broken)
    words = " ".join(" ".join(box.value for box in app.markdown).split())
    return words, *scene(app)


def arrays_of(config: CouplingConfig):
    return checkpoints.require(config).arrays


def constants(spec) -> dict[str, float]:
    """The values of a scene that never change."""
    return {v["name"]: v["arguments"][0] for v in spec["values"] if v["kernel"] == "add"}


def inside(points, region):
    low, high = np.array(region).T
    return np.all((points >= low) & (points <= high), axis=-1)


@pytest.mark.parametrize("config", [*FEW_LAYERS, MOONS], ids=lambda config: config.layers)
def test_far_mass_is_the_share_of_draws_that_are_far(config):
    _, spec, sent = opened(wrong.LAYERS)
    data, flow = PLANE_SETS["moons"], snapshot_flow(config, arrays_of(config))
    masses = sent[f"far_{config.layers}_table"]
    z = np.random.default_rng(5).standard_normal((DRAWS, 2))
    x, _ = flow.transform.inverse_and_ladj(z)
    distance = data.distance(x) / data.noise
    for noises in (1.0, 2.0, 4.0):
        share = np.mean((distance > noises) & inside(x, data.region))
        error = np.sqrt(share * (1 - share) / DRAWS)
        row = too_few_layers.row_of(noises)
        assert masses[row] == pytest.approx(share, abs=4 * error + 1e-5), noises
    outside = np.mean(~inside(x, data.region))
    (line,) = next(block["lines"] for block in spec["blocks"] if block["name"] == str(config.layers))
    shown = float(line.rsplit(":", 1)[1].strip().rstrip("%.")) / 100
    assert shown == pytest.approx(outside, abs=4 * np.sqrt(outside / DRAWS) + 2e-4)
    points, area = grid_points(data.region, MASS_CELLS)
    mass, away = area * np.exp(flow.log_prob(points)), data.distance(points) / data.noise
    expected = [mass[away > noises].sum() for noises in too_few_layers.NOISES.grid]
    np.testing.assert_allclose(masses, expected, rtol=1e-11)
    assert np.all(np.diff(masses) <= 0)


def test_the_datas_own_far_mass_is_below_its_tail_bound():
    _, _, sent = opened(wrong.LAYERS)
    data = PLANE_SETS["moons"]
    x = data.sample(200_000, np.random.default_rng(17))
    distance = data.distance(x) / data.noise
    for noises in (1.0, 2.0, 3.0):
        share = np.mean(distance > noises)
        error = np.sqrt(share / len(x))
        mass = sent["far_data_table"][too_few_layers.row_of(noises)]
        assert mass == pytest.approx(share, abs=5 * error + 5e-4)  # the edge of "far" crosses squares
        assert mass <= np.exp(-(noises**2) / 2)
    assert sent["far_data_table"][too_few_layers.row_of(4.0)] < 3.4e-4


def test_fewer_layers_leave_more_mass_and_larger_losses():
    words, spec, sent = opened(wrong.LAYERS)
    row = too_few_layers.row_of(4.0)
    masses = [sent[f"far_{n}_table"][row] for n in (2, 4, 8)]
    assert masses[0] > 5 * masses[1] and masses[1] > 1.5 * masses[2] > 10 * sent["far_data_table"][row]
    losses = [constants(spec)[f"loss_{n}"] for n in (2, 4, 8)]
    assert losses == sorted(losses, reverse=True)
    assert f"{masses[0]:.2%}, {masses[1]:.2%} and {masses[2]:.2%}" in words


def test_losses_and_divergences_are_means_over_the_test_samples():
    words, spec, _ = opened(wrong.LAYERS)
    numbers = constants(spec)
    _, test = plane_samples(MOONS)
    for config in (*FEW_LAYERS, MOONS):
        log_q = snapshot_flow(config, arrays_of(config)).log_prob(test)
        assert numbers[f"loss_{config.layers}"] == pytest.approx(-log_q.mean(), abs=1e-3)
        # Not paired: other samples of the same data, so only within both standard errors.
        own = PLANE_SETS["moons"].sample(20_000, np.random.default_rng(99))
        cross = -snapshot_flow(config, arrays_of(config)).log_prob(own)
        expected = cross.mean() - numbers["entropy"]
        error = np.hypot(cross.std() / np.sqrt(len(own)), np.std(log_q) / np.sqrt(len(test)))
        assert numbers[f"gap_{config.layers}"] == pytest.approx(expected, abs=4 * error)
        assert f"{numbers[f'gap_{config.layers}']:.3f}" in words
        terms = PLANE_SETS["moons"].log_prob(test) - log_q
        group = next(
            b for b in spec["blocks"] if (b["kind"], b["name"]) == ("readouts", f"{config.layers}_fit")
        )
        assert f"± {terms.std() / np.sqrt(len(test)):.4f}" in group["readouts"][-1]["sentence"]


def test_pictures_part_every_density_into_near_and_far():
    _, spec, sent = opened(wrong.LAYERS)
    data = PLANE_SETS["moons"]
    grid, _ = grid_points(data.region, too_few_layers.CELLS)
    density = np.exp(snapshot_flow(MOONS, arrays_of(MOONS)).log_prob(grid))
    expected = np.rint(255 * 0.9 * np.minimum(density / too_few_layers.SATURATED, 1))
    near, far = (sent[f"{part}_8"].astype(int) for part in ("near", "beyond"))
    assert np.all((near == 0) | (far == 0))
    for row, noises in enumerate(too_few_layers.NOISES.grid):
        np.testing.assert_array_equal(near[row] + far[row], expected)
        assert not far[row][data.distance(grid) <= noises * data.noise].any()
    kinds = [(mark["figure"], mark["levels"]) for mark in spec["marks"]]
    assert ("2", "near_2") in kinds and ("data", "beyond_data") in kinds


def test_without_permutations_no_first_coordinate_ever_moves():
    words, spec, sent = opened(wrong.PERMUTATIONS)
    assert not sent["moved_without_table"].any()
    start = sent["points_without"][0]
    np.testing.assert_array_equal(sent["points_without"][..., 0], np.tile(start[:, 0], (9, 1)))
    assert sent["moved_with_table"][0] == 0 and sent["moved_with_table"][-1] > 1
    arrays = arrays_of(MOONS)
    _, test = plane_samples(MOONS)
    z, _ = snapshot_flow(MOONS, arrays).transform.call_and_ladj(test[:300])
    assert sent["moved_with_table"][-1] == pytest.approx(np.abs(z - test[:300])[:, 0].max(), rel=1e-9)
    for name, config in (("with", MOONS), ("without", WITHOUT_PERMUTATIONS)):
        layers = coupling_layers(config, arrays_of(config)["parameters"][-1])
        np.testing.assert_allclose(
            sent[f"points_{name}"], points_by_layer(layers, test[:300]), rtol=1e-6, atol=1e-6
        )
        loss = constants(spec)[f"loss_{name}"]
        assert loss == pytest.approx(arrays_of(config)["test_loss"][-1]) and f" {loss:.4f}" in words


def test_more_layers_without_permutations_are_promised_nothing_but_a_bound():
    words, _, _ = opened(wrong.PERMUTATIONS)
    assert "no further layer" not in words
    metrics = checkpoints.require(WITHOUT_PERMUTATIONS).metadata["metrics"]
    assert f"{metrics['test_nll']:.4f} ± {metrics['test_nll_se']:.4f}" in words
    least = least_loss_without_permutations(PLANE_SETS["moons"])
    assert f"however many, has an expected loss below {least:.4f}" in words


def test_the_points_outside_either_window_are_counted():
    _, spec, sent = opened(wrong.PERMUTATIONS)
    for name in ("with", "without"):
        layout = spec["figures"][name]["plotly"]["layout"]
        region = [layout[f"{axis}axis"]["range"] for axis in "xy"]
        for passed, points in enumerate(sent[f"points_{name}"]):
            expected = (~inside(points, region)).sum()
            assert sent[f"outside_{name}_table"][50 * passed] == expected
        (line,) = next(block["lines"] for block in spec["blocks"] if block["name"] == name)
        assert line.endswith(":d} of 300 points.")


def test_eight_layers_without_permutations_are_one():
    """z₂ is affine in x₂ for every x₁, as the page says: second differences vanish."""
    flow = snapshot_flow(WITHOUT_PERMUTATIONS, arrays_of(WITHOUT_PERMUTATIONS))
    x1 = np.linspace(-2, 2, 41)
    z = [flow.transform.call_and_ladj(np.stack([x1, np.full(41, x2)], axis=-1))[0] for x2 in (-1, 0, 1)]
    np.testing.assert_allclose(z[0][:, 1] + z[2][:, 1], 2 * z[1][:, 1], atol=1e-9)


def test_the_unbounded_run_diverged_and_its_twin_did_not():
    words, spec, sent = opened(wrong.BOUND)
    curves = spec["figures"]["losses"]["plotly"]["data"]
    for curve, name, config in zip(curves, ("unbounded", "bounded"), (UNBOUNDED, BOUNDED_TWIN), strict=True):
        losses = arrays_of(config)["test_loss"]
        np.testing.assert_array_equal(sent[f"loss_{name}_table"], losses)
        np.testing.assert_allclose(decoded(curve["y"]), losses)
    first = np.argmax(~(arrays_of(UNBOUNDED)["test_loss"] <= 1000))
    assert f"to epoch {first}" in words
    assert np.nanmax(sent["loss_unbounded_table"]) > 1e6 and np.all(sent["loss_bounded_table"] < 10)
    assert spec["figures"]["losses"]["plotly"]["layout"]["yaxis"]["type"] == "log"


def test_the_largest_s_is_within_the_bound_only_when_there_is_one():
    _, _, sent = opened(wrong.BOUND)
    assert np.all(sent["scale_bounded_table"] <= 2) and sent["scale_unbounded_table"].max() > 5
    train, _ = plane_samples(UNBOUNDED)
    layers = coupling_layers(UNBOUNDED, arrays_of(UNBOUNDED)["parameters"][-1])
    way = points_by_layer(layers, train[:2000])
    largest = max(
        np.log(np.abs(np.diff(_moved(layer, way[i]), axis=0))).max() for i, layer in enumerate(layers)
    )
    assert sent["scale_unbounded_table"][-1] == pytest.approx(largest, abs=1e-6)


def _moved(layer, points):
    """The moved coordinate after a layer for a moved coordinate of 0 and of 1: their distance is e^s."""
    copied = layer.mask[0]
    both = np.stack([points, points])
    both[0, :, 1 - copied], both[1, :, 1 - copied] = 0.0, 1.0
    return layer.call_and_ladj(both)[0][..., 1 - copied]


@pytest.mark.parametrize("broken", list(wrong.VIEWS))
def test_a_missing_checkpoint_is_one_sentence(broken, tmp_path, monkeypatch):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path))
    with pytest.raises(CheckpointError) as caught:
        wrong.flows(broken)
    assert "\n" not in str(caught.value)
