"""The image of a square in a real browser against a very fine polygon by hw9core."""

import numpy as np
import pytest

from hw9core.coupling.layers import ComposedTransform
from tests.browser.kernels import open_kernels
from tests.browser.test_coupling_plane_flow import PlaneFlow
from tests.variants import seldom
from ui.lessons.coupling.plane.material import DATA_SET_NAMES, shipped

SIDES = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
FINE = 3000  # points per side
AREAS = """async ([url, flow, squares]) => {
    const { carriedSquare, polygonArea } = await import(url);
    const { weights, sizes, copied, bound, row } = flow;
    const layers = [Float64Array.from(weights), Int32Array.from(sizes), Int32Array.from(copied), bound];
    const images = squares.map((square) => carriedSquare(...square, row, ...layers));
    return images.map((image) => [polygonArea(image), image.length / 2]);
}"""


def area(points: np.ndarray) -> float:
    x, y = (points - points[0]).T
    return 0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))


def fine_outline(x: float, y: float, side: float) -> np.ndarray:
    corners = np.array([x, y]) + side * SIDES
    share = np.arange(FINE)[:, np.newaxis] / FINE
    return np.concatenate(
        [a + share * (b - a) for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)]
    )


@pytest.fixture
def areas(page, app_url):
    """Area and number of corners of the images of squares (x, y, side)."""
    call = open_kernels(page, app_url)
    return lambda flow, squares: np.array(call.page.evaluate(AREAS, [call.url, flow, squares])).T


@pytest.mark.parametrize("row", [0, 2.4, 5])
def test_the_area_of_the_image_of_a_square(areas, row):
    generator = np.random.default_rng(40)
    flow = PlaneFlow.random(generator, 5, 8)
    squares = [[*generator.normal(0, 1.5, 2), generator.uniform(0.02, 1)] for _ in range(60)]
    found, corners = areas({**flow.arguments(), "row": row}, squares)
    expected = [area(flow.carried(fine_outline(*square), row)[0]) for square in squares]
    assert found == pytest.approx(expected, rel=0.01)
    assert corners.min() > 48 and corners.max() <= 600


@pytest.mark.parametrize("data_set", seldom(DATA_SET_NAMES))
def test_it_copes_with_trained_flows(areas, data_set):
    """Where a flow parts the data a coarse polygon crosses itself, and its area may even be negative."""
    material = shipped(data_set)
    transform = ComposedTransform(material.layers())
    flow = {
        "weights": material.arrays["parameters"][-1].astype(float).tolist(),
        "sizes": [1, material.config.hidden_size, material.config.hidden_size, 1],
        "copied": [layer.mask[0] for layer in material.layers()],
        "bound": 2.0,
        "row": material.depth,
    }
    squares = [[*point, 0.2] for point in material.test[:50].tolist()]
    found, corners = areas(flow, squares)
    expected = np.array([area(transform.call_and_ladj(fine_outline(*square))[0]) for square in squares])
    errors = np.abs(found / expected - 1)
    assert np.quantile(errors, 0.9) < 0.01 and np.all(found > 0)
    assert corners.max() <= 600
