"""kernels.js against hw9core in a real browser, on random inputs with many ties."""

import math

import numpy as np
import pytest

from hw9core.anomaly.decisions.error_rates import error_rates
from hw9core.coupling import plane_points
from hw9core.coupling.jacobian import grid_through
from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from hw9core.divergence.jensen import RatioAtoms, discrete_kl
from hw9core.gaussians.kl import kl_terms
from hw9core.joint_maximum.bias import bowl_gap, sloped_gap
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.numerics.round_numbers import multiple
from tests.browser.kernels import open_kernels
from ui.live import assets
from ui.live.controls import Slider

POINTS = """async ([url, calls]) => {
    const kernels = await import(url);
    return calls.map((numbers) => [...kernels.%s]);
}"""

ON_GRID = """async ([url, calls]) => {
    const { Slider } = await import(url);
    const slider = (minimum, maximum, step) => ({ spec: { minimum, maximum, step } });
    return calls.map(([value, ...range]) => Slider.prototype.onGrid.call(slider(...range), value));
}"""


@pytest.fixture
def call(page, app_url):
    return open_kernels(page, app_url)


def test_counts_equal_hw9core(call):
    generator = np.random.default_rng(5)
    cases, flagged, passed = [], [], []
    for _ in range(300):
        size = int(generator.integers(1, 200))
        scores = np.sort(generator.integers(0, 30, size) / 7)
        tau = float(generator.choice([*scores, *generator.uniform(-1, 6, 3)]))
        rates = error_rates(tau, scores, scores)
        cases.append([scores.tolist(), tau])
        flagged.append(rates.false_positives)
        passed.append(rates.false_negatives)
    assert call("countAbove", cases) == flagged
    assert call("countNotAbove", cases) == passed


def test_arithmetic_equals_python(call):
    pairs = np.random.default_rng(6).normal(size=(300, 2)).tolist()
    assert call("divide", pairs) == [a / b for a, b in pairs]
    assert call("multiply", pairs) == [a * b for a, b in pairs]
    assert call("add", pairs) == [a + b for a, b in pairs]
    assert call("subtract", pairs) == [a - b for a, b in pairs]
    assert [list(result) for result in call("pair", pairs)] == pairs
    assert call("exp", [[a] for a, _ in pairs]) == pytest.approx([math.exp(a) for a, _ in pairs], rel=1e-15)


def test_a_slider_moves_to_the_doubles_of_pythons_grid(page, app_url):
    page.goto(f"{app_url}/healthz")
    generator, cases, expected = np.random.default_rng(12), [], []
    for step in (1e-14, 1e-8, 0.005, 0.01, 0.02, 0.05, 1.0, 10_000.0):
        k = int(generator.integers(-500, 500))
        low, high = multiple(k, step), multiple(k + 300, step)
        slider = Slider("x", "x", default=low, low=low, high=high, step=step, tabulated=True)
        for value in generator.uniform(low, high, 40):
            cases.append([value, low, high, step])
            expected.append(slider.nearest(value))
    found = page.evaluate(ON_GRID, [f"{app_url}/live/{assets.version()}/block_slider.js", cases])
    assert found == expected


def test_table_entries_equal_numpy(call):
    generator = np.random.default_rng(7)
    cases, expected = [], []
    for _ in range(300):
        table = generator.normal(size=int(generator.integers(1, 50)))
        index = float(generator.uniform(-3, 55))
        cases.append([table.tolist(), index])
        expected.append(table[int(np.clip(np.floor(index + 0.5), 0, len(table) - 1))])
    assert call("at", cases) == expected


def test_cells_of_a_grid_equal_numpy(call):
    generator = np.random.default_rng(10)
    cases, expected = [], []
    for _ in range(300):
        rows, columns = (int(n) for n in generator.integers(1, 12, 2))
        table = generator.normal(size=(rows, columns))
        i, j = int(generator.integers(rows)), int(generator.integers(columns))
        cases.append([table.ravel().tolist(), columns, i + 0.3, j - 0.2])
        expected.append(table[i, j])
    assert call("cell", cases) == expected


def test_gaps_equal_hw9core(call):
    generator = np.random.default_rng(11)
    cases, expected = [], []
    for i in range(240):
        theta = generator.uniform(-3, 3, 7)
        star, size, slope = generator.uniform(-2, 2), generator.uniform(0.1, 2), generator.uniform(-1, 1)
        cases.append([theta.tolist(), star, size, slope, i % 2])
        expected.append(bowl_gap(theta, star, size) if i % 2 else sloped_gap(theta, star, size, slope))
    found = call.page.evaluate(
        """async ([url, calls]) => {
            const { approximationGap, subtractEach } = await import(url);
            return calls.map((args) => [[...approximationGap(...args)], [...subtractEach(args[0], args[0])]]);
        }""",
        [call.url, cases],
    )
    for (gap, zeros), want in zip(found, expected, strict=True):
        assert gap == pytest.approx(want, rel=1e-12)
        assert not any(zeros)


