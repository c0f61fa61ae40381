"""Break the hypothesis: a covariance goes singular in one direction, and the divergence with it or not."""

import numpy as np

from hw9core.distributions.gaussian import Gaussian
from hw9core.distributions.line import Laplace, Uniform
from hw9core.divergence.kl import negentropy
from hw9core.figures import gaussians as figures
from hw9core.gaussians.kl import kl
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, named
from ui.words import UNITS

THIN = Slider("thin", "−log₁₀ ε", default=2, low=0, high=12, step=0.25, play=8, tabulated=True)
_ORIGIN = (0.0, 0.0)
_NAMES = {
    "thin_q": "Σ₁ = diag(1, ε), Σ₀ = I",
    "thin_p": "Σ₀ = diag(1, ε), Σ₁ = I",
    "thin_both": "Σ₀ = diag(1, ε), Σ₁ = diag(2, ε)",
}
_SENTENCES = {
    "thin_q": "q has no room where p has mass: D → ∞, like 1/(2ε).",
    "thin_p": "p gives up room that q has: D grows only like −½ log ε.",
    "thin_both": "Both go flat alike: D stays what it was.",
}


def divergences() -> dict[str, np.ndarray]:
    """D(p‖q) in nats for every ε: only Σ₁ thin, only Σ₀ thin, both alike."""
    epsilon = 10.0**-THIN.grid
    return {
        "thin_q": np.array([_divergence((1.0, 1.0), (1.0, e)) for e in epsilon]),
        "thin_p": np.array([_divergence((1.0, e), (1.0, 1.0)) for e in epsilon]),
        "thin_both": np.array([_divergence((1.0, e), (2.0, e)) for e in epsilon]),
    }


def _divergence(p: tuple[float, float], q: tuple[float, float]) -> float:
    return kl(Gaussian(_ORIGIN, np.diag(p)), Gaussian(_ORIGIN, np.diag(q)))


def not_gaussian(unit: str) -> str:
    """A Markdown table: p of another shape, q the Gaussian with p's mean and variance."""
    shapes = {"Laplace": Laplace(), "uniform": Uniform()}
    rows = (f"| {name} | 0 | {UNITS[unit] * negentropy(p):.8f} |" for name, p in shapes.items())
    head = f"| p | closed form, {unit} | true D(p‖q), {unit} |\n| --- | --: | --: |\n"
    return head + "\n".join(rows)


@published(4)
def scene(unit: str) -> Scene:
    """Three divergences against ε, and the numbers at one of them."""
    curves = {name: UNITS[unit] * values for name, values in divergences().items()}
    epsilons = 10.0**-THIN.grid
    epsilon = at(Data("epsilon_table", epsilons), THIN.index)
    figure = figures.singular_figure(
        epsilons, {_NAMES[name]: values for name, values in curves.items()}, unit
    )
    line = VerticalLine(epsilon, f"ε = {epsilon:.1e}")
    plot = Figure("singular", figure, 400, "Three divergences as a variance goes to 0", (line,))
    readouts = (
        Readout(
            named(name, at(Data(f"{name}_table", values), THIN.index)),
            f"{_NAMES[name]} ({unit})",
            ",.4f",
            _SENTENCES[name],
        )
        for name, values in curves.items()
    )
    beside = ReadoutGroup("singular", "", tuple(readouts))
    return Scene(((Cell((plot, THIN.spoken(f"ε = {epsilon:.1e}")), 1.5), Cell((beside,))),))
