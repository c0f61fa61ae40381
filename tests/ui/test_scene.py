"""A scene's file: every array bit by bit, every name that the browser will look up."""

import json
import re
from dataclasses import replace
from typing import get_args

import numpy as np
import plotly.graph_objects as go
import pytest
from safetensors.numpy import load

from ui.lessons import anomaly
from ui.lessons.anomaly import curves
from ui.lessons.coupling import one_layer
from ui.lessons.gaussians import fit as gaussian_fit
from ui.lessons.gaussians import plane, singular, stage
from ui.live import assets
from ui.live.blocks import Lines, Matrix, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import Mark, Mesh, Raster, Swarm
from ui.live.scene import Cell, Figure, Scene, Value


def test_payload_holds_arrays_and_spec():
    arrays = {"a": np.arange(6, dtype=np.float64).reshape(2, 3), "b": np.arange(4, dtype=np.float32)[::-1]}
    figures = {"plot": Figure(go.Figure(go.Scatter(x=[1], y=[2])), 200, "A dot")}
    content = Scene(figures=figures, arrays=arrays).payload()
    loaded = load(content)
    assert all(np.array_equal(loaded[name], arrays[name]) for name in arrays)
    length = int.from_bytes(content[:8], "little")
    spec = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["scene"])
    assert spec["figures"]["plot"]["description"] == "A dot"
    assert spec["figures"]["plot"]["height"] == 200


def test_nan_in_a_spec_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        Scene(values=(Value("a", "divide", (float("nan"), 1.0)),)).payload()


@pytest.mark.parametrize("view", anomaly.VIEWS)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_name_in_the_threshold_scene_is_defined(scale, view):
    options = curves.Options(0.01) if view == "curves" else None
    check_names(anomaly.scene(anomaly.Request(scale, view, options=options)), sent_beside={"own"})


@pytest.mark.parametrize("leaky", [False, True])
@pytest.mark.parametrize(("dim", "mask"), [(2, (0,)), (4, (1, 3)), (8, (0, 1, 6))])
def test_every_name_in_the_coupling_scene_is_defined(dim, mask, leaky):
    request = one_layer.Request(dim, mask, seed=1, leaky=leaky, point=(0.5,) * dim)
    check_names(one_layer.scene(request), sent_beside={field.name for field in one_layer.fields(dim)})


@pytest.mark.parametrize("target", gaussian_fit.TARGETS)
def test_every_name_in_the_gaussians_scenes_is_defined(target):
    values = {field.name: field.default for field in plane.fields()}
    check_names(stage.scene(values, 1.0, "nats"), sent_beside=set())
    check_names(gaussian_fit.scene(gaussian_fit.Request(tuple(values.values()), target)), sent_beside=set())
    check_names(singular.scene("nats", 1.0), sent_beside=set())


def test_every_kind_of_mark_has_its_class_in_the_browser():
    text = (assets.FOLDER / "marks.js").read_text(encoding="utf-8")
    table = text.split("export const MARKS = ")[1]
    assert set(re.findall(r"([\w-]+)\"?: ", table)) == {mark.kind for mark in get_args(Mark)}


def test_marks_over_rows_name_arrays_of_their_shape():
    scene = plane_scene()
    check_names(scene, sent_beside=set())
    content = scene.payload()
    length = int.from_bytes(content[:8], "little")
    spec = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["scene"])
    assert [mark["kind"] for mark in spec["marks"]] == ["raster", "mesh", "swarm"]
    assert spec["marks"][0]["x"] == [-3.0, 3.0] and spec["marks"][2]["colors"] == ["blue", "red"]


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("swarm", np.zeros((3, 4, 2))),
        ("groups", np.full(4, 2, np.uint8)),
        ("mesh", np.zeros((3, 4, 2), np.float32)),
        ("levels", np.zeros((3, 2, 2), np.float32)),
    ],
)
def test_the_check_of_marks_over_rows_can_fail(name, array):
    scene = plane_scene()
    with pytest.raises(AssertionError):
        check_names(replace(scene, arrays={**scene.arrays, name: array}), sent_beside=set())