def test_above_is_strict_and_unknown_for_nan(call):
    pairs = [[1.0, 0.5], [0.5, 0.5], [0.25, 0.5]]
    assert call("above", pairs) == [1, 0, 0]
    nan = """async (url) => {
        const { above } = await import(url);
        return [above(NaN, 1), above(1, NaN)].map(Number.isNaN);
    }"""
    assert call.page.evaluate(nan, call.url) == [True, True]


def random_mixture(generator, count: int) -> tuple[list[float], MixtureCDFTransform]:
    """The kernels' flat list of parameters, weights not normalised, and hw9core's flow of the same."""
    weights = generator.uniform(0.05, 3, count)
    locs, scales = generator.normal(0, 2, count), np.exp(generator.uniform(-4, 1, count))
    flat = np.stack([weights, locs, scales], axis=1).ravel().tolist()
    return flat, MixtureCDFTransform(weights / weights.sum(), locs, scales)


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("mixtureDensity", lambda flow, x: np.exp(flow.mixture_log_prob(x))),
        ("mixtureMap", lambda flow, x: flow(x)),
        ("mixtureSlope", lambda flow, x: np.exp(flow.call_and_ladj(x)[1])),
    ],
)
def test_mixture_kernels_equal_hw9core(call, kernel, expected):
    generator = np.random.default_rng(8)
    calls, values = [], []
    for i in range(250):
        flat, flow = random_mixture(generator, 1 + i % 4)
        x = generator.choice(flow.locs, 5) + generator.normal(0, 3, 5) * generator.choice(flow.scales, 5)
        calls.append([x.tolist(), *flat])
        values.append(expected(flow, x))
    for got, want in zip(call(kernel, calls), values, strict=True):
        assert list(got) == pytest.approx(want, rel=1e-9, abs=1e-12)


def test_mixture_loss_equals_hw9core(call):
    generator = np.random.default_rng(9)
    calls, values = [], []
    for i in range(200):
        flat, flow = random_mixture(generator, 1 + i % 4)
        x = generator.normal(0, 2, 20)
        calls.append([x.tolist(), *flat])
        values.append(-flow.mixture_log_prob(x).mean())
    assert call("mixtureLoss", calls) == pytest.approx(values, rel=1e-9)


def test_places_along_a_control_equal_those_of_numpy(call):
    generator = np.random.default_rng(8)
    grid = np.round(np.linspace(-2, 2, 81), 2)
    cases, expected = [], []
    for _ in range(300):
        n = int(generator.integers(2, 9))
        base = generator.choice(grid, n) + generator.choice([0.0, 0.003])
        j, k = int(generator.integers(n)), int(generator.integers(grid.size))
        point = base.copy()
        point[j] = grid[k]
        # One coordinate moved; back at the base is the last place, not the grid's.
        place = j * (grid.size + 1) + k if point[j] != base[j] else n * (grid.size + 1) - 1
        np.testing.assert_array_equal(grid_through(base, grid).reshape(-1, n)[place], point)
        cases.append([grid.tolist(), base.tolist(), *point.tolist()])
        expected.append(place)
    assert call("along", cases) == expected


def test_a_place_is_unknown_off_the_grid_and_where_two_controls_moved(call):
    nowhere = """async (url) => {
        const { along, at } = await import(url);
        const points = [[0.5, 0], [1, 1], [NaN, 0]];
        const places = points.map((point) => along([0, 1], [0, 0], ...point));
        return [...places, ...places.map((place) => at([3, 4], place))].map(Number.isNaN);
    }"""
    assert call.page.evaluate(nowhere, call.url) == [True] * 6


def random_plane_pair(generator: np.random.Generator, i: int) -> tuple[list[float], Gaussian, Gaussian]:
    """Two Gaussians as the kernels' ten numbers and as hw9core's; every third pair is nearly equal."""
    five = np.array([*generator.normal(0, 2, 2), *np.exp(generator.uniform(-3, 1.5, 2)), 0.0])
    five[4] = generator.uniform(-180, 180)
    if i % 3:
        other = np.array(
            [*generator.normal(0, 2, 2), *np.exp(generator.uniform(-3, 1.5, 2)), generator.uniform(-180, 180)]
        )
    else:
        other = five * (1 + generator.normal(0, 10.0 ** generator.integers(-6, 0), 5))
    return [*five, *other], plane_gaussian(five), plane_gaussian(other)


def plane_gaussian(five) -> Gaussian:
    x, y, first, second, degrees = (float(number) for number in five)
    return Gaussian([x, y], covariance_from_ellipse(Ellipse(first, second, math.radians(degrees))))


def test_gaussian_terms_equal_hw9core(call):
    generator = np.random.default_rng(10)
    calls, expected = [], []
    for i in range(300):
        numbers, p, q = random_plane_pair(generator, i)
        terms = kl_terms(p, q)
        calls.append(numbers)
        expected.append([terms.kl, terms.log_det, terms.mahalanobis, terms.trace_minus_d])
    for got, want in zip(call("gaussianTerms", calls), expected, strict=True):
        # Between nearly equal Gaussians hw9core's own rounding of Σ, 1e-13 of 1, is the limit.
        assert got == pytest.approx(want, rel=1e-9, abs=2e-13)


