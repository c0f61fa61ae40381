"""A flow set by hand: weights, centres and widths as sliders; f, f′ and the density follow every move."""

import numpy as np

from hw9core.figures import line_flow as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.numerics.round_numbers import multiple
from ui.lessons.line_flow.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider, Spoken
from ui.live.kernels import mixture_density, mixture_loss, mixture_map, mixture_slope
from ui.live.marks import LiveCurve
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, named
from ui.words import UNITS

MOST_COMPONENTS = 4
POINTS = 240
JUDGED = 500  # at most so many test samples: the loss is computed on them in every frame
WIDTHS = (2.0, 500.0)  # in steps of x
Z_REACH = (4.0, 8.0)  # on either side of 0 so much is drawn of z, at least and at most


@published(48)
def scene(material: Material, components: int, unit: str) -> Scene:
    """Three plots over x, the loss, and three sliders for each component."""
    x = np.linspace(*material.x_range, POINTS)
    sliders = _sliders(material, components)
    of_map, of_slope = _map_and_slope(x, sliders)
    return Scene(
        (
            (
                Cell((_density(material, x, sliders),), 1.3),
                Cell((of_map, of_slope)),
                Cell((_loss(material, sliders, unit), *map(_spoken, sliders)), 0.9),
            ),
        )
    )


def _sliders(material: Material, components: int) -> tuple[Slider, ...]:
    """Weight, centre and width of each component; at first equal parts side by side."""
    centres = np.quantile(material.train, (np.arange(components) + 0.5) / components)
    step = material.x_step
    steps = float(np.clip(round(material.train.std() / components / step), *WIDTHS))
    result = []
    for k, centre in enumerate(centres, start=1):
        place = material.x_slider(f"centre{k}", f"μ{k}", float(centre))
        width = Slider(
            f"width{k}",
            f"σ{k}",
            default=multiple(steps, step),
            low=multiple(WIDTHS[0], step),
            high=multiple(WIDTHS[1], step),
            step=step,
            precision=place.precision,
            format=place.format,
            scale="log",
        )
        result += [Slider(f"weight{k}", f"w{k}", default=1.0, low=0.01, high=1.0), place, width]
    return tuple(result)


def _spoken(slider: Slider) -> Spoken:
    kind, k = slider.name[:-1], slider.name[-1]
    return slider.spoken(f"{kind} {k}: {slider:{slider.format}}")


def _map_and_slope(x: np.ndarray, sliders: tuple[Slider, ...]) -> tuple[Figure, Figure]:
    """z = f(x) and f′(x); the axes hold most of what is shown first."""
    weights, locs, scales = np.reshape([slider.default for slider in sliders], (-1, 3)).T
    z, log_slope = MixtureCDFTransform(weights / weights.sum(), locs, scales).call_and_ladj(x)
    below, above = np.clip([-np.floor(z[0]), np.ceil(z[-1])], *Z_REACH)
    x_range, z_range = (float(x[0]), float(x[-1])), (-float(below), float(above))
    z_of_x = LiveCurve(x, mixture_map(x, *sliders), IN_DISTRIBUTION, "map")
    steepness = LiveCurve(x, mixture_slope(x, *sliders), ANOMALY, "slope")
    slope_plot = figures.slope_figure(x_range, 1.5 * float(np.exp(log_slope.max())))
    return (
        Figure("hand_map", figures.map_figure(x_range, z_range), 300, "z as a function of x", (z_of_x,)),
        Figure("slope", slope_plot, 300, "Slope of the map", (steepness,)),
    )


def _density(material: Material, x: np.ndarray, sliders: tuple[Slider, ...]) -> Figure:
    edges = np.linspace(*material.x_range, 61)
    truth = None if material.data is None else np.exp(material.data.log_prob(x))
    histogram = figures.density_histogram(material.train, edges)
    highest = 1.6 * float(max(histogram.max(), 0.0 if truth is None else truth.max()))
    figure = figures.density_figure(material.train, edges, x, truth, highest, "set by hand")
    curve = LiveCurve(x, mixture_density(x, *sliders), IN_DISTRIBUTION, "density")
    return Figure("density", figure, 330, "The density set by hand over the training histogram", (curve,))


def _loss(material: Material, sliders: tuple[Slider, ...], unit: str) -> ReadoutGroup:
    judged = material.test[:JUDGED]
    loss = named("hand_loss", mixture_loss(Data("judged", judged), *sliders) * UNITS[unit])
    label = f"Mean −log p(x) of {judged.size} test samples ({unit})"
    words = "Training does nothing but make this small."
    return ReadoutGroup("hand", "", (Readout(loss, label, ".4f", words),))
