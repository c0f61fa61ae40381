"""The page on Gaussians without a browser: what it sends, against torch.distributions and NumPy."""

import ast
import base64
import json
import math

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from tests.pages.scene import component_data, open_page, published, scene

STATE = {"p_x": 0.7, "p_y": -1.2, "p_first": 1.4, "p_second": 0.5, "p_angle": 50.0}
STATE |= {"q_x": -0.4, "q_y": 0.3, "q_first": 0.9, "q_second": 2.1, "q_angle": -15.0}


def torch_pair(values: dict[str, float]) -> tuple[MultivariateNormal, MultivariateNormal]:
    return torch_gaussian(values, "p"), torch_gaussian(values, "q")


def torch_gaussian(values: dict[str, float], which: str) -> MultivariateNormal:
    x, y, first, second, angle = (values[f"{which}_{k}"] for k in ("x", "y", "first", "second", "angle"))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    rotation = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    covariance = rotation @ torch.diag(torch.tensor([first**2, second**2], dtype=torch.float64)) @ rotation.T
    return MultivariateNormal(torch.tensor([x, y], dtype=torch.float64), covariance)


def jensen_shannon(p: MultivariateNormal, q: MultivariateNormal) -> float:
    """By the midpoint rule over a square that holds all mass."""
    line = torch.linspace(-14, 14, 1401, dtype=torch.float64)
    points = torch.stack(torch.meshgrid(line, line, indexing="ij"), dim=-1)
    log_p, log_q = p.log_prob(points), q.log_prob(points)
    log_m = torch.logaddexp(log_p, log_q) - math.log(2)
    integrand = (log_p.exp() * (log_p - log_m) + log_q.exp() * (log_q - log_m)) / 2
    return float(integrand.sum() * (line[1] - line[0]) ** 2)


def test_an_address_sets_both_ellipses():
    app = open_page("gaussians", **{name: str(value) for name, value in STATE.items()})
    assert component_data(app)["values"] == STATE
    assert not app.warning and not app.error


def test_jensen_shannon_lies_within_five_standard_errors_of_the_integral():
    _, sent = scene(open_page("gaussians", **{name: str(value) for name, value in STATE.items()}))
    error = sent["jensen_shannon_error_table"][0]
    assert 0 < error < 0.01
    assert abs(sent["jensen_shannon_table"][0] - jensen_shannon(*torch_pair(STATE))) < 5 * error


def test_the_field_is_the_log_ratio_clipped_where_colours_saturate():
    spec, _ = scene(open_page("gaussians", **{name: str(value) for name, value in STATE.items()}))
    heatmap = next(t for t in spec["figures"]["field"]["plotly"]["data"] if t["type"] == "heatmap")
    x, y, z = (decoded(heatmap[name]) for name in "xyz")
    points = torch.tensor(np.stack(np.meshgrid(x, y), axis=-1))
    p, q = torch_pair(STATE)
    expected = (p.log_prob(points) - q.log_prob(points)).clamp(-10, 10)
    assert z.reshape(y.size, x.size) == pytest.approx(expected.numpy(), abs=1e-4)


def test_bits_multiply_every_number_by_one_over_log_two():
    nats, bits = (scene(open_page("gaussians", unit=unit)) for unit in ("nats", "bits"))
    for name in ("jensen_shannon_table", "jensen_shannon_error_table"):
        assert bits[1][name] == pytest.approx(nats[1][name] / math.log(2))
    factors = {
        value["name"]: value["arguments"][1] for value in bits[0]["values"] if value["kernel"] == "multiply"
    }
    for name in ("kl_pq", "kl_qp", "log_det", "mahalanobis", "trace_minus_d"):
        assert factors[name] == pytest.approx(1 / math.log(2), rel=1e-15)


def test_a_bad_axis_from_a_number_field_is_named_and_the_last_good_one_stays():
    app = open_page("gaussians", **query())
    app.session_state["gaussian-kl"] = {"state": {"values": {**STATE, "p_first": 0.0}, "serial": 1}}
    app.run()
    assert "p_first = 0 lies outside 0.001 to 1000; showing 1.4 instead." in app.warning[0].value
    assert component_data(app)["values"] == STATE


@pytest.mark.parametrize("bad", ["0", "-1", "nan", "wide"])
def test_a_bad_axis_in_the_address_is_named_and_the_good_one_stays(bad):
    app = open_page("gaussians", p_first=bad)
    said = f"p_first in the address must be a number from 0.001 to 1000, not ` {bad} `; showing 1.6 instead."
    assert said == app.warning[0].value
    assert component_data(app)["values"]["p_first"] == 1.6