def test_equal_gaussians_diverge_by_exactly_nothing(call):
    generator = np.random.default_rng(11)
    halves = [[*generator.normal(0, 2, 2), *generator.uniform(0.1, 3, 2), 30.0] for _ in range(20)]
    assert all(np.abs(terms).max() == 0 for terms in call("gaussianTerms", [[*h, *h] for h in halves]))


def test_plane_covariances_equal_hw9core(call):
    generator = np.random.default_rng(13)
    calls, expected = [], []
    for i in range(200):
        numbers, p, _ = random_plane_pair(generator, i)
        (a, b), (_, c) = p.covariance
        calls.append(numbers[2:5])
        expected.append([a, b, c, b / math.sqrt(a * c)])
    for got, want in zip(call("planeCovariance", calls), expected, strict=True):
        assert got == pytest.approx(want, rel=1e-9, abs=1e-12)
        assert abs(got[3]) < 1


def test_outlines_lie_at_their_number_of_standard_deviations(call):
    generator = np.random.default_rng(12)
    calls, pairs = [], []
    for i in range(200):
        numbers, p, q = random_plane_pair(generator, 3 * i + 1)
        calls.append([1.0 + i % 2, *numbers])
        pairs.append((p, q))
    outlines, whitened_outlines = (
        call.page.evaluate(POINTS % name, [call.url, calls])
        for name in ("gaussianOutline(...numbers.slice(0, 6))", "whitenedOutline(...numbers)")
    )
    for numbers, (p, q), shown, white in zip(calls, pairs, outlines, whitened_outlines, strict=True):
        points = np.array(shown).reshape(-1, 2)
        distance = np.linalg.solve(p.cholesky, (points - p.mean).T)
        assert np.hypot(*distance) == pytest.approx(numbers[0], rel=1e-9)
        # Whitening keeps q's own distances: how far a point lies from q's centre in its standard deviations.
        radius = np.hypot(*np.linalg.solve(q.cholesky, (points - q.mean).T))
        assert np.hypot(*np.array(white).reshape(-1, 2).T) == pytest.approx(radius, rel=1e-8)


def test_atoms_of_the_ratio_equal_hw9core(call):
    generator = np.random.default_rng(10)
    cases = []
    for _ in range(300):
        n = int(generator.integers(2, 9))
        cases.append((generator.uniform(0.01, 1, n).tolist(), generator.uniform(0.01, 3, n).tolist()))
    atoms = [RatioAtoms(*case) for case in cases]
    weights = call("shares", [case[0] for case in cases])
    raw = [[list(w), *case[1]] for w, case in zip(weights, cases, strict=True)]
    ratios = [list(r) for r in call("unitMean", raw)]
    pairs = [[list(w), r] for w, r in zip(weights, ratios, strict=True)]
    for pair, expected in zip(pairs, atoms, strict=True):
        assert pair[0] == pytest.approx(expected.weights, rel=1e-12)
        assert pair[1] == pytest.approx(expected.ratios, rel=1e-12)
    heights = [list(h) for h in call("minusLogs", [[r, 1] for r in ratios])]
    chords = call("weightedMean", [[p[0], h] for p, h in zip(pairs, heights, strict=True)])
    assert chords == pytest.approx([a.chord_height for a in atoms], rel=1e-9)
    gaps = call("jensenGap", pairs)
    assert gaps == pytest.approx([discrete_kl(a.weights, a.q) for a in atoms], rel=1e-9)
    assert call("minusLog", [[0.5, 2], [1, 3]]) == pytest.approx([2 * np.log(2), 0])


def test_the_straight_way_between_two_layers_equals_hw9core_to_the_last_bit(call):
    generator = np.random.default_rng(12)
    first, second = generator.normal(0, 10.0 ** generator.integers(-3, 7, 300), (2, 300))
    share = np.where(generator.random(300) < 0.1, 1.0, generator.integers(0, 33, 300) / 32)
    second[::7] = first[::7]
    expected = plane_points.between(first, second, share)
    assert call("between", np.stack([first, second, share], axis=1).tolist()) == expected.tolist()


def test_places_along_grids_of_their_own_equal_numpy(call):
    generator = np.random.default_rng(11)
    cases, expected = [], []
    for _ in range(250):
        n, size = int(generator.integers(1, 5)), int(generator.integers(2, 42))
        grids = np.sort(generator.normal(size=(n, size)), axis=1)
        base = generator.normal(size=n)
        j, k = int(generator.integers(n)), int(generator.integers(size))
        point = base.copy()
        point[j] = grids[j, k]
        cases += [[grids.ravel().tolist(), base.tolist(), *x.tolist()] for x in (point, base)]
        expected += [j * size + k, n * size]
    assert call("alongOwn", cases) == expected
