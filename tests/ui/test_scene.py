"""A scene's file: every array bit by bit, every name that the browser looks up, and what cannot be built."""

import json
import re
from decimal import Decimal
from typing import get_args

import numpy as np
import plotly.graph_objects as go
import pytest
from safetensors.numpy import load

from ui.live import assets, kernels
from ui.live.blocks import Lines, Readout, ReadoutGroup, Table
from ui.live.controls import Control, Preset, Slider
from ui.live.kernels import at, count_above
from ui.live.marks import Handle, Mark, Mesh, Raster, Swarm, VerticalLine
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Computed, Data, Local, Reading, named
from ui.quoting import as_code

TAU = Slider("tau", "threshold τ", default=1.0, low=0.0, high=2.0)
LAYER = Slider("layer", "layer", low=0.0, high=2.0, step=1.0, tabulated=True)


def unpacked(scene: Scene) -> tuple[dict, dict]:
    content = scene.payload()
    length = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["scene"]), load(content)


def column(*shown) -> Scene:
    return Scene(((Cell(shown),),))


def plot(*marks: Mark) -> Figure:
    return Figure("plot", go.Figure(go.Scatter(x=[1], y=[2])), 200, "A dot", marks)


def test_a_file_holds_arrays_figures_and_the_layout():
    above = named("above", count_above(Data("test", np.arange(4, dtype=np.float32)[::-1]), TAU))
    readouts = ReadoutGroup(
        "rates", "", (Readout(above, "flagged", ",d", f"{above:,d} of 4 above {TAU:.2f}"),)
    )
    spec, arrays = unpacked(column(plot(VerticalLine(TAU, drag=True)), TAU, readouts))
    assert np.array_equal(arrays["test"], [3, 2, 1, 0])
    assert spec["figures"]["plot"]["description"] == "A dot" and spec["figures"]["plot"]["height"] == 200
    assert spec["rows"] == [[{"blocks": ["figure:plot", "control:tau", "readouts:rates"], "weight": 1.0}]]
    assert spec["values"] == [{"name": "above", "kernel": "countAbove", "arguments": ["test", "tau"]}]
    assert spec["marks"][0]["figure"] == "plot" and spec["marks"][0]["at"] == "tau"
    (readout,) = spec["blocks"][0]["readouts"]
    assert readout["name"] == "above" and readout["sentence"] == "{above:,d} of 4 above {tau:.2f}"


def test_operators_make_a_program_in_the_order_of_its_needs():
    row = (TAU - 0.5) / 0.25
    ratio = named("ratio", 1.0 - row * 2 + TAU)
    spec, _ = unpacked(column(TAU, Lines("lines", "", (f"{ratio:.2f} at {row:.1f}",))))
    assert [(value["kernel"], value["arguments"]) for value in spec["values"]] == [
        ("subtract", ["tau", 0.5]),
        ("divide", ["v1", 0.25]),
        ("multiply", ["v2", 2]),
        ("subtract", [1.0, "v3"]),
        ("add", ["v4", "tau"]),
    ]
    assert spec["values"][-1]["name"] == "ratio"
    assert spec["blocks"][0]["lines"] == ["{ratio:.2f} at {v2:.1f}"]


def test_one_array_and_one_formula_are_packed_once():
    table = np.linspace(0.0, 1.0, 3)
    lines = Lines("lines", "", (f"{at(table, LAYER.index):.1f} {at(table, LAYER.index):.2f}",))
    spec, arrays = unpacked(column(LAYER, lines))
    assert list(arrays) == ["a1"] and [value["kernel"] for value in spec["values"]] == [
        "subtract",
        "divide",
        "at",
    ]


def test_the_state_is_what_the_layout_shows():
    k = Slider("k", "k", drives=TAU, slope=2.0, intercept=1.0)
    order = Control("order", high=1.0)
    scene = column(TAU, k, Table("rules", "Rules", ("rule",), control=order))
    assert scene.controls == (TAU, order) and scene.tables == ("rules",)
    spec, _ = unpacked(scene)
    assert [(c["name"], c["drives"]) for c in spec["controls"]] == [("tau", ""), ("k", "tau")]
    assert spec["blocks"][0]["control"] == "order"


