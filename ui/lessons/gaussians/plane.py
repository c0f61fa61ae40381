"""The state that all plane views share: two ellipses, each by centre, half axes and angle."""

import math
from typing import NamedTuple

from hw9core.distributions.covariance import Ellipse, covariance_from_ellipse
from hw9core.distributions.gaussian import Gaussian
from ui.live.controls import Slider
from ui.live.values import Words

P_START, Q_START = (-1.0, 0.5, 1.6, 0.6, 35.0), (1.0, -0.5, 1.9, 1.1, -20.0)
REACH, AXES = (5.0, 4.0), (0.05, 5.0)
_FAR, _WIDE = (-1e3, 1e3), (1e-3, 1e3)  # what may be typed


class Sliders(NamedTuple):
    """The five numbers of one ellipse; a handle on the plot moves them in their steps."""

    x: Slider
    y: Slider
    first: Slider
    second: Slider
    angle: Slider

    def spoken(self) -> tuple[Words, ...]:
        """The sliders with what a screen reader says of each."""
        return tuple(slider.spoken(f"{slider.label.replace(':', ',')}: {slider:.2f}") for slider in self)


def _sliders(which: str, start: tuple[float, ...]) -> Sliders:
    x, y, first, second, angle = start
    return Sliders(
        Slider(f"{which}_x", f"{which}: mean x₁", default=x, low=-REACH[0], high=REACH[0], wider=_FAR),
        Slider(f"{which}_y", f"{which}: mean x₂", default=y, low=-REACH[1], high=REACH[1], wider=_FAR),
        _axis(f"{which}_first", f"{which}: half axis a (sd)", first),
        _axis(f"{which}_second", f"{which}: half axis b (sd)", second),
        Slider(
            f"{which}_angle",
            f"{which}: angle of a (°)",
            default=angle,
            low=-180.0,
            high=180.0,
            step=0.5,
            precision=0.1,
            format=".1f",
            wider=(-360.0, 360.0),
        ),
    )


def _axis(name: str, label: str, start: float) -> Slider:
    return Slider(name, label, default=start, low=AXES[0], high=AXES[1], scale="log", wider=_WIDE)


P, Q = _sliders("p", P_START), _sliders("q", Q_START)
CONTROLS = (*P, *Q)
Numbers = tuple[float, ...]  # ten of them, in the order of CONTROLS
START = tuple(slider.default for slider in CONTROLS)


def numbers(values: dict[str, float]) -> Numbers:
    """The committed ellipses, p's five numbers and then q's."""
    return tuple(values[slider.name] for slider in CONTROLS)


def gaussian(values: dict[str, float], sliders: Sliders) -> Gaussian:
    """p or q from the committed numbers. Raises InputError."""
    x, y, first, second, angle = (values[slider.name] for slider in sliders)
    return Gaussian([x, y], covariance_from_ellipse(Ellipse(first, second, math.radians(angle))))
