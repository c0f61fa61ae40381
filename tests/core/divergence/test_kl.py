"""The divergence on the line: densities against scipy, three routes to one number, Jensen, additivity."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from hw9core.distributions.composite import Mixture, Truncated
from hw9core.distributions.gaussian import Gaussian, kl
from hw9core.distributions.line import Beta, Laplace, Normal, Uniform
from hw9core.divergence.additivity import (
    Coordinate,
    additivity,
    equicorrelation,
    require_correlation,
    total_correlation,
)
from hw9core.divergence.kl import (
    RatioAtoms,
    covers,
    discrete_kl,
    jensen_chain,
    kl_closed_form,
    kl_integrand,
    kl_monte_carlo,
    kl_quadrature,
    negentropy,
    signed_areas,
    support_mass,
)
from hw9core.errors import InputError
from hw9core.numerics.monte_carlo import estimate
from hw9core.numerics.quadrature import integrate

inf = math.inf
ORACLES = [
    (Normal(1, 2), scipy.stats.norm(1, 2)),
    (Laplace(-1, 0.5), scipy.stats.laplace(-1, 0.5)),
    (Uniform(-1, 3), scipy.stats.uniform(-1, 4)),
    (Beta(2, 3.5), scipy.stats.beta(2, 3.5)),
    (Beta(0.5, 0.5), scipy.stats.beta(0.5, 0.5)),
    (Truncated(Normal(0, 2), -1, 3), scipy.stats.truncnorm(-0.5, 1.5, scale=2)),
    (Truncated(Normal(), 3, inf), scipy.stats.truncnorm(3, 40)),
]
HOMEWORK = Mixture((0.5, 0.5), (Normal(-1, 0.25), Normal(0.25, 0.5)))
GAPPED = Mixture((1, 3), (Uniform(0, 1), Uniform(2, 3)))
DENSITIES = [density for density, _ in ORACLES] + [
    HOMEWORK,
    GAPPED,
    Normal(50, 0.01),
    Laplace(0, 3),
    Beta(5, 1),
]
PAIRS = list(itertools.permutations(DENSITIES, 2))

# Densities


@pytest.mark.parametrize(("density", "oracle"), ORACLES, ids=lambda d: type(d).__name__)
def test_densities_agree_with_scipy(density, oracle):
    u = np.array([1e-6, 0.01, 0.3, 0.5, 0.8, 0.999])
    x = oracle.ppf(u)
    np.testing.assert_allclose(density.log_pdf(x), oracle.logpdf(x), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(density.cdf(x), u, rtol=1e-8)
    np.testing.assert_allclose(density.sf(x), oracle.sf(x), rtol=1e-9)
    np.testing.assert_allclose(density.ppf(u), x, rtol=1e-9)
    np.testing.assert_allclose(density.isf(u), oracle.isf(u), rtol=1e-7)
    assert (density.mean, density.variance) == pytest.approx((oracle.mean(), oracle.var()), rel=1e-7)
    assert density.entropy() == pytest.approx(float(oracle.entropy()), abs=1e-6)


@pytest.mark.parametrize("density", DENSITIES, ids=str)
def test_densities_integrate_to_one_and_sample_themselves(density):
    integral = integrate(lambda x: np.exp(density.log_pdf(x)), density.breakpoints)
    assert integral.value == pytest.approx(1, abs=1e-8)
    draws = density.sample(20_000, 1)
    _, p_value = scipy.stats.kstest(draws, density.cdf)
    assert p_value > 1e-4
    entropy = estimate(-density.log_pdf(draws))
    assert abs(entropy.value - density.entropy()) <= 5 * entropy.standard_error + 1e-7


@pytest.mark.parametrize("density", DENSITIES, ids=str)
def test_normal_scores_round_trip(density):
    z = np.array([-5.0, -1.0, 0.01, 2.0, 5.0])
    if density != Beta(0.5, 0.5):  # its x near 1 cannot be resolved: see the class
        np.testing.assert_allclose(density.to_normal(density.from_normal(z)), z, atol=1e-7)
    np.testing.assert_allclose(density.cdf(density.from_normal(z)), scipy.stats.norm.cdf(z), rtol=1e-6)


@pytest.mark.parametrize("density", [Laplace(1, 2), Mixture((1, 1), (Laplace(), Normal(2, 1)))], ids=str)
def test_normal_scores_reach_far_into_both_tails(density):
    z = np.array([-20.0, -9.0, 9.0, 20.0])
    np.testing.assert_allclose(density.to_normal(density.from_normal(z)), z, rtol=1e-12)


def test_mixtures_normalise_and_merge_their_support():
    assert GAPPED.weights == (0.25, 0.75)
    assert GAPPED.support == ((0, 1), (2, 3))
    assert Mixture((1, 1), (Uniform(0, 1), Uniform(1, 2))).support == ((0, 2),)
    assert Mixture((1, 0), (Uniform(0, 1), Normal())).support == ((0, 1),)
    assert GAPPED.mass(0.5, 2.5) == pytest.approx(0.125 + 0.375)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Normal(0, 0),
        lambda: Normal(math.nan, 1),
        lambda: Laplace(0, -1),
        lambda: Uniform(1, 1),
        lambda: Beta(0.2, 1),
        lambda: Beta(1, inf),
        lambda: Truncated(Normal(), 8, 9),
        lambda: Truncated(Normal(), 1, -1),
        lambda: Truncated(Normal(), math.nan, 1),
        lambda: Mixture((1,), (Normal(), Normal())),
        lambda: Mixture((-1, 2), (Normal(), Normal())),
        lambda: Mixture((0, 0), (Normal(), Normal())),
        lambda: Mixture((), ()),
    ],
)
def test_invalid_densities_are_refused(make):
    with pytest.raises(InputError):
        make()


# Discrete


def test_discrete_conventions():
    assert discrete_kl([0.5, 0.5, 0], [0.25, 0.5, 0.25]) == pytest.approx(0.5 * math.log(2))
    assert discrete_kl([0.5, 0.5], [1, 0]) == inf
    assert discrete_kl([1, 0], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert discrete_kl([0.1, 0.2, 0.7], [0.1, 0.2, 0.7]) == 0


@pytest.mark.parametrize(
    ("p", "q"),
    [([0.5, 0.6], [0.5, 0.5]), ([1.5, -0.5], [0.5, 0.5]), ([1], [0.5, 0.5]), ([], []), ([math.nan], [1])],
)
def test_discrete_refuses(p, q):
    with pytest.raises(InputError):
        discrete_kl(p, q)


atoms = st.integers(2, 8).flatmap(
    lambda n: st.tuples(*(st.lists(st.floats(1e-3, 10), min_size=n, max_size=n) for _ in range(2)))
)


@given(atoms)
def test_jensens_gap_is_the_divergence(parts):
    ratios = RatioAtoms(*parts)
    assert ratios.weights @ ratios.ratios == pytest.approx(1, rel=1e-14)
    assert ratios.curve_height == pytest.approx(0, abs=1e-14)
    assert ratios.jensen_gap == pytest.approx(discrete_kl(ratios.weights, ratios.q), abs=1e-12)
    assert ratios.jensen_gap >= -1e-14


def test_dragged_atoms_stay_where_they_are_put():
    start = RatioAtoms([1, 1, 2], [1, 2, 0.5])
    moved = start.with_ratio(0, 3.0)
    assert moved.ratios[0] == pytest.approx(3)
    assert moved.ratios[1] / moved.ratios[2] == pytest.approx(4)
    heavier = start.with_weight(2, 0.8)
    assert heavier.weights == pytest.approx([0.1, 0.1, 0.8])
    assert heavier.ratios / heavier.ratios[0] == pytest.approx([1, 2, 0.5])
    assert start.with_ratio(1, 0).chord_height == inf
    for refused in (lambda: start.with_ratio(0, 4.0), lambda: start.with_ratio(0, -1)):
        with pytest.raises(InputError, match="between 0 and 4 = 1/weight"):
            refused()
    with pytest.raises(InputError):
        start.with_weight(0, 1.0)


@pytest.mark.parametrize(
    ("weights", "ratios"),
    [([1], [1]), ([1] * 9, [1] * 9), ([1, 0], [1, 1]), ([1, 1], [0, 0]), ([1, 1], [1, -1]), ([1, 1], [1])],
)
def test_atoms_refuse(weights, ratios):
    with pytest.raises(InputError):
        RatioAtoms(weights, ratios)


# Three routes on the line


@pytest.mark.parametrize(("p", "q"), PAIRS, ids=str)
def test_closed_form_quadrature_and_monte_carlo_agree(p, q):
    integral = kl_quadrature(p, q)
    exact = kl_closed_form(p, q)
    if exact is not None:
        assert integral.value == pytest.approx(exact, rel=1e-11, abs=max(1e-12, integral.error))
    if math.isfinite(integral.value):
        assert integral.error <= 3e-5 * max(1, integral.value) and integral.value >= -integral.error
        check = kl_monte_carlo(p, q, 4000, 0).estimate
        assert abs(check.value - integral.value) <= 5 * check.standard_error + integral.error
        areas = signed_areas(p, q)
        assert areas.positive - areas.negative == pytest.approx(integral.value, rel=1e-9)


def test_closed_forms_cover_the_stated_pairs():
    normal, laplace, uniform, beta = Normal(1, 2), Laplace(0, 1), Uniform(-1, 1), Beta(2, 3)
    known = [(p, normal) for p in (laplace, uniform, beta)] + [
        (normal, laplace),
        (Laplace(1, 2), laplace),
        (beta, Beta(1, 1)),
        (beta, uniform),
    ]
    for p, q in known:
        assert math.isfinite(kl_closed_form(p, q))
    assert kl_closed_form(HOMEWORK, normal) is None
    assert kl_closed_form(Normal(0, 1), Normal(1, 2)) == pytest.approx(kl(Gaussian(0, 1), Gaussian(1, 4)))


@pytest.mark.parametrize("p", DENSITIES, ids=str)
def test_equal_densities_give_exactly_zero(p):
    assert kl_closed_form(p, p) == 0
    assert kl_quadrature(p, p).value == 0
    assert kl_monte_carlo(p, p, 100, 0).estimate.value == 0


def test_mass_where_q_has_none_is_infinite():
    for p, q in (
        (Normal(), Uniform(-100, 100)),  # the missing mass underflows, and still counts
        (Uniform(0, 1), Uniform(0, 0.999)),
        (Uniform(0, 3), GAPPED),
        (Normal(), Truncated(Normal(), -1, 1)),
    ):
        assert not covers(q, p)
        assert kl_quadrature(p, q).value == inf and kl_closed_form(p, q) == inf
        assert signed_areas(p, q).positive == inf
    check = kl_monte_carlo(Uniform(0, 3), GAPPED, 1000, 0)
    assert check.estimate.value == inf and math.isnan(check.estimate.standard_error)
    assert covers(GAPPED, Truncated(Normal(), 2, 2.5))


def test_the_integrand_by_hand():
    p, q = Normal(0, 1), Normal(1, 1)
    expected = math.exp(-2) / math.sqrt(2 * math.pi) * -(4 - 1) / 2
    assert kl_integrand(p, q, 2.0) == pytest.approx(expected)
    np.testing.assert_array_equal(kl_integrand(Uniform(0, 1), p, [-1.0, 2.0]), [0, 0])
    assert kl_integrand(p, Uniform(0, 1), 2.0) == inf


def test_running_means_end_at_the_estimate():
    result = kl_monte_carlo(Normal(0, 1), Normal(1, 2), 5000, 0)
    assert result.running.n[-1] == 5000
    assert result.running.mean[-1] == pytest.approx(result.estimate.value, rel=1e-12)
    assert result.running.standard_error[-1] == pytest.approx(result.estimate.standard_error, rel=1e-9)


def test_erratum_3_a_truncated_p_makes_the_last_step_strict():
    q = Normal(0, 1)
    chain = jensen_chain(Truncated(q, -1, 2), q)
    exact = scipy.stats.norm.cdf(2) - scipy.stats.norm.cdf(-1)
    assert chain.mass == pytest.approx(exact, rel=1e-12)
    assert chain.exact_mass == pytest.approx(exact, rel=1e-12)
    assert chain.minus_log_mass == pytest.approx(-math.log(exact)) and chain.minus_log_mass > 0.1
    # q/p is constant on p's support: Jensen's step is an equality, and all of D is the missing mass.
    assert chain.kl == pytest.approx(chain.minus_log_mass, rel=1e-12)


@pytest.mark.parametrize(("p", "q"), PAIRS, ids=str)
def test_the_chain_holds(p, q):
    chain = jensen_chain(p, q)
    assert chain.mass == pytest.approx(chain.exact_mass, abs=1e-8)
    if chain.mass == 0 and math.isfinite(chain.kl):  # the supports overlap, but far out in q's tail
        assert math.isnan(chain.minus_log_mass)
    else:
        assert chain.kl >= chain.minus_log_mass - 1e-7 and chain.minus_log_mass >= -1e-8


def test_the_mass_is_one_where_its_estimate_would_have_infinite_variance():
    assert support_mass(Normal(0, 1), Normal(0, 3)).value == pytest.approx(1, abs=1e-13)
    assert jensen_chain(Uniform(0, 1), Uniform(2, 3)).minus_log_mass == inf


def test_negentropies():
    assert negentropy(Laplace(3, 0.2)) == pytest.approx(0.07236494, abs=5e-9)
    assert negentropy(Normal(3, 0.2)) == pytest.approx(0, abs=1e-15)
    p = HOMEWORK
    gaussian = Normal(p.mean, math.sqrt(p.variance))
    assert negentropy(p) == pytest.approx(kl_quadrature(p, gaussian).value, rel=1e-10)


# Additivity

COORDINATES = [
    Coordinate(Normal(), Normal(1, 2)),
    Coordinate(Laplace(), Normal(0, 1.5)),
    Coordinate(Beta(2, 3), Beta(3, 2)),
    Coordinate(HOMEWORK, Laplace(0, 1)),
    Coordinate(Uniform(0, 1), Normal()),
    Coordinate(Truncated(Normal(), -1, 2), Normal(0.5, 1)),
]


@pytest.mark.parametrize("d", range(1, 7))
def test_independent_coordinates_add_up(d):
    result = additivity(COORDINATES[:d], n=20_000)
    assert result.monte_carlo == (d > 2)
    assert len(result.parts) == d and result.total_correlation == 0
    assert abs(result.gap) <= 5 * result.error + 1e-13
    assert result.error < 0.02 * result.joint


@pytest.mark.parametrize("rho", [-0.5, 0.5, 0.9])
@pytest.mark.parametrize("first", [0, 1, 2, 4])
def test_the_gap_of_a_correlated_p_is_its_total_correlation(rho, first):
    result = additivity(COORDINATES[first : first + 2], equicorrelation(2, rho))
    assert result.total_correlation == pytest.approx(-0.5 * math.log(1 - rho**2), rel=1e-14)
    assert result.gap == pytest.approx(result.total_correlation, abs=result.error + 1e-13)
    assert result.error < 1e-4


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.9])
def test_the_grid_follows_the_kinks_of_correlated_coordinates(rho):
    kinked = [Coordinate(Laplace(), Normal(0, 1.5)), Coordinate(Laplace(0.3, 2), Laplace(0, 1))]
    result = additivity(kinked, equicorrelation(2, rho), equicorrelation(2, rho / 2))
    assert result.error < 1e-9
    plain = additivity(kinked, equicorrelation(2, rho))
    assert plain.gap == pytest.approx(plain.total_correlation, abs=1e-11)


def test_six_equicorrelated_coordinates_of_any_marginals():
    result = additivity(COORDINATES, equicorrelation(6, 0.5), n=50_000)
    assert result.total_correlation == pytest.approx(1.106, abs=5e-4)
    assert abs(result.gap - result.total_correlation) <= 5 * result.error
    assert result.error < 0.02


@pytest.mark.parametrize("d", [2, 3])
def test_normal_coordinates_with_both_correlated_are_gaussians(d):
    marginals = [((0, 1), (1, 2)), ((1, 0.5), (0, 1)), ((-1, 1), (0, 0.8))][:d]
    r_p, r_q = equicorrelation(d, 0.7), equicorrelation(d, -0.3)

    def joint(side, r):
        means, sds = np.array([pair[side] for pair in marginals]).T
        return Gaussian(means, sds[:, None] * r * sds)

    coordinates = [Coordinate(Normal(*p), Normal(*q)) for p, q in marginals]
    result = additivity(coordinates, r_p, r_q)
    exact = kl(joint(0, r_p), joint(1, r_q))
    assert abs(result.joint - exact) <= 5 * result.error + 1e-12
    assert result.error < 0.02 * exact
    # q's dependence breaks additivity in another way than p's total correlation.
    assert abs(result.gap - result.total_correlation) > 0.05


def test_missing_mass_makes_the_joint_infinite():
    for d in (2, 3):
        result = additivity([Coordinate(Normal(), Uniform(0, 1))] * d)
        assert result.joint == inf and math.isnan(result.gap)


def test_total_correlation_and_its_input():
    assert total_correlation(equicorrelation(6, 0.5)) == pytest.approx(1.1064864671521792, rel=1e-13)
    for d, rho in ((2, 1.0), (2, -1.0), (3, -0.5), (3, math.nan)):
        with pytest.raises(InputError, match="strictly between"):
            equicorrelation(d, rho)
    for matrix in (np.eye(3), 2 * np.eye(2), [[1, 1], [1, 1]], [[1, 0.2], [0.3, 1]]):
        with pytest.raises(InputError):
            require_correlation(matrix, 2)
    with pytest.raises(InputError, match="1 to 6"):
        additivity([])