def test_readings_and_locals_are_named_and_not_computed():
    own, picked = Reading("own"), Local("picked")
    scene = column(Lines("lines", "", (f"{own:.2f} {picked:.2f}",)))
    spec, _ = unpacked(scene)
    assert scene.readings() == (own,) and spec["values"] == []
    assert spec["blocks"][0]["lines"] == ["{own:.2f} {picked:.2f}"]


# What cannot be built


def test_a_control_that_is_not_shown_is_refused():
    with pytest.raises(ValueError, match="'tau', which its layout does not show"):
        column(plot(VerticalLine(TAU))).payload()


def test_two_things_of_one_name_are_refused():
    other = Slider("tau", "another", high=9.0)
    with pytest.raises(ValueError, match="called 'tau'"):
        column(TAU, other).payload()
    with pytest.raises(ValueError, match="called control:tau"):
        column(TAU, TAU).payload()
    a, b = named("kl", TAU + 1.0), named("kl", TAU + 2.0)
    with pytest.raises(ValueError, match="called 'kl'"):
        column(TAU, Lines("lines", "", (f"{a:.1f} {b:.1f}",))).payload()
    a, b = (at(Data("table", np.full(3, x)), LAYER.index) for x in (0.0, 1.0))
    with pytest.raises(ValueError, match="called 'table'"):
        column(LAYER, Lines("lines", "", (f"{a:.1f} {b:.1f}",))).payload()
    with pytest.raises(ValueError, match="called lines:lines"):
        column(Lines("lines", "", ()), Lines("lines", "", ())).payload()
    with pytest.raises(ValueError, match="cannot be called"):
        named("two", named("one", TAU + 1.0))


def test_words_hold_values_and_no_names():
    with pytest.raises(ValueError, match="names a value in words"):
        Lines("lines", "", ("D = {kl:.4f}",))
    with pytest.raises(TypeError, match="say how"):
        f"{TAU}"
    words = f"{TAU + 1.0:.2f}"
    Lines("lines", "", (words,))
    with pytest.raises(LookupError, match="gone"):
        Lines("lines", "", (words,))


def test_a_readout_needs_an_address():
    with pytest.raises(ValueError, match="without a name"):
        Readout(TAU + 1.0, "sum", ".2f")


def test_only_a_slider_is_dragged_and_only_a_tabulated_one_has_an_index():
    with pytest.raises(ValueError, match="can be dragged"):
        VerticalLine(TAU + 1.0, drag=True)
    with pytest.raises(ValueError, match="no place there"):
        _ = TAU.index


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="no value and no number"):
        _ = TAU + "1"
    with pytest.raises(TypeError):
        _ = np.arange(3) - TAU
    with pytest.raises(ValueError, match="JSON"):
        column(TAU, Lines("lines", "", (f"{TAU + float('nan'):.2f}",))).payload()


# Controls


def test_a_tabulated_slider_has_the_values_of_its_grid_alone():
    slope = Slider("slope", "slope", default=0.4, low=-1.0, high=1.0, step=0.05, tabulated=True)
    assert slope.grid.size == 41 and slope.grid[28] == 0.4 and slope.grid[20] == 0.0
    assert slope.nearest(0.42) == 0.4 and slope.nearest(0.43) == 0.45
    assert TAU.nearest(0.123) == 0.123


@pytest.mark.parametrize(
    ("low", "step"),
    [(-1.98, 0.01), (-1.98e-12, 1e-14), (999_998_020_000.0, 10_000.0), (999_999_998.02, 0.01)],
)
def test_positions_are_the_written_numbers_in_every_unit(low, step):
    slider = Slider("x", "x", default=low, low=low, high=low + 394 * step, step=step, tabulated=True)
    written = [float(Decimal(repr(low)) + k * Decimal(repr(step))) for k in range(395)]
    assert slider.grid == pytest.approx(written, rel=1e-15)
    assert [slider.nearest(position) for position in slider.grid] == slider.grid.tolist()


