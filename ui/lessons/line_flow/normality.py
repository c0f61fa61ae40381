"""Is z really distributed as the base? QQ plot, two tests, and the distance to the optimum."""

from hw9core.distributions.likelihood import negative_log_likelihood, paired_divergence
from hw9core.figures import line_flow as figures
from hw9core.line_flow.metrics import (
    anderson_darling,
    base_quantile_points,
    kl_true_model,
    kolmogorov_smirnov,
)
from hw9core.numerics.monte_carlo import Estimate
from ui.lessons.line_flow.material import Material
from ui.live.blocks import Table, TableRow
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.shared import shared
from ui.words import UNITS, written

TESTED = 1_000  # samples: with all 5,000 every small imperfection would be significant


@published(16)
def scene(material: Material) -> Scene:
    """The QQ plot beside the table of numbers."""
    points = base_quantile_points(material.final(material.test), material.base)
    plot = figures.qq_figure(points.base, points.z, material.base_name)
    qq = Figure("qq", plot, 420, "Quantiles of z against quantiles of the base")
    tests = Table("tests", f"z against {material.base_name}", ("", "value", "what it says"))
    return Scene(((Cell((qq,)), Cell((tests,))),))


@shared(entries=32)
def tables(material: Material, unit: str) -> dict[str, tuple[TableRow, ...]]:
    """The rows: tests of the base with known parameters, likelihood and divergence in the chosen unit."""
    z = material.final(material.test[:TESTED])
    smirnov = kolmogorov_smirnov(z, material.base)
    darling = anderson_darling(z, material.base)
    loss = negative_log_likelihood(material.final.flow, material.test)
    rows = [
        ("Kolmogorov–Smirnov D", f"{smirnov.statistic:.4f}", _p(smirnov.p_value)),
        ("Anderson–Darling A²", f"{darling.statistic:.4f}", _p(darling.p_value)),
        _estimated(f"test NLL ({unit})", loss, unit, 4),
    ]
    if material.data is not None:
        rows += _against_the_truth(material, unit)
    return {"tests": tuple(TableRow(row) for row in rows)}


def _against_the_truth(material: Material, unit: str) -> list[tuple[str, str, str]]:
    divergence = kl_true_model(material.data, material.final)
    pairs = paired_divergence(material.data, material.final.flow, material.test)
    return [
        (
            f"entropy of the data ({unit})",
            written(UNITS[unit] * material.entropy, ".4f"),
            "no model's expected NLL is below it; that of a test set may be, by chance",
        ),
        (
            f"KL(true ‖ model) ({unit})",
            written(UNITS[unit] * divergence, ".5f"),
            "by quadrature: the expected NLL less the entropy",
        ),
        _estimated(f"its estimate from the test set ({unit})", pairs, unit, 5),
    ]


def _estimated(name: str, found: Estimate, unit: str, places: int) -> tuple[str, str, str]:
    value, error = (UNITS[unit] * number for number in (found.value, found.standard_error))
    return name, written(value, f".{places}f"), f"± {error:.{places}f} (standard error)"


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < 0.001"
