"""Is z really distributed as the base? QQ plot, two tests, and the distance to the optimum."""

from hw9core.distributions.likelihood import negative_log_likelihood
from hw9core.figures import line_flow as figures
from hw9core.line_flow.metrics import (
    anderson_darling,
    base_quantile_points,
    kl_true_model,
    kolmogorov_smirnov,
)
from ui.lessons.line_flow.material import Material
from ui.live.blocks import Table, TableRow
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.shared import shared
from ui.words import UNITS

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
    to_unit = UNITS[unit]
    rows = [
        ("Kolmogorov–Smirnov D", f"{smirnov.statistic:.4f}", f"p = {smirnov.p_value:.3f}"),
        ("Anderson–Darling A²", f"{darling.statistic:.4f}", f"p = {darling.p_value:.3f}"),
        (
            f"test NLL ({unit})",
            f"{to_unit * loss.value:.4f}",
            f"± {to_unit * loss.standard_error:.4f} (standard error)",
        ),
    ]
    if material.data is not None:
        divergence = kl_true_model(material.data, material.final)
        rows += [
            (f"entropy of the data ({unit})", f"{to_unit * material.entropy:.4f}", "no model goes below it"),
            (f"KL(true ‖ model) ({unit})", f"{to_unit * divergence:.5f}", "the distance to the optimum"),
        ]
    return {"tests": tuple(TableRow(row) for row in rows)}
