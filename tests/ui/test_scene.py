"""A scene's file: every array bit by bit, every name that the browser will look up."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from safetensors.numpy import load

from ui.lessons import threshold
from ui.lessons.threshold import curves
from ui.live import assets
from ui.live.scene import Figure, ReadoutGroup, Scene, Value


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
    scene = threshold.scene(threshold.Request(scale, view, options=options))
    known = {control.name for control in scene.controls} | set(scene.arrays) | {"own"}
    kernels = (assets.FOLDER / "kernels.js").read_text(encoding="utf-8")
    for value in scene.values:
        assert f"export function {value.kernel}(" in kernels
        assert {item for item in value.arguments if isinstance(item, str)} <= known
        known.add(value.name)
    groups = [block for block in scene.blocks if isinstance(block, ReadoutGroup)]
    assert {readout.name for group in groups for readout in group.readouts} <= known
    assert {mark.figure for mark in scene.marks} <= set(scene.figures)
    blocks = {block for row in scene.rows for cell in row for block in cell.blocks}
    assert blocks == (
        {f"figure:{name}" for name in scene.figures}
        | {f"control:{control.name}" for control in scene.controls}
        | {f"{block.kind}:{block.name}" for block in scene.blocks}
    )
