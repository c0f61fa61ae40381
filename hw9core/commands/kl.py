"""``kl``: the Kullback–Leibler divergence between two Gaussians, term by term."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from hw9core.checks import finite_array
from hw9core.commands.options import add_command
from hw9core.commands.output import print_json
from hw9core.distributions.gaussian import Gaussian
from hw9core.errors import InputError
from hw9core.gaussians.kl import KlTerms, error_bound, jeffreys, kl_monte_carlo, kl_terms

EXAMPLES = """python -m hw9core kl --mu0 "[0, 0]" --sigma0 "[[1, 0.5], [0.5, 1]]" \\
    --mu1 "[1, 0]" --sigma1 "[[2, 0], [0, 1]]" --json
  python -m hw9core kl --mu0 0 --sigma0 1 --mu1 1 --sigma1 4

Each of the four is a number, a nested JSON list, or the path of a .npy file. A sigma is a covariance matrix;
in one dimension it is the variance, not the standard deviation. Divergences are in nats. A negative number
with an exponent needs an equals sign: --mu0=-1e3. An estimate beyond what a double holds is null in JSON."""
_BOUND_FROM = 1e6  # condition number
_TERM_NAMES = ("log_det", "mahalanobis", "trace_minus_d")
_MOST_SAMPLES = 1_000_000
_MOST_DIMENSIONS = 1_000
# What NumPy raises for a file whose header is not one of its own.
_NOT_AN_ARRAY = (ValueError, EOFError, TypeError, OverflowError, MemoryError, SyntaxError, TokenError)


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "kl",
        run,
        "Compute the KL divergence between two Gaussians, both ways, term by term.",
        EXAMPLES,
    )
    for index, name in enumerate("pq"):
        parser.add_argument(f"--mu{index}", required=True, metavar="MEAN", help=f"mean of {name}, (d,)")
        parser.add_argument(
            f"--sigma{index}", required=True, metavar="COVARIANCE", help=f"covariance of {name}, (d, d)"
        )
    parser.add_argument(
        "--samples", type=int, default=100_000, help="draws of the Monte Carlo check (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the Monte Carlo check (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON at full precision")


def run(arguments: argparse.Namespace) -> int:
    p, q = (_gaussian(arguments, index) for index in (0, 1))
    if not 2 <= arguments.samples <= _MOST_SAMPLES or arguments.seed < 0:
        raise InputError(f"--samples must lie between 2 and {_MOST_SAMPLES:,}, and --seed be 0 or more.")
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is said below
        report = _report(p, q, arguments.samples, arguments.seed)
    if not math.isfinite(report["jeffreys"]):
        raise InputError("The divergence is beyond what a double holds: bring the two Gaussians closer.")
    if arguments.json:
        print_json(report)
    else:
        print("\n".join(_lines(report)))
    return 0


def _report(p: Gaussian, q: Gaussian, samples: int, seed: int) -> dict[str, Any]:
    """Everything the command prints; ``terms`` are those of D(p‖q), ``terms_qp`` of D(q‖p)."""
    forward, reverse = kl_terms(p, q), kl_terms(q, p)
    checks = {"kl_pq": kl_monte_carlo(p, q, samples, seed), "kl_qp": kl_monte_carlo(q, p, samples, seed)}
    return {
        "kl_pq": forward.kl,
        "kl_qp": reverse.kl,
        "jeffreys": jeffreys(p, q),
        "terms": _terms(forward),
        "terms_qp": _terms(reverse),
        "monte_carlo": {
            name: {"value": check.value, "standard_error": check.standard_error, "samples": check.n}
            for name, check in checks.items()
        },
        "condition_number": max(p.condition_number, q.condition_number),
        "error_bound": {"kl_pq": error_bound(p, q), "kl_qp": error_bound(q, p)},
    }


def _terms(terms: KlTerms) -> dict[str, float]:
    return {name: getattr(terms, name) for name in _TERM_NAMES}


def _lines(report: dict[str, Any]) -> list[str]:
    """The report in words; the bound on the rounding error only where it can matter."""
    lines = ["                          D(p||q)         D(q||p)   (nats)"]
    for label, name in zip(("log det ratio", "Mahalanobis", "trace - d"), _TERM_NAMES, strict=True):
        lines.append(_row(label, report["terms"][name], report["terms_qp"][name]))
    lines.append(_row("half their sum", report["kl_pq"], report["kl_qp"]))
    checks = report["monte_carlo"]["kl_pq"], report["monte_carlo"]["kl_qp"]
    lines.append(_row("Monte Carlo", *(check["value"] for check in checks)))
    lines.append(_row("  standard error", *(check["standard_error"] for check in checks)))
    lines.append(_row("Jeffreys (their sum)", report["jeffreys"]))
    if report["condition_number"] > _BOUND_FROM:
        lines.append(_row("rounding error below", *report["error_bound"].values()))
        lines.append(f"The condition number is {report['condition_number']:.2g}.")
    return lines


def _row(label: str, *values: float) -> str:
    return f"{label:20}" + "".join(f"{value:16.8g}" for value in values)


def _gaussian(arguments: argparse.Namespace, index: int) -> Gaussian:
    mean, covariance = (_array(getattr(arguments, f"{n}{index}"), f"--{n}{index}") for n in ("mu", "sigma"))
    try:
        mean, covariance = finite_array(mean, "mean"), finite_array(covariance, "covariance")
        if max(mean.size, math.isqrt(covariance.size)) > _MOST_DIMENSIONS:
            raise InputError(f"At most {_MOST_DIMENSIONS:,} dimensions are compared.")
        return Gaussian(mean, covariance)
    except InputError as error:
        raise InputError(f"--mu{index}, --sigma{index}: {error}") from error


def _array(text: str, option: str) -> Any:
    """What one option names: parsed JSON, or the array of a .npy file."""
    if text.lower().endswith(".npy"):
        return _load(Path(text), option)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError also for integers of more than 4,300 digits
        forms = "a number, a JSON list such as [[1, 0], [0, 1]], or a .npy file"
        raise InputError(f"{option} must be {forms}, not {text[:40]!r}.") from error


def _load(path: Path, option: str) -> np.ndarray:
    try:
        with path.open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except OSError as error:
        raise InputError(f"{option}: {path} cannot be read ({error.strerror}).") from error
    except _NOT_AN_ARRAY as error:
        raise InputError(f"{option}: {path} is not a .npy file of numbers.") from error
