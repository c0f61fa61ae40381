"""One grid for all that is said of a problem; where only a grid was looked at, the verdict says so."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw9core.joint_maximum.maximum import (
    MOST_MAXIMISERS,
    POINTS,
    landscape,
    maximisers_of_f,
    maximisers_of_g,
    maximisers_phi,
    same_set,
)
from hw9core.joint_maximum.problems import PROBLEMS, Quadratic, Typed
from hw9core.joint_maximum.verdict import verdict


def judged(problem):
    land = landscape(problem)
    of_f, of_g = maximisers_of_f(problem), maximisers_of_g(land)
    return of_f, of_g, verdict(land, of_f, of_g)


@pytest.mark.parametrize(
    ("f", "h", "assumption", "claim", "words"),
    [
        ("-(θ-0.7)**2", "(φ-θ)**2/(1+θ**2)", True, True, "holds on the grid"),
        ("-(θ-0.7)**2", "(φ-θ)**2 + 0.5", False, False, "min over φ of h = 0.5 at θ = 0.7"),
        ("-(θ-0.7)**2", "(φ-θ)**2 - 0.1", False, False, "h falls to -0.1"),
        ("-(θ-0.7)**2", "φ**2 + (θ-0.7)**2", False, True, "that is all the claim needs"),
        ("-(θ-0.7)**2", "φ**2 + exp(θ)/9", False, False, "where f is largest"),
        ("0*θ", "φ**2", True, True, "holds"),
        ("-θ**2", "(sin(63*φ) - 0.5)**2", True, True, "holds on the grid"),
        ("-(θ-0.7123)**2", "(φ - 20*(θ-0.7))**2", False, True, "that is all the claim needs"),
        ("-(θ-0.725)**2", "φ**2 + sin(20*pi*θ)**2", False, False, "narrower than the grid shows"),
    ],
)
def test_verdicts_on_typed_problems(f, h, assumption, claim, words):
    of_f, of_g, found = judged(Typed(f, h))
    assert (found.assumption, found.claim) == (assumption, claim)
    assert words in found.sentence
    # What the table beside it prints never contradicts it.
    assert found.claim == (same_set(of_f, of_g) and abs(of_f.value - of_g.value) <= 1e-7)


def test_verdicts_on_the_shipped_problems():
    assert [judged(problem)[2].assumption for problem in PROBLEMS.values()] == [
        name != "open" for name in PROBLEMS
    ]


@pytest.mark.parametrize("problem", [Quadratic(), Typed("-θ**2", "φ**2 + 1"), Typed("3", "φ**2 - 1")])
def test_a_verdict_says_on_which_grid(problem):
    found = judged(problem)[2]
    assert found.points == POINTS == 121
    assert "The grid has 121 × 121 points" in found.sentence
    assert "narrower than a step, 0.05, may be missed" in found.sentence


def test_a_peak_between_grid_points_is_missed_and_said_to_be_possible():
    narrow = Typed("-(θ-1)**2 + 5*exp(-((θ-2.025)/0.002)**2)", "(φ-θ/2)**2")
    of_f, of_g, found = judged(narrow)
    assert of_f.theta == pytest.approx([1.0]) and of_f.value == pytest.approx(0.0)
    assert narrow.f(np.array([2.025]))[0] > 3.9, "the maximum over all of the square lies elsewhere"
    assert found.claim and "may be missed" in found.sentence


def test_many_maxima_are_all_refined():
    problem = Typed("sin(20*θ)", "(φ-θ/2)**2")
    of_f, of_g, found = judged(problem)
    k = np.arange(-10, 10)
    exact = (np.pi / 2 + 2 * np.pi * k) / 20
    exact = exact[np.abs(exact) <= 3]
    assert exact.size == 19 and not of_f.plateau and not of_g.plateau
    assert of_f.theta == pytest.approx(exact, abs=1e-7) and of_f.value == pytest.approx(1, abs=1e-12)
    assert of_g.theta == pytest.approx(exact, abs=1e-6) and of_g.value == pytest.approx(1, abs=1e-12)
    assert maximisers_phi(problem, of_g) == pytest.approx(exact / 2, abs=1e-6)
    assert found.assumption and found.claim


@pytest.mark.parametrize(("f", "ends"), [("3", (-3.0, 3.0)), ("sin(99*θ)", (-2.9, 3.0))])
def test_more_maxima_than_are_refined_are_said_to_be_so(f, ends):
    of_f, of_g, found = judged(Typed(f, "(φ - θ/2)**2"))
    assert of_f.plateau and of_g.plateau and of_f.theta == of_g.theta == ends
    assert f"more than {MOST_MAXIMISERS}" in found.sentence


def test_more_minima_than_are_refined_are_said_to_be_so():
    found = judged(Typed("-(θ-0.7)**2", "sin(9*φ+θ)**2"))[2]
    assert "of the many minima of h over φ only the lowest" in found.sentence
    assert "many minima" not in judged(PROBLEMS["several"])[2].sentence


@given(st.floats(-2.9, 2.9), st.floats(-15, 15), st.floats(0.1, 1e4))
def test_a_ridge_of_any_slope_is_followed(top, slope, steep):
    problem = Typed(f"-(θ-({top!r}))**2", f"{steep!r}*(φ-({slope!r})*(θ-({top!r})))**2")
    of_f, of_g, _ = judged(problem)
    assert same_set(of_f, of_g) and of_g.theta == pytest.approx([top], abs=1e-5)
    assert of_g.value == pytest.approx(0.0, abs=1e-7)


class Counted:
    """19 maxima of f, twenty minima of h at every θ, and a count of the points at which h was asked for."""

    def __init__(self):
        self.points = 0

    def f(self, theta):
        return np.sin(20 * theta)

    def h(self, theta, phi):
        self.points += np.broadcast(theta, phi).size
        return np.sin(10 * phi + theta) ** 2


def test_the_work_for_any_problem_is_bounded():
    problem = Counted()
    of_f, of_g, _ = judged(problem)
    maximisers_phi(problem, of_g)
    assert len(of_f.theta) == 19 and 150_000 < problem.points < 300_000


@pytest.mark.parametrize(
    ("f", "h"),
    [
        ("-θ**2", "0*φ"),
        ("sin(20*θ)", "sin(30*φ)**2*" + "*".join(["cos(9e99*φ*θ)**2"] * 5)),
        ("cos(20*θ)", "+".join(["sin(9e99*φ*θ)"] * 6)),
        ("+".join(["sin(9e99*θ)"] * 12), "+".join(["(abs(φ)/999)**104.5"] * 3)),
        ("cos(20*θ)", "+".join(["exp(-720-φ*φ)"] * 5) + "+sin(30*φ)**2"),
        ("sin(99*θ)", "abs(sin(99*φ))**0.5"),
    ],
)
def test_the_worst_typed_problems_take_less_than_a_fifth_of_a_second(f, h):
    def seconds():
        start = time.process_time()
        problem = Typed(f, h)
        maximisers_phi(problem, judged(problem)[1])
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.2
