"""Swarm, mesh and raster over a figure in a real browser, without a page of the program around them."""

import base64
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.browser.live import drag, grip, next_frame, plot_area
from tests.variants import seldom
from ui.live import assets
from ui.live.controls import Slider
from ui.live.marks import Handle, Mesh, Point, Raster, Swarm
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Reading

ROWS, DOTS, LINES, LENGTH = 3, 400, 5, 7
COLORS = ("#0072B2", "#D55E00")
LEVELS = np.array(
    [[[0, 0, 0], [255, 51, 0]], [[0, 255, 0], [0, 0, 0]], [[9, 9, 9], [9, 9, 9]]], dtype=np.uint8
)

MOUNT = """async ([root, encoded]) => {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const { default: mount } = await import(`${root}/live.js`);
    const parentElement = document.body.appendChild(document.createElement("div"));
    const component = { parentElement, setStateValue() {}, setTriggerValue() {} };
    const files = { plotly: `${root}/plotly.min.js`, stylesheet: `${root}/live.css` };
    const scene = URL.createObjectURL(new Blob([bytes]));
    const values = { x: 0, y: 0 };
    window.update = (readings) => mount({
        ...component, data: { name: "marks", ...files, scene, values, serial: 0, readings, tables: {} },
    });
    await window.update({ row: 0, image: 0 });
}"""

TO_DATA = """(pixels) => {
    const { xaxis, yaxis } = document.querySelector('[data-figure="plane"]')._fullLayout;
    return pixels.map(([x, y]) => [xaxis.p2l(x - xaxis._offset), yaxis.p2l(y - yaxis._offset)]);
}"""

PIXELS = """async (image) => {
    const picture = new Image();
    picture.src = image.getAttribute("href");
    await picture.decode();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: picture.naturalWidth, height: picture.naturalHeight });
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return [width, height, Array.from(data)];
}"""

SHOWN_WHILE_IT_CHANGES = """async () => {
    const images = () => [...document.querySelectorAll("[data-raster] image")];
    const counts = [];
    for (let i = 0; i < 30; i += 1) {
        window.update({ row: 0, image: i % 3 });
        await new Promise(requestAnimationFrame);
        counts.push(images().filter((image) => image.style.display !== "none").length);
    }
    return [counts, images().length];
}"""


def arrays() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(30)
    return {
        "swarm": generator.normal(0, 2, (ROWS, DOTS, 2)).astype(np.float32),
        "groups": generator.integers(0, 2, DOTS).astype(np.uint8),
        "mesh": generator.normal(0, 2, (ROWS, LINES, LENGTH, 2)).astype(np.float32),
    }


def scene() -> Scene:
    figure = go.Figure(layout={"xaxis": {"range": [-4, 4]}, "yaxis": {"range": [-3, 3]}})
    x, y = (Slider(name, name, low=-4.0, high=4.0, step=0.1) for name in ("x", "y"))
    row, image = Reading("row"), Reading("image")
    tables = {name: Data(name, array) for name, array in arrays().items()}
    marks = (
        Raster(Data("levels", LEVELS), image, (-2.0, 1.0), (-1.0, 2.0), "#0072B2"),
        Mesh(tables["mesh"], row, "gray"),
        Swarm(tables["swarm"], row, tables["groups"], COLORS),
        Point(x * 2.0, y, "black", f"twice x: {x:.1f}"),
        Handle(x, y, "black", "here"),
    )
    return Scene(((Cell((Figure("plane", figure, 400, "A plane", marks), x, y)),),))


@pytest.fixture
def plane(page, app_url):
    """The scene's page; ``window.update`` sends it new readings."""
    page.goto(f"{app_url}/healthz")
    encoded = base64.b64encode(scene().payload()).decode()
    page.evaluate(MOUNT, [f"{app_url}/live/{assets.version()}", encoded])
    page.wait_for_selector('[data-testid="live-marks"][data-ready="true"]')
    page.locator("[data-raster] image").wait_for()
    return page


def update(page, **readings: float | None) -> None:
    page.evaluate("(readings) => window.update(readings)", readings)
    next_frame(page)


def data_points(page, path: str) -> np.ndarray:
    pixels = [[float(n) for n in pair] for pair in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]
    return np.array(page.evaluate(TO_DATA, pixels))


