"""The page on the divergence's properties without a browser: every table against torch, scipy or sums."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from hw9core.divergence.families import FAMILIES
from tests.pages.scene import open_page, scene


def torch_kl(p, q) -> float:
    return float(torch.distributions.kl_divergence(p, q))


def normal(loc, scale):
    return torch.distributions.Normal(torch.tensor(loc, dtype=torch.float64), scale)


def laplace(loc, scale):
    return torch.distributions.Laplace(torch.tensor(loc, dtype=torch.float64), scale)


def beta(a, b):
    return torch.distributions.Beta(*(torch.tensor(x, dtype=torch.float64) for x in (a, b)))


def integrand_of(p, q, x):
    return p.pdf(x) * (p.logpdf(x) - q.logpdf(x))


def densities(name: str, **query: str):
    return scene(open_page("divergence", view="densities", pair=FAMILIES[name].title, **query))[1]


def places(arrays):
    """Every place's parameters, in the order of the tables."""
    base = arrays["base"]
    grids = arrays["grids"].reshape(base.size, -1)
    for j, grid in enumerate(grids):
        for value in grid:
            point = base.copy()
            point[j] = value
            yield point
    yield base


@pytest.mark.parametrize("atoms", ["2", "4", "8"])
def test_every_atom_has_a_weight_and_a_ratio(atoms):
    spec, _ = scene(open_page("divergence", atoms=atoms))
    names = {control["name"] for control in spec["controls"]}
    assert names == {f"{kind}{i + 1}" for i in range(int(atoms)) for kind in "wr"}


def test_normal_pairs_equal_torch_along_every_parameter():
    arrays = densities("normal")
    for i, (loc, scale, p_scale) in enumerate(places(arrays)):
        p, q = normal(0.0, p_scale), normal(loc, scale)
        for name in ("kl", "closed"):
            assert arrays[f"{name}_table"][i] == pytest.approx(torch_kl(p, q), rel=1e-9, abs=1e-12)
            assert arrays[f"{name}_reverse_table"][i] == pytest.approx(torch_kl(q, p), rel=1e-9, abs=1e-12)


def test_beta_pairs_equal_torch_along_every_parameter():
    arrays = densities("beta")
    for i, (a, b) in enumerate(places(arrays)):
        p, q = beta(2.0, 3.0), beta(a, b)
        assert arrays["kl_table"][i] == pytest.approx(torch_kl(p, q), rel=1e-8, abs=1e-11)
        assert arrays["kl_reverse_table"][i] == pytest.approx(torch_kl(q, p), rel=1e-8, abs=1e-11)


def test_normal_against_laplace_equals_scipy_integration():
    arrays = densities("laplace")
    everywhere = list(places(arrays))
    for i in (0, 17, 60, 100, len(everywhere) - 1):
        loc, scale, p_scale = everywhere[i]
        p, q = stats.norm(0, p_scale), stats.laplace(loc, scale)
        integrand = partial(integrand_of, p, q)
        expected = integrate.quad(integrand, -12, 12, points=[loc], limit=200)[0]
        assert arrays["kl_table"][i] == pytest.approx(expected, rel=1e-7)
        assert arrays["closed_table"][i] == pytest.approx(expected, rel=1e-7)


def test_mixture_and_its_drawn_integrand():
    arrays = densities("mixture")
    x = np.linspace(-12, 12, 100_001)
    loc, scale, apart = arrays["base"]
    p = 0.5 * stats.norm.pdf(x, -apart, 0.6) + 0.5 * stats.norm.pdf(x, apart, 0.6)
    f = p * np.log(p / stats.norm.pdf(x, loc, scale))
    assert arrays["kl_table"][-1] == pytest.approx(np.trapezoid(f, x), rel=1e-6)
    assert arrays["positive_table"][-1] == pytest.approx(np.trapezoid(np.maximum(f, 0), x), rel=1e-6)
    assert arrays["negative_table"][-1] == pytest.approx(np.trapezoid(np.maximum(-f, 0), x), rel=1e-6)
    drawn = arrays["forward_above"][-1] + arrays["forward_below"][-1]
    assert drawn[1:-1] == pytest.approx(np.interp(arrays["x"], x, f)[1:-1], abs=1e-4)
    assert np.isnan(arrays["closed_table"]).all()