def plane_scene() -> Scene:
    return Scene(
        figures={"plane": Figure(go.Figure(), 200, "A plane")},
        controls=(Slider("row", "layer", 0, 2, 0.1, 0.1, "{row:.1f}"),),
        marks=(
            Raster("plane", "levels", "row", (-3.0, 3.0), (-2.0, 2.0), "gray"),
            Mesh("plane", "mesh", "row", "gray"),
            Swarm("plane", "swarm", "row", "groups", ("blue", "red")),
        ),
        rows=((Cell(("figure:plane", "control:row")),),),
        arrays={
            "levels": np.zeros((3, 5, 5), np.uint8),
            "mesh": np.zeros((3, 2, 6, 2), np.float32),
            "swarm": np.zeros((3, 4, 2), np.float32),
            "groups": np.array([0, 1, 1, 0], np.uint8),
        },
    )


def exported_kernels() -> set[str]:
    text = (assets.FOLDER / "kernels.js").read_text(encoding="utf-8")
    lists = re.findall(r"^export \{([^}]*)\}", text, flags=re.MULTILINE)
    passed_on = {name for names in lists for name in re.findall(r"\w+", names)}
    return passed_on | set(re.findall(r"^export function (\w+)\(", text, flags=re.MULTILINE))


def check_names(scene: Scene, sent_beside: set[str]) -> None:
    """Kernels, arrays, values, figures and blocks that a scene names exist, and each block has its place."""
    known = {control.name for control in scene.controls} | set(scene.arrays) | sent_beside
    kernels = exported_kernels()
    for value in scene.values:
        assert value.kernel in kernels
        assert {item for item in value.arguments if isinstance(item, str)} <= known
        known.add(value.name)
    groups = [block for block in scene.blocks if isinstance(block, ReadoutGroup)]
    assert {readout.name for group in groups for readout in group.readouts} <= known
    lines = [line for block in scene.blocks if isinstance(block, Lines) for line in block.lines]
    assert {name for line in lines for name in re.findall(r"\{(\w+):", line)} <= known
    for matrix in (block for block in scene.blocks if isinstance(block, Matrix)):
        assert {
            matrix.entries,
            matrix.place,
            matrix.order or "order",
            matrix.parts or matrix.entries,
        } <= known
        assert matrix.parts in ("", *scene.arrays) and len(matrix.texts) in (0, len(matrix.notes) ** 2)
        placeholders = {name for text in matrix.texts for name in re.findall(r"\{(\w+):", text)}
        assert placeholders <= {"entry", "part", "rest"}
    assert {mark.figure for mark in scene.marks} <= set(scene.figures)
    for mark in scene.marks:
        if isinstance(mark, Swarm | Mesh | Raster):
            assert mark.row in known
            check_table(mark, scene.arrays)
    blocks = {block for row in scene.rows for cell in row for block in cell.blocks}
    assert blocks == (
        {f"figure:{name}" for name in scene.figures}
        | {f"control:{control.name}" for control in scene.controls}
        | {f"{block.kind}:{block.name}" for block in scene.blocks}
    )


def check_table(mark: Swarm | Mesh | Raster, arrays) -> None:
    """The arrays of a mark over rows have the type and the shape that the browser reads."""
    if isinstance(mark, Raster):
        levels = arrays[mark.levels]
        assert levels.dtype == np.uint8 and levels.ndim == 3
        return
    points = arrays[mark.points]
    assert points.dtype == np.float32 and points.shape[-1] == 2
    assert points.ndim == (3 if isinstance(mark, Swarm) else 4)
    if isinstance(mark, Swarm):
        groups = arrays[mark.groups]
        assert groups.dtype == np.uint8 and groups.shape == points.shape[1:2]
        assert groups.max() < len(mark.colors)
