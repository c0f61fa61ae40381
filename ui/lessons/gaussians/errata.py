"""Errata 4 and 5 of problem 5 at the committed ellipses: as handed in, and corrected."""

from hw9core.distributions.gaussian import Gaussian
from hw9core.gaussians.quadratic_form import Erratum, inserted_matrix, precision_form_monte_carlo, third_line
from ui.words import UNITS, written

DRAWS, SEED = 20_000, 0
_HEAD = "| | as handed in | corrected | difference |\n| --- | --: | --: | --: |\n"


def table(p: Gaussian, q: Gaussian, unit: str) -> str:
    """A Markdown table with the numbers of both errata; the divergence in ``unit``."""
    third = third_line(p, q)
    own, other = inserted_matrix(p, p), inserted_matrix(q, p)
    rows = (
        _row(f"Erratum 4: third line of the derivation: D(p‖q), {unit}", third, UNITS[unit]),
        _row("Erratum 5: A = Σ₀ against Σ₀⁻¹: E[XᵀAX]", own),
        _row("Erratum 5: A = Σ₁ against Σ₁⁻¹: E[XᵀAX]", other),
    )
    return _HEAD + "\n".join(rows)


def sampled(p: Gaussian, q: Gaussian) -> str:
    """The corrected expectations of erratum 5 from samples of p, with their standard errors."""
    parts = []
    for name, a in (("Σ₀⁻¹", p), ("Σ₁⁻¹", q)):
        found = precision_form_monte_carlo(a, p, DRAWS, SEED)
        parts.append(f"E[Xᵀ{name}X] ≈ {found.value:.4f} ± {found.standard_error:.4f}")
    return f"From {DRAWS:,} draws of p (Monte Carlo, standard error): {', '.join(parts)}."


def _row(name: str, erratum: Erratum, factor: float = 1.0) -> str:
    numbers = (erratum.as_handed_in, erratum.corrected, erratum.difference)
    return f"| {name} | " + " | ".join(written(factor * number) for number in numbers) + " |"
