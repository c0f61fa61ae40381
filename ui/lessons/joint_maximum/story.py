"""The story of joint maximisation: why the ELBO may stand in for the likelihood, and when it may not."""

import math
from functools import partial

import numpy as np

from hw9core.errors import InputError
from hw9core.joint_maximum.bias import bowl_shift, curvature, sloped_shifts
from hw9core.joint_maximum.paths import STEPS, Path, coordinate_ascent, gradient_ascent
from hw9core.joint_maximum.problems import PROBLEMS
from ui.lessons import joint_maximum as lesson
from ui.lessons.joint_maximum import gap, names
from ui.lessons.joint_maximum.material import Material, shipped
from ui.shared import shared
from ui.story.step import Goal, Guess, Mistake, Numbers, Pick, Prediction, Step, Story, Values, at

QUADRATIC, MIXTURE, LATENT = "quadratic", "mixture", "latent"
CLOSED, ON_TOP, NEAR_TOP = 0.01, 0.001, 0.01
_SIZE, _SLOPE, _TALL = 1.0, 0.4, 2.0
MOVES, STAYS = range(2)


def figure(problem: str, view: str) -> str:
    """The key of a view's figure."""
    return f"joint-{problem}-{view}"


def heights(problem: str, values: Values) -> tuple[float, float]:
    """f(θ) and h(θ, φ) at the committed point."""
    of = PROBLEMS[problem]
    theta, phi = np.array(values["theta"]), np.array(values["phi"])
    return float(of.f(theta)), float(of.h(theta, phi))


def left_to_climb(problem: str, values: Values) -> float:
    """max f − g at the committed point."""
    f, h = heights(problem, values)
    return shipped(problem).of_f.value - (f - h)


def _of_point(problem: str, values: Values) -> Numbers:
    f, h = heights(problem, values)
    return {
        "theta": values["theta"],
        "phi": values["phi"],
        "f": f,
        "h": h,
        "g": f - h,
        "below": left_to_climb(problem, values),
        "star": gap.star(shipped(problem)),
        "closed": CLOSED,
        "top": ON_TOP,
        "slope": _SLOPE,
    }


@shared(entries=32)
def _paths(shown: Material, theta: float, phi: float) -> tuple[Path, Path]:
    return tuple(way(shown.problem, theta, phi) for way in (coordinate_ascent, gradient_ascent))


def steps_needed(values: Values, which: int = 0) -> float:
    """The first step after which g is near its maximum: of coordinate ascent, or of gradient ascent (1).

    Raises ``InputError`` where it never is.
    """
    shown = shipped(MIXTURE)
    path = _paths(shown, values["theta"], values["phi"])[which]
    near = shown.of_f.value - path.g < NEAR_TOP
    if not near.any():
        raise InputError("from this start that way never comes so near to the maximum")
    return float(np.argmax(near))


def is_stuck(values: Values) -> bool:
    """Whether EM ends below the maximum."""
    shown = shipped(MIXTURE)
    path, _ = _paths(shown, values["theta"], values["phi"])
    return bool(shown.of_f.value - path.g[-1] > NEAR_TOP)


def _in_steps(values: Values, which: int) -> str:
    try:
        return f"{steps_needed(values, which):g} steps"
    except InputError:
        return "never"


def _gradient_steps(values: Values) -> float:
    try:
        return steps_needed(values, 1)
    except InputError:
        return math.nan


def _of_paths(values: Values) -> Numbers:
    path, _ = _paths(shipped(MIXTURE), values["theta"], values["phi"])
    step = round(values["step"])
    return {
        "step": step,
        "g": float(path.g[step]),
        "best": shipped(MIXTURE).of_f.value,
        "near": NEAR_TOP,
        "end": float(path.g[-1]),
        "theta": float(path.theta[-1]),
        "needed": _in_steps(values, 0),
        "gradient": _in_steps(values, 1),
    }


@shared(entries=256)
def shift(size: float, slope: float) -> float:
    """How far θ̂ moves under the sloped gap, for the latent model."""
    problem, star = PROBLEMS[LATENT], gap.star(shipped(LATENT))
    return float(sloped_shifts(problem, star, np.array([size]), np.array([slope])).theta_hat[0, 0]) - star


def _asked_shift(_values: Values) -> float:
    return shift(_SIZE, _SLOPE)


