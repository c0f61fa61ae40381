"""Swarm, mesh and raster over a figure in a real browser, without a page of the program around them."""

import base64
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.browser.live import drag, next_frame, plot_area
from ui.live import assets
from ui.live.controls import Slider
from ui.live.marks import Handle, Mesh, Raster, Swarm
from ui.live.scene import Cell, Figure, Scene

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


def scene() -> Scene:
    generator = np.random.default_rng(30)
    figure = go.Figure(layout={"xaxis": {"range": [-4, 4]}, "yaxis": {"range": [-3, 3]}})
    sliders = [Slider(name, name, -4, 4, 0.1, 0.1, name) for name in ("x", "y")]
    return Scene(
        figures={"plane": Figure(figure, 400, "A plane")},
        controls=tuple(sliders),
        marks=(
            Raster("plane", "levels", "image", (-2.0, 1.0), (-1.0, 2.0), "#0072B2"),
            Mesh("plane", "mesh", "row", "gray"),
            Swarm("plane", "swarm", "row", "groups", COLORS),
            Handle("plane", "x", "y", "black", "here"),
        ),
        rows=((Cell(("figure:plane", "control:x", "control:y")),),),
        arrays={
            "swarm": generator.normal(0, 2, (ROWS, DOTS, 2)).astype(np.float32),
            "groups": generator.integers(0, 2, DOTS).astype(np.uint8),
            "mesh": generator.normal(0, 2, (ROWS, LINES, LENGTH, 2)).astype(np.float32),
            "levels": LEVELS,
        },
    )


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


@pytest.mark.parametrize(("row", "low", "share"), [(0, 0, 0), (1.25, 1, 0.25), (2, 2, 0), (9, 2, 0)])
def test_points_lie_between_the_rows(plane, row, low, share):
    update(plane, row=row, image=0)
    arrays = scene().arrays
    swarm, mesh = (
        (1 - share) * arrays[name][low] + share * arrays[name][min(low + 1, 2)] for name in ("swarm", "mesh")
    )
    paths = plane.locator("[data-swarm] path")
    for i, color in enumerate(COLORS):
        assert paths.nth(i).get_attribute("stroke") == color
        dots = data_points(plane, paths.nth(i).get_attribute("d"))
        assert dots == pytest.approx(swarm[arrays["groups"] == i], abs=0.002)  # a tenth of a pixel
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
    drag(plane, area.at(0.5, 0.5), area.at(0.75, 0.25), steps=10)
    plane.mouse.up()
    next_frame(plane)
    values = [float(plane.get_by_test_id(f"control-{name}").input_value()) for name in ("x", "y")]
    assert values == pytest.approx([2, 1.5])


def test_marks_follow_a_resize(plane):
    width = "document.querySelector('[data-raster] image').getAttribute('width')"
    before = plane.evaluate(width)
    plane.set_viewport_size({"width": 900, "height": 800})
    plane.wait_for_function(f"(before) => {width} !== before", arg=before)
    test_an_image_lies_on_its_ranges_with_its_first_line_at_the_bottom(plane)
