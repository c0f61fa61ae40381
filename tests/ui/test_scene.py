"""A scene's file: every array bit by bit, every name that the browser will look up."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from safetensors.numpy import load

from ui.lessons import coupling, threshold
from ui.lessons.gaussians import fit as gaussian_fit
from ui.lessons.gaussians import plane, singular, stage
from ui.lessons.threshold import curves
from ui.live import assets
from ui.live.blocks import Lines, Matrix, ReadoutGroup
from ui.live.scene import Figure, Scene, Value


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


@pytest.mark.parametrize("view", threshold.VIEWS)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_name_in_the_threshold_scene_is_defined(scale, view):
    options = curves.Options(0.01) if view == "curves" else None
    check_names(threshold.scene(threshold.Request(scale, view, options=options)), sent_beside={"own"})


@pytest.mark.parametrize("leaky", [False, True])
@pytest.mark.parametrize(("dim", "mask"), [(2, (0,)), (4, (1, 3)), (8, (0, 1, 6))])
def test_every_name_in_the_coupling_scene_is_defined(dim, mask, leaky):
    request = coupling.Request(dim, mask, seed=1, leaky=leaky, point=(0.5,) * dim)
    check_names(coupling.scene(request), sent_beside={field.name for field in coupling.fields(dim)})


@pytest.mark.parametrize("target", gaussian_fit.TARGETS)
def test_every_name_in_the_gaussians_scenes_is_defined(target):
    values = {field.name: field.default for field in plane.fields()}
    check_names(stage.scene(values, 1.0, "nats"), sent_beside=set())
    check_names(gaussian_fit.scene(gaussian_fit.Request(tuple(values.values()), target)), sent_beside=set())
    check_names(singular.scene("nats", 1.0), sent_beside=set())


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
    blocks = {block for row in scene.rows for cell in row for block in cell.blocks}
    assert blocks == (
        {f"figure:{name}" for name in scene.figures}
        | {f"control:{control.name}" for control in scene.controls}
        | {f"{block.kind}:{block.name}" for block in scene.blocks}
    )
