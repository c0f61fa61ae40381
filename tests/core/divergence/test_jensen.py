"""Jensen's gap of atoms and of densities: it is the divergence, and the chain of problem 4a holds."""

from __future__ import annotations

import math

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from hw9core.distributions.composite import Truncated
from hw9core.distributions.line import Normal, Uniform
from hw9core.divergence.jensen import RatioAtoms, discrete_kl, jensen_chain, support_mass
from hw9core.errors import InputError
from tests.core.divergence.pairs import PAIRS


def test_discrete_conventions():
    assert discrete_kl([0.5, 0.5, 0], [0.25, 0.5, 0.25]) == pytest.approx(0.5 * math.log(2))
    assert discrete_kl([0.5, 0.5], [1, 0]) == math.inf
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
    gap = ratios.chord_height - ratios.curve_height
    assert gap == pytest.approx(discrete_kl(ratios.weights, ratios.q), abs=1e-12) and gap >= -1e-14


def test_an_atom_that_q_misses_lies_infinitely_high():
    assert RatioAtoms([1, 1, 2], [1, 0, 0.5]).chord_height == math.inf


@pytest.mark.parametrize(
    ("weights", "ratios"),
    [([1], [1]), ([1] * 9, [1] * 9), ([1, 0], [1, 1]), ([1, 1], [0, 0]), ([1, 1], [1, -1]), ([1, 1], [1])],
)
def test_atoms_refuse(weights, ratios):
    with pytest.raises(InputError):
        RatioAtoms(weights, ratios)


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
    assert jensen_chain(Uniform(0, 1), Uniform(2, 3)).minus_log_mass == math.inf