def test_the_start_agrees_with_torch():
    values = component_data(open_page("gaussians"))["values"]
    p, q = torch_pair(values)
    # The number of the first screen, 1.3973 nats: the browser tests hold the page to it.
    assert float(kl_divergence(p, q)) == pytest.approx(1.3973, abs=5e-5)


def query(values: dict[str, float] = STATE, **others: str) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()} | others


def markdown(app) -> str:
    return "\n".join(item.value for item in app.markdown).replace("−", "-")


def panel_scene(app) -> tuple[dict, dict]:
    """The scene of the panel below the stage."""
    proto = app.get("bidi_component")[1].proto
    return published(json.loads(proto.mixed.json or proto.json)["scene"])


@pytest.mark.parametrize("way", ["move p's mean", "scale p's σ", "scale q's σ"])
@pytest.mark.parametrize("number", [1, 2])
def test_an_answer_shown_on_the_stage_has_the_wanted_divergence(way, number):
    app = open_page("gaussians", **query(panel="solve for", solve=way))
    app.number_input(key="wanted").set_value(5.0).run()
    if way == "move p's mean":
        app.number_input(key="direction").set_value(30.0).run()
    app.button(key=f"answer-{number}").click().run()
    assert not app.exception and not app.warning
    values = component_data(app)["values"]
    assert values != STATE
    assert float(kl_divergence(*torch_pair(values))) == pytest.approx(5.0, rel=1e-12)
    assert float(app.query_params["p_x"]) == values["p_x"]


def test_what_no_answer_gives_is_said():
    app = open_page("gaussians", **query(panel="solve for"))
    app.number_input(key="wanted").set_value(0.001).run()
    assert "least possible is" in app.warning[0].value


def test_the_wanted_divergence_is_in_the_chosen_unit():
    app = open_page("gaussians", **query(panel="solve for", solve="scale q's σ", unit="bits"))
    app.number_input(key="wanted").set_value(5.0).run()
    app.button(key="answer-1").click().run()
    found = kl_divergence(*torch_pair(component_data(app)["values"]))
    assert float(found) / math.log(2) == pytest.approx(5.0, rel=1e-12)


def test_descents_start_at_q_and_end_at_p():
    _, sent = panel_scene(open_page("gaussians", **query(panel="fit", target="p itself")))
    p, q = torch_pair(STATE)
    assert sent["forward_loss"][0] == pytest.approx(float(kl_divergence(p, q)), rel=1e-9)
    assert sent["reverse_loss"][0] == pytest.approx(float(kl_divergence(q, p)), rel=1e-9)
    for way in ("forward", "reverse"):
        assert np.all(np.diff(sent[f"{way}_loss"]) <= 1e-12) and sent[f"{way}_loss"][-1] < 1e-6
        ends = torch.tensor(np.stack([sent[f"{way}_x"], sent[f"{way}_y"]], axis=-1).astype(float))
        for row, gaussian in ((0, q), (-1, p)):
            radius = torch.linalg.solve_triangular(
                gaussian.scale_tril, (ends[row] - gaussian.loc).T, upper=False
            ).norm(dim=0)
            assert radius.numpy() == pytest.approx(1.0, abs=2e-3)


def test_of_two_modes_one_descent_covers_both_and_the_other_settles_on_one():
    _, sent = panel_scene(open_page("gaussians", panel="fit"))
    assert sent["reverse_loss"][-1] == pytest.approx(math.log(2), abs=2e-3)
    widths = {way: float(np.ptp(sent[f"{way}_y"][-1])) for way in ("forward", "reverse")}
    assert widths["forward"] > 1.5 * widths["reverse"]


def test_matrices_of_three_dimensions_agree_with_torch():
    app = open_page("gaussians", panel="1 to 5 dimensions")
    texts = {
        key: ast.literal_eval(app.text_area(key=key).value) for key in ("mu0", "sigma0", "mu1", "sigma1")
    }
    p, q = (
        MultivariateNormal(
            torch.tensor(texts[f"mu{i}"], dtype=torch.float64),
            torch.tensor(texts[f"sigma{i}"], dtype=torch.float64),
        )
        for i in "01"
    )
    table = markdown(app)
    for value in (kl_divergence(p, q), kl_divergence(q, p)):
        assert f"{float(value):.8g}" in table


