"""A scene without its server: which numbers rest on committed values, and what is left without them."""

import gzip

import numpy as np
import pytest

from hw9core.divergence.families import FAMILIES
from tests.pages.scene import read
from ui.lessons import joint_maximum
from ui.lessons.coupling import one_layer
from ui.lessons.divergence import additivity, densities, jensen
from ui.lessons.gaussians import plane, stage
from ui.lessons.joint_maximum import paths
from ui.live.shown import Shown
from ui.takehome.alone import EMPTY, Alone, alone


def view(made, controls, tables=None) -> Alone:
    values = {control.name: float(control.default) for control in controls}
    return alone(Shown("view", made, controls, values, tables=tables or {}))


def left(found: Alone) -> tuple[dict, dict, dict]:
    """The spec of a scene away from its values, and its arrays there and as they were."""
    spec, arrays = read(gzip.decompress(found.elsewhere.gzipped))
    return spec, arrays, read(gzip.decompress(found.scene.gzipped))[1]


def blank(found: Alone) -> set[str]:
    """The arrays that hold nothing any more."""
    _, arrays, before = left(found)
    assert arrays.keys() == before.keys()
    for name, array in arrays.items():
        assert np.isnan(array).all() or np.array_equal(array, before[name], equal_nan=array.dtype.kind == "f")
    return {name for name in arrays if np.isnan(arrays[name]).all() and not np.isnan(before[name]).all()}


def empty(found: Alone) -> set[str]:
    """The figures that are drawn without a trace."""
    figures = left(found)[0]["figures"]
    said = {
        name: [note["text"] for note in figure["plotly"]["layout"].get("annotations", ())]
        for name, figure in figures.items()
    }
    return {name for name in figures if not figures[name]["plotly"]["data"] and EMPTY in said[name]}


def test_a_scene_that_no_commit_changes_stays_as_it_is():
    scene = jensen.scene(4, "nats")
    found = view(scene, scene.controls)
    assert found == Alone(found.scene)
    assert gzip.decompress(found.scene.gzipped) == gzip.decompress(scene.payload.gzipped)


def test_ellipses_keep_their_divergence_and_lose_the_field():
    found = view(lambda values: stage.scene(plane.numbers(values), "nats"), plane.CONTROLS)
    assert found.controls == tuple(control.name for control in plane.CONTROLS)
    assert empty(found) == {"field"} and blank(found) == set()  # Monte Carlo is looked up with ``along``


@pytest.mark.parametrize("name", FAMILIES)
def test_densities_lose_the_running_mean(name):
    sliders = densities.sliders(name)
    found = view(lambda values: densities.scene(name, tuple(values.values()), "nats"), sliders)
    assert set(found.controls) == {slider.name for slider in sliders}
    assert empty(found) == {"running"} and blank(found) == set()


def test_a_layer_knows_the_lines_through_its_point_and_its_order_needs_nobody():
    controls = one_layer.controls(4, (1, 3))
    found = view(
        lambda values: one_layer.scene(one_layer.Request(point=one_layer.point_of(values, 4))), controls
    )
    assert found.controls == ("x1", "x2", "x3", "x4")
    assert empty(found) == set() == blank(found)


def test_a_correlation_is_known_all_along():
    names = additivity.first("nats").names
    found = view(
        lambda values: additivity.scene(additivity.Request(names, "p", values["rho"], "nats")),
        additivity.controls(2),
    )
    assert found.controls == ("rho",)
    assert empty(found) == set() == blank(found)


def test_paths_from_another_start_are_unknown_whatever_the_step():
    material = joint_maximum.shipped("quadratic")

    def start(values) -> tuple[float, float]:
        return values["theta"], values["phi"]

    found = view(
        lambda values: paths.scene(material, start(values), "coordinate"),
        paths.CONTROLS,
        lambda values: paths.tables(material, start(values), "coordinate"),
    )
    assert found.controls == ("theta", "phi") and found.rows == {"steps": []}
    assert empty(found) == {"values"}
    of_paths = {
        f"{name}_{way}_table" for name in ("theta", "phi", "f", "g") for way in ("coordinate", "gradient")
    }
    assert of_paths <= blank(found)