def _of_gap(values: Values) -> Numbers:
    size, slope = values["size"], values.get("slope", 0.0)
    star = gap.star(shipped(LATENT))
    bends = curvature(PROBLEMS[LATENT], star)
    return {
        "size": size,
        "slope": slope,
        "shift": shift(size, slope),
        "first": slope / bends,
        "bends": bends,
        "star": star,
        "hat": star + shift(size, slope),
    }


def _of_bowl(values: Values) -> Numbers:
    star = gap.star(shipped(LATENT))
    return {"size": values["size"], "star": star, "shift": abs(_bowl(values["size"]))}


@shared(entries=32)
def _bowl(size: float) -> float:
    return bowl_shift(PROBLEMS[LATENT], gap.star(shipped(LATENT)), size)


def moves(values: Values) -> float:
    """Whether the maximiser moves under the bowl, by more than an argmax is known to."""
    return MOVES if abs(_bowl(values["size"])) > 1e-6 else STAYS


_ANSWERS = ("readout-shift", "readout-first_order", "figure-gapped")
_BEGIN = at(theta=names.START[0], phi=names.START[1])

STORY = Story(
    "The likelihood cannot be computed. Why may one climb something lower instead?",
    (
        Step(
            title="A gap that can be closed",
            text="You want the θ that makes f(θ) largest, but can only compute g(θ, φ) = f(θ) − h(θ, φ), "
            "which lies below by a **gap** h ≥ 0. At this point f = {f:.4f}, the gap is {h:.4f} and g = "
            "{g:.4f}. φ is yours to choose: for every θ some φ closes the gap.",
            figure=figure(QUADRATIC, lesson.LANDSCAPE),
            values=_BEGIN,
            numbers=partial(_of_point, QUADRATIC),
            look="readout-h",
            goal=Goal(
                task="Keep θ and move φ until the gap is below {closed:g}.",
                done="The gap is {h:.4f}: you stand on the **ridge**, where g touches f.",
                reached=lambda values: heights(QUADRATIC, values)[1] < CLOSED,
                example=at(phi=-1.0),
            ),
        ),
        Step(
            title="Climb the ridge",
            text="Nowhere is g above f, and on the ridge both are equal. So the highest point of g over "
            "**both** arguments lies exactly where f is highest, θ = {star:.2f}: to maximise over the pair "
            "is to maximise f. From here {below:.4f} is left to climb.",
            figure=figure(QUADRATIC, lesson.LANDSCAPE),
            values=at(theta=-2.0, phi=-1.0),
            numbers=partial(_of_point, QUADRATIC),
            look="readout-below",
            goal=Goal(
                task="Climb until less than {top:g} is left.",
                done="At the top: θ = {theta:.2f}, the maximiser of f, found by looking at g alone.",
                reached=lambda values: left_to_climb(QUADRATIC, values) < ON_TOP,
                example=at(theta=1.0, phi=0.5),
            ),
        ),
        Step(
            title="Its real name: ELBO",
            text="A **latent** variable z is one that nobody observes. Then log p(x) is an integral that is "
            "often out of reach, but log p(x) = ELBO + D(q‖posterior): f is the log-likelihood, g the "
            "**evidence lower bound**, and h the divergence of your guess q of z from its true distribution "
            "given x. Here {f:.4f} = {g:.4f} + {h:.4f} nats.",
            figure=figure(LATENT, lesson.LANDSCAPE),
            choices={"problem": LATENT},
            values=at(theta=0.0, phi=0.0),
            numbers=partial(_of_point, LATENT),
            look="readout-g",
            goal=Goal(
                task="Close the gap: choose q (that is φ) as the posterior.",
                done="The bound is tight: ELBO and log-likelihood differ by {h:.4f} nats.",
                reached=lambda values: heights(LATENT, values)[1] < CLOSED,
                example=at(theta=0.0, phi=0.8),
            ),
        ),
        Step(
            title="Climb by turns: EM",
            text="Maximise over φ alone, then over θ alone, and again. Each is easy, and g never falls; for "
            "a mixture this is the **EM algorithm** (E-step: φ, M-step: θ). After step {step} g is {g:.4f}; "
            "the most that can be had is {best:.4f}.",
            figure=figure(MIXTURE, lesson.PATHS),
            choices={"view": lesson.PATHS, "problem": MIXTURE, "method": "coordinate"},
            values=at(theta=0.1, phi=2.0, step=0.0),
            numbers=_of_paths,
            look="figure-heat",
            prediction=Prediction(
                prompt="After how many steps is EM within {near:g} nats of the maximum?",
                answer=Guess("Steps", 1.0, float(STEPS), 1.0, 1.0, "g"),
                truth=steps_needed,
                tolerance=1.0,
                because="EM: {needed}; joint gradient ascent: {gradient}. Move the step and compare the "
                "ways.",
                mistakes=(
                    Mistake(
                        _gradient_steps,
                        "So many gradient steps it would take, which move both at once.",
                    ),
                ),
                hides=(
                    "readout-g_coordinate",
                    "readout-g_gradient",
                    "readout-g_iterated",
                    "figure-values",
                    "table-steps",
                ),
            ),
            goal=Goal(
                task="Drag the start to where EM ends below the best.",
                done="From here EM ends at θ = {theta:.2f} with g = {end:.4f}, on a lower hill: never to "
                "fall is not yet to arrive.",
                reached=is_stuck,
                example=at(theta=names.START[0], phi=names.START[1]),
            ),
        ),
        Step(
            title="What if the gap cannot be closed?",
            text="Suppose q comes from a family that never holds the true posterior: a gap c(θ) stays open, "
            "whatever φ is. Then f − c is maximised instead of f. Take a c whose slope at the maximiser of "
            "f, θ* = {star:.2f}, is {slope:g}.",
            figure=figure(LATENT, lesson.LANDSCAPE),
            choices={"problem": LATENT},
            values=at(theta=0.0, phi=0.8),
            numbers=partial(_of_point, LATENT),
            look="figure-profile",
            prediction=Prediction(
                prompt="By how much does the maximiser θ̂ move from θ*, and to which side?",
                answer=Guess("θ̂ − θ*", -1.0, 1.0, 0.0, 0.05),
                truth=_asked_shift,
                tolerance=0.1,
                because="It flees from where the gap grows, and the flatter f is, the farther. The next step "
                "shows it.",
                mistakes=(
                    Mistake(
                        lambda values: -shift(_SIZE, _SLOPE),
                        "Right size, wrong side: the gap is larger there, so f − c is lower.",
                    ),
                    Mistake(lambda _values: -_SLOPE, "That is c's slope; divide it by how sharply f bends."),
                ),
            ),
        ),
        Step(
            title="Break it: the bias",
            text="With slope {slope:.2f} the estimate is θ̂ = {hat:.3f} instead of θ* = {star:.3f}: it moved "
            "by {shift:.4f}. To first order that is c′/f″ = {slope:.2f}/({bends:.3f}) = {first:.4f}. This is "
            "the **bias** of variational estimates: more data do not remove it, a better family does.",
            figure=figure(LATENT, lesson.BREAK),
            choices={"view": lesson.BREAK, "problem": LATENT, "gap": gap.SLOPED},
            values=at(size=_SIZE, slope=_SLOPE),
            numbers=_of_gap,
            look="readout-shift",
            goal=Goal(
                task="Leave the gap open and bring θ̂ back to θ*.",
                done="A gap of {size:.1f} and no bias: only its slope matters.",
                reached=lambda values: abs(shift(values["size"], values["slope"])) < 1e-6,
                example=at(slope=0.0),
            ),
        ),
        Step(
            title="Try this: a bowl",
            text="Now c(θ) = {size:.1f} + (θ − θ*)²: a gap that is open everywhere and wider the farther θ "
            "is from θ*. The bound is never tight, at no θ.",
            figure=figure(LATENT, "bowl"),
            choices={"view": lesson.BREAK, "problem": LATENT, "gap": gap.BOWL},
            values=at(size=_TALL),
            numbers=_of_bowl,
            look="control-size",
            prediction=Prediction(
                prompt="Does θ̂ move?",
                answer=Pick("θ̂", ("moves", "stays")),
                truth=moves,
                because="The value of the maximum is wrong by {size:.1f}, its place not at all: c is least "
                "at θ* too. A loose bound may still lead to the right estimate.",
                hides=_ANSWERS,
            ),
        ),
    ),
    start={"problem": QUADRATIC, "view": lesson.LANDSCAPE},
)
