"""The kernels of a flow in the plane against hw9core in a real browser, on random layers and points."""

from dataclasses import dataclass

import numpy as np
import pytest

from hw9core.coupling.layers import AffineCouplingTransform, ComposedTransform, random_network
from tests.browser.kernels import open_kernels

POINTS, FLOWS = 20, 12

CARRY = """async ([url, flows]) => {
    const { carriedLogArea, carriedPoints } = await import(url);
    return flows.map(({ weights, sizes, copied, bound, points, rows }) => {
        const flow = [Float64Array.from(weights), Int32Array.from(sizes), Int32Array.from(copied), bound];
        return rows.map((row) => [
            carriedPoints(points.flat(), row, ...flow),
            points.map(([x, y]) => carriedLogArea(x, y, row, ...flow)),
        ]);
    });
}"""


@dataclass(frozen=True)
class PlaneFlow:
    """Random coupling layers of hw9core, and the same for the kernels."""

    layers: tuple[AffineCouplingTransform, ...]
    hidden: int

    @classmethod
    def random(cls, generator: np.random.Generator, count: int, hidden: int) -> "PlaneFlow":
        def network():
            return random_network(int(generator.integers(1 << 30)), 1, 1, hidden)

        bound = generator.uniform(0.5, 3)
        masks = [(int(k),) for k in generator.integers(0, 2, count)]
        layers = (AffineCouplingTransform(2, mask, network(), network(), bound) for mask in masks)
        return cls(tuple(layers), hidden)

    def arguments(self) -> dict:
        networks = [network for layer in self.layers for network in (layer.s_theta, layer.t_theta)]
        arrays = [array.ravel() for network in networks for pair in network.layers for array in pair]
        return {
            "weights": np.concatenate(arrays).tolist(),
            "sizes": [1, self.hidden, self.hidden, 1],
            "copied": [layer.mask[0] for layer in self.layers],
            "bound": self.layers[0].bound,
        }

    def carried(self, points: np.ndarray, row: float) -> tuple[np.ndarray, np.ndarray]:
        """The points after the first ``row`` layers and log|det|, by NumPy."""
        whole = int(row)
        log_area = np.zeros(len(points))
        if whole:
            points, log_area = ComposedTransform(self.layers[:whole]).call_and_ladj(points)
        fraction = row - whole
        if fraction:
            image, s = self.layers[whole].call_and_ladj(points)
            points = points + fraction * (image - points)
            log_area = log_area + np.log(1 - fraction + fraction * np.exp(s))
        return points, log_area


@pytest.fixture
def call(page, app_url):
    return open_kernels(page, app_url)


def test_carried_points_and_areas_equal_hw9core(call):
    generator = np.random.default_rng(20)
    flows = [PlaneFlow.random(generator, 1 + i % 8, (3, 8, 32)[i % 3]) for i in range(FLOWS)]
    calls = []
    for flow in flows:
        count = len(flow.layers)
        rows = [0, count, *generator.uniform(0, count, 2), int(generator.integers(count + 1))]
        points = generator.normal(0, 2, (POINTS, 2)).tolist()
        calls.append({**flow.arguments(), "points": points, "rows": rows})
    results = call.page.evaluate(CARRY, [call.url, calls])
    for flow, given, by_row in zip(flows, calls, results, strict=True):
        for row, (carried, log_areas) in zip(given["rows"], by_row, strict=True):
            points, log_area = flow.carried(np.array(given["points"]), row)
            assert np.reshape(list(carried), (-1, 2)) == pytest.approx(points, rel=1e-9, abs=1e-12)
            assert log_areas == pytest.approx(log_area, rel=1e-9, abs=1e-12)


def test_the_outline_of_a_square(call):
    (points,) = call("squareOutline", [[0.5, -1.5, 2]])
    points = np.reshape(list(points), (-1, 2))
    assert points.shape == (4 * 12, 2)
    corners = [(-0.5, -2.5), (1.5, -2.5), (1.5, -0.5), (-0.5, -0.5)]
    assert points[::12] == pytest.approx(np.array(corners))
    steps = np.linalg.norm(np.diff(points, axis=0, append=points[:1]), axis=1)
    assert steps == pytest.approx(2 / 12)


def test_areas_of_mapped_squares_are_determinants(call):
    generator = np.random.default_rng(21)
    squares = np.column_stack([generator.normal(0, 50, (200, 2)), np.exp(generator.uniform(-3, 1, 200))])
    outlines = call("squareOutline", squares.tolist())
    matrices = generator.normal(size=(200, 2, 2))
    mapped = [
        (np.reshape(list(points), (-1, 2)) @ matrix.T).ravel().tolist()
        for points, matrix in zip(outlines, matrices, strict=True)
    ]
    areas = call("polygonArea", [[points] for points in mapped])
    expected = (
        np.linalg.det(matrices) * squares[:, 2] ** 2
    )  # a map that turns the plane over makes it negative
    assert areas == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_small_square_changes_its_area_by_the_factor(call):
    generator = np.random.default_rng(22)
    flow = PlaneFlow.random(generator, 6, 8)
    x, y, row, side = 0.4, -0.7, 3.6, 1e-4
    names = ("weights", "sizes", "copied", "bound")
    given = [flow.arguments()[name] for name in names]
    (outline,) = call("squareOutline", [[x, y, side]])
    (carried,) = call("carriedPoints", [[list(outline), row, *given]])
    (area,) = call("polygonArea", [[list(carried)]])
    (log_area,) = call("carriedLogArea", [[x, y, row, *given]])
    assert area / side**2 == pytest.approx(np.exp(log_area), rel=1e-5)
