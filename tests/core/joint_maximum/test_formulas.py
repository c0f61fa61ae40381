"""Typed formulas: values as NumPy's, and everything that is no formula refused in one sentence, quickly."""

import time

import numpy as np
import pytest

from hw9core.errors import InputError
from hw9core.joint_maximum.formulas import Formula

ESCAPES = (
    "__import__('os').system('id')",
    "θ.__class__",
    "(1).__class__.__bases__[0].__subclasses__()",
    "θ.real",
    "exp.__globals__",
    "exp.__self__",
    "lambda: 1",
    "(lambda: 1)()",
    "[θ for θ in (1,)]",
    "{θ for θ in (1,)}",
    "(x for x in (1,))",
    "'a'",
    "'a' * 10**9",
    "b'a'",
    "f'{θ}'",
    "(y := 1)",
    "eval('1')",
    "exec('1')",
    "open('x')",
    "getattr(θ, 'real')",
    "exp(exp)",
    "exp",
    "exp(θ, out=θ)",
    "exp(*[1])",
    "exp(**{})",
    "exp()",
    "exp(exp)(1)",
    "θ[0]",
    "[θ]",
    "(θ, 1)",
    "{}",
    "True",
    "None",
    "...",
    "1j",
    "θ if θ else 1",
    "θ and 1",
    "not θ",
    "~1",
    "1 << 99999",
    "1 << 9**9",
    "θ < 1",
    "θ @ θ",
    "θ // 1",
    "θ % 1",
    "await θ",
    "yield",
    "import os",
    "θ = 1",
    "θ; θ",
    "np.exp(θ)",
    "os",
    "__builtins__",
    "𝒐𝒑𝒆𝒏('x')",
    "(" * 99 + ")" * 99,
    "-" * 150 + "θ",
    "+".join(["θ"] * 95),
    "+".join(["sin(θ)"] * 13),
    "θ" * 201,
    "exp(" * 40 + "θ" + ")" * 40,
    "",
    "   ",
    "θ +",
    "2θ",
    "θ^2",
    "\0",
    "1" * 190 + "." + "0" * 5 + "e9999",
    "9" * 200 + "**9",
    "1e999",
)


@pytest.mark.parametrize("text", ESCAPES)
def test_what_is_no_formula_gets_one_sentence_in_bounded_time(text):
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        Formula(text, ("θ",))(np.linspace(-1, 1, 11))
    assert time.perf_counter() - start < 0.2
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and len(message) < 220


@pytest.mark.parametrize("text", ["9**9**9", "9**9**9**9**9", "exp(exp(exp(exp(9))))", "1/(θ-θ)", "-1/0"])
def test_huge_values_are_floats_and_named(text):
    start = time.perf_counter()
    with pytest.raises(InputError, match="infinite or too large at θ = "):
        Formula(text, ("θ",))(np.linspace(-1, 1, 401))
    assert time.perf_counter() - start < 0.2


@pytest.mark.parametrize("text", ["sqrt(θ)", "log(θ)", "(-2)**0.5", "0/0", "θ**0.5"])
def test_complex_and_undefined_values_are_named(text):
    with pytest.raises(InputError, match="no real number at θ = -1"):
        Formula(text, ("θ",))(np.linspace(-1, 1, 11))


def test_values_equal_numpys():
    theta = np.linspace(-2, 2, 41)[:, np.newaxis]
    phi = np.linspace(-1, 3, 31)
    pairs = {
        "-(theta - 1)**2 / 2 + 3": -((theta - 1) ** 2) / 2 + 3 + 0 * phi,
        "(phi − sin(2*theta))**2": (phi - np.sin(2 * theta)) ** 2,
        "exp(-abs(φ)) * cos(pi·θ) + e": np.exp(-np.abs(phi)) * np.cos(np.pi * theta) + np.e,
        "-θ**2": -(theta**2) + 0 * phi,
        "2**-θ": 2.0**-theta + 0 * phi,
        "tanh(+ϕ)": np.tanh(phi) + 0 * theta,
        "7": np.full((41, 31), 7.0),
    }
    for text, expected in pairs.items():
        np.testing.assert_array_equal(Formula(text, ("θ", "φ"))(theta, phi), expected)


def test_f_may_not_use_phi():
    with pytest.raises(InputError, match="“φ” is not known here: use θ, pi, e"):
        Formula("φ + θ", ("θ",))


@pytest.mark.parametrize("k", [-32, -3, 0, 1, 2, 3, 17, 32, 33])
def test_whole_powers_are_numpys(k):
    x = np.array([-1.7, -0.3, 0.4, 2.2])
    for text in (f"θ**{k}", f"θ**({k}.0)", f"θ**(1+{k - 1})".replace("+-", "-")):
        np.testing.assert_allclose(Formula(text, ("θ",))(x), x ** float(k), rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "names", "most"),
    [
        ("+".join(["sin(θ)"] * 13), ("θ",), 12),
        ("+".join(["sin(θ)"] * 7), ("θ", "φ"), 6),
        ("+".join(["θ**φ"] * 7), ("θ", "φ"), 6),
        ("+".join(["φ**33"] * 7), ("θ", "φ"), 6),
        ("sin(" * 7 + "φ" + ")" * 7, ("θ", "φ"), 6),
    ],
)
def test_functions_and_powers_are_counted(text, names, most):
    with pytest.raises(InputError, match=f"more than {most} functions and powers"):
        Formula(text, names)
    Formula("+".join(["φ**32", "θ**-2"] * 7), ("θ", "φ"))


def test_the_costliest_formula_on_the_grid_takes_milliseconds():
    costly = Formula("+".join(["sin(9e99*θ*φ)"] * 6), ("θ", "φ"))
    grid = np.linspace(-3, 3, 121)

    def seconds():
        start = time.process_time()
        costly(grid[:, np.newaxis], grid)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.05
