"""What the views of the lesson share: names, sliders, and how a set of numbers is written."""

from hw9core.joint_maximum.maximum import MOST_MAXIMISERS, POINTS, Maximisers
from hw9core.joint_maximum.problems import HIGH, LOW
from ui.live.controls import Slider
from ui.live.scene import Value
from ui.state import Field

STEP = (HIGH - LOW) / (POINTS - 1)
START = (-2.0, 1.5)
SHORT = {"coordinate": "coordinate", "gradient": "gradient", "iterated": "iterated"}
METHODS = {
    "coordinate": "coordinate ascent (EM)",
    "gradient": "joint gradient ascent",
    "iterated": "iterated, along the ridge",
}

POINT_FIELDS = (Field("theta", START[0], LOW, HIGH), Field("phi", START[1], LOW, HIGH))


def point_sliders() -> tuple[Slider, Slider]:
    """Sliders for θ and φ whose positions are the grid's points."""
    return tuple(
        Slider(name, symbol, LOW, HIGH, STEP, 0.01, f"{symbol} = {{{name}:.2f}}")
        for name, symbol in (("theta", "θ"), ("phi", "φ"))
    )


def point_indices() -> tuple[Value, ...]:
    """``row`` and ``column``: the grid indices of θ and φ."""
    return (
        Value("theta_distance", "subtract", ("theta", LOW)),
        Value("row", "divide", ("theta_distance", STEP)),
        Value("phi_distance", "subtract", ("phi", LOW)),
        Value("column", "divide", ("phi_distance", STEP)),
    )


def braces(found: Maximisers) -> str:
    """A set of θ in print, to the digits that are exact."""
    if found.plateau:
        return f"more than {MOST_MAXIMISERS} θ, from {found.theta[0]:.2f} to {found.theta[-1]:.2f}".replace(
            "-", "−"
        )
    return listed(found.theta)


def listed(numbers: tuple[float, ...]) -> str:
    """A set in print; of a long one the beginning, and how many there are."""
    rest = f", … ({len(numbers)} in all)" if len(numbers) > MOST_MAXIMISERS else ""
    return "{" + ", ".join(f"{x:.5f}".replace("-", "−") for x in numbers[:MOST_MAXIMISERS]) + rest + "}"


def number(x: float, form: str = ".8g") -> str:
    """A number with a true minus sign; a negative zero is 0."""
    return "0" if x == 0 else format(x, form).replace("-", "−")
