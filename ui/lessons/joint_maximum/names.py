"""What the views of the lesson share: names, sliders, and how a set of numbers is written."""

from hw9core.joint_maximum.maximum import MOST_MAXIMISERS, POINTS, Maximisers
from hw9core.joint_maximum.problems import HIGH, LOW
from ui.live.controls import Slider
from ui.words import braces, written

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


def maximisers(found: Maximisers) -> str:
    """A set of θ in print, to the digits that are exact."""
    if found.plateau:
        low, high = written(found.theta[0], ".2f"), written(found.theta[-1], ".2f")
        return f"more than {MOST_MAXIMISERS} θ, from {low} to {high}"
    return arguments(found.theta)


def arguments(numbers: tuple[float, ...]) -> str:
    """A set of θ or φ in print; of a long one the beginning, and how many there are."""
    rest = (f"… ({len(numbers)} in all)",) if len(numbers) > MOST_MAXIMISERS else ()
    return braces((*(written(x, ".5f") for x in numbers[:MOST_MAXIMISERS]), *rest))
