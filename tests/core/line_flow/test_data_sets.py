"""One-dimensional data: densities and entropies in closed form, samples that follow them, files refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hw9core.distributions.line import Uniform
from hw9core.errors import InputError
from hw9core.line_flow.data_sets import (
    DATA_SETS,
    definition_digest,
    parse_numbers,
    read_numbers_file,
    split_values,
)
from hw9core.numerics.quadrature import integrate_line

GOOD = "\n".join(str(i / 7) for i in range(30))


def normal_mixture(weights, locs, scales):
    return lambda x: sum(w * stats.norm.cdf(x, m, s) for w, m, s in zip(weights, locs, scales, strict=True))


CDFS = {
    "two": normal_mixture([1 / 2] * 2, [-1, 0.25], [0.25, 0.5]),
    "three": normal_mixture([1 / 3] * 3, [-1, 1.5, 0], [0.25, 0.35, 0.2]),
    "skewed": stats.gumbel_r(-0.5, 0.5).cdf,
    "heavy": stats.t(3, scale=0.4).cdf,
    "uniform": stats.uniform(-1.5, 3).cdf,
}


@pytest.mark.parametrize("name", DATA_SETS)
def test_samples_follow_the_distribution_and_the_density_is_its_derivative(name):
    data, cdf = DATA_SETS[name], CDFS[name]
    assert stats.kstest(data.sample(5000, np.random.default_rng(11)), cdf).pvalue > 0.01
    assert stats.kstest(data.sample(5000, np.random.default_rng(11)) + 0.1, cdf).pvalue < 1e-3
    for a, b in [(-1.2, -0.9), (-0.3, 0.4), (1.0, 1.4)]:
        mass = integrate_line(lambda x: np.exp(data.log_prob(x)), a, b).value
        assert mass == pytest.approx(cdf(b) - cdf(a), abs=1e-13)


@pytest.mark.parametrize("name", DATA_SETS)
def test_samples_are_one_seeds(name):
    def draw(seed):
        return DATA_SETS[name].sample(10, np.random.default_rng(seed)).tolist()

    assert draw((3, 0)) == draw((3, 0)) != draw((3, 1))


def test_entropy_against_closed_forms_and_sampling():
    assert DATA_SETS["skewed"].entropy() == pytest.approx(np.log(0.5) + np.euler_gamma + 1, abs=1e-12)
    assert DATA_SETS["heavy"].entropy() == pytest.approx(stats.t(3, scale=0.4).entropy(), abs=1e-10)
    assert DATA_SETS["uniform"].entropy() == pytest.approx(np.log(3), abs=1e-12)
    for name in ("two", "three"):
        surprise = -DATA_SETS[name].log_prob(DATA_SETS[name].sample(40_000, np.random.default_rng(0)))
        standard_error = surprise.std() / np.sqrt(surprise.size)
        assert DATA_SETS[name].entropy() == pytest.approx(surprise.mean(), abs=5 * standard_error)


def test_the_density_is_0_outside_the_support():
    assert DATA_SETS["uniform"].log_prob([-1.6, 1.6]).tolist() == [-np.inf, -np.inf]


def test_a_definitions_digest_changes_with_it(monkeypatch):
    digests = {definition_digest(name) for name in DATA_SETS}
    assert len(digests) == 5
    monkeypatch.setattr("hw9core.line_flow.data_sets.DATA_SETS", {**DATA_SETS, "uniform": Uniform(-1.0, 1.5)})
    assert definition_digest("uniform") not in digests and definition_digest("two") in digests


# A user's own numbers


def test_a_file_of_numbers_is_read(tmp_path):
    path = tmp_path / "heights.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    np.testing.assert_array_equal(read_numbers_file(path), np.arange(30) / 7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds 0 numbers: a flow needs at least 20"),
        (b"1.5\n", "holds 1 numbers"),
        (b"2\n" * 40, r"one number repeated \(2\)"),
        (f"height\n{GOOD}".encode(), "line 1: 'height' is not a number"),
        (f"{GOOD}\n1,5".encode(), "line 31: '1,5' is not a number; .* decimal point"),
        (f"{GOOD}\n1_000".encode(), "line 31: '1_000' is not a number"),
        (f"0\n\nnan\n{GOOD}".encode(), "line 3: 'nan' is not finite"),
        (f"{GOOD}\n-inf".encode(), "line 31: '-inf' is not finite"),
        (f"{GOOD}\n1e999".encode(), "line 31: '1e999' is not finite"),
        (f"{GOOD}\n1e101".encode(), "line 31: '1e101' .* beyond 1e.100"),
        (f"{GOOD}\n{'x' * 99}".encode(), "line 31: 'xxxxxxxxxxxxxxxxxxxx…'"),
        (b"1\n2\n\xff\xfe\n", "line 3: this is no text"),
        (b"1\n" * 2_500_001, "larger than 5 MB"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else None,
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(content, words):
    with pytest.raises(InputError, match=words) as caught:
        parse_numbers(content, "mine.csv")
    assert str(caught.value).startswith("mine.csv") and "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv cannot be read \(No such file"):
        read_numbers_file(tmp_path / "none.csv")


def test_own_numbers_are_split_four_to_one():
    values = np.arange(100.0)
    train, test = split_values(values, seed=1)
    assert (len(train), len(test)) == (80, 20)
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), values)
    assert not np.array_equal(train, split_values(values, seed=2)[0])
