"""Solve for a wanted divergence: move p along a direction, or scale p or q."""

import math
from dataclasses import dataclass

from hw9core.gaussians.solve import (
    Solutions,
    scale_p_for_divergence,
    scale_q_for_divergence,
    shift_for_divergence,
)
from ui.lessons.gaussians import plane
from ui.lessons.gaussians.plane import P, Q
from ui.words import written

MOVE, SCALE_P, SCALE_Q = WAYS = ("move p's mean", "scale p's σ", "scale q's σ")


@dataclass(frozen=True)
class Answer:
    """One answer: the number found, in words, and the controls that it sets."""

    words: str
    values: dict[str, float]
    reachable: bool


def solve(values: dict[str, float], way: str, divergence: float, degrees: float) -> Solutions:
    """Shifts (in coordinate units, along ``degrees``) or scales that give D(p‖q) = ``divergence`` nats.

    Raises InputError when nothing does.
    """
    p, q = plane.gaussian(values, P), plane.gaussian(values, Q)
    if way == MOVE:
        direction = [math.cos(math.radians(degrees)), math.sin(math.radians(degrees))]
        return shift_for_divergence(p, q, direction, divergence)
    return (scale_p_for_divergence if way == SCALE_P else scale_q_for_divergence)(p, q, divergence)


def answers(values: dict[str, float], way: str, solutions: Solutions, degrees: float) -> tuple[Answer, ...]:
    """Both answers as settings of the controls; one that no field can hold is not reachable."""
    numbers = dict.fromkeys((solutions.low, solutions.high))
    return tuple(_answer(values, way, number, degrees) for number in numbers)


def _answer(values: dict[str, float], way: str, number: float, degrees: float) -> Answer:
    if way == MOVE:
        along = math.radians(degrees)
        moved = {
            "p_x": values["p_x"] + number * math.cos(along),
            "p_y": values["p_y"] + number * math.sin(along),
        }
        words = (
            f"t = {written(number)}: μ₀ = ({written(moved['p_x'], '.4g')}, {written(moved['p_y'], '.4g')})"
        )
    else:
        which = "p" if way == SCALE_P else "q"
        moved = {name: number * values[name] for name in (f"{which}_first", f"{which}_second")}
        axes = " and ".join(f"{value:.4g}" for value in moved.values())
        words = f"factor {number:.6g}: {which}'s half axes {axes}"
    bounds = {slider.name: slider.bounds for slider in plane.CONTROLS}
    reachable = all(bounds[name][0] <= value <= bounds[name][1] for name, value in moved.items())
    return Answer(words, moved, reachable)