def test_matrices_pasted_from_numpy_in_one_dimension():
    app = open_page("gaussians", panel="1 to 5 dimensions")
    for key, text in {"mu0": "0", "sigma0": "array([[4.]])", "mu1": "[1.]", "sigma1": "1"}.items():
        app.text_area(key=key).set_value(text)
    app.run()
    assert not app.warning
    assert f"{0.5 * (math.log(1 / 4) + 1 + 4 - 1):.8g}" in markdown(app)


def test_a_bad_matrix_is_named_the_last_good_pair_stays_and_the_nearest_valid_one_is_offered():
    app = open_page("gaussians", panel="1 to 5 dimensions")
    good = markdown(app)
    app.text_area(key="sigma1").set_value("[[1, 2, 0], [2, 1, 0], [0, 0, 1]]").run()
    assert "q: The covariance must be positive definite, but its smallest eigenvalue of 3 is -1" in (
        app.warning[0].value
    )
    assert markdown(app) == good
    app.button(key="nearest-sigma1").click().run()
    assert not app.warning and not app.exception
    nearest = np.array(ast.literal_eval(app.text_area(key="sigma1").value))
    assert np.linalg.eigvalsh(nearest) == pytest.approx([3e-8, 1, 3], rel=1e-5)
    assert any("Condition number" in item.value for item in app.caption)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("sigma0", "[[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]]", "symmetric"),
        ("sigma0", "[[1, 0], [0, 1]]", "2 × 2"),
        ("sigma1", "[[1, nan], [0, 1]]", "“nan”"),
        ("mu0", "", "empty"),
        ("mu0", "1 2 3 4 5 6", "1 to 5"),
        ("sigma1", "[[1, 0, 0], [0, 0, 0], [0, 0, 1]]", "not greater than 0"),
    ],
)
def test_every_kind_of_bad_matrix_is_one_sentence(key, text, words):
    app = open_page("gaussians", panel="1 to 5 dimensions")
    app.text_area(key=key).set_value(text).run()
    assert not app.exception
    assert words in app.warning[0].value


def test_a_random_pair_has_the_wanted_dimension_condition_and_bound():
    app = open_page("gaussians", panel="1 to 5 dimensions")
    app.number_input(key="dimensions").set_value(5)
    app.number_input(key="condition").set_value(8)
    app.run()
    next(button for button in app.button if button.label == "Random pair").click().run()
    assert not app.warning and not app.exception
    sigma = np.array(ast.literal_eval(app.text_area(key="sigma0").value))
    assert sigma.shape == (5, 5) and np.linalg.cond(sigma) == pytest.approx(1e8, rel=1e-3)
    assert any("rounding may change D(p‖q) by up to" in item.value for item in app.caption)


def test_errata_hold_the_numbers_of_numpy():
    text = markdown(open_page("gaussians", **query(panel="errata")))
    p, q = torch_pair(STATE)
    mean, covariance, other = p.loc.numpy(), p.covariance_matrix.numpy(), q.covariance_matrix.numpy()
    for sigma in (covariance, other):
        inverse = np.linalg.inv(sigma)
        handed_in = np.trace(sigma @ covariance) + mean @ sigma @ mean
        corrected = np.trace(inverse @ covariance) + mean @ inverse @ mean
        assert f"{handed_in:.6g} | {corrected:.6g}" in text
    away = mean - q.loc.numpy()
    last = np.trace(np.linalg.inv(other) @ covariance) + away @ np.linalg.inv(other) @ away
    divergence = float(kl_divergence(p, q))
    assert f"{divergence + last / 2:.6g} | {divergence:.6g} | {last / 2:.6g}" in text


def test_a_direction_goes_flat():
    app = open_page("gaussians", panel="break it")
    assert "0.07236494" in markdown(app)  # a Laplace density's negentropy
    assert f"{0.5 * math.log(2 * math.pi * math.e / 12):.8f}" in markdown(app)  # a uniform one's
    _, sent = panel_scene(app)
    epsilon = sent["epsilon_table"]
    assert sent["thin_q_table"] == pytest.approx((np.log(epsilon) + 1 / epsilon - 1) / 2, rel=1e-9, abs=1e-12)
    assert sent["thin_p_table"] == pytest.approx((-np.log(epsilon) + epsilon - 1) / 2, rel=1e-9, abs=1e-12)
    assert sent["thin_both_table"] == pytest.approx(0.0965735903, rel=1e-8)


def decoded(field) -> np.ndarray:
    """An array as Plotly writes it into JSON: a list, or bytes in base64."""
    if isinstance(field, list):
        return np.array(field, dtype=np.float64)
    return np.frombuffer(base64.b64decode(field["bdata"]), dtype=field["dtype"]).astype(np.float64)
