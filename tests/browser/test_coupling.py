"""The coupling page as a person uses it, in a real browser, against NumPy."""

import numpy as np
import pytest

from hw9core.coupling.jacobian import block_form, block_order, three_log_determinants
from hw9core.coupling.layers import jacobian, random_coupling, random_leak
from tests.browser.live import drag, open_live, readout, settled, wait_for_readout
from tests.core.coupling.oracles import leak_gap
from tests.variants import seldom

START = np.array([1.0, -0.6, 1.4, 0.5])
MASK = (1, 3)
ROUTES = ["sum_s", "slogdet", "diagonal"]

RECORD = """([control, names, n]) => {
    const one = (id) => document.querySelector(`[data-testid="${id}"]`);
    const cells = [];
    for (let i = 1; i <= n; i += 1) for (let j = 1; j <= n; j += 1) cells.push(`cell-jacobian-${i}-${j}`);
    const record = () => [
        Number(one(`control-${control}`).value),
        ...names.map((name) => Number(one(`readout-${name}`).dataset.value)),
        ...cells.map((cell) => Number(one(cell).dataset.value)),
    ];
    window.recorded = [];
    window.recorder = new MutationObserver(() => window.recorded.push(record()));
    const watched = { attributes: true, attributeFilter: ["data-value"] };
    window.recorder.observe(one(`readout-${names[0]}`), watched);
}"""


def cells(page, n: int = 4) -> np.ndarray:
    """The matrix as it is written: rows and columns in the order shown."""
    numbers = "cells => cells.map((cell) => Number(cell.dataset.value))"
    shown = page.locator('[data-testid="matrix-jacobian"] tbody td').evaluate_all(numbers)
    return np.array(shown).reshape(n, n)


def drag_slider(page, name: str, start: float, end: float) -> None:
    """Press the thumb at the value ``start`` and draw it to ``end``, on a slider from −2 to 2."""
    box = page.get_by_test_id(f"control-{name}").bounding_box()
    thumb, y = 16, box["y"] + box["height"] / 2
    at = lambda value: box["x"] + thumb / 2 + (value + 2) / 4 * (box["width"] - thumb)  # noqa: E731
    drag(page, (at(start), y), (at(end), y))


def record(page, control: str, names: list[str]) -> None:
    page.evaluate(RECORD, [control, names, 4])


def recorded(page) -> list[list[float]]:
    page.evaluate("window.recorder.disconnect()")
    return page.evaluate("window.recorded")


@pytest.mark.parametrize("leaky", seldom([True, False]))
def test_at_any_typed_point_the_numbers_are_the_cores(page, app_url, leaky):
    """Sixteen points off the sliders' positions, coordinate by coordinate."""
    open_live(page, f"{app_url}/coupling?leak={str(leaky).lower()}", "coupling")
    settled(page, "coupling")
    layer = random_coupling(4, MASK)
    layer = random_leak(layer, 1.0) if leaky else layer
    generator, x = np.random.default_rng(6), START.copy()
    for k in range(16):
        i = k % 4
        x[i] = round(generator.uniform(-2, 2), 4)
        entry = page.get_by_test_id(f"entry-x{i + 1}")
        entry.fill(repr(float(x[i])))
        entry.press("Enter")
        page.wait_for_url(lambda url, i=i: f"x{i + 1}={float(x[i])!r}" in url)
        settled(page, "coupling")
        expected = float(np.linalg.slogdet(jacobian(layer, x))[1])
        page.wait_for_function(
            """(expected) => {
                const shown = document.querySelector('[data-testid="readout-slogdet"]').dataset.value;
                return Math.abs(Number(shown) - expected) < 1e-12;
            }""",
            arg=expected,
        )
        assert readout(page, "sum_s") == pytest.approx(float(layer.call_and_ladj(x)[1]), abs=1e-12)
        np.testing.assert_allclose(cells(page), jacobian(layer, x), atol=1e-13)
        assert float(entry.input_value()) == x[i], "the number box says what was typed"