@pytest.mark.parametrize(
    ("row", "low", "share"), seldom([(1.25, 1, 0.25), (9, 2, 0), (0, 0, 0), (2, 2, 0)], always=2)
)
def test_points_lie_between_the_rows(plane, row, low, share):
    update(plane, row=row, image=0)
    tables = arrays()
    swarm, mesh = (
        (1 - share) * tables[name][low] + share * tables[name][min(low + 1, 2)] for name in ("swarm", "mesh")
    )
    paths = plane.locator("[data-swarm] path")
    for i, color in enumerate(COLORS):
        assert paths.nth(i).get_attribute("stroke") == color
        dots = data_points(plane, paths.nth(i).get_attribute("d"))
        assert dots == pytest.approx(swarm[tables["groups"] == i], abs=0.002)  # a tenth of a pixel
    lines = plane.locator("[data-mesh] path").get_attribute("d")
    assert [len(line.split("L")) for line in lines.split("M")[1:]] == [LENGTH] * LINES
    assert data_points(plane, lines) == pytest.approx(mesh.reshape(-1, 2), abs=0.002)


def test_an_image_lies_on_its_ranges_with_its_first_line_at_the_bottom(plane):
    image = plane.locator("[data-raster] image")
    assert image.count() == 1
    left, top, width, height = (float(image.get_attribute(name)) for name in ("x", "y", "width", "height"))
    corners = np.array(plane.evaluate(TO_DATA, [[left, top], [left + width, top + height]]))
    assert corners == pytest.approx(np.array([[-2, 2], [1, -1]]))
    across, down, pixels = image.evaluate(PIXELS)
    pixels = np.reshape(pixels, (down, across, 4))
    assert np.array_equal(pixels[::-1, :, 3], LEVELS[0])
    assert pixels[0, 0].tolist() == [0x00, 0x72, 0xB2, 255]


def test_one_image_is_shown_in_every_frame_of_a_quick_change(plane):
    counts, made = plane.evaluate(SHOWN_WHILE_IT_CHANGES)
    assert set(counts) == {1}
    assert made == len(LEVELS)  # each once


def test_unknown_rows_hide_the_marks(plane):
    marks = [plane.locator(f"[data-{name}]") for name in ("swarm", "mesh", "raster")]
    update(plane, row=None, image=None)
    assert all(mark.evaluate("(mark) => mark.style.display") == "none" for mark in marks)
    update(plane, row=1, image=1)
    assert all(mark.evaluate("(mark) => mark.style.display") == "" for mark in marks)
    plane.locator('[data-raster] image[data-row="1"]').wait_for()


def test_a_handle_is_dragged_over_the_other_marks(plane):
    area = plot_area(plane, "plane")
    drag(plane, grip(plane, "plane", "x y"), area.at(0.75, 0.25), steps=10)
    plane.mouse.up()
    next_frame(plane)
    assert position(plane) == pytest.approx([2, 1.5])


def position(page) -> list[float]:
    return [float(page.get_by_test_id(f"control-{name}").input_value()) for name in ("x", "y")]


def test_a_press_beside_a_handle_moves_nothing(plane):
    area = plot_area(plane, "plane")
    x, y = grip(plane, "plane", "x y")
    drag(plane, (x + 30, y), area.at(0.9, 0.1), steps=5)
    plane.mouse.up()
    drag(plane, area.at(0.1, 0.1), area.at(0.9, 0.1), steps=5)
    plane.mouse.up()
    next_frame(plane)
    assert position(plane) == [0, 0]
    drag(plane, (x + 20, y), area.at(0.75, 0.5), steps=5)
    plane.mouse.up()
    next_frame(plane)
    assert position(plane) == pytest.approx([2, 0])


def test_what_leaves_the_plot_is_an_arrow_with_its_value(plane):
    point = plane.locator("svg.hw9-overlay > g > g").nth(3)
    arrow, dot = point.locator("[data-edge]"), point.locator("circle")
    area = plot_area(plane, "plane")
    assert arrow.is_hidden() and dot.is_visible()
    drag(plane, grip(plane, "plane", "x y"), area.at(0.85, 0.5), steps=5)  # twice 2.8 lies outside
    next_frame(plane)
    assert arrow.is_visible() and dot.is_hidden()
    assert arrow.get_attribute("data-edge") == "twice x: 2.8"
    box = arrow.locator("path").bounding_box()
    assert box["x"] + box["width"] == pytest.approx(area.left + area.width, abs=1.5)
    plane.mouse.move(*area.at(0.6, 0.5))
    next_frame(plane)
    assert arrow.is_hidden() and dot.is_visible()
    plane.mouse.up()


def test_marks_follow_a_resize(plane):
    width = "document.querySelector('[data-raster] image').getAttribute('width')"
    before = plane.evaluate(width)
    plane.set_viewport_size({"width": 900, "height": 800})
    plane.wait_for_function(f"(before) => {width} !== before", arg=before)
    test_an_image_lies_on_its_ranges_with_its_first_line_at_the_bottom(plane)
