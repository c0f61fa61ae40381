"""Steps and ranges of round numbers, against exact decimal arithmetic."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hw9core.numerics.round_numbers import decimals, round_range, round_step

sizes = st.floats(1e-90, 1e90)


def digit(step: float) -> int:
    (only,) = Decimal(repr(step)).normalize().as_tuple().digits
    return only


@given(sizes)
def test_a_step_is_one_two_or_five_times_a_power_of_ten(size):
    step = round_step(size)
    assert digit(step) in (1, 2, 5)
    assert 2**-0.7 < step / size < 2**0.7  # half the ratio of 2 to 5 is the farthest


@given(sizes)
def test_decimals_are_those_of_the_written_step(size):
    step = round_step(size)
    assert decimals(step) == -Decimal(repr(step)).normalize().as_tuple().exponent


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(10, 600))
def test_a_range_ends_on_multiples_and_encloses_what_it_was_given(low, length, steps):
    first, last, step = round_range(low, low + length, steps)
    exact = [Decimal(repr(number)) for number in (first, last, step)]
    assert exact[0] % exact[2] == 0 and exact[1] % exact[2] == 0
    slack = Decimal(1e-9) * exact[2] + Decimal(1e-15) * Decimal(abs(low) + length)
    assert exact[0] - slack <= Decimal(low) and Decimal(low + length) <= exact[1] + slack
    assert (exact[1] - exact[0]) / exact[2] <= Decimal(1.6) * steps + 2


def test_the_range_of_the_homework():
    assert round_range(-1.9775, 1.9502, 400) == (-1.98, 1.96, 0.01)
    assert round_range(-5.4385, 5.2876, 400) == (-5.44, 5.3, 0.02)
