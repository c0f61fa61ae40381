"""Break the hypothesis: a covariance goes singular in one direction, and the divergence with it or not."""

from functools import lru_cache

import numpy as np

from hw9core.distributions.gaussian import Gaussian
from hw9core.distributions.line import Laplace, Uniform
from hw9core.divergence.kl import negentropy
from hw9core.figures import gaussians as figures
from hw9core.gaussians.kl import kl
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import VerticalLine
from ui.live.payloads import Payload
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

STEP = 0.25
EXPONENTS = np.arange(0.0, 12.0 + STEP / 2, STEP)  # ε = 10 to minus these
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


def fields() -> tuple[Field, ...]:
    """How many decades ε lies below 1."""
    return (Field("thin", 2.0, 0.0, float(EXPONENTS[-1])),)


def divergences() -> dict[str, np.ndarray]:
    """D(p‖q) in nats for every ε: only Σ₁ thin, only Σ₀ thin, both alike."""
    epsilon = 10.0**-EXPONENTS
    return {
        "thin_q": np.array([_divergence((1.0, 1.0), (1.0, e)) for e in epsilon]),
        "thin_p": np.array([_divergence((1.0, e), (1.0, 1.0)) for e in epsilon]),
        "thin_both": np.array([_divergence((1.0, e), (2.0, e)) for e in epsilon]),
    }


def _divergence(p: tuple[float, float], q: tuple[float, float]) -> float:
    return kl(Gaussian(_ORIGIN, np.diag(p)), Gaussian(_ORIGIN, np.diag(q)))


def not_gaussian(nats: float, unit: str) -> str:
    """A Markdown table: p of another shape, q the Gaussian with p's mean and variance."""
    shapes = {"Laplace": Laplace(), "uniform": Uniform()}
    rows = (f"| {name} | 0 | {nats * negentropy(p):.8f} |" for name, p in shapes.items())
    head = f"| p | closed form, {unit} | true D(p‖q), {unit} |\n| --- | --: | --: |\n"
    return head + "\n".join(rows)


@lru_cache(maxsize=4)
def payload(unit: str, nats: float) -> Payload:
    """The packed scene."""
    return Payload.of(scene(unit, nats).payload())


def scene(unit: str, nats: float) -> Scene:
    """Three divergences against ε, and the numbers at one of them."""
    curves = {name: nats * values for name, values in divergences().items()}
    figure = figures.singular_figure(
        10.0**-EXPONENTS, {_NAMES[name]: values for name, values in curves.items()}, unit
    )
    slider = Slider(
        "thin", "−log₁₀ ε", 0.0, float(EXPONENTS[-1]), STEP, 0.01, "ε = {epsilon:.1e}", format=".2f", play=8
    )
    return Scene(
        figures={"singular": Figure(figure, 400, "Three divergences as a variance goes to 0")},
        controls=(slider,),
        values=(
            Value("thin_place", "divide", ("thin", STEP)),
            Value("epsilon", "at", ("epsilon_table", "thin_place")),
            *(Value(name, "at", (f"{name}_table", "thin_place")) for name in curves),
        ),
        blocks=(
            ReadoutGroup(
                "singular",
                "",
                tuple(Readout(name, f"{_NAMES[name]} ({unit})", ",.4f", _SENTENCES[name]) for name in curves),
            ),
        ),
        marks=(VerticalLine("singular", "epsilon", "ε = {epsilon:.1e}"),),
        rows=((Cell(("figure:singular", "control:thin"), 1.5), Cell(("readouts:singular",))),),
        arrays={"epsilon_table": 10.0**-EXPONENTS, **{f"{k}_table": v for k, v in curves.items()}},
    )
