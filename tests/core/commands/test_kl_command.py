"""``python -m hw9core kl``: its numbers, its help's examples, and one line for every wrong input."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hw9core.cli import main
from hw9core.distributions.gaussian import Gaussian, random_gaussian
from hw9core.gaussians.kl import kl_terms

ROOT = Path(__file__).resolve().parents[3]
GOOD = {"mu0": "[0, 0]", "sigma0": "[[1, 0.5], [0.5, 1]]", "mu1": "[1, 0]", "sigma1": "[[2, 0], [0, 1]]"}


def arguments(**changes):
    return ["kl", *(f"--{name}={value}" for name, value in {**GOOD, **changes}.items())]


def report(capsys, argv):
    assert main(argv) == 0
    return json.loads(capsys.readouterr().out)


def complaint(capsys, argv):
    try:
        code = main(argv)
    except SystemExit as stop:  # argparse's own errors
        code = stop.code
    captured = capsys.readouterr()
    assert code == 2 and captured.out == ""
    assert captured.err.endswith("\n") and captured.err.count("\n") == 1, captured.err
    return captured.err


def test_json_has_every_digit(capsys):
    result = report(capsys, [*arguments(), "--json"])
    p = Gaussian(json.loads(GOOD["mu0"]), json.loads(GOOD["sigma0"]))
    q = Gaussian(json.loads(GOOD["mu1"]), json.loads(GOOD["sigma1"]))
    terms, reverse = kl_terms(p, q), kl_terms(q, p)
    assert (result["kl_pq"], result["kl_qp"]) == (terms.kl, reverse.kl)
    assert result["terms"] == {
        "log_det": terms.log_det,
        "mahalanobis": terms.mahalanobis,
        "trace_minus_d": terms.trace_minus_d,
    }
    assert result["kl_pq"] == pytest.approx((np.log(2 / 0.75) + 0.5 - 2 + 1.5) / 2, rel=1e-14)
    for name in ("kl_pq", "kl_qp"):
        check = result["monte_carlo"][name]
        assert abs(check["value"] - result[name]) <= 5 * check["standard_error"]
        assert 0 < check["standard_error"] < 0.02 and check["samples"] == 100_000


def test_seed_and_samples_are_used(capsys):
    first, again, other = (
        report(capsys, [*arguments(), "--json", "--samples=500", f"--seed={seed}"])["monte_carlo"]["kl_pq"]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert first["samples"] == 500


def test_npy_files_and_lists_mix(capsys, tmp_path):
    p = random_gaussian(2, 3)
    np.save(tmp_path / "mean.npy", p.mean)
    np.save(tmp_path / "covariance.npy", p.covariance)
    argv = arguments(mu0=tmp_path / "mean.npy", sigma0=tmp_path / "covariance.npy")
    q = Gaussian(json.loads(GOOD["mu1"]), json.loads(GOOD["sigma1"]))
    assert report(capsys, [*argv, "--json"])["kl_pq"] == kl_terms(p, q).kl


def test_the_table_shows_terms_directions_and_the_check(capsys):
    assert main(["kl", "--mu0=0", "--sigma0=1", "--mu1=1", "--sigma1=4"]) == 0
    output = capsys.readouterr().out
    for words in (
        r"log det ratio +1\.3862944 +-1\.3862944",
        r"Mahalanobis +0\.25 +1\n",
        r"trace - d +-0\.75 +3\n",
        r"half their sum +0\.44314718 +1\.3068528",
        r"Monte Carlo +0\.44\d+ +1\.3\d+",
        r"standard error +0\.00\d+ +0\.0\d+",
        r"Jeffreys \(their sum\) +1\.75",
    ):
        assert re.search(words, output), words
    assert "rounding" not in output


def test_the_bound_is_shown_for_large_condition_numbers(capsys):
    assert main(arguments(sigma0="[[1e7, 0], [0, 1]]")) == 0
    output = capsys.readouterr().out
    assert "rounding error below" in output and "The condition number is 1e+07." in output


def test_the_examples_in_the_help_run(capsys):
    with pytest.raises(SystemExit):
        main(["kl", "--help"])
    text = capsys.readouterr().out.replace("\\\n", " ")
    examples = [line.strip() for line in text.splitlines() if line.startswith("  python -m hw9core kl")]
    assert len(examples) == 2
    for example in examples:
        assert main(shlex.split(example)[3:]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sigma0": "[[1, 1], [1, 1]]"}, "--mu0, --sigma0: The covariance must be positive definite"),
        ({"sigma1": "[[1, 2], [2, 1]]"}, "smallest eigenvalue of 2 is -1"),
        ({"sigma1": "[[1, 0.1], [0, 1]]"}, "must be symmetric"),
        ({"sigma1": "[[0, 0], [0, 1]]"}, "variance 1 of 2 on its diagonal is 0"),
        ({"mu0": "0", "sigma0": "-1"}, "is -1, which is not greater than 0"),
        ({"mu0": "[1, 2, 3]"}, "mean has shape 3, but the covariance is 2 × 2"),
        ({"mu1": "1", "sigma1": "1"}, "differ in dimension: 2 and 1"),
        ({"mu0": "[NaN, 0]"}, "finite numbers only"),
        ({"sigma0": "[[1, 0], [0, Infinity]]"}, "finite numbers only"),
        ({"mu0": "[1, [2, 3]]"}, "rows of different lengths"),
        ({"mu0": '["a", "b"]'}, "real numbers only"),
        ({"mu0": "null"}, "real numbers only"),
        ({"mu0": "true", "sigma0": "1"}, "real numbers only"),
        ({"sigma0": "{}"}, "real numbers only"),
        ({"sigma0": "[]"}, "square matrix"),
        ({"mu0": "hello"}, "--mu0 must be a number, a JSON list"),
        ({"mu0": ""}, "--mu0 must be a number, a JSON list"),
        ({"sigma1": "none.npy"}, "none.npy cannot be read"),
        ({"mu0": "1" * 4_301}, "--mu0 must be a number, a JSON list"),
        ({"mu0": f"[{'1' * 400}, 0]"}, "an integer beyond 1.8e+308"),
        ({"mu0": "[" * 3_000}, "--mu0 must be a number, a JSON list"),
        ({"mu0": "[[0], 0]"}, "rows of different lengths"),
        ({"mu0": str([0] * 1_001)}, "At most 1,000 dimensions"),
        (
            {
                "mu0": "[1e100, 0]",
                "sigma0": "[[1e-100, 0.99999999999999e-100], [0.99999999999999e-100, 1e-100]]",
                "mu1": "[-1e100, 0]",
                "sigma1": "[[1e-100, 0.99999999999999e-100], [0.99999999999999e-100, 1e-100]]",
            },
            "beyond what a double holds",
        ),
        ({"samples": "1"}, "--samples must lie between 2"),
        ({"samples": "many"}, "invalid int value"),
        ({"seed": "-1"}, "--seed be 0 or more"),
    ],
)
def test_wrong_input_takes_one_line(capsys, changes, words):
    assert words in complaint(capsys, arguments(**changes))


def test_a_missing_option_takes_one_line(capsys):
    assert "--sigma1" in complaint(capsys, ["kl", "--mu0=0", "--sigma0=1", "--mu1=0"])


@pytest.mark.parametrize("content", [b"", b"text", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_array(capsys, tmp_path, content):
    path = tmp_path / "mean.npy"
    path.write_bytes(content)
    assert "is not a .npy file of numbers" in complaint(capsys, arguments(mu0=path))


def test_an_array_of_objects_is_not_unpickled(capsys, tmp_path):
    path = tmp_path / "mean.npy"
    np.save(path, np.array([1, "x"], dtype=object))
    assert "is not a .npy file of numbers" in complaint(capsys, arguments(mu0=path))


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (True, True), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000000000000, 1), }",
        "(" * 900,
    ],
)
def test_a_forged_header_takes_one_line(capsys, tmp_path, header):
    path = tmp_path / "mean.npy"
    written = header.encode().ljust(1013) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(written).to_bytes(2, "little") + written + bytes(64))
    assert "is not a .npy file of numbers" in complaint(capsys, arguments(mu0=path))


def test_a_long_integer_is_the_number_it_says(capsys):
    whole, power = (
        report(capsys, ["kl", f"--mu0={mean}", "--sigma0=1", "--mu1=0", "--sigma1=1", "--json"])
        for mean in (f"1{'0' * 31}", "1e31")
    )
    assert whole == power and whole["terms"]["mahalanobis"] == pytest.approx(1e62)


def test_json_never_holds_what_json_cannot(capsys):
    far = {
        "mu0": "[1e100, 1e100]",
        "sigma0": "[[1e100, 0], [0, 1e-100]]",
        "mu1": "[-1e100, 0]",
        "sigma1": "[[1e-100, 0], [0, 1e-100]]",
    }
    assert main([*arguments(**far), "--json"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert result["error_bound"] == {"kl_pq": None, "kl_qp": None} and captured.err == ""
    assert result["monte_carlo"]["kl_pq"]["standard_error"] > 1e280


@pytest.mark.skipif(os.name == "nt", reason="Windows has no getrusage")
def test_many_dimensions_and_samples_stay_in_little_memory(tmp_path):
    np.save(tmp_path / "mean.npy", np.zeros(300))
    np.save(tmp_path / "covariance.npy", np.eye(300))
    options = [
        f"--{n}{i}={tmp_path / m}.npy" for i in "01" for n, m in (("mu", "mean"), ("sigma", "covariance"))
    ]
    program = f"""
import resource, sys
from hw9core.cli import main
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert main({["kl", *options, "--samples=40000"]!r}) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, file=sys.stderr)
"""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    kibibytes = int(done.stderr) / (1024 if sys.platform == "darwin" else 1)
    assert kibibytes < 60_000  # all draws at once are 96 MB, several times over
