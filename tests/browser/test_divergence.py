"""The page on the divergence's properties as a person uses it: every drag against hw9core."""

import math

import numpy as np
import pytest

from hw9core.distributions.line import Laplace, Normal
from hw9core.divergence.additivity import Coordinate, additivity, equicorrelation
from hw9core.divergence.jensen import RatioAtoms, discrete_kl
from hw9core.divergence.kl import kl_closed_form
from tests.browser.live import (
    drag,
    open_live,
    plot_area,
    readout,
    recorded,
    settled,
    start_recording,
    wait_for_readout,
)


def entry(page, name: str) -> float:
    return float(page.get_by_test_id(f"entry-{name}").input_value())


def drag_slider(page, control: str, watched: str, names: list[str]) -> list[list[float]]:
    """Drag a slider across most of its range; the readouts at every change. No message may be sent."""
    slider = page.get_by_test_id(f"control-{control}")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    start_recording(page, watched, names)
    before = len(page.sent)
    drag(page, (box["x"] + 12, middle), (box["x"] + 0.97 * box["width"], middle))
    assert len(page.sent) == before
    return recorded(page)


def release(page, live: str, parameter: str) -> None:
    """Let go; one commit follows, and the address takes the control's value."""
    before = len(page.sent)
    page.mouse.up()
    page.wait_for_url(lambda url: f"{parameter}=" in url)
    settled(page, live)
    assert len(page.sent) == before + 1


def divergence(page, count: int) -> float:
    weights, ratios = ([entry(page, f"{kind}{i + 1}") for i in range(count)] for kind in "wr")
    atoms = RatioAtoms(weights, ratios)
    return discrete_kl(atoms.weights, atoms.q)


def test_an_atom_dragged_on_the_plot_keeps_the_mean_ratio_one(page, app_url):
    open_live(page, f"{app_url}/kl?atoms=4", "jensen")
    settled(page, "jensen")
    area = plot_area(page, "jensen")
    dot = page.locator('[data-atom="r4"]').bounding_box()
    start = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    start_recording(page, "kl", ["kl", "mean_ratio", "chord_height"])
    before = len(page.sent)
    drag(page, start, area.at(0.35, 0.6))
    assert len(page.sent) == before
    rows = np.array(recorded(page))
    assert len(rows) >= 20
    assert rows[:, 1] == pytest.approx(1, abs=1e-12)
    assert rows[:, 0] == pytest.approx(
        rows[:, 2], abs=1e-12
    )  # the centre stands over 1, where the curve is 0
    moved = page.locator('[data-atom="r4"]').bounding_box()
    assert moved["x"] + moved["width"] / 2 == pytest.approx(area.at(0.35, 0)[0], abs=4)
    release(page, "jensen", "r4")
    assert readout(page, "kl") == pytest.approx(divergence(page, 4), rel=1e-9)


def test_a_weight_slider_moves_the_gap(page, app_url):
    open_live(page, f"{app_url}/kl?atoms=3", "jensen")
    settled(page, "jensen")
    rows = drag_slider(page, "w2", "kl", ["kl"])
    assert len({row[0] for row in rows}) >= 20
    release(page, "jensen", "w2")
    assert readout(page, "kl") == pytest.approx(divergence(page, 3), rel=1e-9)


def test_p_equal_q_is_exactly_zero_and_a_missed_atom_infinite(page, app_url):
    open_live(page, f"{app_url}/kl", "jensen")
    settled(page, "jensen")
    page.get_by_role("button", name="p = q").click()
    wait_for_readout(page, "kl", "0")
    page.get_by_role("button", name="q misses the first atom").click()
    wait_for_readout(page, "kl", "Infinity")
    assert readout(page, "mean_ratio") == pytest.approx(1)


def test_two_densities_follow_the_slider(page, app_url):
    open_live(page, f"{app_url}/kl?view=densities", "densities")
    settled(page, "densities")
    curve = page.locator('[data-curve="forward above"]')
    start = curve.get_attribute("d")
    rows = drag_slider(page, "loc", "kl", ["kl", "kl_reverse", "positive", "negative"])
    values = np.array(rows)
    assert len({row[0] for row in rows}) >= 20
    assert values[:, 2] - values[:, 3] == pytest.approx(values[:, 0], abs=1e-9)
    assert curve.get_attribute("d") != start
    release(page, "densities", "loc")
    p, q = Normal(0.0, 1.0), Normal(entry(page, "loc"), 1.3)
    assert readout(page, "kl") == pytest.approx(kl_closed_form(p, q), rel=1e-9)
    assert readout(page, "kl_reverse") == pytest.approx(kl_closed_form(q, p), rel=1e-9)


def test_equal_densities_and_the_truncated_edge(page, app_url):
    open_live(page, f"{app_url}/kl?view=densities", "densities")
    settled(page, "densities")
    page.get_by_role("button", name="p = q").click()
    wait_for_readout(page, "kl", "0")
    open_live(page, f"{app_url}/kl?view=densities&pair=truncated Normal and Normal", "densities")
    assert readout(page, "kl_reverse") == math.inf
    assert "As handed in" in page.get_by_test_id("lines-chain").inner_text()


def test_correlation_opens_the_gap(page, app_url):
    open_live(page, f"{app_url}/kl?view=additivity", "additivity")
    settled(page, "additivity")
    assert readout(page, "gap") == pytest.approx(0, abs=1e-9)
    rows = drag_slider(page, "rho", "joint", ["joint", "sum", "gap", "total"])
    values = np.array(rows)
    assert len({row[0] for row in rows}) >= 20
    assert values[:, 2] == pytest.approx(values[:, 3], abs=1e-7)
    assert values[:, 0] == pytest.approx(values[:, 1] + values[:, 3], abs=1e-7)
    release(page, "additivity", "rho")
    pairs = [
        Coordinate(Normal(0.0, 1.0), Normal(1.0, 1.0)),
        Coordinate(Laplace(0.0, 1.0), Laplace(1.0, 1.0)),
    ]
    expected = additivity(pairs, equicorrelation(2, entry(page, "rho")))
    assert readout(page, "joint") == pytest.approx(expected.joint, rel=1e-9)