@pytest.mark.parametrize("leaky", seldom([False, True]))
def test_dragging_a_coordinate_is_live_exact_silent_and_commits_once(page, app_url, leaky):
    open_live(page, f"{app_url}/coupling?leak={str(leaky).lower()}", "coupling")
    settled(page, "coupling")
    layer = random_coupling(4, MASK)
    layer = random_leak(layer, 1.0) if leaky else layer
    names = [*ROUTES, *(["missing", "gap"] if leaky else [])]
    record(page, "x2", names)
    before = len(page.sent)
    drag_slider(page, "x2", -0.6, 1.9)
    during = recorded(page)
    assert len(page.sent) == before, "a message went to the server during the drag"
    assert len({row[1] for row in during}) >= 20
    for value, *numbers in during:
        x = START.copy()
        x[1] = value
        three = three_log_determinants(layer, x, jacobian(layer, x))
        routes = [three.sum_of_s, three.slogdet, three.sum_of_log_diagonal]
        assert numbers[:3] == pytest.approx(routes, abs=1e-12)
        if leaky:
            gap = float(leak_gap(layer, x))
            assert numbers[3:5] == pytest.approx([gap, gap], abs=1e-11)
        shown = np.reshape(numbers[len(names) :], (4, 4))
        np.testing.assert_allclose(shown, jacobian(layer, x), rtol=1e-13, atol=1e-13)
    page.mouse.up()
    page.wait_for_url(lambda url: "x2=" in url)
    settled(page, "coupling")
    assert len(page.sent) == before + 1, "one commit follows the release"
    np.testing.assert_allclose(cells(page), np.reshape(during[-1][len(names) + 1 :], (4, 4)), atol=1e-14)


