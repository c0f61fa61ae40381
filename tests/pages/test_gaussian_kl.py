"""The page on Gaussians without a browser: what it sends, against torch.distributions and NumPy."""

import base64
import math

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from tests.pages.scene import component_data, open_page, scene

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
    app = open_page("gaussian_kl", **{name: str(value) for name, value in STATE.items()})
    assert component_data(app)["values"] == STATE
    assert not app.warning and not app.error


def test_jensen_shannon_lies_within_five_standard_errors_of_the_integral():
    _, sent = scene(open_page("gaussian_kl", **{name: str(value) for name, value in STATE.items()}))
    error = sent["jensen_shannon_error_table"][0]
    assert 0 < error < 0.01
    assert abs(sent["jensen_shannon_table"][0] - jensen_shannon(*torch_pair(STATE))) < 5 * error


def test_the_field_is_the_log_ratio_clipped_where_colours_saturate():
    spec, _ = scene(open_page("gaussian_kl", **{name: str(value) for name, value in STATE.items()}))
    heatmap = next(t for t in spec["figures"]["field"]["plotly"]["data"] if t["type"] == "heatmap")
    x, y, z = (decoded(heatmap[name]) for name in "xyz")
    points = torch.tensor(np.stack(np.meshgrid(x, y), axis=-1))
    p, q = torch_pair(STATE)
    expected = (p.log_prob(points) - q.log_prob(points)).clamp(-10, 10)
    assert z.reshape(y.size, x.size) == pytest.approx(expected.numpy(), abs=1e-4)


def test_bits_multiply_every_number_by_one_over_log_two():
    nats, bits = (scene(open_page("gaussian_kl", unit=unit)) for unit in ("nats", "bits"))
    for name in ("jensen_shannon_table", "jensen_shannon_error_table"):
        assert bits[1][name] == pytest.approx(nats[1][name] / math.log(2))
    factors = {
        value["name"]: value["arguments"][1] for value in bits[0]["values"] if value["kernel"] == "multiply"
    }
    for name in ("kl_pq", "kl_qp", "log_det", "mahalanobis", "trace_minus_d"):
        assert factors[name] == pytest.approx(1 / math.log(2), rel=1e-15)


@pytest.mark.parametrize("bad", ["0", "-1", "nan", "wide"])
def test_a_bad_axis_in_the_address_is_named_and_the_good_one_stays(bad):
    app = open_page("gaussian_kl", p_first=bad)
    assert f"p_first={bad}" in app.warning[0].value
    assert component_data(app)["values"]["p_first"] == 1.6


def test_the_start_agrees_with_torch():
    values = component_data(open_page("gaussian_kl"))["values"]
    p, q = torch_pair(values)
    # The number of the first screen, 1.3973 nats: the browser tests hold the page to it.
    assert float(kl_divergence(p, q)) == pytest.approx(1.3973, abs=5e-5)


def decoded(field) -> np.ndarray:
    """An array as Plotly writes it into JSON: a list, or bytes in base64."""
    if isinstance(field, list):
        return np.array(field, dtype=np.float64)
    return np.frombuffer(base64.b64decode(field["bdata"]), dtype=field["dtype"]).astype(np.float64)