def test_monte_carlo_is_known_at_release_only_and_lies_within_five_errors():
    arrays = densities("normal")
    for name in ("mc", "mc_reverse"):
        table, error = arrays[f"{name}_table"], arrays[f"{name}_error_table"][-1]
        exact = arrays["kl_table" if name == "mc" else "kl_reverse_table"][-1]
        assert np.isnan(table[:-1]).all()
        assert abs(table[-1] - exact) < 5 * error


@pytest.mark.parametrize(("name", "query"), [("normal", ("0", "1", "1")), ("beta", ("2", "3"))])
def test_equal_densities_have_divergence_exactly_zero(name, query):
    names = [parameter.name for parameter in FAMILIES[name].parameters]
    arrays = densities(name, **dict(zip(names, query, strict=True)))
    for table in ("kl", "kl_reverse", "closed", "positive", "negative", "mc", "mc_error"):
        assert arrays[f"{table}_table"][-1] == 0.0


def test_truncated_p_ends_the_chain_strictly_and_reverses_to_infinity():
    arrays = densities("truncated")
    low, high, loc = arrays["base"]
    mass = stats.norm.cdf(high - loc) - stats.norm.cdf(low - loc)
    assert arrays["mass_table"][-1] == pytest.approx(mass, rel=1e-10)
    assert arrays["minus_log_mass_table"][-1] == pytest.approx(-math.log(mass), rel=1e-10)
    assert arrays["kl_table"][-1] > arrays["minus_log_mass_table"][-1] > 0
    assert arrays["kl_reverse_table"][-1] == math.inf
    assert np.all(arrays["kl_table"] >= arrays["minus_log_mass_table"] - 1e-12)


def test_bits_are_nats_over_log_two():
    nats, bits = densities("truncated"), densities("truncated", unit="bits")
    assert bits["kl_table"] == pytest.approx(nats["kl_table"] / math.log(2))
    assert bits["mass_table"] == pytest.approx(nats["mass_table"])


PARTS = [
    torch_kl(normal(0.0, 1.0), normal(1.0, 1.0)),
    torch_kl(laplace(0.0, 1.0), laplace(1.0, 1.0)),
    torch_kl(beta(2.0, 3.0), beta(3.0, 2.0)),
    torch_kl(normal(0.0, 1.0), normal(0.0, 2.0)),
    torch_kl(normal(0.0, 1.0), laplace(0.0, 1.0)),
    0.0,
]


def total_correlation(d: int, rho: float) -> float:
    return -0.5 * np.linalg.slogdet(np.full((d, d), rho) + (1 - rho) * np.eye(d))[1]


@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_the_joint_divergence_is_the_sum_plus_total_correlation(d):
    _, arrays = scene(open_page("divergence", view="additivity", d=str(d)))
    expected = sum(PARTS[:d])
    for i, rho in enumerate(arrays["grid"] if d > 1 else [0.0]):
        total = total_correlation(d, rho)
        assert arrays["total_table"][i] == pytest.approx(total, abs=1e-12)
        tolerance = 1e-7 if d <= 2 else 5 * arrays["error_table"][i]
        assert arrays["joint_table"][i] == pytest.approx(expected + total, abs=tolerance)
        assert arrays["gap_table"][i] == pytest.approx(total, abs=tolerance)


def test_correlated_q_fails_another_way():
    pairs = {"pair1": "N(0, 1), N(1, 1)", "pair2": "N(0, 1), N(1, 1)"}
    _, arrays = scene(open_page("divergence", view="additivity", correlated="q", **pairs))
    zero, one = np.zeros(2), torch.eye(2, dtype=torch.float64)
    multivariate = torch.distributions.MultivariateNormal
    for rho, joint in zip(arrays["grid"], arrays["joint_table"], strict=False):
        q = multivariate(
            torch.ones(2, dtype=torch.float64), torch.tensor([[1, rho], [rho, 1]], dtype=torch.float64)
        )
        assert joint == pytest.approx(torch_kl(multivariate(torch.tensor(zero), one), q), rel=1e-7)
    assert arrays["gap_table"].min() < -0.1 and arrays["gap_table"].max() > 0.1


def test_an_address_that_is_no_correlation_gets_one_sentence():
    app = open_page("divergence", view="additivity", rho="1")
    assert "rho in the address must be a number from -0.9 to 0.9, not ` 1 `" in app.warning[0].value
