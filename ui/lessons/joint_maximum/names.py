"""What the views of the lesson share: names, sliders, and how a set of numbers is written."""

from hw9core.joint_maximum.maximum import MOST_MAXIMISERS, POINTS, Maximisers
from hw9core.joint_maximum.problems import HIGH, LOW
from ui.live.controls import Slider

STEP = (HIGH - LOW) / (POINTS - 1)
START = (-2.0, 1.5)
SHORT = {"coordinate": "coordinate", "gradient": "gradient", "iterated": "iterated"}
METHODS = {
    "coordinate": "coordinate ascent (EM)",
    "gradient": "joint gradient ascent",
    "iterated": "iterated, along the ridge",
}

THETA, PHI = (
    Slider(name, symbol, default=start, low=LOW, high=HIGH, step=STEP, tabulated=True)
    for name, symbol, start in (("theta", "θ", START[0]), ("phi", "φ", START[1]))
)
POINT = (THETA.spoken(f"θ = {THETA:.2f}"), PHI.spoken(f"φ = {PHI:.2f}"))


def braces(found: Maximisers) -> str:
    """A set of θ in print, to the digits that are exact."""
    if found.plateau:
        return f"more than {MOST_MAXIMISERS} θ, from {found.theta[0]:.2f} to {found.theta[-1]:.2f}".replace(
            "-", "−"
        )
    return listed(found.theta)


def listed(numbers: tuple[float, ...]) -> str:
    return "{" + ", ".join(f"{x:.5f}".replace("-", "−") for x in numbers) + "}"


def number(x: float, form: str = ".8g") -> str:
    """A number with a true minus sign; a negative zero is 0."""
    return "0" if x == 0 else format(x, form).replace("-", "−")