def test_after_a_commit_another_coordinate_moves_around_the_new_point(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    settled(page, "coupling")
    entry = page.get_by_test_id("entry-x2")
    entry.fill("0.123")  # off the grid: exact none the less, once it is committed
    entry.press("Enter")
    page.wait_for_url(lambda url: "x2=0.123" in url)
    settled(page, "coupling")
    x = START.copy()
    x[1] = 0.123
    layer = random_coupling(4, MASK)
    wait_for_readout(page, "slogdet", repr(float(np.linalg.slogdet(jacobian(layer, x))[1])))
    record(page, "x4", ROUTES)
    drag_slider(page, "x4", 0.5, -1.5)
    during = recorded(page)
    assert len({row[0] for row in during}) >= 20
    for value, *numbers in during:
        x[3] = value
        assert numbers[1] == pytest.approx(np.linalg.slogdet(jacobian(layer, x))[1], abs=1e-12)
    page.mouse.up()
    page.wait_for_url(lambda url: "x4=" in url)


def test_arrow_keys_keep_the_focus_over_a_commit(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    settled(page, "coupling")
    slider = page.get_by_test_id("control-x1")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url(lambda url: "x1=1.05" in url)
    settled(page, "coupling")
    page.wait_for_timeout(200)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "x1=1.1" in url)
    settled(page, "coupling")
    layer = random_coupling(4, MASK)
    np.testing.assert_allclose(cells(page), jacobian(layer, [1.1, *START[1:]]), atol=1e-13)
    assert "log determinant" in slider.get_attribute("aria-valuetext")


def test_block_order_shows_zeros_above_the_diagonal(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    settled(page, "coupling")
    whole = jacobian(random_coupling(4, MASK), START)
    np.testing.assert_allclose(cells(page), whole, atol=1e-14)
    assert np.triu(cells(page), 1).any()
    page.get_by_role("button", name="Block order").click()
    page.wait_for_url(lambda url: "order=1" in url)
    order = block_order(MASK, 4)
    np.testing.assert_allclose(cells(page), whole[np.ix_(order, order)], atol=1e-14)
    assert not np.triu(cells(page), 1).any()
    heads = page.locator('[data-testid="matrix-jacobian"] thead th').all_inner_texts()
    assert [head.split()[0] for head in heads] == ["x₂", "x₄", "x₁", "x₃"]
    page.get_by_role("button", name="Original order").click()
    page.wait_for_url(lambda url: "order=0" in url)
    np.testing.assert_allclose(cells(page), whole, atol=1e-14)


def test_hover_and_focus_tell_the_path_of_an_entry(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    path = page.get_by_test_id("path-jacobian")
    entry = jacobian(random_coupling(4, MASK), START)[0, 1]
    page.get_by_test_id("cell-jacobian-1-2").hover()
    assert path.inner_text().startswith("x₂ → s₁, t₁ → z₁")
    assert path.inner_text().endswith(f"together {entry:.4f}.")
    page.get_by_test_id("cell-jacobian-1-3").hover()
    assert "x₃ does not reach z₁" in path.inner_text()
    page.mouse.move(5, 5)
    page.get_by_test_id("cell-jacobian-1-2").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert path.inner_text().startswith("x₃ → z₃ directly")
    focused = page.evaluate("document.activeElement.dataset.testid")
    assert focused == "cell-jacobian-3-3"
    assert page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby')).id"
    )


def test_the_sentence_follows_the_drag(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    settled(page, "coupling")
    page.get_by_test_id("cell-jacobian-3-2").hover()
    drag_slider(page, "x4", 0.5, -1.0)
    value = float(page.get_by_test_id("cell-jacobian-3-2").get_attribute("data-value"))
    text = page.get_by_test_id("path-jacobian").inner_text().replace("−", "-")
    assert text.endswith(f"together {value:.4f}.")
    page.mouse.up()


# z₁ no longer depends on x₄ once x₄ has left Ω: the matrix on screen is that of the new Ω.
FOURTH_IS_ZERO = """() =>
    document.querySelectorAll('[data-testid="matrix-jacobian"] tbody td')[3].dataset.value === "0"
"""


def test_a_click_on_a_coordinate_changes_omega(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    settled(page, "coupling")
    pills = page.get_by_role("toolbar", name="click coordinates")
    pills.get_by_role("button", name="4").click()
    page.wait_for_url(lambda url: "omega=2" in url and "omega=4" not in url)
    page.wait_for_function(FOURTH_IS_ZERO)
    settled(page, "coupling")
    np.testing.assert_allclose(cells(page), jacobian(random_coupling(4, (1,)), START), atol=1e-14)
    pills.get_by_role("button", name="2").click()
    page.get_by_test_id("stAlert").wait_for()
    assert "Ω is empty" in page.get_by_test_id("stAlert").inner_text()
    settled(page, "coupling")
    np.testing.assert_allclose(cells(page), jacobian(random_coupling(4, (1,)), START), atol=1e-14)


@pytest.mark.slow
def test_erratum_1_shows_both_matrices_and_their_difference(page, app_url):
    open_live(page, f"{app_url}/coupling", "coupling")
    settled(page, "coupling")
    drag_slider(page, "x2", -0.6, 1.0)
    value = float(page.get_by_test_id("control-x2").input_value())
    x = START.copy()
    x[1] = value
    form = block_form(MASK, jacobian(random_coupling(4, MASK), x))
    for name, expected in (("as_handed_in", form.as_handed_in), ("corrected", form.corrected)):
        shown = page.locator(f'[data-testid^="cell-{name}-"]').evaluate_all(
            "c => c.map(e => +e.dataset.value)"
        )
        np.testing.assert_allclose(np.reshape(shown, (4, 4)), expected, atol=1e-13)
    assert readout(page, "order_gap") == pytest.approx(form.order_gap, abs=1e-13)
    page.mouse.up()


def test_a_link_restores_everything(page, app_url):
    query = "n=5&omega=1&omega=5&seed=3&leak=true&order=1&x1=-1.25&x5=0.333"
    open_live(page, f"{app_url}/coupling?{query}", "coupling")
    settled(page, "coupling")
    layer = random_leak(random_coupling(5, (0, 4), seed=3), 1.0, seed=3)
    x = [-1.25, -0.6, 1.4, 0.5, 0.333]
    order = block_order((0, 4), 5)
    np.testing.assert_allclose(cells(page, 5), jacobian(layer, x)[np.ix_(order, order)], atol=1e-13)
    assert readout(page, "gap") == pytest.approx(readout(page, "missing"), abs=1e-11)
