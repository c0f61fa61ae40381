"""A flow set by hand: weights, centres and widths as sliders; f, f′ and the density follow every move."""

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from ui.lessons.line_flow.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import LiveCurve
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field
from ui.words import UNITS

MOST_COMPONENTS = 4
POINTS = 240
JUDGED = 500  # at most so many test samples: the loss is computed on them in every frame
PARAMETERS = ("weight", "centre", "width")
WIDTHS = (0.02, 5.0)


def fields(material: Material, components: int) -> tuple[Field, ...]:
    """Weight, centre and width of each component; at first equal parts side by side."""
    low, high = material.x_range
    centres = np.quantile(material.train, (np.arange(components) + 0.5) / components)
    width = float(np.clip(material.train.std() / components, *WIDTHS))
    result = []
    for k, centre in enumerate(centres, start=1):
        result += [
            Field(f"weight{k}", 1.0, 0.01, 1.0),
            Field(f"centre{k}", round(float(centre), 2), low, high),
            Field(f"width{k}", round(width, 2), *WIDTHS),
        ]
    return tuple(result)


def scene(material: Material, components: int, unit: str) -> Scene:
    """Three plots over x, the loss, and three sliders for each component."""
    x, judged = np.linspace(*material.x_range, POINTS), material.test[:JUDGED]
    names = tuple(f"{name}{k}" for k in range(1, components + 1) for name in PARAMETERS)
    edges = np.linspace(*material.x_range, 61)
    truth = None if material.data is None else np.exp(material.data.log_prob(x))
    histogram = figures.density_histogram(material.train, edges)
    highest = 1.6 * float(max(histogram.max(), 0.0 if truth is None else truth.max()))
    return Scene(
        figures={
            "density": Figure(
                figures.density_figure(material.train, edges, x, truth, highest, "set by hand"),
                330,
                "The density set by hand over the training histogram",
            ),
            "hand_map": Figure(
                figures.map_figure(material.x_range, (-4.0, 4.0)), 300, "z as a function of x"
            ),
            "slope": Figure(figures.slope_figure(material.x_range, 8.0), 300, "Slope of the map"),
        },
        controls=tuple(_slider(material, name) for name in names),
        values=(
            Value("hand_density", "mixtureDensity", ("hand_x", *names)),
            Value("hand_z", "mixtureMap", ("hand_x", *names)),
            Value("hand_slope", "mixtureSlope", ("hand_x", *names)),
            Value("hand_nats", "mixtureLoss", ("judged", *names)),
            Value("hand_loss", "multiply", ("hand_nats", UNITS[unit])),
        ),
        blocks=(
            ReadoutGroup(
                "hand",
                "",
                (
                    Readout(
                        "hand_loss",
                        f"Mean −log p(x) of {judged.size} test samples ({unit})",
                        ".4f",
                        "Training does nothing but make this small.",
                    ),
                ),
            ),
        ),
        marks=(
            LiveCurve("density", "hand_x", "hand_density", IN_DISTRIBUTION, "density"),
            LiveCurve("hand_map", "hand_x", "hand_z", IN_DISTRIBUTION, "map"),
            LiveCurve("slope", "hand_x", "hand_slope", ANOMALY, "slope"),
        ),
        rows=(
            (
                Cell(("figure:density",), 1.5),
                Cell((*(f"control:{name}" for name in names), "readouts:hand")),
            ),
            (Cell(("figure:hand_map",)), Cell(("figure:slope",))),
        ),
        arrays={"hand_x": x, "judged": judged},
    )


def _slider(material: Material, name: str) -> Slider:
    kind = name.rstrip("0123456789")
    low, high = {"weight": (0.01, 1.0), "centre": material.x_range, "width": WIDTHS}[kind]
    symbol = {"weight": "w", "centre": "μ", "width": "σ"}[kind] + name[-1]
    return Slider(
        name=name,
        label=symbol,
        minimum=low,
        maximum=high,
        step=0.01,
        precision=0.01,
        scale="log" if kind == "width" else "linear",
        value_text=f"{kind} {name[-1]}: {{{name}:.2f}}",
    )