@pytest.mark.parametrize("text", ["x", "nan", "inf", "2.5", "", "[a](//b.example)"])
def test_a_wrong_number_in_the_address_is_named_and_shown_as_it_was_typed(text):
    with pytest.raises(ValueError, match="tau in the address must be a number from 0 to 2, not") as caught:
        TAU.parse(text)
    assert as_code(text) in str(caught.value)


def test_what_may_be_typed_may_be_wider_than_the_slider():
    wide = Slider("tau", "τ", high=2.0, wider=(-1e9, 1e9), presets=(Preset("most", 2.0),))
    assert wide.parse("2.5") == 2.5 and wide.accepts(-7) and not wide.accepts("7") and not wide.accepts(1e10)


def test_a_tabulated_slider_begins_on_its_grid():
    with pytest.raises(ValueError, match="no position of its grid"):
        Slider("w", "w", default=0.42, low=-1.0, high=1.0, step=0.05, tabulated=True)


# Marks over rows


@pytest.mark.parametrize(
    "mark",
    [
        lambda: Swarm(np.zeros((3, 4, 2)), LAYER, np.zeros(4, np.uint8), ("blue",)),
        lambda: Swarm(np.zeros((3, 4, 2), np.float32), LAYER, np.full(4, 1, np.uint8), ("blue",)),
        lambda: Swarm(np.zeros((3, 4, 2), np.float32), LAYER, np.zeros(3, np.uint8), ("blue",)),
        lambda: Mesh(np.zeros((3, 4, 2), np.float32), LAYER, "gray"),
        lambda: Raster(np.zeros((3, 2, 2), np.float32), LAYER, (0.0, 1.0), (0.0, 1.0), "gray"),
    ],
)
def test_a_mark_over_rows_takes_arrays_of_its_shape_alone(mark):
    with pytest.raises(ValueError, match="must be"):
        mark()


def test_marks_over_rows_are_packed_with_their_arrays():
    marks = (
        Raster(np.zeros((3, 5, 5), np.uint8), LAYER, (-3.0, 3.0), (-2.0, 2.0), "gray"),
        Mesh(np.zeros((3, 2, 6, 2), np.float32), LAYER, "gray"),
        Swarm(np.zeros((3, 4, 2), np.float32), LAYER, np.array([0, 1, 1, 0], np.uint8), ("blue", "red")),
        Handle(LAYER, LAYER, "red", f"here {LAYER:.1f}"),
    )
    spec, arrays = unpacked(column(plot(*marks), LAYER))
    assert [mark["kind"] for mark in spec["marks"]] == ["raster", "mesh", "swarm", "handle"]
    assert spec["marks"][0]["x"] == [-3.0, 3.0] and spec["marks"][2]["colors"] == ["blue", "red"]
    assert {arrays[spec["marks"][i][name]].dtype for i, name in ((0, "levels"), (1, "points"))} == {
        np.dtype(np.uint8),
        np.dtype(np.float32),
    }


# The two sides


def test_every_kind_of_mark_has_its_class_in_the_browser():
    text = (assets.FOLDER / "marks.js").read_text(encoding="utf-8")
    table = text.split("export const MARKS = ")[1]
    assert set(re.findall(r"([\w-]+)\"?: ", table)) == {mark.kind for mark in get_args(Mark)}


def test_every_kernel_has_its_function_in_python_and_in_the_browser():
    text = (assets.FOLDER / "kernels.js").read_text(encoding="utf-8")
    lists = re.findall(r"^export \{([^}]*)\}", text, flags=re.MULTILINE)
    passed_on = {name for names in lists for name in re.findall(r"\w+", names)}
    exported = passed_on | set(re.findall(r"^export function (\w+)\(", text, flags=re.MULTILINE))
    functions = [item for name, item in vars(kernels).items() if not name.startswith("_") and callable(item)]
    mine = [function for function in functions if getattr(function, "__module__", "") == kernels.__name__]
    made = {function(*[0.0] * _arity(function)).kernel for function in mine}
    operators, for_tests = {"add", "subtract", "multiply", "divide"}, {"between"}
    assert made | operators | for_tests == exported
    assert isinstance(at(np.zeros(1), 0), Computed)


def _arity(function) -> int:
    return function.__code__.co_argcount
